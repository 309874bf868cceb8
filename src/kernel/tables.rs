//! Panels and frames in a cell: head and tail, types, nulls.

use super::html;
use crate::panel::{Frequency, Panel};
use comfy_table::{Table, presets::ASCII_MARKDOWN};
use polars::prelude::DataFrame;

/// Rows shown at each end.
const ENDS: usize = 5;

/// A table cut to its ends: header rows first, then rows, then what is left out.
pub struct Excerpt {
    title: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Excerpt {
    /// The ends of a panel under each column's frequency and gaps.
    pub fn of_panel(panel: &Panel) -> Self {
        let mut header = vec!["hour (UTC)".to_owned()];
        let mut kinds = vec!["frequency".to_owned()];
        let mut gaps = vec!["gaps".to_owned()];
        for column in panel.columns() {
            header.push(column.name().to_owned());
            kinds.push(match column.frequency() {
                Frequency::Hourly => "hourly".to_owned(),
                Frequency::Daily => "daily".to_owned(),
            });
            gaps.push(column.gaps(panel.start()).to_string());
        }
        let row = |index: usize| {
            let time = std::iter::once(panel.at(index).to_string());
            time.chain(panel.columns().iter().map(|column| number(column.values()[index]))).collect()
        };
        let title = format!(
            "{} hours, {} columns, {} to {}",
            panel.len(),
            panel.columns().len(),
            panel.start(),
            panel.last()
        );
        let mut rows = vec![kinds, gaps];
        rows.extend(ends(panel.len(), row));
        Self { title, header, rows }
    }

    /// The ends of a frame under each column's type and nulls.
    pub fn of_frame(frame: &DataFrame) -> Self {
        let columns = frame.columns();
        let named = |first: &str, of: &dyn Fn(usize) -> String| -> Vec<String> {
            std::iter::once(first.to_owned()).chain((0..columns.len()).map(of)).collect()
        };
        let header = named("", &|index| columns[index].name().to_string());
        let mut rows = vec![
            named("type", &|index| columns[index].dtype().to_string()),
            named("nulls", &|index| columns[index].null_count().to_string()),
        ];
        let row = |index: usize| {
            let cells = columns
                .iter()
                .map(|column| column.get(index).map_or_else(|_| String::new(), |value| value.to_string()));
            std::iter::once(index.to_string()).chain(cells).collect()
        };
        rows.extend(ends(frame.height(), row));
        Self { title: format!("{} rows, {} columns", frame.height(), columns.len()), header, rows }
    }

    /// As HTML.
    pub fn html(&self) -> String {
        html::block(&format!(
            "{}<span class=\"note\">{}</span>",
            html::table(&self.header, &self.rows),
            html::escape(&self.title)
        ))
    }

    /// As text.
    pub fn text(&self) -> String {
        let mut table = Table::new();
        table.load_preset(ASCII_MARKDOWN).set_header(&self.header);
        for row in &self.rows {
            table.add_row(row);
        }
        format!("{table}\n{}", self.title)
    }
}

/// The first and last rows; one cell in between says how many are not shown.
fn ends(length: usize, row: impl Fn(usize) -> Vec<String>) -> Vec<Vec<String>> {
    if length <= 2 * ENDS {
        return (0..length).map(row).collect();
    }
    let mut rows: Vec<Vec<String>> = (0..ENDS).map(&row).collect();
    rows.push(vec![format!("... {} more", length - 2 * ENDS)]);
    rows.extend((length - ENDS..length).map(&row));
    rows
}

fn number(value: f64) -> String {
    if value.is_nan() {
        "null".to_owned()
    } else if value != 0.0 && (value.abs() >= 1e7 || value.abs() < 1e-3) {
        format!("{value:.4e}")
    } else {
        format!("{value:.4}")
    }
}
