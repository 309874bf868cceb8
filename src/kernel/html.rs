//! Reports as HTML: the same text, its tables as tables.

use std::fmt::Write as _;

/// Works on light and dark pages; colours are those of the figures' palette.
const STYLE: &str = "<style>.dvol table{border-collapse:collapse;margin:.4em 0;font-variant-numeric:tabular-nums}\
.dvol th,.dvol td{padding:.15em .7em;text-align:right;border:0;white-space:nowrap}\
.dvol th{border-bottom:1px solid currentColor;font-weight:600}.dvol tr.more td{text-align:left;opacity:.6}\
.dvol th{white-space:normal;vertical-align:bottom}.dvol .words{text-align:left;white-space:normal}\
.dvol th:first-child,.dvol td:first-child{text-align:left}.dvol table.wide{font-size:82%}.dvol .wide th,.dvol .wide td{padding:.15em .4em}\
.dvol .note{opacity:.7;font-size:90%}\
.dvol pre{margin:.2em 0;font:inherit;white-space:pre-wrap}\
.dvol .good{color:#009E73;font-weight:600}.dvol .bad{color:#D55E00;font-weight:600}\
.dvol .unsure{color:#E69F00;font-weight:600}</style>";

/// A table of more columns is set smaller, so that a page is wide enough.
const WIDE: usize = 8;

/// Text that may stand between tags.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A block with our style around finished HTML.
pub fn block(inner: &str) -> String {
    format!("<div class=\"dvol\">{STYLE}{inner}</div>")
}

/// A table; a row of one cell spans all columns.
pub fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let wide = if header.len() > WIDE { " class=\"wide\"" } else { "" };
    let mut out = format!("<table{wide}><thead><tr>");
    // Words stand left, numbers right.
    let wordy: Vec<&str> = (0..header.len())
        .map(|column| {
            let said = rows.iter().filter(|row| row.len() > 1).filter_map(|row| row.get(column));
            let said: Vec<&String> = said.filter(|cell| !cell.is_empty() && *cell != "-").collect();
            let most = 2 * said.iter().filter(|cell| holds_words(cell)).count() > said.len();
            if most { " class=\"words\"" } else { "" }
        })
        .collect();
    for (cell, class) in header.iter().zip(&wordy) {
        let _ = write!(out, "<th{class}>{}</th>", escape(cell));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        if let [only] = row.as_slice() {
            let _ =
                write!(out, "<tr class=\"more\"><td colspan=\"{}\">{}</td></tr>", header.len(), escape(only));
            continue;
        }
        out.push_str("<tr>");
        for (position, cell) in row.iter().enumerate() {
            let class = wordy.get(position).copied().unwrap_or_default();
            let _ = write!(out, "<td{class}>{}</td>", judged(cell));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    out
}

/// Units and exponents are no words.
fn holds_words(cell: &str) -> bool {
    cell != "null" && cell.split(|c: char| !c.is_alphabetic()).any(|word| word.len() > 2)
}

/// The text of a report: lines of `| a | b |` become tables, the others stay.
pub fn report(text: &str) -> String {
    let mut out = String::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in text.lines().chain(std::iter::once("")) {
        if let Some(cells) = cells(line) {
            rows.push(cells);
            continue;
        }
        flush(&mut rows, &mut out);
        if !line.trim().is_empty() {
            let _ = write!(out, "<pre>{}</pre>", escape(line));
        }
    }
    block(&out)
}

fn flush(rows: &mut Vec<Vec<String>>, out: &mut String) {
    let ruled = |row: &Vec<String>| {
        row.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-=:+|".contains(c)))
    };
    let mut kept = std::mem::take(rows).into_iter().filter(|row| !ruled(row));
    if let Some(header) = kept.next() {
        out.push_str(&table(&header, &kept.collect::<Vec<_>>()));
    }
}

fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    // A bar inside a cell, as in F(1|0), has no spaces around it.
    Some(inner.split(" | ").map(|cell| cell.trim().to_owned()).collect())
}

/// Verdicts in colour: a cell that is one of the words our reports use.
fn judged(cell: &str) -> String {
    let class = match cell.to_lowercase().as_str() {
        "pass" | "passes" | "passed" | "ok" | "kept" | "in" | "yes" => "good",
        "fail" | "fails" | "failed" | "reject" | "rejects" | "rejected" | "out" | "no" => "bad",
        "mixed" | "unsure" | "warning" | "inconclusive" => "unsure",
        _ => return escape(cell),
    };
    format!("<span class=\"{class}\">{}</span>", escape(cell))
}

#[cfg(test)]
mod tests {
    use super::report;

    #[test]
    fn a_markdown_table_becomes_a_table_and_other_lines_stay() {
        let html = report("scores\n| model | verdict |\n|---|---|\n| one<two | rejects |\n");
        assert!(html.contains("<pre>scores</pre>"));
        assert!(html.contains("<th class=\"words\">model</th><th class=\"words\">verdict</th>"));
        assert!(html.contains("<span class=\"bad\">rejects</span></td>"));
        assert!(!html.contains("---"));
        let html =
            report("| test | p | note |\n|---|---|---|\n| F(1|0) | 2.1e-9 | |\n| t | 24 h | 23 lags |\n");
        assert!(html.contains("<td>F(1|0)</td>"), "{html}");
        assert!(html.contains("<th>p</th><th class=\"words\">note</th>"), "{html}");
    }
}
