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

fn grid(table: &Table) -> String {
    let sides = table.alignments().into_iter().map(|side| match side {
        Align::Left => "left",
        Align::Right => "right",
    });
    let headings: Vec<String> = table.columns.iter().map(|column| string(&column.heading)).collect();
    // A trailing comma keeps a tuple of one a tuple.
    let mut out = format!(
        "#table(\n  columns: {},\n  align: ({},),\n  table.header({}),\n",
        table.columns.len(),
        sides.collect::<Vec<_>>().join(", "),
        headings.join(", ")
    );
    for row in &table.rows {
        let cells = match row {
            Row::Cells(cells) => cells.iter().map(written).collect::<Vec<_>>().join(", "),
            Row::Omitted(count) => {
                format!("table.cell(colspan: {}, {})", table.columns.len(), string(&omitted(*count)))
            }
        };
        out += &format!("  {cells},\n");
    }
    out + ")\n"
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Name { text } => format!("raw({})", string(text)),
        Cell::Verdict { text, tone } => {
            let colour = match tone {
                Tone::Good => "#009E73",
                Tone::Bad => "#D55E00",
                Tone::Unsure => "#E69F00",
                Tone::Neutral => return string(text),
            };
            format!("text(fill: rgb(\"{colour}\"), {})", string(text))
        }
        // Digits take a minus sign, not a hyphen.
        _ if cell.value().is_some() => string(&cell.shown().replace('-', "\u{2212}")),
        _ => string(&cell.shown()),
    }
}
