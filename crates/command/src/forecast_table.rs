//! A user's table of forecasts, refused in words when it is not one.

use crate::reading::ReadFlags;
use clap::Args;
use dvol_core::data::{DatedTable, Need, Span, Table, guarded};
use dvol_core::error::{Error, Result};
use dvol_core::evaluation::{Forecast, Forecasts, interval_columns, read_forecasts};
use dvol_core::models::{Band, Coverage};
use dvol_core::range::{Range, Within};
use dvol_core::regimes::{Hindsight, Labels};
use dvol_core::time::{HOUR_MS, Horizon, Timestamp};
use std::collections::HashMap;
use std::path::PathBuf;

/// Where forecasts stand in a file.
#[derive(Debug, Args)]
pub(crate) struct ForecastFile {
    /// CSV or parquet file with one row a forecast origin, in order of time
    #[arg(long, value_name = "FILE")]
    pub(crate) input: PathBuf,
    /// Column of what came true
    #[arg(long, value_name = "NAME", default_value = "actual")]
    pub(crate) actual: String,
    /// Column of the levels known at the origins [default: `anchor`, else what came true at the origin's own time]
    #[arg(long, value_name = "NAME")]
    pub(crate) anchor: Option<String>,
    /// Hours from a forecast to what it is about
    #[arg(long, value_name = "H", default_value_t = 24, value_parser = Within::<u32>::range(Range::HOURS_AHEAD))]
    pub(crate) horizon: u32,
    #[command(flatten)]
    pub(crate) reading: ReadFlags,
}

/// The columns all models of a file share.
pub(crate) struct ForecastTable {
    pub(crate) table: DatedTable,
    pub(crate) origins: Vec<Timestamp>,
    pub(crate) dated: bool,
    horizon: Horizon,
    actual: Vec<f64>,
    anchors: Vec<f64>,
}

impl ForecastFile {
    /// The series of a long table that `dvol backtest` wrote, `None` for any other file; all or those named.
    pub(crate) fn read_long(&self, models: &[String]) -> Result<Option<Vec<Forecasts>>> {
        let parquet = self.input.extension().is_some_and(|extension| extension == "parquet");
        if !parquet {
            return Ok(None);
        }
        let table = Table::read(&self.input)?;
        if !["model", "predicted", "horizon"].iter().all(|name| table.has(name)) {
            return Ok(None);
        }
        let all = guarded(&self.input, "the table of forecasts", || read_forecasts(&self.input))?;
        if models.is_empty() {
            return Ok(Some(all));
        }
        let named = models.iter().map(|model| {
            let position = all.iter().position(|series| series.model() == model).ok_or_else(|| {
                let known: Vec<&str> = all.iter().map(Forecasts::model).collect();
                let known = known.join(", ");
                Error::file(&self.input, format!("no forecasts of `{model}`; it has those of {known}"))
            })?;
            Ok(all[position].clone())
        });
        named.collect::<Result<Vec<_>>>().map(Some)
    }

    /// Reads what came true, when, and from which level; `needed` rows at least.
    pub(crate) fn read(&self, needed: usize) -> Result<ForecastTable> {
        let horizon = Horizon::hours(self.horizon);
        let table = self.reading.read(&self.input, Need::Clock)?;
        let actual = complete(&table, &self.actual)?;
        if table.len() < needed {
            return Err(Error::file(
                &self.input,
                format!("{} rows where at least {needed} are needed; give a longer span", table.len()),
            ));
        }
        if actual.iter().all(|value| value == &actual[0]) {
            let last = actual.len() - 1;
            let problem = "the same value in every row: nothing was to be forecast; name another column";
            return Err(table.cell(&self.actual, last, problem));
        }
        let (origins, dated) = if let Some(times) = table.times() {
            (times.to_vec(), true)
        } else {
            // Without times a step still says which forecasts overlap.
            let step = table.step().map_or(HOUR_MS, Span::millis);
            ((0..actual.len() as i64).map(|row| Timestamp::from_millis(row * step)).collect(), false)
        };
        let anchors = match &self.anchor {
            Some(name) => complete(&table, name)?,
            None if table.table().has("anchor") => table.numbers("anchor")?,
            None => levels_at(&origins, &actual, horizon),
        };
        Ok(ForecastTable { table, origins, dated, horizon, actual, anchors })
    }
}

