//! The HAR family on one regularly spaced series: realized measures of variance, or any daily level.

use super::cascade::{CORSI_LAGS, cascade, check_lags, past_mean};
use super::scale::Scale;
use super::series::RealizedSeries;
use super::variant::Variant;
use crate::error::{Error, Result};
use crate::regression::{Covariance, Design, FittedOls, Ols, RegressionTable};
use crate::statistics::mean;
use serde::{Deserialize, Serialize};

/// A direct h-step HAR regression on a [`RealizedSeries`].
///
/// | field | default | range |
/// | --- | --- | --- |
/// | `variant` | HAR | see [`Variant`] |
/// | `lags` | 1, 5, 22 rows | increasing, positive |
/// | `horizon` | 1 row | at least 1 |
/// | `scale` | level | log and square root transform the regressors before averaging over the lags |
/// | `differenced` | false | target y(t+h) - y(t) on mean past changes |
/// | `averaged` | false | target: mean of y(t+1) .. y(t+h) instead of y(t+h), transformed after averaging |
/// | `insanity_filter` | true | replaces forecasts outside the range seen in training by the training mean |
///
/// # Formula
/// z(t+h) = b0 + sum over lags k of `b_k` (z(t) + ... + z(t-k+1)) / k + further terms of the variant + error.
///
/// # References
/// Corsi, F. (2009), A simple approximate long-memory model of realized volatility, Journal of Financial
/// Econometrics 7. Bollerslev, T., Patton, A. J. and Quaedvlieg, R. (2016), Exploiting the errors, Journal of
/// Econometrics 192 (HAR-Q and the insanity filter).
///
/// # Examples
/// ```
/// use dvol_core::models::{RealizedHar, RealizedSeries};
/// let series = RealizedSeries::new((0..200).map(|i| 2.0 + f64::from(i * i % 97).sin()).collect());
/// let fitted = RealizedHar::default().fit(&series)?;
/// assert_eq!(fitted.regression().n(), 200 - 21 - 1);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RealizedHar {
    /// Which member of the family.
    pub variant: Variant,
    /// Rows averaged over.
    pub lags: Vec<usize>,
    /// Rows ahead.
    pub horizon: usize,
    /// Scale of the regression.
    pub scale: Scale,
    /// Whether changes are regressed on changes.
    pub differenced: bool,
    /// Whether the target is the mean over the horizon.
    pub averaged: bool,
    /// Whether forecasts outside the range seen in training are replaced.
    pub insanity_filter: bool,
}

impl Default for RealizedHar {
    fn default() -> Self {
        Self {
            variant: Variant::Har,
            lags: CORSI_LAGS.into(),
            horizon: 1,
            scale: Scale::Level,
            differenced: false,
            averaged: false,
            insanity_filter: true,
        }
    }
}

/// A fitted [`RealizedHar`].
#[derive(Debug, Clone)]
pub struct FittedRealizedHar {
    spec: RealizedHar,
    regression: FittedOls,
    origins: Vec<usize>,
    bounds: (f64, f64),
    mean: f64,
    calendar: Vec<usize>,
}

