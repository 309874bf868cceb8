//! Whether any of many models beats a benchmark, once the search among them is accounted for.

use super::forecast_test::{Compares, Contest, ForecastTest};
use super::{Losses, Resamples};
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::report::{Report, Reported};
use crate::statistics::mean;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Hansen's test of superior predictive ability.
///
/// With `d_k` = loss of the benchmark minus loss of model `k`, the statistic is
/// `T = max(0, max_k sqrt(n) mean(d_k) / w_k)`; `w_k^2` is the variance the stationary bootstrap implies for
/// `sqrt(n) mean(d_k)`, in closed form. The p-value is the share of replications with
/// `max(0, max_k sqrt(n) (mean(d_k*) - g(mean(d_k))) / w_k) > T` (at `T = 0` it is 1; at least `1 / (B + 1)` of `B`
/// replications), where
///
/// | p-value | `g(x)` |
/// | --- | --- |
/// | lower | `max(0, x)`: models worse than the benchmark count for nothing |
/// | consistent | `x` where `x >= -w_k sqrt(2 ln ln n / n)`, else 0 |
/// | upper | `x`: White's reality check |
///
/// # References
/// Hansen (2005), "A test for superior predictive ability", JBES 23, 365-380; White (2000), Econometrica 68,
/// 1097-1126; Politis and Romano (1994), JASA 89, lemma 1 (the variance).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuperiorPredictiveAbility {
    /// The benchmark's name.
    pub benchmark: String,
    /// The model with the largest statistic.
    pub best: String,
    /// The statistic.
    pub statistic: f64,
    /// The liberal bound.
    pub p_lower: f64,
    /// Hansen's p-value.
    pub p_consistent: f64,
    /// The conservative bound.
    pub p_upper: f64,
    /// Origins.
    pub n: usize,
    /// Bootstrap replications.
    pub replications: usize,
    /// The expected block length used for the variance, observations.
    pub mean_block: f64,
}

/// Whether the mean loss differentials are divided by their standard deviations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Studentisation {
    /// Hansen (2005).
    #[default]
    Studentised,
    /// White (2000): raw mean differences (what Python's `arch` 8.0 compares, whatever its `studentize` says).
    Raw,
}

impl SuperiorPredictiveAbility {
    /// Tests the model called `benchmark` against all others; `mean_block` is that of `resamples`.
    ///
    /// # Errors
    /// No such model, no other model, fewer than 16 origins, losses all equal to the benchmark's, or replications of
    /// another length.
    pub fn of(
        losses: &Losses,
        benchmark: &str,
        resamples: &Resamples,
        mean_block: f64,
        studentisation: Studentisation,
    ) -> Result<Self> {
        let position = losses.position(benchmark)?;
        let n = losses.len();
        if n < 16 {
            return Err(Error::too_few("superior predictive ability", 16, n, "give more origins"));
        }
        let replicated = resamples.means(losses.values())?;
        let means = losses.means();
        let mut candidates = Vec::new();
        for model in (0..means.len()).filter(|&model| !losses.are_alike(position, model)) {
            let differential = losses.differential(position, model);
            let mean = mean(&differential);
            let deviation = stationary_variance(&differential, mean, mean_block).max(0.0).sqrt();
            if deviation > 0.0 {
                let scale = match studentisation {
                    Studentisation::Studentised => (n as f64).sqrt() / deviation,
                    Studentisation::Raw => 1.0,
                };
                candidates.push(Candidate { model, mean, deviation, scale });
            }
        }
        let Some(best) = candidates.iter().max_by(|one, other| one.value().total_cmp(&other.value())) else {
            return Err(Error::too_few(
                "superior predictive ability",
                1,
                0,
                "give at least one model whose losses differ from the benchmark's",
            ));
        };
        let statistic = best.value().max(0.0);
        let threshold = (2.0 * (n as f64).ln().ln() / n as f64).sqrt();
        let mut above = [0_usize; 3];
        for row in replicated.rows() {
            let mut largest = [0.0_f64; 3];
            for candidate in &candidates {
                let drawn = row[position] - row[candidate.model];
                let relevant = candidate.mean >= -candidate.deviation * threshold;
                let centres =
                    [candidate.mean.max(0.0), if relevant { candidate.mean } else { 0.0 }, candidate.mean];
                for (slot, centre) in largest.iter_mut().zip(centres) {
                    *slot = slot.max(candidate.scale * (drawn - centre));
                }
            }
            for (count, largest) in above.iter_mut().zip(largest) {
                *count += usize::from(largest > statistic);
            }
        }
        let share = |count: usize| if statistic > 0.0 { resamples.p_value(count) } else { 1.0 };
        Ok(Self {
            benchmark: benchmark.to_owned(),
            best: losses.models()[best.model].clone(),
            statistic,
            p_lower: share(above[0]),
            p_consistent: share(above[1]),
            p_upper: share(above[2]),
            n,
            replications: resamples.len(),
            mean_block,
        })
    }

