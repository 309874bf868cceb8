//! How often tests between forecasts reject what is true, by simulation.

use super::{
    EfficiencyForm, Encompassing, Forecast, Forecasts, LongRun, Loss, MincerZarnowitz, clark_west,
    diebold_mariano, directional_dependence, giacomini_white,
};
use crate::error::{Error, Result};
use crate::hypothesis::TestResult;
use crate::regression::Kernel;
use crate::seed::Seed;
use crate::time::{Horizon, Timestamp};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::Serialize;

/// Levels tried.
pub const SIZE_LEVELS: [f64; 3] = [0.05, 0.01, 0.001];
/// Hourly origins in a sample.
pub const SIZE_ORIGINS: [usize; 4] = [200, 1_000, 6_000, 30_000];
/// Horizons tried, hours.
pub const SIZE_HORIZONS: [u32; 5] = [1, 6, 24, 72, 168];

/// How losses move in a simulated sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LossDynamics {
    /// Normal shocks of one variance; forecasts differ by an autoregression of 0.9 an hour.
    Steady,
    /// Log volatility with deviation 0.7 and half-life 138 hours; forecasts differ by an autoregression of 0.99.
    Clustered,
    /// Normal shocks, and two forecasts with errors of their own that have half-lives of 69 hours: their loss
    /// differential remembers longer than the horizon. Only [`diebold_mariano`] has its null there.
    Persistent,
}

impl LossDynamics {
    const ALL: [Self; 3] = [Self::Steady, Self::Clustered, Self::Persistent];

    fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Clustered => "clustered",
            Self::Persistent => "persistent",
        }
    }
}

/// The share of true nulls that each test between forecasts rejects.
///
/// The outcome is `c + u` over the level at the origin: `c`, an autoregression, is known there, and
/// `u = (s_1 + ... + s_h) / sqrt(h)` is the sum of the shocks on the way, so that errors overlap. With `a` and `b`
/// autoregressions independent of the shocks, these nulls are true:
///
/// | test | on |
/// | --- | --- |
/// | Diebold-Mariano, Giacomini-White | `c + a` and `c - a` (persistent: `c + a` and `c + b`) |
/// | Clark-West, encompassing | `c` and `c + a` |
/// | Mincer-Zarnowitz | `c` |
/// | directions | `b` |
///
/// Diebold-Mariano is also shown with the `h - 1` lags of the literature.
///
/// | parameter | meaning | default |
/// | --- | --- | --- |
/// | `replications` | samples of up to 1,000 origins; of `n` origins `1000 / n` as many | 4000 |
/// | `most_origins` | longer samples are left out | 30,000 |
///
/// # References
/// Coroneo and Iacone (2020), Journal of Applied Econometrics 35, section 4 (the same question at h up to 12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TestSizes {
    /// Samples of up to 1,000 origins.
    pub replications: usize,
    /// Longer samples are left out.
    pub most_origins: usize,
    /// The experiment's seed.
    pub seed: Seed,
}