impl RealizedHar {
    /// Estimates by least squares on all rows with a complete past and a known target; rows with a null are
    /// left out.
    ///
    /// # Errors
    /// Lags out of order, a horizon of 0, a measure the variant needs and the series lacks, values the scale
    /// is not defined for, too few rows, or collinear regressors.
    pub fn fit(&self, series: &RealizedSeries) -> Result<FittedRealizedHar> {
        self.check(series)?;
        let realized = self.scale.transform("realized", &series.realized)?;
        let calendar = self.variant.calendar(series)?;
        let columns = self.columns(series, &realized, &calendar)?;
        let levels = self.target_levels(&series.realized);
        let target = self.target(&levels, &realized);
        let complete =
            |&row: &usize| !target[row].is_nan() && columns.iter().all(|(_, column)| !column[row].is_nan());
        let origins: Vec<usize> = (0..realized.len()).filter(complete).collect();
        if origins.len() <= columns.len() + 1 {
            return Err(Error::too_few(
                self.name(),
                columns.len() + 2,
                origins.len(),
                format!(
                    "give a longer series (lags of {} rows and a horizon of {} use up that many) or shorter lags",
                    self.lags.last().copied().unwrap_or(1),
                    self.horizon
                ),
            ));
        }
        let pick = |column: &[f64]| origins.iter().map(|&row| column[row]).collect::<Vec<f64>>();
        let design = Design::new(columns.iter().map(|(name, column)| (name.clone(), pick(column))))?;
        let regression = Ols::new(self.name()).fit(&design.with_constant(), &pick(&target))?;
        let seen = pick(&levels);
        let bounds = seen
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(*y), high.max(*y)));
        let mean = mean(&seen);
        Ok(FittedRealizedHar { spec: self.clone(), regression, origins, bounds, mean, calendar })
    }

    /// The name in tables.
    pub fn name(&self) -> String {
        format!(
            "{}{}{}",
            self.variant.name(),
            self.scale.suffix(),
            if self.differenced { "_differenced" } else { "" }
        )
    }

    fn check(&self, series: &RealizedSeries) -> Result<()> {
        check_lags(&self.lags)?;
        if self.horizon == 0 {
            return Err(Error::parameter("horizon", 0, "at least 1 row"));
        }
        if self.averaged && self.differenced {
            return Err(Error::parameter("differenced", true, "used without an averaged target"));
        }
        if matches!(self.variant, Variant::HarQ | Variant::HarQF) && self.scale != Scale::Level {
            return Err(Error::parameter(
                "scale",
                "log or square root",
                "the level for har-q and har-qf: their error correction is that of the level",
            ));
        }
        series.check()
    }

    /// The series' value that a forecast from each row is about.
    fn target_levels(&self, values: &[f64]) -> Vec<f64> {
        let span = if self.averaged { self.horizon } else { 1 };
        let means = past_mean(values, span, 1, true);
        (0..values.len()).map(|row| means.get(row + self.horizon).copied().unwrap_or(f64::NAN)).collect()
    }

    /// The regression's left-hand side on its scale, from the levels the forecast is about: a mean of logarithms
    /// would lie below the logarithm of the mean by half of what the level varies over the horizon.
    fn target(&self, levels: &[f64], realized: &[f64]) -> Vec<f64> {
        let ahead = levels.iter().map(|&level| self.scale.forward(level));
        if self.differenced {
            ahead.zip(realized).map(|(later, now)| later - now).collect()
        } else {
            ahead.collect()
        }
    }

    fn columns(
        &self,
        series: &RealizedSeries,
        realized: &[f64],
        calendar: &[usize],
    ) -> Result<Vec<(String, Vec<f64>)>> {
        if self.differenced {
            let mut columns = cascade(realized, &self.lags, 1, true, true);
            columns.extend(self.variant.further(self, series, realized, calendar)?);
            return Ok(columns);
        }
        self.variant.columns(self, series, realized, calendar)
    }
}

impl FittedRealizedHar {
    /// The specification.
    pub fn spec(&self) -> &RealizedHar {
        &self.spec
    }

    /// The least-squares regression behind it, on its scale.
    pub fn regression(&self) -> &FittedOls {
        &self.regression
    }

    /// The rows whose targets were learned from.
    pub fn origins(&self) -> &[usize] {
        &self.origins
    }

    /// Estimates with standard errors.
    ///
    /// # Errors
    /// Too few rows for the covariance.
    pub fn table(&self, covariance: Covariance) -> Result<RegressionTable> {
        self.regression.table(covariance)
    }

    /// Forecasts from every row in levels of the series, back-transformed without bias; NaN where the past is
    /// incomplete.
    ///
    /// # Errors
    /// As [`RealizedHar::fit`], for a series without the measures the model was fitted on.
    pub fn predict(&self, series: &RealizedSeries) -> Result<Vec<f64>> {
        self.spec.check(series)?;
        let realized = self.spec.scale.transform("realized", &series.realized)?;
        let columns = self.spec.columns(series, &realized, &self.calendar)?;
        let coefficients = self.regression.coefficients();
        let variance = self.regression.residual_variance();
        Ok((0..realized.len())
            .map(|row| {
                let anchor = if self.spec.differenced { realized[row] } else { 0.0 };
                let terms = columns.iter().zip(coefficients.iter().skip(1));
                let slope: f64 = terms.map(|((_, column), b)| b * column[row]).sum();
                let level = self.spec.scale.mean(anchor + coefficients[0] + slope, variance);
                let outside = level < self.bounds.0 || level > self.bounds.1;
                if self.spec.insanity_filter && outside { self.mean } else { level }
            })
            .collect())
    }

    /// What came true for a forecast from every row: the level, or the mean level over the horizon.
    pub fn actual(&self, series: &RealizedSeries) -> Vec<f64> {
        self.spec.target_levels(&series.realized)
    }
}
