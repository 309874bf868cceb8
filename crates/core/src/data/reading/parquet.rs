//! Parquet: typed columns, each decoded only when it is asked for.
//!
//! polars's own reader decodes whole tables and knows only the types it was built with; below it the same decoder
//! yields plain arrays, whose numbers are read here.

use super::guard::guarded;
use crate::error::{Error, Result};
use polars_arrow::array::{Array, BooleanArray, FixedSizeBinaryArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_arrow::types::NativeType;
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, PageReader, column_iter_to_arrays, infer_schema,
    read_metadata,
};
use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most that so many bytes of a file may unpack to.
const MOST_UNPACKED: u64 = 1 << 30;
const MOST_PACKED_TIMES: u64 = 1000;

/// A column's values as its type keeps them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    /// NaN is null.
    Numbers(Vec<f64>),
    Whole(Vec<Option<i64>>),
    /// Milliseconds since 1970; `zone` where the type names one.
    Instants { millis: Vec<Option<i64>>, unit: &'static str, zone: Option<String> },
    /// Days since 1970.
    Dates(Vec<Option<i64>>),
    /// Milliseconds since midnight.
    Clocks(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
}

/// Where the bytes are.
#[derive(Clone)]
enum Source {
    Memory(Buffer<u8>),
    Disk { path: PathBuf, length: u64 },
}

/// An open parquet file.
#[derive(Clone)]
pub(crate) struct ParquetFile {
    path: PathBuf,
    source: Source,
    metadata: Arc<FileMetadata>,
    fields: Arc<Vec<Field>>,
}

impl fmt::Debug for ParquetFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParquetFile").field("path", &self.path).field("rows", &self.rows()).finish_non_exhaustive()
    }
}

