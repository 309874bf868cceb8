//! Which months of which column are complete.

use crate::panel::Panel;

/// The observations of one column, month by month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthlyCoverage {
    /// The column.
    pub column: String,
    /// One an item of the panel's months.
    pub months: Vec<MonthCount>,
}

/// The observations of one column in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MonthCount {
    /// Due between the column's first and last value.
    pub due: usize,
    /// Due and not there.
    pub missing: usize,
}

impl MonthCount {
    /// The share present; `None` where nothing was due.
    pub fn share(self) -> Option<f64> {
        (self.due > 0).then(|| 1.0 - self.missing as f64 / self.due as f64)
    }
}

/// The panel's calendar months as (year, month), and what each column has of each.
///
/// # Examples
/// ```
/// use dvol_core::data::monthly_coverage;
/// use dvol_core::panel::{Column, Panel};
/// let panel = Panel::new("2021-03-31T22:00".parse()?, 4)?;
/// let panel = panel.with(Column::bars("dvol", vec![60.0, f64::NAN, 61.0, 62.0]))?;
/// let (months, columns) = monthly_coverage(&panel);
/// assert_eq!(months, [(2021, 3), (2021, 4)]);
/// assert_eq!(columns[0].months[0].share(), Some(0.5));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn monthly_coverage(panel: &Panel) -> (Vec<(i64, i64)>, Vec<MonthlyCoverage>) {
    let month = |row: usize| {
        let moment = panel.at(row).civil();
        i64::from(moment.year()) * 12 + i64::from(moment.month()) - 1
    };
    let first = month(0);
    let last = month(panel.len().saturating_sub(1));
    let months = (first..=last).map(|month| (month.div_euclid(12), month.rem_euclid(12) + 1)).collect();
    let counts = panel.columns().iter().map(|column| {
        let mut months = vec![MonthCount::default(); (last - first + 1) as usize];
        for row in column.due(panel.grid()) {
            let count = &mut months[(month(row) - first) as usize];
            count.due += 1;
            count.missing += usize::from(column.values()[row].is_nan());
        }
        MonthlyCoverage { column: column.name().to_owned(), months }
    });
    (months, counts.collect())
}
