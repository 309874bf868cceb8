//! One HAR regression: coefficients under two covariances, collinearity, scores, the next forecast.

use super::Experiment;
use crate::error::Result;
use crate::evaluation::{MetricsTable, VarianceBenchmark, variance_benchmarks};
use crate::jumps::{DailyMeasures, JumpSplit, log_returns};
use crate::models::{FittedRealizedHar, Har, Model, Naive, RealizedHar, RealizedSeries};
use crate::regression::{Bandwidth, Covariance, FittedOls, Prewhitening, variance_inflation_factors};
use crate::report::{Cell, Report, Reported, Table};
use crate::sample::Inputs;
use crate::statistics::{mean, sum_of_squares};
use crate::time::{Horizon, Timestamp};
use serde::Serialize;
use std::fmt;

/// One row of a regression table, classical and robust to autocorrelation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HarCoefficient {
    /// The regressor.
    pub name: String,
    /// Its coefficient.
    pub estimate: f64,
    /// Classical standard error.
    pub std_error: f64,
    /// Standard error under the robust covariance.
    pub hac_std_error: f64,
    /// Estimate over classical standard error.
    pub t: f64,
    /// Its two-sided p-value.
    pub p_value: f64,
    /// Estimate over robust standard error.
    pub hac_t: f64,
    /// Its two-sided p-value.
    pub hac_p_value: f64,
    /// Variance inflation factor; none for the constant.
    pub vif: Option<f64>,
}

/// Scores of fitted values in levels of the series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LevelScores {
    /// Root mean squared error.
    pub rmse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// One minus squared errors over squared distances from the mean.
    pub r2: f64,
}

/// A HAR regression with everything said about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HarRegression {
    /// The model.
    pub model: String,
    /// Where the data come from.
    pub input: String,
    /// The series.
    pub column: String,
    /// Rows ahead.
    pub horizon: usize,
    /// The constant first.
    pub coefficients: Vec<HarCoefficient>,
    /// Share of the variance explained.
    pub r2: f64,
    /// The same, adjusted for the number of regressors.
    pub adj_r2: f64,
    /// The joint test of all slopes.
    pub f: Option<f64>,
    /// Its p-value.
    pub f_p_value: Option<f64>,
    /// Akaike's criterion.
    pub aic: f64,
    /// Schwarz's criterion.
    pub bic: f64,
    /// Rows of the regression.
    pub n: usize,
    /// The robust covariance, in words.
    pub hac: String,
    /// Scores of the fitted values in levels of the series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reconstructed: Option<LevelScores>,
    /// Scores on the experiment's test part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<MetricsTable>,
    /// Scores of this model and of GARCH models on rows after those they were fitted on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub benchmarks: Vec<VarianceBenchmark>,
    /// Forecast from the last row, in levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<f64>,
}

/// Newey and West's errors of a regression whose targets overlap.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OverlapErrors {
    /// How many lags; `None`: 4 (n/100)^(2/9), at least horizon - 1.
    pub bandwidth: Option<Bandwidth>,
    /// Whether scores are prewhitened by a VAR(1), kept away from a unit root ([`Prewhitening::Capped`]).
    pub prewhitened: bool,
}

