//! The footer of a parquet file, looked over before it is decoded.
//!
//! polars' decoder reserves memory for as many parts as a list says it has, and reads a field as what its number stands for,
//! whatever its type says. So each list must fit into the bytes behind it, and each field must have the type it is read as:
//! those of Apache Parquet's `parquet.thrift`, in Thrift's compact form.

use super::pages::Fault;
use super::runs::{varint, zigzag};

/// The deepest that a field which nobody reads may nest, as in polars.
const DEEPEST: usize = 64;

/// What a field is read as.
enum Part {
    Byte,
    Number,
    Flag,
    Bytes,
    Struct(&'static Shape),
    Structs(&'static Shape),
    Numbers,
    Texts,
}

/// The fields of a struct that are read, by their numbers; others are passed over by their types.
type Shape = [(i64, Part)];

static NOTHING: &Shape = &[];
static FILE: &Shape = &[
    (1, Part::Number),
    (2, Part::Structs(ELEMENT)),
    (3, Part::Number),
    (4, Part::Structs(GROUP)),
    (5, Part::Structs(PAIR)),
    (6, Part::Bytes),
    (7, Part::Structs(ORDER)),
];
static ELEMENT: &Shape = &[
    (1, Part::Number),
    (2, Part::Number),
    (3, Part::Number),
    (4, Part::Bytes),
    (5, Part::Number),
    (6, Part::Number),
    (7, Part::Number),
    (8, Part::Number),
    (9, Part::Number),
    (10, Part::Struct(LOGICAL)),
];
static LOGICAL: &Shape = &[
    (1, Part::Struct(NOTHING)),
    (2, Part::Struct(NOTHING)),
    (3, Part::Struct(NOTHING)),
    (4, Part::Struct(NOTHING)),
    (5, Part::Struct(&[(1, Part::Number), (2, Part::Number)])),
    (6, Part::Struct(NOTHING)),
    (7, Part::Struct(CLOCK)),
    (8, Part::Struct(CLOCK)),
    (10, Part::Struct(&[(1, Part::Byte), (2, Part::Flag)])),
    (11, Part::Struct(NOTHING)),
    (12, Part::Struct(NOTHING)),
    (13, Part::Struct(NOTHING)),
    (14, Part::Struct(NOTHING)),
    (15, Part::Struct(NOTHING)),
];
static CLOCK: &Shape = &[(1, Part::Flag), (2, Part::Struct(ORDER))];
/// A choice between structs without fields: orders of columns, units of time.
static ORDER: &Shape = &[(1, Part::Struct(NOTHING)), (2, Part::Struct(NOTHING)), (3, Part::Struct(NOTHING))];
static PAIR: &Shape = &[(1, Part::Bytes), (2, Part::Bytes)];
static GROUP: &Shape = &[
    (1, Part::Structs(CHUNK)),
    (2, Part::Number),
    (3, Part::Number),
    (4, Part::Structs(&[(1, Part::Number), (2, Part::Flag), (3, Part::Flag)])),
    (5, Part::Number),
    (6, Part::Number),
    (7, Part::Number),
];
static CHUNK: &Shape = &[
    (1, Part::Bytes),
    (2, Part::Number),
    (3, Part::Struct(COLUMN)),
    (4, Part::Number),
    (5, Part::Number),
    (6, Part::Number),
    (7, Part::Number),
];
static COLUMN: &Shape = &[
    (1, Part::Number),
    (2, Part::Numbers),
    (3, Part::Texts),
    (4, Part::Number),
    (5, Part::Number),
    (6, Part::Number),
    (7, Part::Number),
    (9, Part::Number),
    (10, Part::Number),
    (11, Part::Number),
    (12, Part::Struct(STATISTICS)),
    (14, Part::Number),
    (15, Part::Number),
];
static STATISTICS: &Shape = &[
    (1, Part::Bytes),
    (2, Part::Bytes),
    (3, Part::Number),
    (4, Part::Number),
    (5, Part::Bytes),
    (6, Part::Bytes),
    (7, Part::Flag),
    (8, Part::Flag),
];

/// Whether a footer holds what it says.
pub(super) fn sound(footer: &[u8]) -> Result<(), Fault> {
    fields(footer, FILE, DEEPEST).map(drop)
}

fn ends() -> Fault {
    "its footer ends in the middle of a value".to_owned()
}

/// Passes over the fields of a struct up to its end; what stands behind it.
fn fields<'a>(mut data: &'a [u8], shape: &Shape, deep: usize) -> Result<&'a [u8], Fault> {
    let mut number = 0;
    loop {
        let (&head, rest) = data.split_first().ok_or_else(ends)?;
        let (step, kind) = (i64::from(head >> 4), head & 0x0f);
        if kind == 0 {
            return Ok(rest);
        }
        data = rest;
        number = if step == 0 {
            let (full, rest) = varint(data)?;
            data = rest;
            // as polars has it, which keeps the lowest bits
            i64::from(zigzag(full) as i16)
        } else {
            number + step
        };
        if number > i64::from(i16::MAX) {
            return Err(format!("its footer has a field {number}"));
        }
        let part = shape.iter().find(|(known, _)| *known == number).map(|(_, part)| part);
        data = match (part, kind) {
            (None, _) | (Some(Part::Flag), 1 | 2) | (Some(Part::Byte), 3) | (Some(Part::Number), 4..=6) => {
                passed(data, kind, deep)?
            }
            (Some(Part::Bytes), 8) => passed(data, kind, deep)?,
            (Some(Part::Struct(shape)), 12) => fields(data, shape, deep)?,
            (Some(Part::Structs(shape)), 9) => {
                let (count, kind, mut rest) = list(data)?;
                if count > 0 && kind != 12 {
                    return Err(format!("its footer has field {number} as another list than it is"));
                }
                for _ in 0..count {
                    rest = fields(rest, shape, deep)?;
                }
                rest
            }
            (Some(wanted @ (Part::Numbers | Part::Texts)), 9) => {
                let (count, kind, _) = list(data)?;
                let fits = if matches!(wanted, Part::Texts) { kind == 8 } else { (4..=6).contains(&kind) };
                if count > 0 && !fits {
                    return Err(format!("its footer has field {number} as another list than it is"));
                }
                passed(data, 9, deep)?
            }
            _ => return Err(format!("its footer has field {number} as another type than it is")),
        };
    }
}

