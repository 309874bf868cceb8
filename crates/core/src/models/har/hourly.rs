//! HAR on a panel's rows: the level a horizon ahead from its own past.

use super::cascade::{CORSI_LAGS, cascade, check_lags};
use super::scale::Scale;
use crate::error::{Error, Result};
use crate::identity::ModelIdentity;
use crate::models::{Forecaster, Model, Predictions};
use crate::regression::{Covariance, Design, FittedOls, Ols, RegressionTable};
use crate::sample::{Inputs, Sample};
use crate::statistics::mean;
use serde::{Deserialize, Serialize};

/// The heterogeneous autoregression of Corsi (2009) for an hourly level, direct `h` hours ahead.
///
/// # Formula
/// On the scale g (level, square root or log), with days counted back from the origin t,
/// z(t+h) = b0 + sum over lags k of `b_k` (z(t) + z(t-24) + ... + z(t-24(k-1))) / k + c'x(t) + error. At every
/// origin this is the daily model that observes the level at that hour of the day. Differenced: the target is
/// z(t+h) - z(t) and the regressors are mean changes (z(t) - z(t-24k)) / k.
///
/// | field | default | range |
/// | --- | --- | --- |
/// | `lags` | 1, 5, 22 days | increasing, positive |
/// | `scale` | level | |
/// | `differenced` | false | |
/// | `exogenous` | none | feature columns, known at the origin |
/// | `insanity_filter` | false | replaces forecasts outside the training targets' range by their mean |
///
/// # References
/// Corsi, F. (2009), A simple approximate long-memory model of realized volatility, Journal of Financial
/// Econometrics 7, 174-196. Swanson, N. R. and White, H. (1997), Forecasting economic time series using
/// flexible versus fixed specification, International Journal of Forecasting 13 (insanity filter).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Har {
    /// Days averaged over.
    pub lags: Vec<usize>,
    /// Scale of the regression.
    pub scale: Scale,
    /// Whether changes are regressed on changes.
    pub differenced: bool,
    /// Feature columns that enter with their value at the origin (HAR-X).
    pub exogenous: Vec<String>,
    /// Whether forecasts outside the range seen in training are replaced.
    pub insanity_filter: bool,
}

impl Har {
    /// Corsi's model on levels.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::prelude::*;
    /// use dvol_core::models::Har;
    /// let level: Vec<f64> = (0..2_000).map(|i| 60.0 + 9.0 * f64::from(i * i % 997).sin()).collect();
    /// let panel = Panel::new("2021-03-24".parse()?, 2_000)?.with(Column::known("dvol", level))?;
    /// let sample = Inputs::new(&panel, &[], "dvol", 1)?.with_targets(Horizon::hours(24));
    /// let fitted = Har::corsi().fit(&sample)?;
    /// assert_eq!(fitted.regression().design().names(), ["const", "mean_1", "mean_5", "mean_22"]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn corsi() -> Self {
        Self {
            lags: CORSI_LAGS.into(),
            scale: Scale::Level,
            differenced: false,
            exogenous: Vec::new(),
            insanity_filter: false,
        }
    }

    /// Changes on mean changes.
    pub fn differenced() -> Self {
        Self { differenced: true, ..Self::corsi() }
    }

    /// Logarithms.
    pub fn log() -> Self {
        Self { scale: Scale::Log, ..Self::corsi() }
    }

    /// Levels and the value of further columns at the origin: HAR-X.
    pub fn with_exogenous<N: Into<String>>(columns: impl IntoIterator<Item = N>) -> Self {
        Self { exogenous: columns.into_iter().map(Into::into).collect(), ..Self::corsi() }
    }

    /// Estimates the coefficients by least squares on the origins with a whole cascade behind them.
    ///
    /// # Errors
    /// Lags out of order, values the scale is not defined for, too few origins, or collinear regressors.
    pub fn fit(&self, sample: &Sample) -> Result<FittedHar> {
        check_lags(&self.lags)?;
        let inputs = sample.inputs();
        let regressors = self.regressors(inputs, true)?;
        let mut rows = Vec::new();
        let mut target = Vec::new();
        for (i, &level) in sample.targets().iter().enumerate() {
            let anchor = if self.differenced { self.scale.forward(inputs.level(i)) } else { 0.0 };
            let value = self.scale.forward(level) - anchor;
            if value.is_finite() && regressors.iter().all(|(_, column)| column[i].is_finite()) {
                rows.push(i);
                target.push(value);
            }
        }
        if rows.is_empty() {
            return Err(Error::too_few(
                self.name(),
                1,
                0,
                format!("no origin has {} days of history; start later or shorten the lags", self.longest()),
            ));
        }
        let columns = regressors
            .into_iter()
            .map(|(name, column)| (name, rows.iter().map(|&i| column[i]).collect::<Vec<f64>>()));
        let mut design = Design::new(columns)?.with_constant();
        if sample.is_weighted() {
            // generalised least squares: rows times the roots of weights whose mean is one
            let roots = roots_of_weights(sample, &rows);
            design = design.with_rows_times(&roots)?;
            target.iter_mut().zip(&roots).for_each(|(value, root)| *value *= root);
        }
        let regression = Ols::new(self.name()).fit(&design, &target)?;
        let seen: Vec<f64> = rows.iter().map(|&i| sample.targets()[i]).collect();
        let bounds = seen.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &level| {
            (low.min(level), high.max(level))
        });
        Ok(FittedHar {
            spec: self.clone(),
            variance: regression.residual_variance(),
            bounds,
            mean: mean(&seen),
            regression,
        })
    }

    fn longest(&self) -> usize {
        self.lags.last().copied().unwrap_or(1)
    }

    /// Regressors at every origin, by name.
    fn regressors(&self, inputs: &Inputs, complete: bool) -> Result<Vec<(String, Vec<f64>)>> {
        let history =
            if inputs.is_empty() { &[] } else { inputs.level_history(inputs.len() - 1, usize::MAX) };
        let transformed = self.scale.transform("level", history)?;
        let rows: Vec<usize> =
            (0..inputs.len()).map(|i| inputs.level_history(i, usize::MAX).len() - 1).collect();
        // rows from one daily value to the next
        let day = (24 / inputs.step().hours()) as usize;
        let mut columns: Vec<(String, Vec<f64>)> =
            cascade(&transformed, &self.lags, day, self.differenced, complete)
                .into_iter()
                .map(|(name, column)| (name, rows.iter().map(|&row| column[row]).collect()))
                .collect();
        for name in &self.exogenous {
            columns.push((name.clone(), inputs.feature(name)?));
        }
        Ok(columns)
    }
}