impl ForecastTable {
    /// The series of one model; `lower` and `upper` name its interval's columns, where there are any. Those of
    /// 50, 90 and 95 % beside it stand in `lower_50`, `upper_50` and so on, as `dvol backtest` writes them.
    pub(crate) fn series(&self, model: &str, interval: Option<(&str, &str)>) -> Result<Forecasts> {
        let predicted = complete(&self.table, model)?;
        let band = |coverage, (lower, upper): (&str, &str)| {
            Band::new(coverage, self.table.numbers(lower)?, self.table.numbers(upper)?)
        };
        let records = (0..predicted.len()).map(|row| Forecast {
            origin: self.origins[row],
            horizon: self.horizon,
            actual: self.actual[row],
            predicted: predicted[row],
            anchor: self.anchors[row],
        });
        let mut series = Forecasts::new(model, records)?;
        if let Some(names) = interval {
            series = series.with_band(band(Coverage::P80, names)?)?;
            for coverage in [Coverage::P50, Coverage::P90, Coverage::P95] {
                let [lower, upper] = interval_columns(coverage);
                if let Some(names) = self.interval(&lower, &upper) {
                    series = series.with_band(band(coverage, names)?)?;
                }
            }
        }
        Ok(series)
    }

    /// The pair of interval columns that exist under these names.
    pub(crate) fn interval<'a>(&self, lower: &'a str, upper: &'a str) -> Option<(&'a str, &'a str)> {
        (self.table.table().has(lower) && self.table.table().has(upper)).then_some((lower, upper))
    }

    /// A column of states, one an origin.
    pub(crate) fn labels(&self, column: &str) -> Result<Labels<Hindsight>> {
        let states = self.table.texts(column)?;
        if let Some(row) = (0..states.len()).find(|&row| !self.origins[row].is_full_hour()) {
            let problem = "an origin that is not a full hour; labels stand on full hours";
            return Err(self.table.cell(column, row, problem));
        }
        let labels = Labels::by_hand(column, self.origins.iter().copied().zip(states))?;
        if labels.states().len() < 2 {
            return Err(self.table.cell(column, 0, "one state in every row: give at least two to compare"));
        }
        Ok(labels)
    }

    /// QLIKE is defined for positive values only.
    pub(crate) fn require_positive(&self, columns: &[&str]) -> Result<()> {
        for column in columns {
            let values = self.table.numbers(column)?;
            if let Some(row) = values.iter().position(|value| *value <= 0.0) {
                let problem = "not above 0: QLIKE is defined for positive values only; drop the row or choose --loss mse";
                return Err(self.table.cell(column, row, problem));
            }
        }
        Ok(())
    }

    /// Two models whose columns are the same in every row cannot be compared.
    pub(crate) fn require_different(&self, series: &[Forecasts]) -> Result<()> {
        for (position, one) in series.iter().enumerate() {
            if let Some(other) = series[..position].iter().find(|other| other.predicted() == one.predicted())
            {
                return Err(Error::file(
                    self.table.table().path(),
                    format!(
                        "columns `{}` and `{}` are equal in every row: there is nothing to compare; drop one",
                        other.model(),
                        one.model()
                    ),
                ));
            }
        }
        Ok(())
    }
}

/// A numeric column without a gap.
fn complete(table: &DatedTable, column: &str) -> Result<Vec<f64>> {
    let values = table.numbers(column)?;
    match values.iter().position(|value| value.is_nan()) {
        Some(row) => Err(table.cell(column, row, "no number in this cell; fill it or drop the row")),
        None => Ok(values),
    }
}

/// What came true at each origin's own time: the level a forecaster saw. NaN before the first target.
fn levels_at(origins: &[Timestamp], actual: &[f64], horizon: Horizon) -> Vec<f64> {
    let by_time: HashMap<Timestamp, f64> =
        origins.iter().zip(actual).map(|(&origin, &value)| (origin + horizon, value)).collect();
    origins.iter().map(|origin| by_time.get(origin).copied().unwrap_or(f64::NAN)).collect()
}
