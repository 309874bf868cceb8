//! Reports in a Typst document.

use super::table::{Align, Row, Table, omitted};
use super::{Block, Cell, Renderer, Report, Tone, escaped};

/// Typst: text as strings, in which no markup is read.
#[derive(Debug, Clone, Copy)]
pub struct Typst;

impl Renderer for Typst {
    fn name(&self) -> &'static str {
        "typ"
    }

    fn render(&self, report: &Report) -> String {
        let blocks = report.blocks.iter().filter_map(|block| match block {
            Block::Heading { text } => Some(format!("#strong({})\n", string(text))),
            Block::Line { text } => Some(format!("#{}\n", string(text))),
            Block::Note { text } => Some(format!("#emph({})\n", string(text))),
            Block::Table(table) => Some(grid(table)),
            Block::Gap => None,
        });
        blocks.collect::<Vec<_>>().join("\n")
    }
}

fn string(text: &str) -> String {
    let inner = escaped(text, |character| match character {
        '\\' => Some("\\\\"),
        '"' => Some("\\\""),
        _ => None,
    });
    format!("\"{inner}\"")
}

/// Letters of a heading above digits before it goes on in another line.
const HEADING: usize = 11;

fn grid(table: &Table) -> String {
    let alignments = table.alignments();
    let sides = alignments.iter().map(|side| match side {
        Align::Left => "left",
        Align::Right => "right",
    });
    let headings: Vec<String> = table
        .columns
        .iter()
        .zip(&alignments)
        .map(|(column, side)| match side {
            Align::Left => string(&column.heading),
            Align::Right => in_lines(&column.heading),
        })
        .collect();
    let columns: Vec<Digits> = (0..table.columns.len()).map(|place| Digits::of(table, place)).collect();
    // A trailing comma keeps a tuple of one a tuple.
    let mut out = format!(
        "#table(\n  columns: {},\n  align: ({},),\n  stroke: none,\n  table.hline(stroke: 0.08em),\n  \
         table.header({}),\n  table.hline(stroke: 0.05em),\n",
        table.columns.len(),
        sides.collect::<Vec<_>>().join(", "),
        headings.join(", ")
    );
    for row in &table.rows {
        let cells = match row {
            Row::Cells(cells) => {
                let written = cells.iter().zip(&columns).map(|(cell, digits)| written(cell, *digits));
                written.collect::<Vec<_>>().join(", ")
            }
            Row::Omitted(count) => {
                format!("table.cell(colspan: {}, {})", table.columns.len(), string(&omitted(*count)))
            }
        };
        out += &format!("  {cells},\n");
    }
    out + "  table.hline(stroke: 0.08em),\n)\n"
}

/// A heading above digits, its words under one another where they are many.
fn in_lines(heading: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    // A unit stays with its number.
    for word in heading.replace(" %", "\u{a0}%").split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < HEADING => {
                *line += &format!(" {word}");
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| string(line)).collect::<Vec<_>>().join(" + linebreak() + ")
}

/// What a column of digits reserves behind them, so that points stand under points.
#[derive(Debug, Clone, Copy)]
struct Digits {
    after_the_point: usize,
    mark: &'static str,
}

impl Digits {
    fn of(table: &Table, place: usize) -> Self {
        Self {
            after_the_point: table.column(place).filter_map(fraction).max().unwrap_or(0),
            mark: table.column(place).map(Cell::mark).max_by_key(|mark| mark.len()).unwrap_or_default(),
        }
    }
}

/// How many characters of a bare number are its point and what follows it.
fn fraction(cell: &Cell) -> Option<usize> {
    cell.value()?;
    let words = cell.words();
    words.parse::<f64>().ok().filter(|_| !words.contains('e'))?;
    Some(words.find('.').map_or(0, |point| words.len() - point))
}

fn written(cell: &Cell, digits: Digits) -> String {
    match cell {
        Cell::Name { text } => format!("raw({})", string(text)),
        Cell::Verdict { text, tone } => {
            let colour = match tone {
                Tone::Good => "#00664B",
                Tone::Bad => "#A33B00",
                Tone::Unsure => "#7A5200",
                Tone::Neutral => return string(text),
            };
            format!("text(fill: rgb(\"{colour}\"), {})", string(text))
        }
        _ if cell.value().is_some() => number(cell, digits),
        _ => string(&cell.shown()),
    }
}

/// Digits with a minus sign, not a hyphen, a power of ten as one, and behind them what keeps the column straight.
fn number(cell: &Cell, digits: Digits) -> String {
    let words = cell.words().replace('-', "\u{2212}");
    let mut out = match words.split_once('e') {
        Some((mantissa, power)) if power.trim_start_matches('\u{2212}').parse::<u32>().is_ok() => {
            format!("{} + super({})", string(&format!("{mantissa}\u{b7}10")), string(power))
        }
        _ => string(&(words + cell.mark())),
    };
    let own = fraction(cell);
    let missing = own.map_or(0, |own| digits.after_the_point.saturating_sub(own));
    let reserved = match (missing, own) {
        (0, _) => String::new(),
        (many, Some(0)) => format!(".{}", "0".repeat(many - 1)),
        (many, _) => "0".repeat(many),
    } + digits.mark.strip_prefix(cell.mark()).unwrap_or_default();
    if !reserved.is_empty() {
        out += &format!(" + hide({})", string(&reserved));
    }
    out
}