fn roots_of_weights(sample: &Sample, rows: &[usize]) -> Vec<f64> {
    let weights = sample.weights();
    let own: Vec<f64> = rows.iter().map(|&i| weights[i]).collect();
    let mean = mean(&own);
    own.into_iter().map(|weight| (weight / mean).sqrt()).collect()
}

impl Model for Har {
    fn name(&self) -> String {
        format!(
            "har{}{}{}",
            if self.exogenous.is_empty() { "" } else { "_x" },
            self.scale.suffix(),
            if self.differenced { "_differenced" } else { "" }
        )
    }

    fn features(&self) -> Vec<String> {
        self.exogenous.clone()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        ModelIdentity::of_this_crate("har", self)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        Ok(Box::new(self.fit(sample)?))
    }
}

/// A fitted [`Har`].
#[derive(Debug, Clone)]
pub struct FittedHar {
    spec: Har,
    regression: FittedOls,
    variance: f64,
    bounds: (f64, f64),
    mean: f64,
}

impl FittedHar {
    /// The specification.
    pub fn spec(&self) -> &Har {
        &self.spec
    }

    /// The least-squares regression behind it.
    pub fn regression(&self) -> &FittedOls {
        &self.regression
    }

    /// Estimates with standard errors. Errors of forecasts that overlap `h` hours are autocorrelated by
    /// construction: use `Covariance::newey_west(lags)` with lags of at least h - 1.
    ///
    /// # Errors
    /// Too few rows for the covariance.
    pub fn table(&self, covariance: Covariance) -> Result<RegressionTable> {
        self.regression.table(covariance)
    }
}

impl Forecaster for FittedHar {
    fn name(&self) -> String {
        self.spec.name()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let regressors = self.spec.regressors(inputs, false)?;
        let coefficients = self.regression.coefficients();
        let scale = self.spec.scale;
        let transformed: Vec<f64> = (0..inputs.len())
            .map(|i| {
                let anchor = if self.spec.differenced { scale.forward(inputs.level(i)) } else { 0.0 };
                let terms = regressors.iter().zip(coefficients.iter().skip(1));
                // A change over a gap is not known: it counts as none.
                let slope: f64 =
                    terms.map(|((_, column), b)| if column[i].is_nan() { 0.0 } else { b * column[i] }).sum();
                anchor + coefficients[0] + slope
            })
            .collect();
        let sane = |level: f64| {
            let outside = level < self.bounds.0 || level > self.bounds.1;
            if self.spec.insanity_filter && outside { self.mean } else { level }
        };
        let point: Vec<f64> =
            transformed.iter().map(|&value| sane(scale.mean(value, self.variance))).collect();
        Ok(point.into())
    }
}
