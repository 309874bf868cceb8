//! Text to a table of text cells: where the header stands, what divides cells, what is no data.

use super::blanks::{has_row_names, tabbed};
use super::header::{
    column_name, further_headers, is_data, is_value, named, names_without_header, next_trimmed, repeated,
};
use super::numbers::plain_number;
use super::options::ReadOptions;
use super::time_names::is_time;
use crate::error::{Error, Result, quoted};
use csv::StringRecord;
use std::path::Path;

/// Lines looked at to find the delimiter and the header.
const SAMPLE: usize = 60;

/// Lines that may stand above a header.
const MOST_BANNER: usize = 25;

/// Cells in one string, row by row, and where each ends: one allocation, not one a row.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    pub names: Vec<String>,
    pub text: String,
    pub ends: Vec<usize>,
    /// Whether a comma may be inside a cell.
    pub commas_possible: bool,
    pub delimiter: u8,
}

impl Cells {
    pub fn rows(&self) -> usize {
        self.ends.len() / self.names.len().max(1)
    }

    pub fn cell(&self, row: usize, place: usize) -> Option<&str> {
        let cell = row * self.names.len() + place;
        let start = if cell == 0 { 0 } else { *self.ends.get(cell - 1)? };
        self.text.get(start..*self.ends.get(cell)?)
    }

    pub fn column(&self, place: usize) -> impl Iterator<Item = &str> + Clone {
        (0..self.rows()).map(move |row| self.cell(row, place).unwrap_or_default())
    }
}

/// What stands above the data: how many bytes to pass over, which delimiter, and a header in a comment.
struct Preface<'a> {
    body: &'a str,
    delimiter: Option<u8>,
    comment: Option<&'a str>,
}

/// Lines above the header that a user has told of, and whether of several files at once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Skip {
    lines: Option<usize>,
    shared: bool,
}

impl Skip {
    pub fn of(options: &ReadOptions) -> Self {
        let lines = options.skip_rows.or(options.shared.skip_rows);
        Self { lines, shared: options.skip_rows.is_none() && lines.is_some() }
    }
}

/// Reads delimited text; what was passed over is added to `notes`.
pub(crate) fn cells(path: &Path, text: &str, skip: Skip, notes: &mut Vec<String>) -> Result<Cells> {
    let Skip { lines: skip, shared } = skip;
    if text.trim().is_empty() {
        return Err(Error::file(path, "the file is empty; give a header and at least one row"));
    }
    let mut preface = preface(text, skip, notes);
    if preface.body.trim().is_empty() {
        return Err(Error::file(path, "no row below the lines above the header; give at least one"));
    }
    let divider = preface.delimiter.or_else(|| delimiter(preface.body));
    let tabs = if divider.is_none() { tabbed(preface.body) } else { None };
    if let Some(tabs) = &tabs {
        notes.push("cells divided by blanks".to_owned());
        preface.body = tabs;
    }
    let delimiter = divider.unwrap_or(if tabs.is_some() { b'\t' } else { b',' });
    if let (true, Some(number)) = (shared, skip) {
        not_of_the_table(path, text, number, preface.body, delimiter)?;
    }
    let (body, skipped) = match skip {
        Some(_) => (preface.body, 0),
        None => below_banner(preface.body, delimiter),
    };
    if skipped > 0 {
        notes.push(format!(
            "{skipped} line{} above the header passed over",
            if skipped == 1 { "" } else { "s" }
        ));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut record = StringRecord::new();
    let unreadable = |error: csv::Error| Error::file(path, format!("not readable as CSV: {error}"));
    next_trimmed(&mut reader, &mut record).map_err(unreadable)?;
    let first: Vec<String> = record.iter().map(str::to_owned).collect();
    let mut pending: Vec<StringRecord> = Vec::new();
    let header = if is_data(&first) { Vec::new() } else { first.clone() };
    let names = if is_data(&first) {
        pending.push(record.clone());
        names_without_header(path, &first, preface.comment, delimiter, body, notes)?
    } else {
        let further = further_headers(&mut reader, &mut pending, first.len()).map_err(unreadable)?;
        if !further.is_empty() {
            notes.push(format!("a header of {} lines", further.len() + 1));
        }
        let mut names = named(first, &further);
        if further.is_empty() && has_row_names(body, delimiter, &names) {
            notes.push("a first column of row names".to_owned());
            names.insert(0, column_name(0, String::new()));
        }
        names
    };
    if let Some(twice) = repeated(&names) {
        return Err(Error::file(path, format!("two columns are named `{}`; rename one", quoted(twice))));
    }
    let mut filler = Filler {
        path,
        names: &names,
        header: &header,
        text: String::with_capacity(body.len()),
        ends: Vec::new(),
        comments: 0,
        headers: 0,
    };
    for record in &pending {
        filler.push(record)?;
    }
    while reader.read_record(&mut record).map_err(unreadable)? {
        filler.push(&record)?;
    }
    let Filler { text: cells, mut ends, comments, headers, .. } = filler;
    if headers > 0 {
        let times = if headers == 1 { "once".to_owned() } else { format!("{headers} times") };
        notes.push(format!("the header stands among the rows {times} more: passed over"));
    }
    if comments > 0 {
        notes.push(format!("{comments} lines of comment passed over"));
    }
    // A spreadsheet saves the empty rows below its data.
    let width = names.len().max(1);
    while ends.len() > width && ends[ends.len() - 1] == ends[ends.len() - 1 - width] {
        ends.truncate(ends.len() - width);
    }
    let commas_possible = delimiter != b',' || body.contains('"');
    Ok(Cells { names, text: cells, ends, commas_possible, delimiter })
}

/// Refuses to pass over a line that looks like the table's own, where the number was meant for other files.
fn not_of_the_table(path: &Path, text: &str, number: usize, body: &str, delimiter: u8) -> Result<()> {
    let (usual, _) = usual(&sample(body), delimiter);
    let own = lines(text).take(number).position(|(line, _)| count(line, delimiter) == usual);
    match own.filter(|_| usual > 0) {
        None => Ok(()),
        Some(line) => {
            let problem = format!(
                "line {} would be passed over, and has as many cells as the table; say of which files the lines \
                 are, such as --skip-rows price={number}",
                line + 1
            );
            Err(Error::file(path, problem))
        }
    }
}

struct Filler<'a> {
    path: &'a Path,
    names: &'a [String],
    /// The header as it stands in the file, none where it has none: files that were joined repeat it.
    header: &'a [String],
    text: String,
    ends: Vec<usize>,
    comments: usize,
    headers: usize,
}