impl Default for TestSizes {
    fn default() -> Self {
        Self { replications: 4_000, most_origins: 30_000, seed: Seed::default() }
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TestSize {
    /// The test.
    pub test: &'static str,
    /// The variance under its statistic.
    pub long_run: LongRun,
    /// How losses move.
    pub dynamics: LossDynamics,
    /// Origins in a sample.
    pub n: usize,
    /// Hours ahead.
    pub horizon: u32,
    /// Samples.
    pub replications: usize,
    /// Share rejected, one a level of [`SIZE_LEVELS`].
    pub rejected: [f64; 3],
    /// Share rejected by a result without a remark.
    pub rejected_silently: [f64; 3],
    /// Share of results that carry a remark: too few origins for the horizon, a memory longer than it, or undefined.
    pub remarked: f64,
}

/// The table and how it was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TestSizesTable {
    /// What was asked for.
    pub settings: TestSizes,
    /// Version of this crate.
    pub code_version: String,
    /// The levels of [`TestSize::rejected`].
    pub levels: [f64; 3],
    /// The lines.
    pub rows: Vec<TestSize>,
}

/// A test with the models of a sample that its null is about.
struct Trial {
    test: &'static str,
    long_run: LongRun,
    run: fn(&Sample, LongRun) -> Result<TestResult>,
}

const BY_LAGS: [LongRun; 2] = [LongRun::Lags(Kernel::Rectangular), LongRun::Lags(Kernel::Bartlett)];

fn trials(dynamics: LossDynamics) -> Vec<Trial> {
    let cosine = |test, run| Trial { test, long_run: LongRun::Cosine, run };
    let equal_accuracy: fn(&Sample, LongRun) -> Result<TestResult> = match dynamics {
        LossDynamics::Persistent => |s, v| diebold_mariano(&s.above, &s.other, Loss::Mse, v),
        LossDynamics::Steady | LossDynamics::Clustered => {
            |s, v| diebold_mariano(&s.above, &s.below, Loss::Mse, v)
        }
    };
    let mut trials = vec![cosine("Diebold-Mariano", equal_accuracy)];
    trials.extend(BY_LAGS.map(|long_run| Trial { test: "Diebold-Mariano", long_run, run: equal_accuracy }));
    if dynamics != LossDynamics::Persistent {
        trials.extend([
            cosine("Giacomini-White", |s, v| giacomini_white(&s.above, &s.below, Loss::Mse, v)),
            cosine("Clark-West", |s, v| clark_west(&s.centre, &s.above, v)),
            cosine("Forecast encompassing", |s, v| {
                Encompassing::of(&s.centre, &s.above, v).map(|found| found.test)
            }),
            cosine("Mincer-Zarnowitz", |s, v| {
                MincerZarnowitz::of(&s.centre, EfficiencyForm::Changes, v).map(|found| found.test)
            }),
            cosine("Directional dependence", |s, v| directional_dependence(&s.unrelated, v)),
        ]);
    }
    trials
}

/// Rejections and remarks of one cell.
#[derive(Clone, Copy, Default)]
struct Counts {
    rejected: [usize; 3],
    silently: [usize; 3],
    remarked: usize,
}

impl Counts {
    fn and(mut self, other: Self) -> Self {
        for level in 0..SIZE_LEVELS.len() {
            self.rejected[level] += other.rejected[level];
            self.silently[level] += other.silently[level];
        }
        self.remarked += other.remarked;
        self
    }

    /// A test that is undefined in a sample, such as one of directions that never change, says so and rejects nothing.
    fn of(test: Option<&TestResult>) -> Self {
        let rejected = SIZE_LEVELS.map(|level| usize::from(test.is_some_and(|test| test.rejects(level))));
        let remarked = usize::from(test.is_none_or(|test| !test.notes.is_empty()));
        Self { rejected, silently: rejected.map(|count| count * (1 - remarked)), remarked }
    }
}

impl TestSizes {
    /// Runs the simulation on all cores; the result does not depend on their number.
    ///
    /// # Errors
    /// No replication, or no sample that is short enough.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::TestSizes;
    /// let table = TestSizes { replications: 2, most_origins: 200, ..TestSizes::default() }.run()?;
    /// assert_eq!(table.rows.len(), 5 * (8 + 8 + 3));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn run(self) -> Result<TestSizesTable> {
        if self.replications == 0 {
            return Err(Error::parameter("replications", 0, "at least 1"));
        }
        if self.most_origins < SIZE_ORIGINS[0] {
            return Err(Error::parameter("most origins", self.most_origins, "at least 200"));
        }
        let mut rows = Vec::new();
        for n in SIZE_ORIGINS.into_iter().filter(|&n| n <= self.most_origins) {
            for horizon in SIZE_HORIZONS {
                for dynamics in LossDynamics::ALL {
                    rows.extend(self.cell(n, horizon, dynamics)?);
                }
            }
        }
        let code_version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(TestSizesTable { settings: self, code_version, levels: SIZE_LEVELS, rows })
    }

