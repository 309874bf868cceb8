//! HAR with the week's rhythm: the relative change of the level from the hour of the week and from the
//! distances to its own means.

use super::scale::Scale;
use crate::error::{Error, Result};
use crate::identity::ModelIdentity;
use crate::models::{Forecaster, Model, Predictions};
use crate::regression::{Design, FittedRidge, Ridge};
use crate::rolling::{Total, rolling};
use crate::sample::{Inputs, Sample};
use crate::statistics::weighted_mean_square;
use crate::time::Horizon;
use serde::{Deserialize, Serialize};

/// Hours in a week.
const WEEK: usize = 168;

/// A ridge regression of log(y(t+h) / y(t)) on 168 hour-of-week terms of the target hour and on the distances
/// of log y(t) to its means over the past hours.
///
/// The forecast is anchored at the level: with all coefficients zero it is persistence. Index points come
/// back as y(t) exp(f + v / 2), v the variance of the training errors.
///
/// | field | default | range |
/// | --- | --- | --- |
/// | `means` | 24, 168, 528, 720 hours | positive |
/// | `penalty` | 0.05 | at least 0; above 0 with `hour_of_week`, whose terms add up to one |
/// | `hour_of_week` | true | |
///
/// # References
/// Corsi (2009) for the cascade; Hoerl and Kennard (1970) for the ridge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HarCalendar {
    /// Hours of the means that the level's distance is taken to.
    pub means: Vec<usize>,
    /// Ridge penalty on standardised columns.
    pub penalty: f64,
    /// Whether the hour of the week takes part.
    pub hour_of_week: bool,
}

impl Default for HarCalendar {
    fn default() -> Self {
        Self { means: vec![24, WEEK, 528, 720], penalty: 0.05, hour_of_week: true }
    }
}

impl HarCalendar {
    /// Estimates the ridge on the origins with the longest mean's hours behind them.
    ///
    /// # Errors
    /// A mean over no hour, a level that is not positive, or no origin with that history.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::prelude::*;
    /// use dvol_core::models::HarCalendar;
    /// let level: Vec<f64> = (0..2_000).map(|i| 60.0 + 10.0 * (f64::from(i) * 0.01).sin()).collect();
    /// let panel = Panel::new("2021-03-24".parse()?, 2_000)?.with(Column::known("dvol", level))?;
    /// let sample = Inputs::new(&panel, &[], "dvol", 1)?.with_targets(Horizon::hours(24));
    /// let forecast = HarCalendar::default().fit(&sample)?.predict(sample.inputs())?;
    /// assert!((forecast.point[1_000] - sample.targets()[1_000]).abs() < 1.0);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn fit(&self, sample: &Sample) -> Result<FittedHarCalendar> {
        if self.means.contains(&0) {
            return Err(Error::parameter("means", 0, "at least 1 hour"));
        }
        let inputs = sample.inputs();
        let longest = self.means.iter().copied().max().unwrap_or(1);
        let rows: Vec<usize> =
            (0..sample.len()).filter(|&i| inputs.level_history(i, longest).len() == longest).collect();
        if rows.is_empty() {
            return Err(Error::too_few(self.name(), longest, sample.len(), "give a longer training part"));
        }
        let target = rows
            .iter()
            .map(|&i| {
                let (before, after) = (inputs.level(i), sample.targets()[i]);
                if after > 0.0 && before > 0.0 { Ok((after / before).ln()) } else { Err(not_positive(after)) }
            })
            .collect::<Result<Vec<f64>>>()?;
        let design = self.design(inputs, &rows, sample.horizon())?;
        let counted = sample.weights();
        let weights: Vec<f64> = rows.iter().map(|&i| counted[i]).collect();
        let ridge = Ridge::new(self.penalty)?.fit_weighted(&design, &target, &weights)?;
        let residuals: Vec<f64> =
            ridge.predict(&design)?.iter().zip(&target).map(|(fitted, y)| y - fitted).collect();
        let variance = weighted_mean_square(&residuals, &weights);
        Ok(FittedHarCalendar { spec: self.clone(), horizon: sample.horizon(), ridge, variance })
    }

    /// Regressors at the chosen origins.
    fn design(&self, inputs: &Inputs, rows: &[usize], horizon: Horizon) -> Result<Design> {
        let history =
            if inputs.is_empty() { &[] } else { inputs.level_history(inputs.len() - 1, usize::MAX) };
        let log = Scale::Log.transform("level", history)?;
        let terms: Vec<Total> = log.iter().map(|&value| Total::of(value)).collect();
        let places: Vec<usize> =
            rows.iter().map(|&i| inputs.level_history(i, usize::MAX).len() - 1).collect();
        let mut columns: Vec<(String, Vec<f64>)> = Vec::with_capacity(self.means.len() + WEEK);
        for &hours in &self.means {
            let totals = rolling(&terms, hours);
            // The level at an origin is present, so no window there is empty.
            let distance = |&row: &usize| log[row] - totals[row].sum / totals[row].count;
            columns.push((format!("distance_{hours}"), places.iter().map(distance).collect()));
        }
        if self.hour_of_week {
            let hours: Vec<usize> = rows.iter().map(|&i| inputs.target(i, horizon).hour_of_week()).collect();
            for hour in 0..WEEK {
                let indicator = hours.iter().map(|&own| f64::from(u8::from(own == hour))).collect();
                columns.push((format!("hour_of_week_{hour}"), indicator));
            }
        }
        Design::new(columns)
    }
}

fn not_positive(value: f64) -> Error {
    Error::Value {
        what: "a relative change".to_owned(),
        series: "level".to_owned(),
        index: 0,
        value,
        remedy: "this model needs a level above zero".to_owned(),
    }
}

impl Model for HarCalendar {
    fn name(&self) -> String {
        match (self.means.is_empty(), self.hour_of_week) {
            (true, true) => "calendar".to_owned(),
            (false, false) => "har_distances".to_owned(),
            _ => "har_calendar".to_owned(),
        }
    }

    fn features(&self) -> Vec<String> {
        Vec::new()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        ModelIdentity::of_this_crate("har_calendar", self)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        Ok(Box::new(self.fit(sample)?))
    }
}

/// A fitted [`HarCalendar`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedHarCalendar {
    spec: HarCalendar,
    horizon: Horizon,
    ridge: FittedRidge,
    variance: f64,
}

impl FittedHarCalendar {
    /// The ridge regression behind it: relative change per unit of each column.
    pub fn ridge(&self) -> &FittedRidge {
        &self.ridge
    }
}

impl Forecaster for FittedHarCalendar {
    fn name(&self) -> String {
        self.spec.name()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let rows: Vec<usize> = (0..inputs.len()).collect();
        let change = self.ridge.predict(&self.spec.design(inputs, &rows, self.horizon)?)?;
        let log: Vec<f64> = change.iter().zip(&rows).map(|(f, &i)| inputs.level(i).ln() + f).collect();
        let point: Vec<f64> = log.iter().map(|&value| Scale::Log.mean(value, self.variance)).collect();
        Ok(point.into())
    }
}
