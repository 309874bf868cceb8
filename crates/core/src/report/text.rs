//! Reports in a terminal.

use super::table::{Align, Row, Table, omitted};
use super::{Block, Renderer, Report, one_line};
use unicode_width::UnicodeWidthStr;

/// Terminal text: aligned tables between bars, which Markdown reads too.
#[derive(Debug, Clone, Copy)]
pub struct Text;

impl Renderer for Text {
    fn name(&self) -> &'static str {
        "txt"
    }

    fn render(&self, report: &Report) -> String {
        let blocks: Vec<String> = report
            .blocks
            .iter()
            .map(|block| match block {
                Block::Heading { text } | Block::Line { text } | Block::Note { text } => one_line(text),
                Block::Table(table) => grid(table),
                Block::Gap => String::new(),
            })
            .collect();
        blocks.join("\n")
    }
}

fn grid(table: &Table) -> String {
    let header: Vec<String> = table.columns.iter().map(|column| one_line(&column.heading)).collect();
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| words(row, header.len())).collect();
    let widths: Vec<usize> = (0..header.len())
        .map(|place| std::iter::once(&header).chain(&rows).map(|row| row[place].width()).max().unwrap_or(0))
        .collect();
    let sides: Vec<Align> = table
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| column.set.unwrap_or_else(|| table.align(place)))
        .collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).zip(&sides).map(|((cell, width), side)| {
            let space = " ".repeat(width - cell.width());
            match side {
                Align::Left => format!(" {cell}{space} "),
                Align::Right => format!(" {space}{cell} "),
            }
        });
        format!("|{}|", padded.collect::<Vec<_>>().join("|"))
    };
    let rules: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let mut lines = vec![line(&header), format!("|{}|", rules.join("|"))];
    lines.extend(rows.iter().map(line));
    lines.join("\n")
}

fn words(row: &Row, columns: usize) -> Vec<String> {
    let mut words: Vec<String> = match row {
        Row::Cells(cells) => cells.iter().map(|cell| one_line(&cell.shown())).collect(),
        Row::Omitted(count) => vec![omitted(*count)],
    };
    words.resize(columns, String::new());
    words
}
