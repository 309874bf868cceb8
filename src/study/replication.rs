//! The replication stage: the protocol of the 2025 original, leak by leak.

use super::Study;
use crate::error::Result;
use crate::evaluation::{Forecast, Forecasts, Metrics, MetricsTable};
use crate::features::rolling_statistics;
use crate::models::lstm::{Protocol, Settings};
use crate::panel::Panel;
use crate::report::{Report, Reported};
use crate::sample::Sample;
use crate::time::{Horizon, Timestamp};
use std::fmt;

/// The root mean squared error the original published for its largest network, index points.
pub const REPORTED_RMSE: f64 = 2.57;

/// One way to make or to score a forecast, and what it scores on the test part.
#[derive(Debug, Clone, PartialEq)]
pub struct ProtocolStep {
    /// What was done.
    pub name: String,
    /// Whether the forecast used the future.
    pub leaky: bool,
    /// Its scores; skill is against persistence on the same origins at the same horizon.
    pub metrics: Metrics,
}

/// Several ways to score forecasts of the same hours.
#[derive(Debug, Clone, PartialEq)]
pub struct Replication {
    /// The steps, from the original's protocol to ours.
    pub steps: Vec<ProtocolStep>,
    /// The published error, where the data are those it was published for.
    pub reported: Option<f64>,
}

impl Replication {
    /// These steps and then those of another replication.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.steps.extend(other.steps);
        self
    }

    /// Each step's name and scores: what [`protocol_steps`](crate::figures::replication::protocol_steps) draws.
    pub fn rows(&self) -> Vec<(String, Metrics)> {
        self.steps.iter().map(|step| (step.label(), step.metrics.clone())).collect()
    }
}

impl ProtocolStep {
    fn of(name: &str, leaky: bool, forecasts: &Forecasts) -> Result<Self> {
        Ok(Self { name: name.to_owned(), leaky, metrics: Metrics::of(forecasts)? })
    }

    fn label(&self) -> String {
        format!("{}{}", self.name, if self.leaky { " (leaky)" } else { "" })
    }
}

impl Reported for Replication {
    fn report(&self) -> Report {
        let rows = self.steps.iter().map(|step| step.metrics.clone().named(step.label()));
        MetricsTable(rows.collect()).report()
    }
}

impl fmt::Display for Replication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Study {
    /// Persistence at each horizon on the test part: what a score says only together with its horizon.
    ///
    /// # Errors
    /// An empty test part.
    pub fn persistence_by_horizon(&self, hours: &[u32]) -> Result<MetricsTable> {
        let rows = hours.iter().map(|&hours| {
            let sample = self.test_part(Horizon::hours(hours))?;
            Metrics::of(&forecasts("persistence", &sample, |i| Some(sample.inputs().level(i)))?)
        });
        rows.collect::<Result<_>>().map(MetricsTable)
    }

    /// What the original's protocol does to forecasts that know nothing: no network, nothing trained.
    ///
    /// The original forecast a z-score and turned it back into index points with mean and standard deviation
    /// of the 720 hours that end at the TARGET hour. Here the z-score is trivial, the one of the origin or
    /// zero, so that every difference between two rows is the protocol's.
    ///
    /// # Errors
    /// A missing column, an empty test part.
    pub fn replicate_protocol(&self) -> Result<Replication> {
        let (hour, day) = (Horizon::hours(1), self.config().horizon);
        let (next, sample) = (self.test_part(hour)?, self.test_part(day)?);
        let features = self.features()?;
        let statistics = rolling_statistics(&features, "dvol", self.config().normalisation_hours)?;
        let row = |time: Timestamp| features.row_of(time);
        let (mean, deviation) = (&statistics.mean, &statistics.standard_deviation);
        let origin = |i: usize| row(sample.inputs().origin(i));
        let target = |i: usize| row(sample.inputs().origin(i) + day);
        let z = |i: usize| origin(i).map(|at| (sample.inputs().level(i) - mean[at]) / deviation[at]);
        let old = |i: usize| before(&features, next.inputs().origin(i), day);
        let naive = |sample: &Sample| forecasts("step", sample, |i| Some(sample.inputs().level(i)));
        let steps = vec![
            ProtocolStep::of("persistence, 1 h", false, &naive(&next)?)?,
            ProtocolStep::of(
                &format!("{} a day old, 1 h", self.market().index),
                false,
                &forecasts("step", &next, old)?,
            )?,
            ProtocolStep::of(
                "z = 0, at the target",
                true,
                &forecasts("step", &sample, |i| Some(mean[target(i)?]))?,
            )?,
            ProtocolStep::of(
                "z = 0, at the origin",
                false,
                &forecasts("step", &sample, |i| Some(mean[origin(i)?]))?,
            )?,
            ProtocolStep::of(
                "z kept, at the target",
                true,
                &forecasts("step", &sample, |i| Some(mean[target(i)?] + z(i)? * deviation[target(i)?]))?,
            )?,
            ProtocolStep::of("z kept, at the origin", false, &naive(&sample)?)?,
        ];
        Ok(self.replication(steps))
    }

    /// Trains one preset twice, by the original's protocol and by ours, all else equal.
    ///
    /// # Errors
    /// What [`Study::train_with`] returns.
    pub fn replicate_network(&self, name: &str, settings: &Settings) -> Result<Replication> {
        let run = |protocol: Protocol| {
            let settings = Settings { protocol: Some(protocol), ..settings.clone() };
            Ok(self.train_with(name, &settings)?.report.metrics.test)
        };
        let step = |step: &str, leaky: bool, metrics: Metrics| ProtocolStep {
            name: step.to_owned(),
            leaky,
            metrics,
        };
        let steps = vec![
            step("network, at the target", true, run(Protocol::Original2025)?),
            step("network, at the origin", false, run(Protocol::Honest)?),
        ];
        Ok(self.replication(steps))
    }

    fn replication(&self, steps: Vec<ProtocolStep>) -> Replication {
        Replication { steps, reported: (!self.is_simulated()).then_some(REPORTED_RMSE) }
    }

    fn test_part(&self, horizon: Horizon) -> Result<Sample> {
        // The first origins have no month behind them yet: the same rows for every step.
        let needed = self.config().normalisation_hours;
        let inputs = crate::sample::Inputs::new(&self.features()?, &[], "dvol", needed)?;
        Ok(self.split(&inputs.with_targets(horizon))?.test)
    }
}

/// The index so long before a time.
fn before(features: &Panel, time: Timestamp, age: Horizon) -> Option<f64> {
    let row = features.row_of(time)?.checked_sub(features.rows(age))?;
    features.values("dvol").ok()?.get(row).copied()
}

/// The records of those origins for which a forecast exists.
fn forecasts(model: &str, sample: &Sample, predicted: impl Fn(usize) -> Option<f64>) -> Result<Forecasts> {
    let records = (0..sample.len()).filter_map(|i| {
        let predicted = predicted(i).filter(|value| value.is_finite())?;
        Some(Forecast {
            origin: sample.inputs().origin(i),
            horizon: sample.horizon(),
            actual: sample.targets()[i],
            predicted,
            anchor: sample.inputs().level(i),
        })
    });
    Forecasts::new(model, records)
}