impl OverlapErrors {
    /// The covariance of a regression on `n` rows of targets `horizon` rows ahead.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::experiment::OverlapErrors;
    /// use dvol_core::regression::{Bandwidth, Covariance};
    /// let lags = |n, horizon| OverlapErrors::default().covariance(n, horizon);
    /// assert_eq!(lags(1000, 1), Covariance::newey_west(6));
    /// assert_eq!(lags(1000, 24), Covariance::newey_west(23));
    /// ```
    pub fn covariance(self, n: usize, horizon: usize) -> Covariance {
        let rule = (4.0 * (n as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize;
        let bandwidth = self.bandwidth.unwrap_or(Bandwidth::Lags(rule.max(horizon.saturating_sub(1))));
        let prewhitening = if self.prewhitened { Prewhitening::Capped } else { Prewhitening::None };
        Covariance::NeweyWest { bandwidth, prewhitening }
    }
}

/// A series of daily measures made of intraday prices: realized variance with its continuous and jump parts as `split`
/// has them, quarticity, semivariances and the days' returns. A day needs half of the observations a day usually has. Where the
/// market `closes`, a day without trading is no row: one trading day follows another.
///
/// # Errors
/// Prices that are not positive, times that do not increase, a level of the jump test outside (0, 1).
pub fn realized_series(
    times: &[Timestamp],
    prices: &[f64],
    observations_in_a_year: f64,
    closes: bool,
    split: JumpSplit,
) -> Result<RealizedSeries> {
    let a_day = (observations_in_a_year / 365.0).round() as usize;
    let mut measures = DailyMeasures::with_threshold(times, &log_returns(prices)?, (a_day / 2).max(5))?;
    if closes {
        measures.keep_trading_days();
    }
    RealizedSeries::from_measures(&measures, split)
}

impl HarRegression {
    /// Fits a model on a whole series; `holdout` names the last share of rows on which GARCH models are scored
    /// beside it.
    ///
    /// # Errors
    /// What fitting and [`variance_benchmarks`] return.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::experiment::{HarRegression, OverlapErrors};
    /// use dvol_core::models::{RealizedHar, RealizedSeries};
    /// let series = RealizedSeries::new((0..200).map(|i| 2.0 + f64::from(i * i % 97).sin()).collect());
    /// let found = HarRegression::fit(&RealizedHar::default(), &series, OverlapErrors::default(), None)?;
    /// assert_eq!((found.n, found.coefficients.len()), (178, 4));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn fit(
        spec: &RealizedHar,
        series: &RealizedSeries,
        errors: OverlapErrors,
        holdout: Option<f64>,
    ) -> Result<Self> {
        let fitted = spec.fit(series)?;
        let mut report = Self::new(fitted.regression(), spec.horizon, errors)?;
        let forecasts = fitted.predict(series)?;
        report.reconstructed = Some(LevelScores::new(&fitted, series, &forecasts));
        if let Some(share) = holdout {
            report.benchmarks = variance_benchmarks(spec, series, share)?;
        }
        report.forecast = forecasts.last().copied().filter(|forecast| forecast.is_finite());
        Ok(report)
    }

    /// A regression's estimates under the classical covariance and beside it under a robust one.
    ///
    /// # Errors
    /// When a covariance cannot be estimated.
    pub fn new(regression: &FittedOls, horizon: usize, errors: OverlapErrors) -> Result<Self> {
        let table = regression.table(Covariance::Classical)?;
        let robust = regression.table(errors.covariance(regression.n(), horizon))?;
        let factors = variance_inflation_factors(regression.design())?;
        let coefficients = table
            .coefficients
            .into_iter()
            .zip(robust.coefficients)
            .map(|(plain, robust)| HarCoefficient {
                vif: factors.iter().find(|(name, _)| *name == plain.name).map(|(_, factor)| *factor),
                name: plain.name,
                estimate: plain.estimate,
                std_error: plain.std_error,
                hac_std_error: robust.std_error,
                t: plain.t,
                p_value: plain.p_value,
                hac_t: robust.t,
                hac_p_value: robust.p_value,
            })
            .collect();
        Ok(Self {
            model: table.name,
            input: String::new(),
            column: String::new(),
            horizon,
            coefficients,
            r2: table.r2,
            adj_r2: table.adj_r2,
            f: table.f,
            f_p_value: table.f_p_value,
            aic: table.aic,
            bic: table.bic,
            n: table.n,
            hac: robust.covariance,
            reconstructed: None,
            test: None,
            benchmarks: Vec::new(),
            forecast: None,
        })
    }

    /// The same about a named series.
    #[must_use]
    pub fn about(self, input: impl Into<String>, column: impl Into<String>) -> Self {
        Self { input: input.into(), column: column.into(), ..self }
    }
}

impl Experiment {
    /// Fits a HAR model of hourly DVOL on the training part and scores it on the test part, persistence beside it.
    ///
    /// # Errors
    /// A missing feature, a singular design, an empty part.
    pub fn har_regression(
        &self,
        spec: &Har,
        horizon: Horizon,
        errors: OverlapErrors,
    ) -> Result<HarRegression> {
        let names: Vec<&str> = spec.exogenous.iter().map(String::as_str).collect();
        let features = self.features()?;
        features.step().check(horizon)?;
        let inputs = Inputs::new(&features, &names, "dvol", spec.window())?;
        let parts = self.split(&inputs.with_targets(horizon))?;
        let fitted = spec.fit(&parts.train)?;
        let persistence = Naive::Persistence.fit(&parts.train)?;
        let forecasts =
            [Self::forecasts_on(&persistence, &parts.test)?, Self::forecasts_on(&fitted, &parts.test)?];
        let report = HarRegression::new(fitted.regression(), self.dataset.panel().rows(horizon), errors)?;
        Ok(HarRegression { test: Some(MetricsTable::of(&forecasts)?), ..report }.about(self.source(), "dvol"))
    }
}

impl LevelScores {
    fn new(fitted: &FittedRealizedHar, series: &RealizedSeries, forecasts: &[f64]) -> Self {
        let (actual, origins) = (fitted.actual(series), fitted.origins());
        let n = origins.len() as f64;
        let seen: Vec<f64> = origins.iter().map(|&row| actual[row]).collect();
        let squares: f64 = origins.iter().map(|&row| (actual[row] - forecasts[row]).powi(2)).sum();
        let total = sum_of_squares(&seen, mean(&seen));
        let absolute: f64 = origins.iter().map(|&row| (actual[row] - forecasts[row]).abs()).sum();
        Self { rmse: (squares / n).sqrt(), mae: absolute / n, r2: 1.0 - squares / total }
    }
}

impl Reported for HarRegression {
    fn report(&self) -> Report {
        let header = ["", "estimate", "std error", "t", "p", "HAC std error", "HAC t", "HAC p", "VIF"];
        let mut table = Table::new(header);
        for line in &self.coefficients {
            table.push([
                Cell::name(&line.name),
                Cell::number(line.estimate, 6),
                Cell::number(line.std_error, 6),
                Cell::number(line.t, 2),
                Cell::number(line.p_value, 4),
                Cell::number(line.hac_std_error, 6),
                Cell::number(line.hac_t, 2),
                Cell::number(line.hac_p_value, 4),
                line.vif.map_or(Cell::empty(), |factor| Cell::number(factor, 1)),
            ]);
        }
        let mut report = Report::default();
        report.line(format!("{} of {}, {} ahead ({})", self.model, self.column, self.horizon, self.input));
        report.table(table);
        report.line(format!(
            "n {}, R2 {:.4}, adjusted R2 {:.4}, AIC {:.2}, BIC {:.2}; HAC: {}",
            self.n, self.r2, self.adj_r2, self.aic, self.bic, self.hac
        ));
        if let Some(LevelScores { rmse, mae, r2 }) = &self.reconstructed {
            report.line(format!("in levels: R2 {r2:.4}, RMSE {rmse:.6}, MAE {mae:.6}"));
        }
        for VarianceBenchmark { model, n, rmse, qlike } in &self.benchmarks {
            let loss = Cell::optional(*qlike, 4).shown();
            report.line(format!("{model} on later rows: RMSE {rmse:.6}, QLIKE {loss}, n {n}"));
        }
        if let Some(forecast) = self.forecast {
            report.line(format!("forecast from the last row: {forecast}"));
        }
        if let Some(test) = &self.test {
            report.line("test part:".to_owned());
            report.include(test);
        }
        report
    }
}

impl fmt::Display for HarRegression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
