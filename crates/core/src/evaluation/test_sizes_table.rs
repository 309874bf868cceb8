//! The sizes of tests between forecasts, as a table.

use super::{LongRun, SIZE_HORIZONS, TestSize, TestSizesTable};
use crate::report::{Align, Cell, Report, Reported, Table};
use std::fmt;

impl LongRun {
    fn label(self) -> String {
        match self {
            Self::Cosine => "cosine".to_owned(),
            Self::Lags(kernel) => format!("{kernel:?}, h - 1 lags"),
        }
    }
}

impl Reported for TestSizesTable {
    fn report(&self) -> Report {
        let horizons = SIZE_HORIZONS.map(|horizon| format!("{horizon} h"));
        let header = ["test", "variance", "losses", "n"].map(str::to_owned).into_iter().chain(horizons);
        let mut table = Table::new(header).set(Align::Right, 3..);
        let mut lines: Vec<&TestSize> = Vec::new();
        for row in &self.rows {
            if !lines.iter().any(|line| same_line(line, row)) {
                lines.push(row);
            }
        }
        for line in lines {
            let cells = SIZE_HORIZONS.map(|horizon| {
                let found = self.rows.iter().find(|row| same_line(line, row) && row.horizon == horizon);
                found.map_or(Cell::missing(), |row| {
                    let [five, one, tenth] = row.rejected.map(|share| 100.0 * share);
                    let mark = if row.remarked > 0.5 { "*" } else { "" };
                    Cell::text(format!("{five:.1} {one:.1} {tenth:.2}{mark}"))
                })
            });
            let names = [Cell::text(line.test), Cell::text(line.long_run.label())];
            let place = [Cell::text(format!("{:?}", line.dynamics).to_lowercase()), Cell::count(line.n)];
            table.push(names.into_iter().chain(place).chain(cells));
        }
        let mut report = Report::new();
        report.line("true nulls rejected at 5, 1 and 0.1 %, percent").table(table);
        report.note("*: most results say that there are too few origins for the horizon, or that losses remember longer");
        report
    }
}

fn same_line(one: &TestSize, other: &TestSize) -> bool {
    (one.test, one.long_run, one.dynamics, one.n) == (other.test, other.long_run, other.dynamics, other.n)
}

impl fmt::Display for TestSizesTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
