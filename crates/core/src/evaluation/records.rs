//! Forecasts as one long table: parquet for machines, CSV for people.

use super::{Forecast, Forecasts};
use crate::artifacts::write_atomic_with;
use crate::error::{Error, Result};
use crate::models::{Band, Coverage, Level, QuantileForecasts};
use crate::time::{Horizon, Timestamp};
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetReader, ParquetWriter, SerReader, Series,
    TimeUnit,
};
use std::fs::File;
use std::path::Path;

/// The columns of interval ends that every table has, whether the models give intervals or not.
const ALWAYS: [Coverage; 2] = [Coverage::P80, Coverage::P95];

/// The names of the columns that hold the ends of intervals: `lower`, `upper` for 80 %, `lower_NN`, `upper_NN` for any
/// other level of NN percent.
///
/// # Examples
/// ```
/// use dvol_core::{evaluation::interval_columns, models::Coverage};
/// assert_eq!(interval_columns(Coverage::P80), ["lower", "upper"]);
/// assert_eq!(interval_columns(Coverage::P95), ["lower_95", "upper_95"]);
/// assert_eq!(interval_columns(Coverage::new(0.975)?), ["lower_97.5", "upper_97.5"]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn interval_columns(coverage: Coverage) -> [String; 2] {
    ["lower", "upper"].map(|end| match coverage {
        Coverage::P80 => end.to_owned(),
        other => format!("{end}_{}", other.percent()),
    })
}

/// The coverage of a column's suffix behind `lower` and `upper`.
fn coverage_of(suffix: &str) -> Option<Coverage> {
    match suffix.strip_prefix('_') {
        None => suffix.is_empty().then_some(Coverage::P80),
        Some(percent) => Coverage::new(percent.parse::<f64>().ok()? / 100.0).ok(),
    }
}

/// The levels of a table of several series: the usual ones, then all others in ascending order.
fn levels(series: &[Forecasts]) -> Vec<Coverage> {
    let mut others: Vec<Coverage> =
        series.iter().flat_map(Forecasts::bands).map(|band| band.coverage).collect();
    others.retain(|coverage| !ALWAYS.contains(coverage));
    others.sort_unstable();
    others.dedup();
    ALWAYS.into_iter().chain(others).collect()
}

/// The name of the column of a quantile that is no end of an interval.
fn quantile_column(level: Level) -> String {
    format!("quantile_{level}")
}