/// How many parts of which type, which cannot be more than bytes behind them.
fn list(data: &[u8]) -> Result<(u64, u8, &[u8]), Fault> {
    let (&head, rest) = data.split_first().ok_or_else(ends)?;
    let (short, kind) = (u64::from(head >> 4), head & 0x0f);
    let (count, rest) = if short == 15 { varint(rest)? } else { (short, rest) };
    if count > rest.len() as u64 {
        return Err(format!("its footer lists {count} parts in {} bytes", rest.len()));
    }
    Ok((count, kind, rest))
}

/// What stands behind a value that nobody reads.
fn passed(data: &[u8], kind: u8, deep: usize) -> Result<&[u8], Fault> {
    let deep = deep.checked_sub(1).ok_or("its footer nests too deeply")?;
    match kind {
        1 | 2 => Ok(data),
        3 => data.get(1..).ok_or_else(ends),
        4..=6 => varint(data).map(|(_, rest)| rest),
        7 => data.get(8..).ok_or_else(ends),
        8 => {
            let (length, rest) = varint(data)?;
            usize::try_from(length).ok().and_then(|length| rest.get(length..)).ok_or_else(ends)
        }
        9 => {
            let (count, kind, mut rest) = list(data)?;
            if count > 0 && kind < 3 {
                return Err("its footer lists flags, which parquet has none of".to_owned());
            }
            for _ in 0..count {
                rest = passed(rest, kind, deep)?;
            }
            Ok(rest)
        }
        12 => fields(data, NOTHING, deep),
        _ => Err("its footer holds a value of a type that parquet has not".to_owned()),
    }
}
