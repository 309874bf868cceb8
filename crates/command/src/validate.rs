//! `dvol validate`: what the residuals of a forecast say about it.

use crate::reading::{self, ReadFlags};
use crate::{Printing, Run, series};
use clap::Args;
use dvol_core::data::{DatedTable, Need};
use dvol_core::error::Result;
use dvol_core::range::{Range, Within};
use dvol_core::validation::Validation;
use std::path::PathBuf;

/// Validate the residuals of a forecast: six groups of tests, a verdict for each
///
/// Residuals of forecasts made every step for H steps ahead overlap; name H with --overlap (1 when they do
/// not) so that the verdicts rest on tests that allow for it.
#[derive(Debug, Args)]
pub(crate) struct ValidateCommand {
    /// CSV or parquet file with one row a forecast, in order of time
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Column of residuals, actual minus predicted
    #[arg(long, value_name = "NAME", default_value = "residual")]
    column: String,
    /// Column of the forecasts, for White's test [default: it looks at time]
    #[arg(long, value_name = "NAME")]
    fitted: Option<String>,
    /// Steps by which forecasts overlap: the horizon
    #[arg(long, value_name = "H", default_value_t = 24, value_parser = Within::<usize>::range(Range::ROWS))]
    overlap: usize,
    /// Level of the verdicts
    #[arg(long, default_value_t = 0.05, value_parser = Within::<f64>::range(Range::LEVEL))]
    alpha: f64,
    #[command(flatten)]
    reading: ReadFlags,
    #[command(flatten)]
    printing: Printing,
}

impl Run for ValidateCommand {
    fn run(self) -> Result<()> {
        let table = self.reading.read(&self.input, Need::Order)?;
        let residuals = complete(&table, &self.column)?;
        let mut validation = Validation::default().with_overlap(self.overlap).with_alpha(self.alpha);
        if let Some(column) = &self.fitted {
            validation = validation.with_fitted(complete(&table, column)?);
        }
        let rows: Vec<usize> = (0..residuals.len()).collect();
        let report = validation
            .run(&residuals)
            .map_err(|error| series::in_file(error, &table, &self.column, &rows))?;
        reading::print(self.printing, Some(&table.understood()), &report)
    }
}

/// A numeric column without a missing value.
fn complete(table: &DatedTable, column: &str) -> Result<Vec<f64>> {
    let values = table.numbers(column)?;
    match values.iter().position(|value| value.is_nan()) {
        Some(row) => Err(table.cell(column, row, "no number in this cell; fill it or drop the row")),
        None => Ok(values),
    }
}
