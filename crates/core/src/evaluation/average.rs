//! Several series of forecasts as one: their mean.

use super::{Forecast, Forecasts};
use crate::error::{Error, Result};

impl Forecasts {
    /// The mean of several series that answer the same questions, under a name of its own: of point forecasts, and
    /// of interval ends where every series has them.
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
        let records = first.records().iter().enumerate().map(|(i, record)| {
            let mean = |end: fn(&Forecast) -> Option<f64>| -> Option<f64> {
                let sum = members.iter().map(|member| end(&member.records()[i])).sum::<Option<f64>>()?;
                Some(sum / members.len() as f64)
            };
            Forecast {
                model: model.into(),
                predicted: mean(|one| Some(one.predicted)).unwrap_or(record.predicted),
                lower: mean(|one| one.lower),
                upper: mean(|one| one.upper),
                lower_95: mean(|one| one.lower_95),
                upper_95: mean(|one| one.upper_95),
                ..record.clone()
            }
        });
        Self::new(records.collect())
    }
}
