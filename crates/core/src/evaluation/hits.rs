//! Which outcomes an interval or a quantile missed.

use super::Forecasts;
use super::found::Found;
use super::overlap::Overlap;
use super::overlap_law::{OverlapLaw, SharedLaw, on_grid};
use crate::error::{Error, Result};
use crate::models::{Coverage, Level};

/// Whether each outcome was missed, and what was known of it at its origin.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts, Hits};
/// use dvol_core::models::{Band, Coverage};
/// use dvol_core::time::{Horizon, Timestamp};
/// let series = Forecasts::new("ours", (0..4).map(|hour| Forecast {
///     origin: Timestamp::from_hours(hour), horizon: Horizon::hours(2),
///     actual: 50.0 + hour as f64, predicted: 50.0, anchor: 50.0,
/// }))?.with_band(Band::new(Coverage::P80, vec![49.0; 4], vec![51.5; 4])?)?;
/// let hits = Hits::of_interval(&series, Coverage::P80)?;
/// assert_eq!(hits.missed(), 2);
/// assert!((hits.expected() - 0.8).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Hits {
    /// Whose, and which promise.
    pub(super) what: String,
    /// The share of misses promised.
    pub(super) share: f64,
    /// Whether half of the misses are promised on either side.
    two_sided: bool,
    /// 1 where the outcome was missed, 0 elsewhere.
    pub(super) misses: Vec<f64>,
    /// The width of the interval, or the quantile, as known at each origin.
    pub(super) known: Vec<f64>,
    pub(super) overlap: Overlap,
    law: SharedLaw,
}

impl Hits {
    /// The misses of a central interval, on either side.
    ///
    /// # Errors
    /// When the series has no such interval, or lacks it at an origin.
    pub fn of_interval(series: &Forecasts, coverage: Coverage) -> Result<Self> {
        let what = format!("{coverage} interval of {}", series.model());
        let band = series.band(coverage).ok_or_else(|| absent(&what, "at any origin"))?;
        let (mut misses, mut known) = (Vec::with_capacity(series.len()), Vec::with_capacity(series.len()));
        for (row, &actual) in series.actual().iter().enumerate() {
            let interval =
                band.get(row).ok_or_else(|| absent(&what, &format!("at {}", series.origins()[row])))?;
            misses.push(f64::from(u8::from(!interval.contains(actual))));
            known.push(interval.width());
        }
        let share = 2.0 * Level::ends(coverage).0.get();
        let overlap = Overlap::of(series.origins(), series.horizon());
        Ok(Self { what, share, two_sided: true, misses, known, overlap, law: SharedLaw::default() })
    }

    /// The outcomes below a quantile: a miss is what the level promises a share of.
    ///
    /// # Errors
    /// When the series has no such quantile, or lacks it at an origin.
    pub fn of_quantile(series: &Forecasts, level: Level) -> Result<Self> {
        let what = format!("quantile at {level} of {}", series.model());
        let quantiles = series.quantile(level).ok_or_else(|| absent(&what, "at any origin"))?;
        if let Some(row) = quantiles.iter().position(|value| value.is_nan()) {
            return Err(absent(&what, &format!("at {}", series.origins()[row])));
        }
        let pairs = series.actual().iter().zip(quantiles);
        let misses = pairs.map(|(actual, quantile)| f64::from(u8::from(actual < quantile))).collect();
        let overlap = Overlap::of(series.origins(), series.horizon());
        let known = quantiles.to_vec();
        let share = level.get();
        Ok(Self { what, share, two_sided: false, misses, known, overlap, law: SharedLaw::default() })
    }

    /// The same with a law that others simulate too, at the same origins and horizon.
    pub(super) fn sharing(self, law: SharedLaw) -> Self {
        Self { law, ..self }
    }

    /// How many outcomes were missed.
    pub fn missed(&self) -> usize {
        self.misses.iter().filter(|miss| **miss > 0.0).count()
    }

    /// How many misses were promised.
    pub fn expected(&self) -> f64 {
        self.share * self.misses.len() as f64
    }

    /// The variance of a miss under the promise.
    pub(super) fn variance(&self) -> f64 {
        self.share * (1.0 - self.share)
    }

    /// The law of what overlaps like these.
    ///
    /// # Errors
    /// Fewer than ten stretches without overlap.
    pub(super) fn law(&self, what: &str) -> Result<&OverlapLaw> {
        OverlapLaw::require(what, &self.overlap)?;
        Ok(self.law.get_or_init(|| OverlapLaw::of(&self.overlap)))
    }

    /// A statistic of the misses less their promised share, and its p-value under overlap.
    ///
    /// # Errors
    /// Fewer than ten stretches without overlap, or a statistic that is undefined.
    pub(super) fn tested(
        &self,
        what: &str,
        statistic: impl Fn(&OverlapLaw, &[f64]) -> Option<f64> + Sync,
    ) -> Result<Found> {
        let law = self.law(what)?;
        let centred: Vec<f64> = self.misses.iter().map(|miss| miss - self.share).collect();
        let observed = statistic(law, &centred).ok_or_else(|| Error::Mismatch {
            what: what.to_owned(),
            left: "moments".to_owned(),
            right: "a singular covariance".to_owned(),
            remedy: "give a longer series".to_owned(),
        })?;
        let (low, high) = if self.two_sided {
            (on_grid(self.share / 2.0), on_grid(1.0 - self.share / 2.0))
        } else {
            (on_grid(self.share), u32::MAX)
        };
        let p_value = law.p_value(observed, |path| {
            let miss = |&value: &u16| f64::from(u8::from(u32::from(value) < low || u32::from(value) >= high));
            let centred: Vec<f64> = path.iter().map(|value| miss(value) - self.share).collect();
            statistic(law, &centred)
        });
        Ok(Found { statistic: observed, law: law.describe(), p_value, lags: Some(self.overlap.lags()) })
    }

    /// For every row the one that lies `lag` steps of the grid before it, where there is one.
    pub(super) fn earlier(&self, lag: usize) -> Vec<Option<usize>> {
        let (rows, length) = self.overlap.grid();
        let mut place = vec![None; length];
        rows.iter().enumerate().for_each(|(index, &row)| place[row] = Some(index));
        rows.iter().map(|&row| row.checked_sub(lag).and_then(|before| place[before])).collect()
    }
}

fn absent(what: &str, place: &str) -> Error {
    Error::Mismatch {
        what: format!("testing the {what}"),
        left: "a promise to test".to_owned(),
        right: format!("none {place}"),
        remedy: "give forecasts that have it at every origin".to_owned(),
    }
}