impl Filler<'_> {
    fn push(&mut self, record: &StringRecord) -> Result<()> {
        let width = self.names.len();
        let length = record.len();
        // A trailing delimiter makes one empty cell too many.
        let cell = |place| record.get(place).map(str::trim);
        let trailing = length == width + 1 && cell(width) == Some("");
        if length != width && !trailing {
            if cell(0).is_some_and(|cell| cell.starts_with('#')) {
                self.comments += 1;
                return Ok(());
            }
            let row = self.ends.len() / width + 1;
            let problem =
                format!("row {row}: {length} cells where the header has {width}; mend or delete the row");
            return Err(Error::file(self.path, problem));
        }
        if self.header.len() == length
            && record.iter().map(str::trim).eq(self.header.iter().map(String::as_str))
        {
            self.headers += 1;
            return Ok(());
        }
        for cell in record.iter().take(width) {
            self.text.push_str(bare(cell.trim()));
            self.ends.push(self.text.len());
        }
        Ok(())
    }
}

/// A cell without the marks that make text of it: `="2024-01-01"` of spreadsheets, `'2024-01-01'`.
fn bare(cell: &str) -> &str {
    if !cell.starts_with(['=', '\'']) {
        return cell;
    }
    let inner = |start: &str, end: char| cell.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    inner("=\"", '"').or_else(|| inner("'", '\'')).filter(|rest| !rest.is_empty()).unwrap_or(cell)
}

/// Lines as people's programs end them: `\n`, `\r\n` or a lone `\r`; each with its length, ends included.
fn lines(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let line = &rest[..end];
        let ending = if rest[end..].starts_with("\r\n") { 2 } else { usize::from(end < rest.len()) };
        rest = &rest[end + ending..];
        Some((line, end + ending))
    })
}

fn preface<'a>(text: &'a str, skip: Option<usize>, notes: &mut Vec<String>) -> Preface<'a> {
    let (mut place, mut delimiter, mut comment, mut comments) = (0, None, None, 0);
    for (number, (line, length)) in lines(text).enumerate() {
        let trimmed = line.trim();
        let stated = trimmed.trim_matches('"').strip_prefix("sep=").filter(|rest| rest.len() <= 1);
        if number < skip.unwrap_or(0) {
            place += length;
        } else if let (Some(stated), None) = (stated, delimiter) {
            delimiter = Some(stated.bytes().next().unwrap_or(b','));
            notes.push("a line `sep=`".to_owned());
            place += length;
        } else if trimmed.is_empty() {
            place += length;
        } else if let Some(rest) = trimmed.strip_prefix('#')
            // `#` alone is the name of a row number
            && !rest.trim_start().starts_with([',', ';', '\t', '|'])
        {
            (comment, comments) = (Some(rest.trim()), comments + 1);
            place += length;
        } else {
            break;
        }
    }
    if comments > 0 {
        notes.push(format!("{comments} line{} of comment passed over", if comments == 1 { "" } else { "s" }));
    }
    Preface { body: &text[place..], delimiter, comment }
}