impl ParquetFile {
    /// Reads the footer of a file; its columns stay where they are.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io(path))?;
        let length = file.metadata().map_err(Error::io(path))?.len();
        Self::with(path, Source::Disk { path: path.to_path_buf(), length }, file)
    }

    /// The same for bytes in memory.
    pub fn from_bytes(path: &Path, bytes: Vec<u8>) -> Result<Self> {
        let bytes = Buffer::from(bytes);
        Self::with(path, Source::Memory(bytes.clone()), Cursor::new(bytes))
    }

    fn with(path: &Path, source: Source, mut reader: impl Read + Seek) -> Result<Self> {
        let unreadable = |error: polars::prelude::PolarsError| Error::file(path, format!("not a readable parquet file: {error}"));
        let (metadata, fields) = guarded(path, "the footer", || {
            let metadata = read_metadata(&mut reader).map_err(unreadable)?;
            let fields = infer_schema(&metadata).map_err(unreadable)?.iter_values().cloned().collect::<Vec<_>>();
            Ok((metadata, fields))
        })?;
        let file = Self { path: path.to_path_buf(), source, metadata: Arc::new(metadata), fields: Arc::new(fields) };
        let rows: usize = file.metadata.row_groups.iter().map(|group| group.num_rows()).fold(0, usize::saturating_add);
        if rows != file.metadata.num_rows || rows as u64 > file.most_unpacked(file.length()) / 8 {
            let problem = format!("a damaged parquet file: it says {rows} rows in {} bytes", file.length());
            return Err(Error::file(path, problem));
        }
        Ok(file)
    }

    fn length(&self) -> u64 {
        match &self.source {
            Source::Memory(bytes) => bytes.len() as u64,
            Source::Disk { length, .. } => *length,
        }
    }

    fn most_unpacked(&self, packed: u64) -> u64 {
        packed.saturating_mul(MOST_PACKED_TIMES).max(MOST_UNPACKED)
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|field| field.name.to_string()).collect()
    }

    /// Rows in all.
    pub fn rows(&self) -> usize {
        self.metadata.num_rows
    }

    /// Groups of rows that can be read one after the other.
    pub fn groups(&self) -> usize {
        self.metadata.row_groups.len()
    }

    /// Rows of one group.
    pub fn rows_of_group(&self, group: usize) -> usize {
        self.metadata.row_groups.get(group).map_or(0, |group| group.num_rows())
    }

    /// Whether a column's type is made for times.
    pub fn is_dated(&self, place: usize) -> bool {
        matches!(
            self.fields.get(place).map(|field| storage(&field.dtype)),
            Some(ArrowDataType::Timestamp(..) | ArrowDataType::Date32 | ArrowDataType::Date64)
        )
    }

    /// A whole column.
    pub fn column(&self, place: usize) -> Result<Values> {
        self.groups_of(place, 0..self.groups())
    }

    /// A column of one group of rows.
    pub fn column_of_group(&self, place: usize, group: usize) -> Result<Values> {
        self.groups_of(place, group..group + 1)
    }

    fn groups_of(&self, place: usize, groups: std::ops::Range<usize>) -> Result<Values> {
        let Some(field) = self.fields.get(place) else {
            return Err(Error::Internal { what: "a parquet column".to_owned(), detail: format!("no place {place}") });
        };
        let Some(dtype) = decoded_as(&field.dtype) else {
            let problem = format!(
                "column `{}` is of the type {}, which is no number, time or text; name another column",
                field.name,
                type_words(&field.dtype)
            );
            return Err(Error::file(&self.path, problem));
        };
        let wanted = Field::new(field.name.clone(), dtype, true);
        let mut values = Values::empty(&wanted.dtype);
        for group in groups {
            let rows = &self.metadata.row_groups[group];
            let chunks: Vec<&ColumnChunkMetadata> =
                rows.columns_under_root_iter(&field.name).into_iter().flatten().collect();
            let [chunk] = chunks.as_slice() else {
                let problem = format!("column `{}` is nested; name another column", field.name);
                return Err(Error::file(&self.path, problem));
            };
            let before = values.len();
            self.decode(chunk, &wanted, rows.num_rows(), &mut values)?;
            if values.len() - before != rows.num_rows() {
                let problem = format!("a damaged parquet file: column `{}` has another number of values than rows", field.name);
                return Err(Error::file(&self.path, problem));
            }
        }
        Ok(values)
    }

    fn decode(&self, chunk: &ColumnChunkMetadata, field: &Field, rows: usize, values: &mut Values) -> Result<()> {
        let unreadable = |error: &dyn fmt::Display| {
            Error::file(&self.path, format!("column `{}` cannot be decoded: {error}", field.name))
        };
        let (packed, unpacked) = (chunk.compressed_size().max(0) as u64, chunk.uncompressed_size().max(0) as u64);
        if unpacked > self.most_unpacked(packed) || chunk.num_values() != rows as i64 {
            return Err(unreadable(&"its sizes contradict each other"));
        }
        guarded(&self.path, &format!("column `{}`", field.name), || {
            let bytes = self.chunk(chunk).map_err(|error| unreadable(&error))?;
            let most = (unpacked.max(packed) as usize).saturating_add(1 << 16);
            let pages = PageReader::new(Cursor::new(bytes), chunk, Vec::new(), most);
            let pages = BasicDecompressor::new(pages, Vec::new());
            let kind = &chunk.descriptor().descriptor.primitive_type;
            let (arrays, _) = column_iter_to_arrays(vec![pages], vec![kind], field.clone(), None)
                .map_err(|error| unreadable(&error))?;
            arrays.iter().try_for_each(|array| {
                values.append(array.as_ref()).ok_or_else(|| unreadable(&"its values are beyond their type's range"))
            })
        })
    }

    fn chunk(&self, chunk: &ColumnChunkMetadata) -> std::io::Result<Buffer<u8>> {
        let range = chunk.byte_range();
        if range.start >= range.end || range.end > self.length() {
            return Err(std::io::Error::other("its place is outside the file"));
        }
        match &self.source {
            Source::Memory(bytes) => Ok(bytes.clone().sliced(range.start as usize..range.end as usize)),
            Source::Disk { path, .. } => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(range.start))?;
                let mut bytes = vec![0; (range.end - range.start) as usize];
                file.read_exact(&mut bytes)?;
                Ok(Buffer::from(bytes))
            }
        }
    }
}

