//! Counts within parquet's packed forms: levels, indices, deltas.
//!
//! The forms are those of Apache Parquet's `Encodings.md`: a hybrid of run lengths and packed bits, and packed deltas.

use super::pages::Fault;

/// The longest block of deltas that a writer makes, with room to spare.
const LONGEST_BLOCK: u64 = 1 << 16;

/// An unsigned number of seven bits a byte, and what stands behind it.
pub(super) fn varint(data: &[u8]) -> Result<(u64, &[u8]), Fault> {
    let mut value = 0_u64;
    for (place, byte) in data.iter().enumerate().take(10) {
        let part = u64::from(byte & 0x7f);
        if place == 9 && part > 1 {
            break;
        }
        value |= part << (7 * place);
        if byte & 0x80 == 0 {
            return Ok((value, &data[place + 1..]));
        }
    }
    Err("a number without an end".to_owned())
}

/// One run of a hybrid.
enum Run<'a> {
    Repeated {
        value: u32,
        count: usize,
    },
    /// So many numbers of equal width, the lowest bits first.
    Packed {
        bytes: &'a [u8],
        count: usize,
    },
}

/// The next run of numbers of `bits` bits, and what stands behind it.
fn run(data: &[u8], bits: usize) -> Result<(Run<'_>, &[u8]), Fault> {
    let (head, rest) = varint(data)?;
    let count = u32::try_from(head >> 1).map_err(|_| "a run longer than any column")? as usize;
    if head & 1 == 0 {
        let (value, rest) = rest.split_at_checked(bits.div_ceil(8)).ok_or("a run without its value")?;
        let mut bytes = [0; 4];
        bytes.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
        return Ok((Run::Repeated { value: u32::from_le_bytes(bytes), count }, rest));
    }
    // Writers may leave out the padding of the last group.
    let length = count.saturating_mul(bits).min(rest.len());
    let (bytes, rest) = rest.split_at(length);
    Ok((Run::Packed { bytes, count: (bytes.len() * 8 / bits).min(count.saturating_mul(8)) }, rest))
}

fn few(found: usize, wanted: usize) -> Fault {
    format!("a page holds {found} levels or indices for {wanted} values")
}

/// How many of `number` one-bit levels are set.
pub(super) fn present_levels(mut data: &[u8], number: usize) -> Result<usize, Fault> {
    let (mut seen, mut set) = (0, 0);
    while seen < number {
        if data.is_empty() {
            return Err(few(seen, number));
        }
        let (run, rest) = run(data, 1)?;
        data = rest;
        match run {
            Run::Repeated { value, count } => {
                let taken = count.min(number - seen);
                if value > 1 {
                    return Err("a level beyond the column's".to_owned());
                }
                (seen, set) = (seen + taken, set + taken * value as usize);
            }
            Run::Packed { bytes, count } => {
                let taken = count.min(number - seen);
                let ones = |bytes: &[u8]| bytes.iter().map(|byte| byte.count_ones() as usize).sum::<usize>();
                let last = bytes.get(taken / 8).map_or(0, |byte| byte & ((1 << (taken % 8)) - 1));
                seen += taken;
                set += ones(&bytes[..taken / 8]) + last.count_ones() as usize;
            }
        }
    }
    Ok(set)
}

/// Refuses indices that are too few, or that the dictionary of `known` values does not have.
pub(super) fn refuse_foreign_indices(data: &[u8], number: usize, known: usize) -> Result<(), Fault> {
    let Some((&bits, mut data)) = data.split_first() else {
        return if number == 0 { Ok(()) } else { Err(few(0, number)) };
    };
    let bits = usize::from(bits);
    if bits > 32 {
        return Err(format!("indices of {bits} bits"));
    }
    let foreign = |index: u64| format!("index {index} into a dictionary of {known} values");
    if bits == 0 {
        return if number == 0 || known > 0 { Ok(()) } else { Err(foreign(0)) };
    }
    let mut seen = 0;
    while seen < number {
        if data.is_empty() {
            return Err(few(seen, number));
        }
        let (run, rest) = run(data, bits)?;
        data = rest;
        match run {
            Run::Repeated { value, count } => {
                if count > 0 && value as usize >= known {
                    return Err(foreign(value.into()));
                }
                seen += count.min(number - seen);
            }
            Run::Packed { bytes, count } => {
                let taken = count.min(number - seen);
                let mut packed = Packed::new(bytes, bits);
                if let Some(index) = (0..taken).map(|_| packed.next()).find(|index| *index >= known as u64) {
                    return Err(foreign(index));
                }
                seen += taken;
            }
        }
    }
    Ok(())
}

/// Numbers of equal width, the lowest bits first; zeros beyond the end.
struct Packed<'a> {
    bytes: std::slice::Iter<'a, u8>,
    width: usize,
    held: u128,
    bits: usize,
}

impl<'a> Packed<'a> {
    fn new(bytes: &'a [u8], width: usize) -> Self {
        Self { bytes: bytes.iter(), width, held: 0, bits: 0 }
    }

    fn next(&mut self) -> u64 {
        while self.bits < self.width {
            self.held |= u128::from(self.bytes.next().copied().unwrap_or(0)) << self.bits;
            self.bits += 8;
        }
        let value = self.held & ((1 << self.width) - 1);
        (self.held, self.bits) = (self.held >> self.width, self.bits - self.width);
        value as u64
    }
}

pub(super) fn zigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Exactly `number` numbers packed as deltas, and what stands behind them.
pub(super) fn delta_values(data: &[u8], number: usize) -> Result<(Vec<i64>, &[u8]), Fault> {
    let (block, rest) = varint(data)?;
    let (parts, rest) = varint(rest)?;
    let (total, rest) = varint(rest)?;
    let (first, mut rest) = varint(rest)?;
    let sized = block > 0 && block.is_multiple_of(128) && block <= LONGEST_BLOCK;
    if !sized || parts == 0 || !block.is_multiple_of(parts) || !(block / parts).is_multiple_of(32) {
        return Err(format!("blocks of {block} deltas in {parts} parts"));
    }
    if total != number as u64 {
        return Err(format!("a page says {total} deltas and holds {number} values"));
    }
    let each = (block / parts) as usize;
    let parts = parts as usize;
    let mut values = Vec::with_capacity(number);
    let mut value = zigzag(first);
    values.extend((number > 0).then_some(value));
    while values.len() < number {
        let (least, behind) = varint(rest)?;
        let (widths, mut behind) = behind.split_at_checked(parts).ok_or("a block without its widths")?;
        for width in widths.iter().map(|width| usize::from(*width)) {
            if values.len() == number {
                break;
            }
            let packed = behind.split_at_checked(width * each / 8).filter(|_| width <= 64);
            let (bytes, next) = packed.ok_or("a block without its deltas")?;
            let mut packed = Packed::new(bytes, width);
            for _ in 0..each.min(number - values.len()) {
                let delta = if width == 0 { 0 } else { packed.next() };
                value = value.wrapping_add(zigzag(least)).wrapping_add(delta as i64);
                values.push(value);
            }
            behind = next;
        }
        rest = behind;
    }
    Ok((values, rest))
}
