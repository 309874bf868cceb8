//! Small stand-ins for large libraries at link time.
//!
//! To link one cell, a linker would read the symbols of `libdvol.so` and of libtorch, 500 MB together. A cell
//! may leave its symbols open instead: the loader finds them in the real libraries, which the stubs name. The
//! stub of `libdvol.so` carries the original's `.rustc` section, because rustc reads the crate from it.

use super::place;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What every cell is linked to; it needs the real libraries, so that loading a cell loads them.
pub const ANCHOR: &str = "libdvol_cells.so";

/// Writes stubs of `library` and of libtorch into `stubs`, and the anchor beside `library`.
pub fn write_all(library: &Path, stubs: &Path) -> io::Result<()> {
    let (start, length) = metadata_section(library)?;
    let metadata =
        format!(".section .rustc,\"\",@progbits\n.incbin \"{}\", {start}, {length}\n", library.display());
    let dvol = stubs.join("libdvol.so");
    link(&dvol, &metadata, &[])?;
    let mut needed = vec![dvol];
    for entry in fs::read_dir(place::libtorch().join("lib"))? {
        let name = entry?.file_name();
        let text = name.to_string_lossy();
        if text.starts_with("libtorch") && text.ends_with(".so") && !text.contains("python")
            || text == "libc10.so"
        {
            link(&stubs.join(&name), "", &[])?;
            if text == "libtorch_cuda.so" || text == "libtorch_hip.so" {
                needed.push(stubs.join(&name));
            }
        }
    }
    link(&library.with_file_name(ANCHOR), "", &needed)
}

/// A shared library of one assembler text that needs others, whatever symbols they have.
fn link(path: &Path, assembly: &str, needed: &[PathBuf]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().display();
    let source = path.with_extension("s");
    fs::write(&source, format!("{assembly}.section .note.GNU-stack,\"\",@progbits\n"))?;
    let status = Command::new("cc")
        .args([
            "-shared",
            "-nostdlib",
            &format!("-Wl,-soname,{name}"),
            "-Wl,--no-as-needed",
            "-Wl,-rpath,$ORIGIN",
            "-o",
        ])
        .args([path, &source])
        .args(needed)
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("cc could not make {}", path.display())))
    }
}

/// Offset and length of the section `.rustc` of a 64-bit little-endian ELF file.
fn metadata_section(library: &Path) -> io::Result<(u64, u64)> {
    let mut file = File::open(library)?;
    let header = read(&mut file, 0, 64)?;
    let table = number(&header, 0x28, 8);
    let entry = number(&header, 0x3a, 2);
    let count = number(&header, 0x3c, 2);
    let names_index = number(&header, 0x3e, 2);
    let sections = read(&mut file, table, entry * count)?;
    let section = |index: u64| {
        let at = (index * entry) as usize;
        (number(&sections, at, 4), number(&sections, at + 0x18, 8), number(&sections, at + 0x20, 8))
    };
    let (_, names_start, names_length) = section(names_index);
    let names = read(&mut file, names_start, names_length)?;
    (0..count)
        .map(section)
        .find(|(name, _, _)| names.get(*name as usize..).is_some_and(|rest| rest.starts_with(b".rustc\0")))
        .map(|(_, start, length)| (start, length))
        .ok_or_else(|| io::Error::other(format!("{} holds no Rust metadata", library.display())))
}

fn read(file: &mut File, start: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length as usize];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Little-endian; 0 beyond the end.
fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let part = bytes.get(at..at + width).unwrap_or_default();
    part.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