/// The levels of all quantiles that are single in some series, in ascending order.
fn single_levels(series: &[Forecasts]) -> Vec<Level> {
    let mut all: Vec<Level> =
        series.iter().flat_map(Forecasts::single_quantiles).map(|own| own.level).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The quantiles of one series that are single, row by row, `None` where there are none.
fn single(series: &Forecasts, level: Level) -> Vec<Option<f64>> {
    match series.single_quantiles().iter().find(|own| own.level == level) {
        Some(own) => own.values.iter().map(|&value| (!value.is_nan()).then_some(value)).collect(),
        None => vec![None; series.len()],
    }
}

/// A column of numbers of a series.
type Values = fn(&Forecasts) -> &[f64];
/// Lower and upper ends row by row, `None` where there are none.
type Ends = [Vec<Option<f64>>; 2];

/// The ends of one series' intervals row by row, `None` where there are none.
fn ends(series: &Forecasts, coverage: Coverage) -> Ends {
    let Some(band) = series.band(coverage) else {
        return [vec![None; series.len()], vec![None; series.len()]];
    };
    [&band.lower, &band.upper]
        .map(|values| values.iter().map(|&value| (!value.is_nan()).then_some(value)).collect())
}

/// The long table of several series: model, origin (UTC), horizon (h), actual, predicted, anchor, and the columns of
/// [`interval_columns`], 80 % and 95 % first, then `quantile_0.5` and so on of quantiles that are no ends.
///
/// # Errors
/// When polars refuses the columns.
pub fn forecast_frame(series: &[Forecasts]) -> Result<DataFrame> {
    let internal = || Error::internal("building the forecast table");
    let height = series.iter().map(Forecasts::len).sum();
    let origins: Vec<i64> =
        series.iter().flat_map(Forecasts::origins).map(|origin| origin.millis()).collect();
    let origins = Series::new("origin".into(), origins)
        .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))
        .map_err(internal())?;
    let models: Vec<&str> =
        series.iter().flat_map(|one| std::iter::repeat_n(one.model(), one.len())).collect();
    let horizons: Vec<u32> =
        series.iter().flat_map(|one| std::iter::repeat_n(one.horizon().get(), one.len())).collect();
    let mut columns: Vec<Column> = vec![
        Series::new("model".into(), models).into_column(),
        origins.into_column(),
        Series::new("horizon".into(), horizons).into_column(),
    ];
    let points: [(&str, Values); 3] =
        [("actual", Forecasts::actual), ("predicted", Forecasts::predicted), ("anchor", Forecasts::anchors)];
    for (name, values) in points {
        let values: Vec<f64> = series.iter().flat_map(values).copied().collect();
        columns.push(Series::new(name.into(), values).into_column());
    }
    for coverage in levels(series) {
        let mut both: Ends = [Vec::with_capacity(height), Vec::with_capacity(height)];
        for one in series {
            both.iter_mut().zip(ends(one, coverage)).for_each(|(all, own)| all.extend(own));
        }
        for (name, values) in interval_columns(coverage).into_iter().zip(both) {
            columns.push(Series::new(name.into(), values).into_column());
        }
    }
    for level in single_levels(series) {
        let values: Vec<Option<f64>> = series.iter().flat_map(|one| single(one, level)).collect();
        columns.push(Series::new(quantile_column(level).into(), values).into_column());
    }
    DataFrame::new(height, columns).map_err(internal())
}

/// Writes the long table as parquet, whole or not at all.
///
/// # Errors
/// When the disk refuses.
pub fn write_forecasts(path: &Path, series: &[Forecasts]) -> Result<()> {
    let mut frame = forecast_frame(series)?;
    write_atomic_with(path, |file| {
        ParquetWriter::new(file).finish(&mut frame).map_err(Error::internal("writing parquet"))?;
        Ok(())
    })
}

/// Writes the long table as CSV, whole or not at all.
///
/// # Errors
/// When the disk refuses.
pub fn write_forecasts_csv(path: &Path, series: &[Forecasts]) -> Result<()> {
    let (levels, singles) = (levels(series), single_levels(series));
    write_atomic_with(path, |file| {
        let mut writer = csv::Writer::from_writer(file);
        let refused = || Error::internal("writing CSV");
        let header = ["model", "origin", "horizon", "actual", "predicted", "anchor"].map(str::to_owned);
        let names = header.into_iter().chain(levels.iter().copied().flat_map(interval_columns));
        let names = names.chain(singles.iter().copied().map(quantile_column));
        writer.write_record(names).map_err(refused())?;
        for one in series {
            let intervals: Vec<Ends> = levels.iter().map(|&coverage| ends(one, coverage)).collect();
            let quantiles: Vec<Vec<Option<f64>>> = singles.iter().map(|&level| single(one, level)).collect();
            for (row, record) in one.records().enumerate() {
                let Forecast { origin, horizon, actual, predicted, anchor } = record;
                let columns = intervals.iter().flatten().chain(&quantiles);
                let ends: Vec<Option<f64>> = columns.map(|values| values[row]).collect();
                writer
                    .serialize((one.model(), origin, horizon, actual, predicted, anchor, ends))
                    .map_err(refused())?;
            }
        }
        writer.flush().map_err(Error::io(path))
    })
}