/// Categories and extensions are read as what they stand for.
fn storage(dtype: &ArrowDataType) -> &ArrowDataType {
    match dtype {
        ArrowDataType::Dictionary(_, values, _) => storage(values),
        ArrowDataType::Extension(extension) => storage(&extension.inner),
        other => other,
    }
}

/// The type a column is decoded as; none for one that holds no number, time or text.
fn decoded_as(dtype: &ArrowDataType) -> Option<ArrowDataType> {
    use ArrowDataType as T;
    Some(match storage(dtype) {
        T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Binary | T::LargeBinary | T::BinaryView => T::Utf8View,
        T::Float16 => T::FixedSizeBinary(2),
        T::Decimal32(precision, scale) | T::Decimal64(precision, scale) => T::Decimal(*precision, *scale),
        known @ (T::Null
        | T::Boolean
        | T::Int8
        | T::Int16
        | T::Int32
        | T::Int64
        | T::UInt8
        | T::UInt16
        | T::UInt32
        | T::UInt64
        | T::Float32
        | T::Float64
        | T::Decimal(..)
        | T::Timestamp(..)
        | T::Date32
        | T::Date64
        | T::Time32(_)
        | T::Time64(_)) => known.clone(),
        _ => return None,
    })
}

fn type_words(dtype: &ArrowDataType) -> String {
    use ArrowDataType as T;
    match storage(dtype) {
        T::List(_) | T::LargeList(_) | T::FixedSizeList(..) => "list".to_owned(),
        T::Struct(_) => "struct".to_owned(),
        T::Map(..) => "map".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn unit_words(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Second => "parquet timestamps in seconds",
        TimeUnit::Millisecond => "parquet timestamps in milliseconds",
        TimeUnit::Microsecond => "parquet timestamps in microseconds",
        TimeUnit::Nanosecond => "parquet timestamps in nanoseconds",
    }
}

fn to_millis(value: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Second => value.checked_mul(1_000),
        TimeUnit::Millisecond => Some(value),
        TimeUnit::Microsecond => Some(value.div_euclid(1_000)),
        TimeUnit::Nanosecond => Some(value.div_euclid(1_000_000)),
    }
}

