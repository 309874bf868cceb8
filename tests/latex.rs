//! Tables for papers: every recorded result as LaTeX, compiled where there is a `pdflatex`.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use dvol::report::{Cell, Latex, Notation, Renderer, Report, Table, Tone};
use std::fs;
use std::path::Path;
use std::process::Command;
use support::command::dvol;

const RECORDED: [&str; 9] = [
    "backtest/metrics",
    "backtest/comparison",
    "backtest/deflated",
    "backtest/goals",
    "backtest/horizons",
    "backtest/regimes",
    "importance",
    "scaling",
    "thesis_split",
];

/// What LaTeX reads as its own, in every place of a table.
fn hostile() -> Report {
    let label = "50 % of $x_1$ & #2 {~^} \\alpha <a|b> [c] \"d\"";
    let mut table = Table::new([label, "n", "x"]);
    table.push([Cell::name(label), Cell::count(12), Cell::number(-1.25, 2).marked("***")]);
    table.push([
        Cell::verdict(label, Tone::Bad),
        Cell::missing(),
        Cell::written(5.5e-9, Notation::Exponent(2)),
    ]);
    table.push([Cell::text("[c]"), Cell::count(1), Cell::p_value(1e-9)]);
    table.push_omitted(3);
    let mut report = Report::new();
    report.heading(label).line(label).note(label).table(table);
    report
}

/// Each row has as many cells as its table has columns.
fn has_the_shape_of_a_table(text: &str) {
    let mut columns = 0;
    for line in text.lines() {
        if let Some(given) = line.strip_prefix("\\begin{tabular}{") {
            columns = given.split_whitespace().count();
        } else if line.ends_with("\\\\") && !line.starts_with("\\multicolumn") {
            let bars = line.matches('&').count() - line.matches("\\&").count();
            assert_eq!(bars + 1, columns, "{line}");
        }
    }
    let open = text.matches('{').count() - text.matches("\\{").count();
    let closed = text.matches('}').count() - text.matches("\\}").count();
    assert_eq!(open, closed, "{text}");
}

/// A document of these tables alone; `None` where no LaTeX is.
fn compiled(texts: &[String], folder: &Path) -> Option<(bool, String)> {
    let body = texts.join("\n\\clearpage\n");
    let document = format!(
        "\\documentclass{{article}}\n\\usepackage{{booktabs,siunitx}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    );
    fs::write(folder.join("tables.tex"), document).expect("a folder");
    let run = Command::new("pdflatex")
        .args(["-interaction=nonstopmode", "-halt-on-error", "tables.tex"])
        .current_dir(folder)
        .output()
        .ok()?;
    Some((run.status.success(), String::from_utf8_lossy(&run.stdout).into_owned()))
}

#[test]
fn every_recorded_table_is_one_that_latex_sets() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let recorded = RECORDED.map(|name| dvol(root, &["results", name, "--format", "tex"]).succeeded().out);
    let texts: Vec<String> = recorded.into_iter().chain([Latex.render(&hostile())]).collect();
    texts.iter().for_each(|text| has_the_shape_of_a_table(text));
    let folder = tempfile::tempdir().expect("a folder");
    match compiled(&texts, folder.path()) {
        Some((passed, told)) => assert!(passed, "{told}"),
        None => println!("no pdflatex: the shape of the tables was looked at only"),
    }
}
