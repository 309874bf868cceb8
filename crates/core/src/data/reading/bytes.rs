//! Bytes to text: what a file is packed in, and which letters its bytes are.

use crate::error::{Error, Result};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;
use std::io::{Cursor, Read};
use std::path::Path;

/// The most bytes a packed file may unpack to.
const MOST_UNPACKED: u64 = 4 << 30;

/// What a file holds once it is unpacked.
#[derive(Debug)]
pub(crate) enum Contents {
    Parquet(Vec<u8>),
    Text(String),
}

/// Unpacks gzip and zip, tells parquet from text, and decodes text; what was done is added to `notes`.
pub(crate) fn contents(path: &Path, bytes: Vec<u8>, notes: &mut Vec<String>) -> Result<Contents> {
    let bytes = unpacked(path, bytes, notes)?;
    if bytes.starts_with(b"PAR1") {
        return Ok(Contents::Parquet(bytes));
    }
    if let Some(packing) = packed(&bytes) {
        return Err(Error::file(
            path,
            format!("packed with {packing}; unpack it, or pack it with gzip or zip"),
        ));
    }
    if let Some(kind) = foreign(&bytes) {
        return Err(Error::file(path, format!("{kind}, not a table; save it as CSV or parquet")));
    }
    text(path, bytes, notes).map(Contents::Text)
}

/// Packings that are not unpacked here.
fn packed(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 6] = [
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (b"7z\xbc\xaf", "7-Zip"),
        (b"Rar!", "RAR"),
    ];
    KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name)
}

/// Files that are often taken for a table.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let lower = start[..start.len().min(15)].to_ascii_lowercase();
    match () {
        () if bytes.starts_with(b"\xd0\xcf\x11\xe0") => Some("an Excel workbook (.xls)"),
        () if bytes.starts_with(b"ARROW1") => Some("an Arrow IPC (Feather) file"),
        () if bytes.starts_with(b"\x89HDF") => Some("an HDF5 file"),
        () if bytes.starts_with(b"%PDF") => Some("a PDF"),
        () if bytes.starts_with(b"SQLite format 3") => Some("an SQLite database"),
        () if bytes.starts_with(b"\x80\x04\x95") || bytes.starts_with(b"\x80\x05\x95") => {
            Some("a Python pickle")
        }
        () if bytes.starts_with(b"RDX") || bytes.starts_with(b"X\n\0\0") => Some("an R data file"),
        () if [&b"<!doctype html"[..], b"<html", b"<table", b"<?xml"]
            .iter()
            .any(|tag| lower.starts_with(tag)) =>
        {
            Some("a web page or XML")
        }
        () if start.starts_with(b"{\"") || start.starts_with(b"[{") => Some("JSON"),
        () => None,
    }
}

fn unpacked(path: &Path, bytes: Vec<u8>, notes: &mut Vec<String>) -> Result<Vec<u8>> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        notes.push("unpacked from gzip".to_owned());
        return bounded(path, MultiGzDecoder::new(bytes.as_slice()));
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return Ok(bytes);
    }
    let unreadable =
        |error: zip::result::ZipError| Error::file(path, format!("not a readable zip file: {error}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    if names.iter().any(|name| name == "[Content_Types].xml") {
        return Err(Error::file(path, "an Excel workbook (.xlsx), not a table; save its sheet as CSV"));
    }
    let tables: Vec<&String> =
        names.iter().filter(|name| !name.ends_with('/') && !name.starts_with("__MACOSX")).collect();
    let [one] = tables.as_slice() else {
        let held: Vec<&str> = tables.iter().take(5).map(|name| name.as_str()).collect();
        let problem = format!("a zip file of {} files ({}); give one of them", tables.len(), held.join(", "));
        return Err(Error::file(path, problem));
    };
    notes.push(format!("`{one}` unpacked from zip"));
    let member = archive.by_name(one).map_err(unreadable)?;
    bounded(path, member)
}

/// All of a stream, unless it is larger than any table of this field.
fn bounded(path: &Path, stream: impl Read) -> Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    let length = stream
        .take(MOST_UNPACKED + 1)
        .read_to_end(&mut unpacked)
        .map_err(|error| Error::file(path, format!("the packed file is damaged: {error}")))?;
    if length as u64 > MOST_UNPACKED {
        return Err(Error::file(path, "unpacks to more than 4 GiB; unpack it and give a part, or parquet"));
    }
    Ok(unpacked)
}

fn text(path: &Path, bytes: Vec<u8>, notes: &mut Vec<String>) -> Result<String> {
    let encoding = encoding(&bytes);
    if encoding == UTF_8 {
        match String::from_utf8(bytes) {
            Ok(mut text) => {
                if text.starts_with('\u{feff}') {
                    text.drain(..'\u{feff}'.len_utf8());
                }
                return whole(path, text);
            }
            Err(error) => return latin(path, &error.into_bytes(), notes),
        }
    }
    let (text, _, damaged) = encoding.decode(&bytes);
    if damaged {
        let problem = format!("damaged {} text; save it as UTF-8 CSV", encoding.name());
        return Err(Error::file(path, problem));
    }
    notes.push(format!("{} text", encoding.name()));
    whole(path, text.into_owned())
}

/// One byte a letter: names and units of western Europe. Bytes that are no letters there are no text at all.
fn latin(path: &Path, bytes: &[u8], notes: &mut Vec<String>) -> Result<String> {
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a);
    if let Some(place) = bytes.iter().position(control) {
        let problem = format!("neither parquet nor text (byte {place}); save it as UTF-8 CSV");
        return Err(Error::file(path, problem));
    }
    notes.push("Latin-1 (windows-1252) text".to_owned());
    Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
}

/// UTF-16 by its mark, or by its zeros where the mark is missing.
fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let head = &bytes[..bytes.len().min(512) & !1];
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let half = head.len() / 2;
    match (zeros(0), zeros(1)) {
        (0, odd) if half > 0 && odd * 10 >= half * 9 => UTF_16LE,
        (even, 0) if half > 0 && even * 10 >= half * 9 => UTF_16BE,
        _ => UTF_8,
    }
}

fn whole(path: &Path, text: String) -> Result<String> {
    match text.find('\0') {
        Some(place) => {
            let problem = format!("neither parquet nor text (a zero byte at {place}); save it as UTF-8 CSV");
            Err(Error::file(path, problem))
        }
        None => Ok(text),
    }
}