/// Delimiters outside quotes.
pub(super) fn count(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    line.bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted && *byte == delimiter
        })
        .count()
}

pub(super) fn sample(body: &str) -> Vec<&str> {
    lines(body).map(|(line, _)| line).filter(|line| !line.trim().is_empty()).take(SAMPLE).collect()
}

/// The count of delimiters that most lines have, and how many have it.
fn usual(lines: &[&str], delimiter: u8) -> (usize, usize) {
    let counts: Vec<usize> = lines.iter().map(|line| count(line, delimiter)).collect();
    let frequency = |count: usize| counts.iter().filter(|other| **other == count).count();
    counts
        .iter()
        .map(|&count| (count, frequency(count)))
        .max_by_key(|&(count, often)| (often, count))
        .unwrap_or((0, 0))
}

/// The delimiter that divides most lines alike; a decimal comma divides them too, but not the header.
fn delimiter(body: &str) -> Option<u8> {
    let lines = sample(body);
    let header_of = |delimiter: u8, usual: usize| {
        lines.iter().take(MOST_BANNER).find(|line| count(line, delimiter) == usual).is_some_and(|line| {
            line.split(char::from(delimiter)).next().is_some_and(|cell| plain_number(cell.trim()).is_none())
        })
    };
    [b',', b'|', b'\t', b';']
        .into_iter()
        .map(|delimiter| (delimiter, usual(&lines, delimiter)))
        .filter(|(_, (count, _))| *count > 0)
        .max_by_key(|&(delimiter, (usual, often))| (often, header_of(delimiter, usual)))
        .map(|(delimiter, _)| delimiter)
}

/// Passes over lines that have fewer cells than the table below them.
fn below_banner(body: &str, delimiter: u8) -> (&str, usize) {
    let sampled = sample(body);
    let (usual, often) = usual(&sampled, delimiter);
    if usual == 0 || often * 2 < sampled.len() || sampled.len() < 3 {
        return (body, 0);
    }
    let start = names_line(body, delimiter, usual).or_else(|| {
        // A header one cell short or long is a fault to name, not a banner.
        lines(body).take(MOST_BANNER).position(|(line, _)| {
            let cells = count(line, delimiter);
            cells + 1 >= usual && !(cells == 0 && usual == 1) || line.contains('"') && cells > 0
        })
    });
    let above = || lines(body).take(start.unwrap_or(0));
    let skipped = above().filter(|(line, _)| !line.trim().is_empty()).count();
    if skipped == 0 {
        return (body, 0);
    }
    (&body[above().map(|(_, length)| length).sum()..], skipped)
}

/// The first line as wide as the table, where it holds names and the lines above it are narrower: one of those that
/// is a cell short is no header.
fn names_line(body: &str, delimiter: u8, usual: usize) -> Option<usize> {
    let (number, (line, _)) =
        lines(body).take(MOST_BANNER).enumerate().find(|(_, (line, _))| count(line, delimiter) >= usual)?;
    let is_header = count(line, delimiter) == usual && !divided(line, delimiter).any(is_value);
    is_header.then(|| below_settings(body, delimiter).unwrap_or(number))
}

/// The line of names below settings that are as wide as the table (`Start Date,01/01/2024`): it begins with the name of a
/// time, a row with a time stands below it, and above it stand a value or an empty line, and no row that begins with a value.
fn below_settings(body: &str, delimiter: u8) -> Option<usize> {
    let above: Vec<&str> = lines(body).map(|(line, _)| line).take(MOST_BANNER + 1).collect();
    let begins = |line: &str| divided(line, delimiter).next().is_some_and(is_value);
    let data = above.iter().position(|line| begins(line))?;
    let header = data.checked_sub(1)?;
    let named = divided(above[header], delimiter).next().is_some_and(is_time)
        && !divided(above[header], delimiter).any(|cell| cell.is_empty() || is_value(cell));
    let settings = above[..header].iter().any(|line| divided(line, delimiter).any(is_value));
    let apart = above[..header].iter().any(|line| line.trim().is_empty());
    (named && (settings || apart)).then_some(header)
}

fn divided(line: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    line.split(char::from(delimiter)).map(|cell| cell.trim().trim_matches('"'))
}
