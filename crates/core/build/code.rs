// The code of a result: a hash of the sources that can change its numbers. Comments and layout are not among them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Packages whose version can change a number, with all that they depend on.
const COMPUTING: [&str; 10] = [
    "argmin",
    "linfa",
    "linfa-linalg",
    "linfa-linear",
    "ndarray",
    "rand",
    "rand_chacha",
    "rand_distr",
    "statrs",
    "tch",
];

/// What decides the numbers of `rooms` (files and folders below `root`): their code, file by file.
///
/// Text for a hash function; the order of rooms does not matter.
pub fn sources(root: &Path, rooms: &[&str]) -> io::Result<String> {
    let mut files = BTreeSet::new();
    for room in rooms {
        collect(&root.join(room), &mut files)?;
    }
    let mut text = String::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        let code = without_comments(&fs::read_to_string(&file)?);
        text.push_str(&format!("{name}\n{code}\n"));
    }
    Ok(text)
}

/// Name, version and checksum of every package of a lock file that computes.
pub fn locked(lock: &str) -> String {
    let mut packages: BTreeMap<&str, Vec<(String, Vec<&str>)>> = BTreeMap::new();
    for block in lock.split("[[package]]").skip(1) {
        let field = |key: &str| {
            let line = block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
            line.map(|value| value.trim_matches('"'))
        };
        let Some(name) = field("name") else { continue };
        let identity =
            format!("{name} {} {}", field("version").unwrap_or(""), field("checksum").unwrap_or(""));
        let needs =
            block.split("dependencies = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap_or("");
        let needs = needs.lines().filter_map(|line| line.trim().trim_matches([',', '"']).split(' ').next());
        packages.entry(name).or_default().push((identity, needs.filter(|name| !name.is_empty()).collect()));
    }
    let mut waiting: Vec<&str> = COMPUTING.to_vec();
    let (mut seen, mut lines) = (BTreeSet::new(), BTreeSet::new());
    while let Some(name) = waiting.pop() {
        if seen.insert(name) {
            for (identity, needs) in packages.get(name).into_iter().flatten() {
                lines.insert(identity.as_str());
                waiting.extend(needs);
            }
        }
    }
    lines.into_iter().collect::<Vec<_>>().join("\n")
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.extension().is_some_and(|ending| ["rs", "cpp", "h"].iter().any(|known| ending == *known)) {
        files.insert(path.to_path_buf());
    }
    Ok(())
}

/// The text without comments, runs of white space as one space; literals stay as they are.
pub fn without_comments(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            let length = literal(rest);
            if length > 0 {
                out.extend_from_slice(&bytes[at..at + length]);
                at += length;
                continue;
            }
            if !bytes[at].is_ascii_whitespace() {
                // A character may be several bytes.
                let width = rest.chars().next().map_or(1, char::len_utf8);
                out.extend_from_slice(&bytes[at..at + width]);
                at += width;
                continue;
            }
            rest.find(|c: char| !c.is_ascii_whitespace()).unwrap_or(rest.len())
        };
        if out.last().is_some_and(|last| *last != b' ') {
            out.push(b' ');
        }
        at += skip;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The bytes of the string or character literal that `text` begins with; 0 for anything else, such as a lifetime.
fn literal(text: &str) -> usize {
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = &raw[hashes + 1..];
            return body.find(&end).map_or(text.len(), |found| 1 + hashes + 1 + found + end.len());
        }
        return 0;
    }
    let Some(quote @ ('"' | '\'')) = text.chars().next() else { return 0 };
    let mut escaped = false;
    for (position, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return position + 1,
            _ if quote == '\'' && !text[1..].starts_with('\\') && position > 1 => return 0,
            _ => {}
        }
    }
    0
}