    /// The lines of one sample size, horizon and dynamics.
    ///
    /// # Errors
    /// No origin, or a horizon of no hour.
    pub fn cell(self, n: usize, horizon: u32, dynamics: LossDynamics) -> Result<Vec<TestSize>> {
        let replications = (self.replications * 1_000 / n.max(1_000)).max(1);
        let seed = self.seed.stage("sizes of forecast tests").stage(dynamics.name());
        let seed = seed.nth(n).nth(horizon as usize);
        let trials = trials(dynamics);
        let counts = (0..replications)
            .into_par_iter()
            .map(|index| {
                let sample = Sample::draw(n, horizon, dynamics, seed.nth(index))?;
                let outcomes = trials.iter().map(|trial| (trial.run)(&sample, trial.long_run));
                Ok(outcomes.map(|outcome| Counts::of(outcome.as_ref().ok())).collect())
            })
            .try_reduce(
                || vec![Counts::default(); trials.len()],
                |one: Vec<Counts>, other| Ok(one.into_iter().zip(other).map(|(a, b)| a.and(b)).collect()),
            )?;
        let share = |count: usize| count as f64 / replications as f64;
        let rows = trials.iter().zip(counts).map(|(trial, counts)| TestSize {
            test: trial.test,
            long_run: trial.long_run,
            dynamics,
            n,
            horizon,
            replications,
            rejected: counts.rejected.map(share),
            rejected_silently: counts.silently.map(share),
            remarked: share(counts.remarked),
        });
        Ok(rows.collect())
    }
}

/// Simulated forecasts of one outcome.
struct Sample {
    centre: Forecasts,
    above: Forecasts,
    below: Forecasts,
    other: Forecasts,
    unrelated: Forecasts,
}

/// A stationary autoregression of order one with unit variance.
struct Autoregression {
    slope: f64,
    value: f64,
}

impl Autoregression {
    fn new(slope: f64, rng: &mut impl Rng) -> Self {
        Self { slope, value: StandardNormal.sample(rng) }
    }

    fn next(&mut self, rng: &mut impl Rng) -> f64 {
        let shock: f64 = StandardNormal.sample(rng);
        self.value = self.slope * self.value + (1.0 - self.slope * self.slope).sqrt() * shock;
        self.value
    }
}

impl Sample {
    fn draw(n: usize, horizon: u32, dynamics: LossDynamics, seed: Seed) -> Result<Self> {
        let mut rng = seed.rng();
        let ahead = horizon as usize;
        let (slope, spread) = match dynamics {
            LossDynamics::Steady => (0.9, 0.0),
            LossDynamics::Clustered => (0.99, 0.7),
            LossDynamics::Persistent => (0.99, 0.0),
        };
        let mut volatility = Autoregression::new(0.995, &mut rng);
        let mut walk = vec![0.0];
        for hour in 0..n + ahead {
            let shock: f64 = StandardNormal.sample(&mut rng);
            let deviation = if spread > 0.0 { (spread * volatility.next(&mut rng)).exp() } else { 1.0 };
            walk.push(walk[hour] + deviation * shock);
        }
        let path = |rng: &mut _, scale: f64| -> Vec<f64> {
            let mut series = Autoregression::new(slope, rng);
            (0..n).map(|_| scale * series.next(rng)).collect()
        };
        let [known, a, b] = [path(&mut rng, 0.5), path(&mut rng, 0.5), path(&mut rng, 0.5)];
        let root = f64::from(horizon).sqrt();
        let actual: Vec<f64> = (0..n).map(|t| known[t] + (walk[t + ahead] - walk[t]) / root).collect();
        let model = |name: &str, predict: &dyn Fn(usize) -> f64| {
            let records = actual.iter().enumerate().map(|(t, &actual)| Forecast {
                origin: Timestamp::from_hours(t as i64),
                horizon: Horizon::hours(horizon),
                actual,
                predicted: predict(t),
                anchor: 0.0,
            });
            Forecasts::new(name, records)
        };
        Ok(Self {
            centre: model("centre", &|t| known[t])?,
            above: model("above", &|t| known[t] + a[t])?,
            below: model("below", &|t| known[t] - a[t])?,
            other: model("other", &|t| known[t] + b[t])?,
            unrelated: model("unrelated", &|t| b[t])?,
        })
    }
}
