//! The tables of a report for a spreadsheet or another program.

use super::table::{Row, Table};
use super::{Cell, Renderer, Report, one_line};

/// CSV: the tables alone, an empty line between two; numbers in full precision, nothing where a value is missing.
#[derive(Debug, Clone, Copy)]
pub struct Csv;

impl Renderer for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn render(&self, report: &Report) -> String {
        report.tables().map(records).collect::<Vec<_>>().join("\n")
    }
}

fn records(table: &Table) -> String {
    let line = |fields: Vec<String>| fields.join(",") + "\n";
    let heading = |place: usize| {
        let unit = unit(table, place).map_or(String::new(), |unit| format!(" ({unit})"));
        field(&format!("{}{unit}", table.columns[place].heading))
    };
    let mut out = line((0..table.columns.len()).map(heading).collect());
    for row in &table.rows {
        // A row that says how many are left out is no observation.
        if let Row::Cells(cells) = row {
            out += &line(cells.iter().map(written).collect());
        }
    }
    out
}

/// The unit that all numbers of a column have.
fn unit(table: &Table, place: usize) -> Option<&'static str> {
    let mut units = table.column(place).filter_map(|cell| match cell {
        Cell::Number { unit, .. } => Some(unit.trim()),
        _ => None,
    });
    let first = units.next().filter(|unit| !unit.is_empty())?;
    units.all(|unit| unit == first).then_some(first)
}

fn written(cell: &Cell) -> String {
    match (cell, cell.value()) {
        (_, Some(value)) => value.to_string(),
        (Cell::Missing { .. } | Cell::Number { .. } | Cell::PValue { .. }, None) => String::new(),
        _ => field(&cell.words()),
    }
}

fn field(text: &str) -> String {
    let text = one_line(text);
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
