//! Whether a model is better at every horizon, or over all of them.

use super::common::common_origins;
use super::overlap::Overlap;
use super::{Forecasts, Loss, Losses, StationaryBootstrap, optimal_block_length};
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::report::{Align, Cell, Report, Reported, Table};
use crate::seed::Seed;
use crate::statistics::{mean, standard_deviation};
use crate::time::Horizon;
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Quaedvlieg's tests of superior predictive ability over several horizons.
///
/// # Formula
/// With `d_h(t)` = loss of the first minus loss of the second of the forecasts made at origin `t` for `t + h`, `D_h` its mean over
/// the origins that all horizons share and `s_h` the standard deviation of that mean:
///
/// | test | statistic | null |
/// | --- | --- | --- |
/// | uniform | `min_h D_h / s_h` | the second is not better at every horizon: `min_h E d_h <= 0` |
/// | average | `mean_h D_h / s` | the second is not better on average over the horizons |
///
/// A stationary bootstrap of the rows (all horizons of an origin stay together, blocks at least as long as the longest
/// overlap) gives `s_h`, `s` and, centred at the sample's means, the law of both statistics where every expected difference is
/// zero. One-sided; p-values are at least `1 / (replications + 1)`.
///
/// Quaedvlieg lines forecasts up by target and takes moving blocks; by origin the questions are those a forecaster is asked.
///
/// # References
/// Quaedvlieg (2021), "Multi-horizon forecast comparison", JBES 39, 40-53.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, Loss, MultiHorizon};
/// use dvol_core::{seed::Seed, time::{Horizon, Timestamp}};
/// let series = |model: &str, hours: u32, size: f64| {
///     Forecasts::new(model, (0..300_i64).map(|hour| Forecast {
///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(hours),
///         actual: 50.0, predicted: 50.0 + size * ((hour * hour) % 11) as f64, anchor: 50.0,
///     }))
/// };
/// let pairs = [
///     (series("rough", 1, 1.0)?, series("fine", 1, 0.5)?),
///     (series("rough", 2, 1.0)?, series("fine", 2, 0.8)?),
/// ];
/// let found = MultiHorizon::of(&pairs, Loss::Mse, 200, Seed::new(1))?;
/// assert!(found.uniform.rejects(0.05) && found.average.rejects(0.05));
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MultiHorizon {
    /// The first model.
    pub first: String,
    /// The second model, which is better under the alternatives.
    pub second: String,
    /// The horizons, in the order given.
    pub horizons: Vec<Horizon>,
    /// The expected bootstrap block, origins.
    pub block_length: f64,
    /// Better at every horizon.
    pub uniform: TestResult,
    /// Better on average.
    pub average: TestResult,
}

