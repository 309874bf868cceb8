//! Reports in a notebook's cell or on a page.

use super::table::{Align, Row, Table, omitted};
use super::{Block, Cell, Renderer, Report, Tone, escaped};
use std::fmt::Write as _;

/// Works on light and dark pages; colours are those of the figures' palette.
const STYLE: &str = "<style>.dvol table{border-collapse:collapse;margin:.4em 0;font-variant-numeric:tabular-nums}\
.dvol th,.dvol td{padding:.15em .7em;text-align:right;border:0;white-space:nowrap;font-weight:inherit}\
.dvol thead th,.dvol thead td{border-bottom:1px solid currentColor;font-weight:600}.dvol tr.more td{text-align:left;opacity:.6}\
.dvol thead th{white-space:normal;vertical-align:bottom}.dvol .word,.dvol .words{text-align:left}.dvol .words{white-space:normal}\
.dvol th:first-child,.dvol td:first-child{text-align:left}.dvol table.wide{font-size:82%}.dvol .wide th,.dvol .wide td{padding:.15em .4em}\
.dvol .note{opacity:.7;font-size:90%}.dvol .heading{font-weight:600}\
.dvol pre{margin:.2em 0;font:inherit;white-space:pre-wrap}\
.dvol .good{color:#009E73;font-weight:600}.dvol .bad{color:#D55E00;font-weight:600}\
.dvol .unsure{color:#E69F00;font-weight:600}</style>";

/// A table of more columns is set smaller, so that a page is wide enough.
const WIDE: usize = 8;

/// HTML: a block with its own style.
#[derive(Debug, Clone, Copy)]
pub struct Html;

impl Renderer for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn render(&self, report: &Report) -> String {
        let mut out = format!("<div class=\"dvol\">{STYLE}");
        for block in &report.blocks {
            match block {
                Block::Heading { text } => push(&mut out, " class=\"heading\"", text),
                Block::Line { text } => push(&mut out, "", text),
                Block::Note { text } => push(&mut out, " class=\"note\"", text),
                Block::Table(table) => push_table(&mut out, table),
                Block::Gap => {}
            }
        }
        out + "</div>"
    }
}

fn escape(text: &str) -> String {
    escaped(text, |character| match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        _ => None,
    })
}

fn push(out: &mut String, class: &str, text: &str) {
    let _ = write!(out, "<pre{class}>{}</pre>", escape(text));
}

fn push_table(out: &mut String, table: &Table) {
    let sides = table.alignments();
    out.push_str(if sides.len() > WIDE { "<table class=\"wide\">" } else { "<table>" });
    out.push_str("<thead><tr>");
    for (column, side) in table.columns.iter().zip(&sides) {
        let class = if *side == Align::Left { " class=\"words\"" } else { "" };
        push_cell(out, Some("col"), class, &escape(&column.heading));
    }
    out.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        match row {
            Row::Omitted(count) => {
                let columns = sides.len();
                let said = omitted(*count);
                let _ = write!(out, "<tr class=\"more\"><td colspan=\"{columns}\">{said}</td></tr>");
            }
            Row::Cells(cells) => {
                out.push_str("<tr>");
                for (place, (cell, side)) in cells.iter().zip(&sides).enumerate() {
                    // One word, such as a time, is not broken at its hyphens.
                    let class = match side {
                        Align::Right => "",
                        Align::Left if cell.shown().contains(' ') => " class=\"words\"",
                        Align::Left => " class=\"word\"",
                    };
                    let names_row = place == 0 && *side == Align::Left;
                    push_cell(out, names_row.then_some("row"), class, &coloured(cell));
                }
                out.push_str("</tr>");
            }
        }
    }
    out.push_str("</tbody></table>");
}

/// A cell; one that names its column or row says so to who hears the table, unless it is empty.
fn push_cell(out: &mut String, names: Option<&str>, class: &str, html: &str) {
    let _ = match names.filter(|_| !html.is_empty()) {
        Some(scope) => write!(out, "<th{class} scope=\"{scope}\">{html}</th>"),
        None => write!(out, "<td{class}>{html}</td>"),
    };
}

fn coloured(cell: &Cell) -> String {
    let words = escape(&cell.shown());
    let Cell::Verdict { tone, .. } = cell else { return words };
    let class = match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Unsure => "unsure",
        Tone::Neutral => return words,
    };
    format!("<span class=\"{class}\">{words}</span>")
}
