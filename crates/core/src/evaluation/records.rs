//! Forecast records as one long table: parquet for machines, CSV for people.

use super::{Forecast, Forecasts};
use crate::artifacts::write_atomic_with;
use crate::error::{Error, Result};
use crate::time::{Horizon, Timestamp};
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetReader, ParquetWriter, SerReader, Series,
    TimeUnit,
};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const INDEX_POINTS: [&str; 7] = ["actual", "predicted", "anchor", "lower", "upper", "lower_95", "upper_95"];

/// The long table of several series: model, origin (UTC), horizon (h), actual, predicted, anchor, lower, upper
/// (80 %), `lower_95`, `upper_95`.
///
/// # Errors
/// When polars refuses the columns.
pub fn forecast_frame(series: &[Forecasts]) -> Result<DataFrame> {
    let records: Vec<&Forecast> = series.iter().flat_map(Forecasts::records).collect();
    let internal = || Error::internal("building the forecast table");
    let origins: Vec<i64> = records.iter().map(|record| record.origin.millis()).collect();
    let origins = Series::new("origin".into(), origins)
        .cast(&DataType::Datetime(TimeUnit::Milliseconds, None))
        .map_err(internal())?;
    let models: Vec<&str> = records.iter().map(|record| &*record.model).collect();
    let horizons: Vec<u32> = records.iter().map(|record| record.horizon.get()).collect();
    let mut columns: Vec<Column> = vec![
        Series::new("model".into(), models).into_column(),
        origins.into_column(),
        Series::new("horizon".into(), horizons).into_column(),
    ];
    let points: [fn(&Forecast) -> Option<f64>; 7] = [
        |record| Some(record.actual),
        |record| Some(record.predicted),
        |record| Some(record.anchor),
        |record| record.lower,
        |record| record.upper,
        |record| record.lower_95,
        |record| record.upper_95,
    ];
    for (name, point) in INDEX_POINTS.into_iter().zip(points) {
        let values: Vec<Option<f64>> = records.iter().map(|record| point(record)).collect();
        columns.push(Series::new(name.into(), values).into_column());
    }
    DataFrame::new(records.len(), columns).map_err(internal())
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
    write_atomic_with(path, |file| {
        let mut writer = csv::Writer::from_writer(file);
        let refused = || Error::internal("writing CSV");
        for record in series.iter().flat_map(Forecasts::records) {
            writer.serialize(record).map_err(refused())?;
        }
        writer.flush().map_err(Error::io(path))
    })
}

/// Reads a parquet table of [`write_forecasts`] back: one series a model, in order of appearance.
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
    let models = column("model")?.str().map_err(|error| foreign(error.to_string()))?.clone();
    let origins = column("origin")?.cast(&DataType::Int64).map_err(|error| foreign(error.to_string()))?;
    let origins = origins.i64().map_err(|error| foreign(error.to_string()))?.clone();
    let horizons = numbers("horizon")?;
    // tables written before both intervals were kept have no 95 % columns
    let numbers_or_null = |name: &str| {
        if frame.column(name).is_ok() { numbers(name) } else { Ok(vec![None; frame.height()]) }
    };
    let [actual, predicted, anchor, lower, upper, lower_95, upper_95] = INDEX_POINTS.map(numbers_or_null);
    let (actual, predicted, anchor) = (actual?, predicted?, anchor?);
    let (lower, upper, lower_95, upper_95) = (lower?, upper?, lower_95?, upper_95?);
    let mut groups: Vec<(Arc<str>, Vec<Forecast>)> = Vec::new();
    for row in 0..frame.height() {
        let absent = |name: &str| foreign(format!("row {}: `{name}` is null", row + 1));
        let name = models.get(row).ok_or_else(|| absent("model"))?;
        if groups.last().is_none_or(|group| &*group.0 != name) {
            groups.push((name.into(), Vec::new()));
        }
        let Some((model, records)) = groups.last_mut() else { continue };
        records.push(Forecast {
            model: Arc::clone(model),
            origin: Timestamp::from_millis(origins.get(row).ok_or_else(|| absent("origin"))?),
            horizon: Horizon::hours(horizons[row].ok_or_else(|| absent("horizon"))? as u32),
            actual: actual[row].ok_or_else(|| absent("actual"))?,
            predicted: predicted[row].ok_or_else(|| absent("predicted"))?,
            anchor: anchor[row].ok_or_else(|| absent("anchor"))?,
            lower: lower[row],
            upper: upper[row],
            lower_95: lower_95[row],
            upper_95: upper_95[row],
        });
    }
    groups.into_iter().map(|(_, records)| Forecasts::new(records)).collect()
}
