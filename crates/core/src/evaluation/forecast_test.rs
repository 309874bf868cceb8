//! The one shape of a hypothesis test on forecasts.

use super::{Forecasts, LongRun, Loss, Losses, Resamples};
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};

/// A hypothesis test on forecasts: one line of [`FORECAST_TESTS`](super::FORECAST_TESTS).
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Compares, FORECAST_TESTS};
/// let between_two = FORECAST_TESTS.iter().filter(|test| matches!(test.compares, Compares::Two { .. }));
/// let names: Vec<&str> = between_two.map(|test| test.name).collect();
/// assert_eq!(names, ["Diebold-Mariano", "Giacomini-White", "Clark-West", "Forecast encompassing"]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ForecastTest {
    /// Its name, which no other entry has.
    pub name: &'static str,
    /// What its null is about.
    pub kind: TestKind,
    /// What it compares, and how.
    pub compares: Compares,
}

/// How many models a test is about.
#[derive(Debug, Clone, Copy)]
pub enum Compares {
    /// One model with what came true.
    One {
        /// Runs it.
        run: fn(&Forecasts, LongRun) -> Result<TestResult>,
    },
    /// Two models.
    Two {
        /// What happens when they change places.
        swap: Swap,
        /// Runs it.
        run: fn(&Pairing<'_>) -> Result<TestResult>,
    },
    /// A benchmark and all others.
    Several {
        /// Runs it.
        run: fn(&Contest<'_>) -> Result<TestResult>,
    },
}

/// What happens to a test's statistic when its two models change places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// It changes its sign; the p-value stays.
    FlipsSign,
    /// It stays, and so does the p-value.
    KeepsStatistic,
    /// It is another question: the models have different roles.
    AsksAnother,
}

/// Two models on the same questions, and how their losses are read.
#[derive(Debug, Clone, Copy)]
pub struct Pairing<'a> {
    /// The first model: where it loses more, a signed statistic is positive.
    pub first: &'a Forecasts,
    /// The second model.
    pub second: &'a Forecasts,
    /// What an error costs.
    pub loss: Loss,
    /// How the variance of a mean is estimated.
    pub long_run: LongRun,
    /// Losses of these and perhaps other models.
    pub losses: &'a Losses,
    /// The places of the two among the losses.
    pub places: (usize, usize),
}

/// A benchmark against all other models, on drawn replications.
#[derive(Debug, Clone, Copy)]
pub struct Contest<'a> {
    /// The losses of all models.
    pub losses: &'a Losses,
    /// The benchmark's name.
    pub benchmark: &'a str,
    /// The replications.
    pub resamples: &'a Resamples,
    /// Their expected block length, origins.
    pub mean_block: f64,
}
