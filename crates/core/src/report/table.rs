//! Tables of typed cells.

use super::Cell;
use serde::Serialize;
use std::ops::RangeBounds;

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Words.
    Left,
    /// Digits.
    Right,
}

/// A column's heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The heading.
    pub heading: String,
    /// Where a terminal sets the column whatever its cells are.
    #[serde(skip)]
    pub(super) set: Option<Align>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    /// One cell a column.
    Cells(Vec<Cell>),
    /// So many rows that are not shown.
    Omitted(usize),
}

/// A table: headings, and rows of cells. Where a column stands follows from the kinds of its cells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Table {
    /// A table without rows.
    pub fn new<H: Into<String>>(headings: impl IntoIterator<Item = H>) -> Self {
        let column = |heading: H| Column { heading: heading.into(), set: None };
        Self { columns: headings.into_iter().map(column).collect(), rows: Vec::new() }
    }

    /// Adds a row; cells that are not given are empty, cells beyond the columns are dropped.
    pub fn push<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) -> &mut Self {
        let mut cells: Vec<Cell> = cells.into_iter().map(Into::into).collect();
        cells.resize(self.columns.len(), Cell::empty());
        self.rows.push(Row::Cells(cells));
        self
    }

    /// Adds a row that says how many are left out.
    pub fn push_omitted(&mut self, count: usize) -> &mut Self {
        self.rows.push(Row::Omitted(count));
        self
    }

    /// The same table, some of its columns set to one side in a terminal whatever they hold: a terminal's tables are
    /// compared line by line and keep the look they were recorded with.
    #[must_use]
    pub fn set(mut self, side: Align, columns: impl RangeBounds<usize>) -> Self {
        for (place, column) in self.columns.iter_mut().enumerate() {
            if columns.contains(&place) {
                column.set = Some(side);
            }
        }
        self
    }

    /// The cells of one column, top down.
    pub fn column(&self, place: usize) -> impl Iterator<Item = &Cell> {
        self.rows.iter().filter_map(move |row| match row {
            Row::Cells(cells) => cells.get(place),
            Row::Omitted(_) => None,
        })
    }

    /// Where a column stands by the kinds of its cells: right when most of them are numbers.
    pub fn align(&self, place: usize) -> Align {
        let kinds: Vec<bool> = self.column(place).filter_map(Cell::is_numeric).collect();
        let numeric = kinds.iter().filter(|numeric| **numeric).count();
        if 2 * numeric > kinds.len() { Align::Right } else { Align::Left }
    }

    /// Where each column stands by the kinds of its cells.
    pub fn alignments(&self) -> Vec<Align> {
        (0..self.columns.len()).map(|place| self.align(place)).collect()
    }
}

/// What stands in place of rows that are not shown.
pub(super) fn omitted(count: usize) -> String {
    format!("... {count} more")
}
