//! Panels and frames in a cell: head and tail, types, nulls; in print, a line a column.

use crate::panel::{Column, Panel};
use crate::report::{Align, Cell, Notation, Report, Table};
use crate::statistics::{median, sorted};
use polars::prelude::{AnyValue, DataFrame};

/// Rows shown at each end.
const ENDS: usize = 5;

/// The ends of a panel under each column's frequency and gaps.
pub fn of_panel(panel: &Panel) -> Report {
    let columns = panel.columns();
    let names = columns.iter().map(Column::name);
    let mut table =
        Table::new(std::iter::once(if panel.step().is_hour() { "hour (UTC)" } else { "day" }).chain(names))
            .set(Align::Left, ..);
    table.push(std::iter::once("frequency").chain(columns.iter().map(|column| column.frequency().word())));
    let gaps = columns.iter().map(|column| Cell::count(column.gaps(panel.grid())));
    table.push(std::iter::once(Cell::text("gaps")).chain(gaps));
    push_ends(&mut table, panel.len(), |index| {
        let values = columns.iter().map(|column| number(column.values()[index]));
        std::iter::once(Cell::text(panel.at(index).to_string())).chain(values).collect()
    });
    with_title(table, extent(panel))
}

/// What a document prints of a panel: a line a column, no row of it.
pub fn columns_of_panel(panel: &Panel) -> Report {
    let head = ["column", "frequency", "known after h", "values", "gaps", "smallest", "median", "largest"];
    let mut table = Table::new(head).set(Align::Right, 2..);
    for column in panel.columns() {
        let there: Vec<f64> = column.values().iter().copied().filter(|value| !value.is_nan()).collect();
        let ordered = sorted(&there);
        let end = |value: Option<&f64>| value.map_or(Cell::null(), |&value| number(value));
        table.push([
            Cell::text(column.name()),
            Cell::text(column.frequency().word()),
            Cell::count(column.known_after_hours() as usize),
            Cell::count(there.len()),
            Cell::count(column.gaps(panel.grid())),
            end(ordered.first()),
            if there.is_empty() { Cell::null() } else { number(median(&there)) },
            end(ordered.last()),
        ]);
    }
    with_title(table, extent(panel))
}

fn extent(panel: &Panel) -> String {
    let columns = panel.columns().len();
    let called = panel.step().rows_called();
    format!("{} {called}, {columns} columns, {} to {}", panel.len(), panel.start(), panel.last())
}

/// The ends of a frame under each column's type and nulls.
pub fn of_frame(frame: &DataFrame) -> Report {
    let columns = frame.columns();
    let names = columns.iter().map(|column| column.name().as_str());
    let mut table = Table::new(std::iter::once("").chain(names)).set(Align::Left, ..);
    let kinds = columns.iter().map(|column| column.dtype().to_string());
    table.push(std::iter::once("type".to_owned()).chain(kinds));
    let nulls = columns.iter().map(|column| Cell::count(column.null_count()));
    table.push(std::iter::once(Cell::text("nulls")).chain(nulls));
    push_ends(&mut table, frame.height(), |index| {
        let values =
            columns.iter().map(|column| column.get(index).map_or(Cell::empty(), |value| any(&value)));
        std::iter::once(Cell::count(index)).chain(values).collect()
    });
    with_title(table, format!("{} rows, {} columns", frame.height(), columns.len()))
}

fn with_title(table: Table, title: String) -> Report {
    let mut report = Report::from(table);
    report.note(title);
    report
}

/// The first and last rows; a row in between says how many are not shown.
fn push_ends(table: &mut Table, length: usize, row: impl Fn(usize) -> Vec<Cell>) {
    if length <= 2 * ENDS {
        (0..length).for_each(|index| {
            table.push(row(index));
        });
        return;
    }
    for index in 0..ENDS {
        table.push(row(index));
    }
    table.push_omitted(length - 2 * ENDS);
    for index in length - ENDS..length {
        table.push(row(index));
    }
}

fn number(value: f64) -> Cell {
    let far = value != 0.0 && (value.abs() >= 1e7 || value.abs() < 1e-3);
    match far {
        _ if value.is_nan() => Cell::null(),
        true => Cell::written(value, Notation::Exponent(4)),
        false => Cell::number(value, 4),
    }
}

fn any(value: &AnyValue) -> Cell {
    match value {
        AnyValue::Null => Cell::null(),
        AnyValue::Float32(value) => number(f64::from(*value)),
        AnyValue::Float64(value) => number(*value),
        AnyValue::String(text) => Cell::text(*text),
        other => other.extract().map_or_else(|| Cell::text(other.to_string()), Cell::count),
    }
}
