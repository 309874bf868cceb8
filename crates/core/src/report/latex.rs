//! Reports in a LaTeX document.

use super::table::{Align, Row, Table, omitted};
use super::{Block, Cell, Renderer, Report, escaped};

/// LaTeX: `booktabs` rules, numbers in `siunitx` columns that align at the point.
///
/// The document needs `\usepackage{booktabs,siunitx}`.
#[derive(Debug, Clone, Copy)]
pub struct Latex;

impl Renderer for Latex {
    fn name(&self) -> &'static str {
        "tex"
    }

    fn render(&self, report: &Report) -> String {
        let blocks = report.blocks.iter().filter_map(|block| match block {
            Block::Heading { text } => Some(format!("\\textbf{{{}}}\n", escape(text))),
            Block::Line { text } => Some(format!("{}\n", escape(text))),
            Block::Note { text } => Some(format!("\\emph{{{}}}\n", escape(text))),
            Block::Table(table) => Some(tabular(table)),
            Block::Gap => None,
        });
        blocks.collect::<Vec<_>>().join("\n")
    }
}

fn escape(text: &str) -> String {
    escaped(text, |character| match character {
        '\\' => Some("\\textbackslash{}"),
        '{' => Some("\\{"),
        '}' => Some("\\}"),
        '$' => Some("\\$"),
        '&' => Some("\\&"),
        '#' => Some("\\#"),
        '%' => Some("\\%"),
        '_' => Some("\\_"),
        '^' => Some("\\textasciicircum{}"),
        '~' => Some("\\textasciitilde{}"),
        '<' => Some("\\textless{}"),
        '>' => Some("\\textgreater{}"),
        '|' => Some("\\textbar{}"),
        // Behind a line's end it would begin an option.
        '[' => Some("{[}"),
        ']' => Some("{]}"),
        _ => None,
    })
}

fn tabular(table: &Table) -> String {
    let formats: Vec<Option<String>> = (0..table.columns.len()).map(|place| digits(table, place)).collect();
    let columns: Vec<String> = formats
        .iter()
        .zip(table.alignments())
        .map(|(format, side)| match (format, side) {
            (Some(format), _) => format!("S[table-format={format}]"),
            (None, Align::Left) => "l".to_owned(),
            (None, Align::Right) => "r".to_owned(),
        })
        .collect();
    let line = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
    let braced = |words: String, format: &Option<String>| {
        if format.is_some() { format!("{{{words}}}") } else { words }
    };
    let headings = table.columns.iter().zip(&formats);
    let mut out = format!("\\begin{{tabular}}{{{}}}\n\\toprule\n", columns.join(" "));
    out += &line(headings.map(|(column, format)| braced(escape(&column.heading), format)).collect());
    out += "\\midrule\n";
    for row in &table.rows {
        out += &match row {
            Row::Omitted(count) => {
                format!("\\multicolumn{{{}}}{{l}}{{{}}} \\\\\n", columns.len(), omitted(*count))
            }
            Row::Cells(cells) => line(
                cells
                    .iter()
                    .zip(&formats)
                    .map(|(cell, format)| match plain(cell) {
                        Some(number) if format.is_some() => number + &mark(cell),
                        _ => braced(written(cell), format),
                    })
                    .collect(),
            ),
        };
    }
    out + "\\bottomrule\n\\end{tabular}\n"
}

/// The cell as siunitx reads it, where it is a bare number.
fn plain(cell: &Cell) -> Option<String> {
    cell.value()?;
    let words = cell.words();
    words.parse::<f64>().is_ok().then_some(words)
}

fn mark(cell: &Cell) -> String {
    let mark = cell.mark().trim();
    if mark.is_empty() { String::new() } else { format!("{{\\textsuperscript{{{}}}}}", escape(mark)) }
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Name { text } => format!("\\texttt{{{}}}", escape(text)),
        Cell::Missing { shown: "-" } => "--".to_owned(),
        _ => escape(&cell.words()) + &mark(cell),
    }
}

/// Digits before and after the point, such as `-2.4`, where most cells of a column are bare numbers.
fn digits(table: &Table, place: usize) -> Option<String> {
    let numbers: Vec<String> = table.column(place).filter_map(plain).collect();
    if table.align(place) == Align::Left || numbers.is_empty() {
        return None;
    }
    let sign = if numbers.iter().any(|number| number.starts_with(['-', '+'])) { "-" } else { "" };
    let power = if numbers.iter().any(|number| number.contains('e')) { "e-2" } else { "" };
    let parts = |number: &String| {
        let mantissa = number.trim_start_matches(['-', '+']).split('e').next().unwrap_or_default();
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        (whole.len(), part.len())
    };
    let (whole, part) =
        numbers.iter().map(parts).fold((1, 0), |most, own| (most.0.max(own.0), most.1.max(own.1)));
    Some(format!("{sign}{whole}.{part}{power}"))
}
