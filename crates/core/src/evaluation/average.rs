//! Several series of forecasts as one: their mean.

use super::{Forecast, Forecasts};
use crate::error::{Error, Result};
use crate::models::{Band, QuantileForecasts};

impl Forecasts {
    /// The mean of several series that answer the same questions, under a name of its own: of point forecasts, and
    /// of interval ends and quantiles where every series has them.
    ///
    /// # Errors
    /// No series, or series of different origins, horizons or outcomes.
    pub fn average(model: &str, members: &[Self]) -> Result<Self> {
        let Some(first) = members.first() else {
            return Err(Error::too_few("an average of forecasts", 1, 0, "give at least one series"));
        };
        for member in &members[1..] {
            first.aligned_with(member)?;
        }
        let columns: Vec<&[f64]> = members.iter().map(Self::predicted).collect();
        let records =
            first.records().zip(mean(&columns)).map(|(record, predicted)| Forecast { predicted, ..record });
        let series = first.bands().iter().try_fold(Self::new(model, records)?, |series, band| {
            let own = members.iter().map(|member| member.band(band.coverage));
            let Some(all) = own.collect::<Option<Vec<&Band>>>() else { return Ok(series) };
            let ends = |pick: fn(&Band) -> &[f64]| mean(&all.iter().map(|one| pick(one)).collect::<Vec<_>>());
            series.with_band(Band::new(band.coverage, ends(|one| &one.lower), ends(|one| &one.upper))?)
        })?;
        first.single_quantiles().iter().try_fold(series, |series, own| {
            let level = own.level;
            let all: Option<Vec<&[f64]>> = members.iter().map(|member| member.quantile(level)).collect();
            let Some(all) = all else { return Ok(series) };
            series.with_quantile(QuantileForecasts { level, values: mean(&all) })
        })
    }
}

/// The mean of several columns, row by row: NaN where any of them is.
fn mean(columns: &[&[f64]]) -> Vec<f64> {
    let rows = columns.first().map_or(0, |column| column.len());
    let sum = |row: usize| columns.iter().map(|column| column[row]).sum::<f64>();
    (0..rows).map(|row| sum(row) / columns.len() as f64).collect()
}
