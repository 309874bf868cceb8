//! The pages of a parquet column, looked over before they are decoded.
//!
//! polars' decoder believes the counts and lengths that pages hold: it reserves memory by them, and a level or an index
//! too few makes it count below zero. So everything it will believe is counted here first.

use super::runs::{delta_values, present_levels, refuse_foreign_indices, varint, zigzag};
use polars_buffer::Buffer;
use polars_parquet::parquet::compression::{Compression, DecompressionContext};
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::page::{CompressedPage, DataPage, DataPageHeader, DictPage, Page, split_buffer};
use polars_parquet::read::{ColumnChunkMetadata, PageReader, PhysicalType, decompress};
use std::io::Cursor;

/// The most bytes that texts of one page may take where each leans on the one before it.
const MOST_TEXT: usize = 1 << 30;

/// What is wrong with a column's pages, in words.
pub(super) type Fault = String;

fn damaged(error: impl std::fmt::Display) -> Fault {
    error.to_string()
}

/// Whether pages hold what they say: `rows` values in all, pages of no more than `most` bytes.
pub(super) fn look_over(
    bytes: Buffer<u8>,
    chunk: &ColumnChunkMetadata,
    rows: usize,
    most: usize,
) -> Result<(), Fault> {
    let mut context = DecompressionContext::Unset;
    let physical = chunk.descriptor().descriptor.primitive_type.physical_type;
    let mut dictionary = None;
    let size = first_page_size(&bytes);
    let mut reader = PageReader::new(Cursor::new(bytes), chunk, Vec::new(), most);
    if let Some(page) = reader.read_dict().map_err(damaged)? {
        if size.is_none_or(|size| size > most) {
            return Err("a dictionary larger than its column".to_owned());
        }
        let page = decompress(CompressedPage::Dict(page), &mut Vec::new(), &mut context).map_err(damaged)?;
        let Page::Dict(DictPage { buffer, num_values, .. }) = page else {
            return Err("a first page of two kinds".to_owned());
        };
        plain(&buffer, num_values, physical)?;
        dictionary = Some(num_values);
    }
    let (mut seen, mut buffer) = (0, Vec::new());
    while seen < rows {
        let Some(page) = reader.next() else {
            return Err(format!("its pages hold {seen} values of {rows}"));
        };
        let CompressedPage::Data(page) = page.map_err(damaged)? else {
            return Err("a second dictionary".to_owned());
        };
        header(page.header(), page.uncompressed_size(), page.compressed_size())?;
        let number = page.num_values();
        if page.uncompressed_size() > most || number > rows - seen {
            return Err(format!("a page says {number} values in {} bytes", page.uncompressed_size()));
        }
        seen += number;
        let packed = page.compression() != Compression::Uncompressed;
        let page = decompress(CompressedPage::Data(page), &mut buffer, &mut context).map_err(damaged)?;
        if let Page::Data(mut page) = page {
            values(&page, number, dictionary)?;
            if packed {
                buffer = std::mem::take(page.buffer_mut());
            }
        }
    }
    Ok(())
}

/// The unpacked size that the header of the first page tells: its second number in Thrift's compact form.
fn first_page_size(bytes: &[u8]) -> Option<usize> {
    const NEXT_NUMBER: &[u8] = &[0x15];
    let (_kind, rest) = varint(bytes.strip_prefix(NEXT_NUMBER)?).ok()?;
    let (size, _) = varint(rest.strip_prefix(NEXT_NUMBER)?).ok()?;
    usize::try_from(zigzag(size)).ok()
}

/// Lengths that a page's header holds itself.
fn header(header: &DataPageHeader, unpacked: usize, packed: usize) -> Result<(), Fault> {
    let DataPageHeader::V2(header) = header else { return Ok(()) };
    let lengths = [header.definition_levels_byte_length, header.repetition_levels_byte_length];
    let levels: i64 = lengths.iter().map(|length| i64::from(*length)).sum();
    let fits = |bytes: usize| i64::try_from(bytes).is_ok_and(|bytes| levels <= bytes);
    if lengths.iter().any(|length| *length < 0) || !fits(unpacked) || !fits(packed) || header.num_nulls < 0 {
        return Err("the lengths of its levels are not those of its page".to_owned());
    }
    Ok(())
}