/// Reads a parquet table of [`write_forecasts`] back: one series a model, in order of appearance, with the intervals
/// and quantiles of every level it has columns for.
///
/// # Errors
/// When the file is missing, is not such a table, or holds mixed or unordered records.
pub fn read_forecasts(path: &Path) -> Result<Vec<Forecasts>> {
    let foreign = |detail: String| Error::file(path, format!("not a table of forecasts: {detail}"));
    let file = File::open(path).map_err(Error::io(path))?;
    let frame = ParquetReader::new(file).finish().map_err(|error| foreign(error.to_string()))?;
    let column = |name: &str| frame.column(name).map_err(|error| foreign(error.to_string()));
    let numbers = |name: &str| -> Result<Vec<Option<f64>>> {
        let column = column(name)?.cast(&DataType::Float64).map_err(|error| foreign(error.to_string()))?;
        Ok(column.f64().map_err(|error| foreign(error.to_string()))?.iter().collect())
    };
    let absent = |row: usize, name: &str| foreign(format!("row {}: `{name}` is null", row + 1));
    let complete = |name: &str| -> Result<Vec<f64>> {
        let cells = numbers(name)?.into_iter().enumerate();
        cells.map(|(row, cell)| cell.ok_or_else(|| absent(row, name))).collect()
    };
    let models = column("model")?.str().map_err(|error| foreign(error.to_string()))?.clone();
    let origins = column("origin")?.cast(&DataType::Int64).map_err(|error| foreign(error.to_string()))?;
    let origins = origins.i64().map_err(|error| foreign(error.to_string()))?.clone();
    let [horizon, actual, predicted, anchor] = ["horizon", "actual", "predicted", "anchor"].map(complete);
    let (horizon, actual, predicted, anchor) = (horizon?, actual?, predicted?, anchor?);
    let with_gaps = |name: &str| -> Result<Vec<f64>> {
        Ok(numbers(name)?.into_iter().map(|cell| cell.unwrap_or(f64::NAN)).collect())
    };
    let mut bands = Vec::new();
    for suffix in frame.get_column_names().into_iter().filter_map(|name| name.strip_prefix("lower")) {
        if let Some(coverage) = coverage_of(suffix) {
            let [lower, upper] = ["lower", "upper"].map(|end| with_gaps(&format!("{end}{suffix}")));
            bands.push(Band::new(coverage, lower?, upper?)?);
        }
    }
    let mut quantiles = Vec::new();
    for name in frame.get_column_names() {
        let level = name.strip_prefix("quantile_").and_then(|share| share.parse().ok());
        if let Some(Ok(level)) = level.map(Level::new) {
            quantiles.push(QuantileForecasts { level, values: with_gaps(name)? });
        }
    }
    let mut groups: Vec<(String, Vec<Forecast>)> = Vec::new();
    for row in 0..frame.height() {
        let name = models.get(row).ok_or_else(|| absent(row, "model"))?;
        if groups.last().is_none_or(|group| group.0 != name) {
            groups.push((name.to_owned(), Vec::new()));
        }
        let Some((_, records)) = groups.last_mut() else { continue };
        let outside =
            |name: &str, expected: &str| foreign(format!("row {}: `{name}` is not {expected}", row + 1));
        let origin = Timestamp::within_years(origins.get(row).ok_or_else(|| absent(row, "origin"))?);
        let whole =
            horizon[row].fract() == 0.0 && (1.0..=f64::from(Horizon::LONGEST)).contains(&horizon[row]);
        records.push(Forecast {
            origin: origin.ok_or_else(|| outside("origin", "in the years from 1970 to 2199"))?,
            horizon: if whole {
                Horizon::hours(horizon[row] as u32)
            } else {
                return Err(outside("horizon", "a whole number of hours up to ten years"));
            },
            actual: actual[row],
            predicted: predicted[row],
            anchor: anchor[row],
        });
    }
    let mut from = 0;
    groups
        .into_iter()
        .map(|(model, records)| {
            let rows = from..from + records.len();
            from = rows.end;
            let series = bands.iter().try_fold(Forecasts::new(model, records)?, |series, band| {
                let (lower, upper) = (&band.lower[rows.clone()], &band.upper[rows.clone()]);
                series.with_band(Band::new(band.coverage, lower.to_vec(), upper.to_vec())?)
            })?;
            quantiles.iter().try_fold(series, |series, own| {
                let values = own.values[rows.clone()].to_vec();
                series.with_quantile(QuantileForecasts { level: own.level, values })
            })
        })
        .collect()
}
