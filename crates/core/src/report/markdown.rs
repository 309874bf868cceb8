//! Reports on a Markdown page.

use super::table::{Align, Row, Table, omitted};
use super::{Block, Cell, Renderer, Report, escaped, one_line};

/// GitHub's Markdown: paragraphs and pipe tables; identifiers are set as code.
#[derive(Debug, Clone, Copy)]
pub struct Markdown;

impl Renderer for Markdown {
    fn name(&self) -> &'static str {
        "md"
    }

    fn render(&self, report: &Report) -> String {
        let blocks = report.blocks.iter().filter_map(|block| match block {
            Block::Heading { text } => Some(format!("**{}**\n", escape(text))),
            Block::Line { text } => Some(format!("{}\n", escape(text))),
            Block::Note { text } => Some(format!("*{}*\n", escape(text))),
            Block::Table(table) => Some(pipes(table)),
            Block::Gap => None,
        });
        blocks.collect::<Vec<_>>().join("\n")
    }
}

fn escape(text: &str) -> String {
    escaped(text, |character| match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\\' => Some("\\\\"),
        '`' => Some("\\`"),
        '*' => Some("\\*"),
        '_' => Some("\\_"),
        '|' => Some("\\|"),
        '$' => Some("\\$"),
        '#' => Some("\\#"),
        '[' => Some("\\["),
        ']' => Some("\\]"),
        '~' => Some("\\~"),
        _ => None,
    })
}

fn pipes(table: &Table) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let rules = table.alignments().into_iter().map(|side| match side {
        Align::Left => ":--".to_owned(),
        Align::Right => "--:".to_owned(),
    });
    let mut out = line(table.columns.iter().map(|column| escape(&column.heading)).collect());
    out += &line(rules.collect());
    for row in &table.rows {
        out += &line(match row {
            Row::Cells(cells) => cells.iter().map(written).collect(),
            Row::Omitted(count) => {
                let mut words = vec![omitted(*count)];
                words.resize(table.columns.len(), String::new());
                words
            }
        });
    }
    out
}

fn written(cell: &Cell) -> String {
    match cell {
        // A bar ends a cell even within code, and a backtick ends the code.
        Cell::Name { text } if !text.contains(['`', '|', '\\']) && !text.is_empty() => {
            format!("`{}`", one_line(text))
        }
        _ => escape(&cell.shown()),
    }
}