/// The levels and the values of a page of `number` rows.
fn values(page: &DataPage, number: usize, dictionary: Option<usize>) -> Result<(), Fault> {
    if page.descriptor.max_rep_level > 0 || page.descriptor.max_def_level > 1 {
        return Err("it is nested".to_owned());
    }
    let parts = split_buffer(page).map_err(damaged)?;
    let optional = page.descriptor.max_def_level > 0;
    let present = if optional { present_levels(parts.def, number)? } else { number };
    if let DataPageHeader::V2(header) = page.header()
        && optional
        && header.num_nulls as usize != number - present
    {
        return Err(format!("a page says {} nulls and holds {}", header.num_nulls, number - present));
    }
    let physical = page.descriptor.primitive_type.physical_type;
    let short = || format!("a page of {number} rows is too short for its {present} values");
    match (page.encoding(), physical) {
        (Encoding::Plain, _) => plain(parts.values, present, physical),
        (Encoding::PlainDictionary | Encoding::RleDictionary, _) => {
            let known = dictionary.ok_or("a page of indices without a dictionary")?;
            refuse_foreign_indices(parts.values, present, known)
        }
        (Encoding::Rle, PhysicalType::Boolean) => {
            let (length, values) = parts.values.split_first_chunk().ok_or_else(short)?;
            let values = values.get(..u32::from_le_bytes(*length) as usize).ok_or_else(short)?;
            // polars reads one value for each row, present or not
            present_levels(values, present).map(drop)
        }
        (Encoding::DeltaBinaryPacked, PhysicalType::Int32 | PhysicalType::Int64) => {
            delta_values(parts.values, present).map(drop)
        }
        (Encoding::DeltaLengthByteArray, _) => {
            let (lengths, rest) = delta_values(parts.values, present)?;
            total(&lengths).filter(|total| *total <= rest.len()).map(drop).ok_or_else(short)
        }
        (Encoding::DeltaByteArray, _) => {
            let (prefixes, rest) = delta_values(parts.values, present)?;
            let (suffixes, rest) = delta_values(rest, present)?;
            let fits =
                total(&suffixes).is_some_and(|total| total <= rest.len()) && leaning(&prefixes, &suffixes);
            if fits { Ok(()) } else { Err(short()) }
        }
        (Encoding::ByteStreamSplit, _) => {
            let width = width(physical).ok_or("split bytes of no number")?;
            let held = parts.values.len() / width;
            if parts.values.len().is_multiple_of(width) && held >= present { Ok(()) } else { Err(short()) }
        }
        (encoding, _) => Err(format!("the encoding {encoding:?} is none of its type")),
    }
}

fn width(physical: PhysicalType) -> Option<usize> {
    match physical {
        PhysicalType::Int32 | PhysicalType::Float => Some(4),
        PhysicalType::Int64 | PhysicalType::Double => Some(8),
        PhysicalType::Int96 => Some(12),
        PhysicalType::FixedLenByteArray(width) => Some(width).filter(|width| *width > 0),
        PhysicalType::Boolean | PhysicalType::ByteArray => None,
    }
}

/// Whether so many values stand one behind the other.
fn plain(values: &[u8], number: usize, physical: PhysicalType) -> Result<(), Fault> {
    let short = || format!("{} bytes are too few for {number} values", values.len());
    let fits = match (physical, width(physical)) {
        (PhysicalType::Boolean, _) => values.len() >= number.div_ceil(8),
        (PhysicalType::ByteArray, _) => {
            let mut rest = values;
            return (0..number).try_for_each(|_| {
                let (length, text) = rest.split_first_chunk().ok_or_else(short)?;
                rest = text.get(u32::from_le_bytes(*length) as usize..).ok_or_else(short)?;
                Ok(())
            });
        }
        (_, Some(width)) => width.checked_mul(number).is_some_and(|needed| values.len() >= needed),
        (_, None) => false,
    };
    if fits { Ok(()) } else { Err(short()) }
}

/// The sum of lengths; none where one is negative or they are beyond any page.
fn total(lengths: &[i64]) -> Option<usize> {
    lengths.iter().try_fold(0_usize, |sum, length| sum.checked_add(usize::try_from(*length).ok()?))
}

/// Whether each text begins with no more than there is of the one before it, and all of them fit into memory.
fn leaning(prefixes: &[i64], suffixes: &[i64]) -> bool {
    let (mut before, mut held) = (0, 0_usize);
    prefixes.iter().zip(suffixes).all(|(&prefix, &suffix)| {
        let fits = (0..=before).contains(&prefix);
        before = prefix.saturating_add(suffix);
        held = held.saturating_add(before.max(0) as usize);
        fits && held <= MOST_TEXT
    })
}
