//! A market whose truth is known: the embedded default, and the ground that tests stand on.
//!
//! Log-DVOL is the log of an exponentially weighted realized volatility of the simulated price, plus a
//! slowly reverting premium, a faster reverting gap whose shocks lean against returns (leverage), decaying
//! jumps that come in clusters, and an hour-of-week pattern. The price's own volatility has a slow and a
//! fast mean-reverting part and two regimes. On-chain series are daily.
//!
//! Calibrated so that the moments, averaged over seeds, lie near those of the real index (2021-03-24 ..
//! 2025-10-14): see [`Simulation`].

mod chain;
mod market;

use crate::data::dataset::Dataset;
use crate::data::manifest::Provenance;
use crate::error::Result;
use crate::panel::{Column, Frequency, Panel};
use crate::range::Range;
use crate::seed::Seed;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// 2021-03-24 00:00 UTC, the first hour of the real index.
const FIRST_HOUR: Timestamp = Timestamp::from_millis(1_616_544_000_000);

/// Parameters of a simulated data set.
///
/// | field | meaning | default |
/// | --- | --- | --- |
/// | `hours` | hourly rows | 37949 |
/// | `seed` | randomness | 42 |
/// | `start` | first hour (bar open, UTC) | 2021-03-24 00:00 |
/// | `publication_lag_hours` | hours after a UTC day's end until its on-chain values are known | 6 |
///
/// | moment of the index | real, to 2025-10-14 | mean over seeds 42 to 46 |
/// | --- | --- | --- |
/// | mean, standard deviation | 63.0, 18.8 | 63.0, 19.2 |
/// | minimum, maximum | 31, 166 | 28, 155 |
/// | autocorrelation at 24, 168, 720 h | 0.98, 0.91, 0.79 | 0.98, 0.90, 0.78 |
/// | mean absolute hourly change | 0.37 | 0.38 |
/// | RMSE of persistence, 24 h | 3.54 | 3.60 |
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Simulation {
    /// Hourly rows.
    pub hours: usize,
    /// Randomness.
    pub seed: Seed,
    /// The first hour.
    pub start: Timestamp,
    /// Hours from the end of a UTC day until its on-chain values are published.
    pub publication_lag_hours: u32,
}

impl Default for Simulation {
    fn default() -> Self {
        Self { hours: 37_949, seed: Seed::default(), start: FIRST_HOUR, publication_lag_hours: 6 }
    }
}

/// Simulates a panel with the columns of a real one and these of the truth, all stamped at bar open:
///
/// - `truth_volatility`: standard deviation of the diffusive hourly change of log-DVOL
/// - `truth_jump`: jump of log-DVOL within the hour, else 0
/// - `truth_seasonal`: hour-of-week part of log-DVOL
/// - `truth_price_volatility`: the price's spot volatility, annualised, index points
/// - `truth_price_jump`: jump of the log price within the hour, else 0
/// - `truth_regime`: 0 calm, 1 stressed
///
/// The same parameters give the same bits on every machine and any number of threads.
///
/// # Errors
/// When `hours` or the publication lag is out of its range, or `start` is not a full hour.
///
/// # Examples
/// ```
/// use dvol_core::data::{Simulation, simulate};
/// let panel = simulate(&Simulation { hours: 500, ..Simulation::default() })?;
/// assert_eq!(panel.len(), 500);
/// assert!(panel.values("dvol")?.iter().all(|level| *level > 0.0));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn simulate(simulation: &Simulation) -> Result<Panel> {
    Range::HOURS.check("hours", simulation.hours as f64)?;
    Range::LAG_HOURS.check("publication_lag_hours", simulation.publication_lag_hours.into())?;
    let hours = market::run(simulation);
    let column = |value: fn(&market::Hour) -> f64| hours.iter().map(value).collect::<Vec<f64>>();
    let known_after = 24 + simulation.publication_lag_hours;
    let mut panel = Panel::new(simulation.start, simulation.hours)?
        .with(Column::bars("dvol", column(|hour| hour.dvol)))?
        .with(Column::bars("price", column(|hour| hour.price)))?
        .with(Column::bars("volume", column(|hour| hour.volume)))?;
    for (name, values) in chain::run(simulation, &hours) {
        panel = panel.with(Column::new(name, values, Frequency::Daily, known_after))?;
    }
    panel
        .with(Column::bars("truth_volatility", column(|hour| hour.volatility)))?
        .with(Column::bars("truth_jump", column(|hour| hour.jump)))?
        .with(Column::bars("truth_seasonal", column(|hour| hour.seasonal)))?
        .with(Column::bars("truth_price_volatility", column(|hour| hour.price_volatility)))?
        .with(Column::bars("truth_price_jump", column(|hour| hour.price_jump)))?
        .with(Column::bars("truth_regime", column(|hour| f64::from(u8::from(hour.stressed)))))
}

impl Dataset {
    /// A simulated data set, not yet saved.
    ///
    /// # Errors
    /// As [`simulate`].
    pub fn simulated(simulation: &Simulation) -> Result<Self> {
        let panel = simulate(simulation)?;
        let provenance = Provenance::Simulation { simulation: simulation.clone() };
        Ok(Self::new(panel, provenance, Vec::new(), Vec::new()))
    }
}
