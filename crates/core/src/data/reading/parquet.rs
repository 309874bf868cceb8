//! Parquet: typed columns, each decoded only when it is asked for.
//!
//! polars's own reader decodes whole tables and knows only the types it was built with; below it the same decoder
//! yields plain arrays, whose numbers are read here.

use super::footer::sound;
use super::guard::guarded;
use super::pages::look_over;
use super::values::{Values, decoded_as, storage, type_words};
use crate::error::{Error, Result};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, PageReader, RowGroupMetadata,
    column_iter_to_arrays, infer_schema, read_metadata,
};
use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most that so many bytes of a file may unpack to.
const MOST_UNPACKED: u64 = 1 << 30;
const MOST_PACKED_TIMES: u64 = 1000;
/// Rows that any file may have; beyond, there must be a byte of the file for each.
const MOST_ROWS: u64 = 1 << 24;

fn most_unpacked(packed: u64) -> u64 {
    packed.saturating_mul(MOST_PACKED_TIMES).max(MOST_UNPACKED)
}

/// The bytes of the footer, where the last eight of the file tell how many they are.
fn footer(reader: &mut (impl Read + Seek)) -> std::io::Result<Option<Vec<u8>>> {
    let length = reader.seek(SeekFrom::End(0))?;
    let mut end = [0; 8];
    if length < end.len() as u64 {
        return Ok(None);
    }
    reader.seek(SeekFrom::End(-8))?;
    reader.read_exact(&mut end)?;
    let [a, b, c, d, magic @ ..] = end;
    let said = u64::from(u32::from_le_bytes([a, b, c, d]));
    if &magic != b"PAR1" || said + 8 > length {
        return Ok(None);
    }
    reader.seek(SeekFrom::Start(length - 8 - said))?;
    let mut footer = Vec::new();
    reader.take(said).read_to_end(&mut footer)?;
    Ok(Some(footer))
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
        f.debug_struct("ParquetFile")
            .field("path", &self.path)
            .field("rows", &self.rows())
            .finish_non_exhaustive()
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
        let unreadable = |error: polars::prelude::PolarsError| {
            Error::file(path, format!("not a readable parquet file: {error}"))
        };
        let (metadata, fields) = guarded(path, "the footer", || {
            if let Some(footer) = footer(&mut reader).map_err(Error::io(path))? {
                sound(&footer)
                    .map_err(|fault| Error::file(path, format!("a damaged parquet file: {fault}")))?;
            }
            let metadata = read_metadata(&mut reader).map_err(unreadable)?;
            let fields =
                infer_schema(&metadata).map_err(unreadable)?.iter_values().cloned().collect::<Vec<_>>();
            Ok((metadata, fields))
        })?;
        let file =
            Self { path: path.to_path_buf(), source, metadata: Arc::new(metadata), fields: Arc::new(fields) };
        let rows: usize =
            file.metadata.row_groups.iter().map(RowGroupMetadata::num_rows).fold(0, usize::saturating_add);
        if rows != file.metadata.num_rows {
            let problem = format!(
                "a damaged parquet file: {} rows in all, {rows} in its groups",
                file.metadata.num_rows
            );
            return Err(Error::file(path, problem));
        }
        if rows as u64 > MOST_ROWS.max(file.length()) {
            let problem = format!(
                "{rows} rows in {} bytes: more than 16 million rows, and more rows than bytes; save the rows that \
                 are needed",
                file.length()
            );
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
        self.metadata.row_groups.get(group).map_or(0, RowGroupMetadata::num_rows)
    }

    /// Whether a column's type is made for times.
    pub fn is_dated(&self, place: usize) -> bool {
        matches!(
            self.fields.get(place).map(|field| storage(&field.dtype)),
            Some(ArrowDataType::Timestamp(..) | ArrowDataType::Date32 | ArrowDataType::Date64)
        )
    }

    /// Whether a column's type is made for times of day.
    pub fn is_clock(&self, place: usize) -> bool {
        let field = self.fields.get(place).map(|field| storage(&field.dtype));
        matches!(field, Some(ArrowDataType::Time32(_) | ArrowDataType::Time64(_)))
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
            return Err(Error::Internal {
                what: "a parquet column".to_owned(),
                detail: format!("no place {place}"),
            });
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
                let problem = format!(
                    "a damaged parquet file: column `{}` has another number of values than rows",
                    field.name
                );
                return Err(Error::file(&self.path, problem));
            }
        }
        Ok(values)
    }

    fn decode(
        &self,
        chunk: &ColumnChunkMetadata,
        field: &Field,
        rows: usize,
        values: &mut Values,
    ) -> Result<()> {
        let unreadable = |error: &dyn fmt::Display| {
            Error::file(&self.path, format!("column `{}` cannot be decoded: {error}", field.name))
        };
        let (packed, unpacked) =
            (chunk.compressed_size().max(0) as u64, chunk.uncompressed_size().max(0) as u64);
        if unpacked > most_unpacked(packed) || chunk.num_values() != rows as i64 {
            return Err(unreadable(&"its sizes contradict each other"));
        }
        guarded(&self.path, &format!("column `{}`", field.name), || {
            let bytes = self.chunk(chunk).map_err(|error| unreadable(&error))?;
            let most = (unpacked.max(packed) as usize).saturating_add(1 << 16);
            look_over(bytes.clone(), chunk, rows, most).map_err(|fault| unreadable(&fault))?;
            let pages = PageReader::new(Cursor::new(bytes), chunk, Vec::new(), most);
            let pages = BasicDecompressor::new(pages, Vec::new());
            let kind = &chunk.descriptor().descriptor.primitive_type;
            let (arrays, _) = column_iter_to_arrays(vec![pages], vec![kind], field.clone(), None)
                .map_err(|error| unreadable(&error))?;
            arrays
                .iter()
                .try_for_each(|array| values.append(array.as_ref()).map_err(|problem| unreadable(&problem)))
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