    /// The test with the consistent p-value.
    pub fn test(&self) -> TestResult {
        TestResult::new(TestKind::SuperiorAccuracy.named("Superior predictive ability"))
            .with_null(
                format!("no model has a lower expected loss than {}", self.benchmark),
                "at least one model has",
            )
            .with_statistic(
                self.statistic,
                format!("stationary bootstrap({:.1}, {})", self.mean_block, self.replications),
            )
            .with_p_value(self.p_consistent)
            .with_observations(self.n)
            .with_note(format!("p between {:.4} and {:.4}", self.p_lower, self.p_upper))
    }
}

impl Reported for SuperiorPredictiveAbility {
    fn report(&self) -> Report {
        Report::sentences(self)
    }
}

impl fmt::Display for SuperiorPredictiveAbility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; best {}; {}", self.test(), self.best, self.test().notes.join("; "))
    }
}

struct Candidate {
    model: usize,
    mean: f64,
    deviation: f64,
    scale: f64,
}

impl Candidate {
    fn value(&self) -> f64 {
        self.scale * self.mean
    }
}

/// The variance of `sqrt(n) mean` under the stationary bootstrap with mean block `1 / p`, `q = 1 - p`:
/// `g_0 + 2 sum_i ((1 - i/n) q^i + (i/n) q^(n-i)) g_i`, `g_i = sum_t e_t e_{t+i} / n`.
///
/// Geometric weights obey recursions, so this takes `n` steps instead of `n^2 / 2`.
fn stationary_variance(series: &[f64], mean: f64, mean_block: f64) -> f64 {
    let n = series.len() as f64;
    let q = 1.0 - 1.0 / mean_block;
    // near = sum q^i e_{t-i}, near_weighted = sum i q^i e_{t-i} over the past of t;
    // far = sum q^s e_s, far_weighted = sum s q^s e_s over all s < t
    let (mut near, mut near_weighted, mut far, mut far_weighted) = (0.0, 0.0, 0.0, 0.0);
    let (mut total, mut power) = (0.0, 1.0);
    for (t, value) in series.iter().enumerate() {
        let t = t as f64;
        let error = value - mean;
        let around_the_circle = if q > 0.0 { q.powf(n - t) } else { 0.0 };
        let past = near - near_weighted / n + around_the_circle * (t * far - far_weighted) / n;
        total += error * (error + 2.0 * past);
        near_weighted = q * (near_weighted + near + error);
        near = q * (near + error);
        far += power * error;
        far_weighted += power * error * t;
        power *= q;
    }
    total / n
}

/// Its line of the table of tests on forecasts.
pub(super) const FORECAST_TEST: ForecastTest = ForecastTest {
    name: "Superior predictive ability",
    kind: TestKind::SuperiorAccuracy,
    compares: Compares::Several {
        run: |contest| {
            let Contest { losses, benchmark, resamples, mean_block } = *contest;
            let studentised = Studentisation::Studentised;
            SuperiorPredictiveAbility::of(losses, benchmark, resamples, mean_block, studentised)
                .map(|found| found.test())
        },
    },
};