impl Values {
    fn empty(dtype: &ArrowDataType) -> Self {
        use ArrowDataType as T;
        match dtype {
            T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::UInt8 | T::UInt16 | T::UInt32 => Self::Whole(Vec::new()),
            T::Timestamp(unit, zone) => Self::Instants {
                millis: Vec::new(),
                unit: unit_words(*unit),
                zone: zone.as_ref().map(ToString::to_string),
            },
            T::Date64 => Self::Instants { millis: Vec::new(), unit: "parquet dates", zone: None },
            T::Date32 => Self::Dates(Vec::new()),
            T::Time32(_) | T::Time64(_) => Self::Clocks(Vec::new()),
            T::Utf8View | T::Boolean => Self::Texts(Vec::new()),
            _ => Self::Numbers(Vec::new()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Texts(values) => values.len(),
            Self::Whole(values) | Self::Dates(values) | Self::Clocks(values) => values.len(),
            Self::Instants { millis, .. } => millis.len(),
        }
    }

    /// Adds an array's values; none when one is beyond what its kind can hold.
    fn append(&mut self, array: &dyn Array) -> Option<()> {
        match self {
            Self::Numbers(values) => floats(array, values),
            Self::Whole(values) => whole(array, values, Some),
            Self::Dates(values) => whole(array, values, Some),
            Self::Clocks(values) => match array.dtype() {
                ArrowDataType::Time32(unit) | ArrowDataType::Time64(unit) => whole(array, values, |value| to_millis(value, *unit)),
                _ => None,
            },
            Self::Instants { millis, .. } => match array.dtype() {
                ArrowDataType::Timestamp(unit, _) => whole(array, millis, |value| to_millis(value, *unit)),
                _ => whole(array, millis, Some),
            },
            Self::Texts(values) => texts(array, values),
        }
    }
}

fn primitive<T: NativeType>(array: &dyn Array) -> Option<&PrimitiveArray<T>> {
    array.as_any().downcast_ref()
}

fn whole(array: &dyn Array, values: &mut Vec<Option<i64>>, map: impl Fn(i64) -> Option<i64>) -> Option<()> {
    fn each<T: NativeType + Into<i64>>(
        array: &dyn Array,
        values: &mut Vec<Option<i64>>,
        map: &impl Fn(i64) -> Option<i64>,
    ) -> Option<()> {
        for value in primitive::<T>(array)? {
            values.push(match value {
                Some(value) => Some(map((*value).into())?),
                None => None,
            });
        }
        Some(())
    }
    let any = array.as_any();
    match () {
        () if any.is::<PrimitiveArray<i64>>() => each::<i64>(array, values, &map),
        () if any.is::<PrimitiveArray<i32>>() => each::<i32>(array, values, &map),
        () if any.is::<PrimitiveArray<i16>>() => each::<i16>(array, values, &map),
        () if any.is::<PrimitiveArray<i8>>() => each::<i8>(array, values, &map),
        () if any.is::<PrimitiveArray<u32>>() => each::<u32>(array, values, &map),
        () if any.is::<PrimitiveArray<u16>>() => each::<u16>(array, values, &map),
        () => each::<u8>(array, values, &map),
    }
}

fn floats(array: &dyn Array, values: &mut Vec<f64>) -> Option<()> {
    if let Some(array) = primitive::<f64>(array) {
        values.extend(array.iter().map(|value| value.copied().unwrap_or(f64::NAN)));
    } else if let Some(array) = primitive::<f32>(array) {
        values.extend(array.iter().map(|value| value.map_or(f64::NAN, |value| f64::from(*value))));
    } else if let Some(array) = primitive::<u64>(array) {
        values.extend(array.iter().map(|value| value.map_or(f64::NAN, |value| *value as f64)));
    } else if let (Some(decimals), ArrowDataType::Decimal(_, scale)) = (primitive::<i128>(array), array.dtype()) {
        values.extend(decimals.iter().map(|value| value.map_or(f64::NAN, |value| decimal(*value, *scale))));
    } else if let Some(array) = array.as_any().downcast_ref::<FixedSizeBinaryArray>() {
        values.extend(array.iter().map(|bytes| match bytes {
            Some([low, high]) => half(u16::from_le_bytes([*low, *high])),
            _ => f64::NAN,
        }));
    } else if matches!(array.dtype(), ArrowDataType::Null) {
        values.extend(std::iter::repeat_n(f64::NAN, array.len()));
    } else {
        return None;
    }
    Some(())
}

fn texts(array: &dyn Array, values: &mut Vec<Option<String>>) -> Option<()> {
    if let Some(array) = array.as_any().downcast_ref::<Utf8ViewArray>() {
        values.extend(array.iter().map(|text| text.map(|text| text.trim().to_owned())));
    } else {
        let array = array.as_any().downcast_ref::<BooleanArray>()?;
        values.extend(array.iter().map(|truth| truth.map(|truth| truth.to_string())));
    }
    Some(())
}

/// The nearest number to `value / 10^scale`.
fn decimal(value: i128, scale: usize) -> f64 {
    // Both exact: one rounding.
    if value.unsigned_abs() < 1 << 53 && scale <= 22 {
        return value as f64 / 10_f64.powi(scale as i32);
    }
    format!("{value}e-{scale}").parse().unwrap_or(f64::NAN)
}

/// A number of IEEE 754's half precision.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    sign * match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f64.powi(exponent - 15),
    }
}