impl MultiHorizon {
    /// Tests the second model of every pair against the first, one pair a horizon.
    ///
    /// # Errors
    /// Fewer than two horizons, one of them twice, pairs of different models, no common origin, losses that differ by a constant.
    pub fn of(pairs: &[(Forecasts, Forecasts)], loss: Loss, replications: usize, seed: Seed) -> Result<Self> {
        let Some(((first, second), rest)) = pairs.split_first() else {
            return Err(Error::too_few("a comparison over horizons", 2, 0, "give a pair a horizon"));
        };
        if rest.is_empty() {
            return Err(Error::too_few("a comparison over horizons", 2, 1, "give at least two horizons"));
        }
        let horizons: Vec<Horizon> = pairs.iter().map(|(one, _)| one.horizon()).collect();
        if let Some(twice) = (1..horizons.len()).find(|&place| horizons[..place].contains(&horizons[place])) {
            return Err(Error::parameter("horizon", horizons[twice], "each horizon once"));
        }
        if let Some((one, other)) =
            rest.iter().find(|(one, other)| one.model() != first.model() || other.model() != second.model())
        {
            return Err(Error::Mismatch {
                what: "a comparison over horizons".to_owned(),
                left: format!("{} and {}", first.model(), second.model()),
                right: format!("{} and {}", one.model(), other.model()),
                remedy: "give the same two models at every horizon".to_owned(),
            });
        }
        let common = common_origins(pairs.iter().flat_map(|(one, other)| [one, other]))?;
        let n = common[0].len();
        let mut differences = Array2::zeros((n, pairs.len()));
        let mut block = 1.0_f64;
        for (place, pair) in common.chunks_exact(2).enumerate() {
            let losses = Losses::of(pair, loss)?;
            if losses.are_alike(0, 1) {
                return Err(super::overlap::constant(&format!(
                    "a comparison over horizons at {}",
                    horizons[place]
                )));
            }
            let differential = losses.differential(0, 1);
            block = block.max(Overlap::of(losses.origins(), losses.horizon()).steps as f64);
            block = block.max(optimal_block_length(&differential)?.stationary);
            differences
                .column_mut(place)
                .iter_mut()
                .zip(differential)
                .for_each(|(slot, value)| *slot = value);
        }
        if (n as f64) < 4.0 * block {
            let needed = (4.0 * block).ceil() as usize;
            return Err(Error::too_few(
                "a comparison over horizons",
                needed,
                n,
                "give four blocks of origins",
            ));
        }
        let resamples = StationaryBootstrap::new(block, replications, seed.stage("horizons"))?.resample(n)?;
        let drawn = resamples.means(&differences)?;
        let means: Vec<f64> =
            differences.columns().into_iter().map(|column| column.sum() / n as f64).collect();
        let spreads: Vec<f64> =
            drawn.columns().into_iter().map(|column| standard_deviation(&column.to_vec())).collect();
        let averages: Vec<f64> = drawn.rows().into_iter().map(|row| row.sum() / means.len() as f64).collect();
        let (average, spread) = (mean(&means), standard_deviation(&averages));
        let least = |values: &dyn Fn(usize) -> f64| {
            (0..means.len()).map(|h| values(h) / spreads[h]).fold(f64::INFINITY, f64::min)
        };
        let uniform = least(&|h| means[h]);
        let null: Vec<f64> = drawn.rows().into_iter().map(|row| least(&|h| row[h] - means[h])).collect();
        let centred: Vec<f64> = averages.iter().map(|value| (value - average) / spread).collect();
        let result = |name: &str, null: &str, alternative: &str, statistic: f64, draws: &[f64]| {
            let above = draws.iter().filter(|value| **value >= statistic).count();
            TestResult::new(TestKind::MultiHorizonAccuracy.named(name))
                .with_null(
                    format!("{} is not better than {} {null}", second.model(), first.model()),
                    alternative,
                )
                .with_statistic(statistic, format!("bootstrap, {replications} replications"))
                .with_p_value((above + 1) as f64 / (draws.len() + 1) as f64)
                .with_observations(n)
        };
        let at_all = "at every horizon";
        Ok(Self {
            first: first.model().to_owned(),
            second: second.model().to_owned(),
            horizons,
            block_length: block,
            uniform: result(
                "uniform multi-horizon SPA",
                at_all,
                "it is better at every horizon",
                uniform,
                &null,
            ),
            average: result(
                "average multi-horizon SPA",
                "on average over the horizons",
                "it is better on average",
                average / spread,
                &centred,
            ),
        })
    }
}

/// Multi-horizon tests of several models against one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MultiHorizonTable(pub Vec<MultiHorizon>);

impl Reported for MultiHorizonTable {
    fn report(&self) -> Report {
        let header = ["first", "second", "test", "statistic", "p", "horizons", "n"];
        let mut table = Table::new(header).set(Align::Right, 3..);
        for row in &self.0 {
            for test in [&row.uniform, &row.average] {
                table.push([
                    Cell::name(&row.first),
                    Cell::name(&row.second),
                    Cell::text(&test.name),
                    Cell::number(test.statistic, 3),
                    test.p_cell(),
                    Cell::count(row.horizons.len()),
                    Cell::count(test.n),
                ]);
            }
        }
        let mut report = Report::new();
        if !self.0.is_empty() {
            report
                .line("a positive statistic speaks for the second, over all horizons together")
                .table(table);
        }
        report
    }
}

impl fmt::Display for MultiHorizonTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
