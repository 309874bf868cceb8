//! Forecasts as distributions: quantiles at any levels.

use super::Forecasts;
use crate::error::{Error, Result};
use crate::models::{Band, Coverage, Level, QuantileForecasts};

impl Forecasts {
    /// The same forecasts with one more quantile. Two that lie as far from either end are an interval from then on;
    /// one that is missing at every origin is left out.
    ///
    /// # Errors
    /// Another number of quantiles than of origins, or a level that the series has already.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::evaluation::{Forecast, Forecasts};
    /// use dvol_core::models::{Coverage, Level, QuantileForecasts};
    /// use dvol_core::time::{Horizon, Timestamp};
    /// let series = Forecasts::new("ours", [Forecast {
    ///     origin: Timestamp::from_hours(0), horizon: Horizon::hours(24),
    ///     actual: 52.0, predicted: 51.0, anchor: 50.0,
    /// }])?;
    /// let quantile = |level, value| Ok::<_, dvol_core::Error>(QuantileForecasts {
    ///     level: Level::new(level)?, values: vec![value],
    /// });
    /// let series = series.with_quantile(quantile(0.1, 48.0)?)?.with_quantile(quantile(0.5, 50.5)?)?;
    /// assert_eq!(series.quantile(Level::MEDIAN), Some(&[50.5][..]));
    /// let series = series.with_quantile(quantile(0.9, 55.0)?)?;
    /// assert_eq!(series.band(Coverage::P80).unwrap().upper, [55.0]);
    /// assert_eq!(series.quantiles().len(), 3);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn with_quantile(mut self, quantile: QuantileForecasts) -> Result<Self> {
        quantile.require_length(self.len(), self.model())?;
        let level = quantile.level;
        if self.quantile(level).is_some() {
            return Err(Error::Mismatch {
                what: format!("quantiles at {level} of {}", self.model()),
                left: "one column".to_owned(),
                right: "a second one of the same level".to_owned(),
                remedy: "give each level once".to_owned(),
            });
        }
        if quantile.values.iter().all(|value| value.is_nan()) {
            return Ok(self);
        }
        let partner =
            self.single.iter().position(|own| level != Level::MEDIAN && own.level == level.mirrored());
        if let (Some(place), Some(coverage)) = (partner, level.coverage()) {
            let own = self.single.remove(place);
            let (lower, upper) = if level < own.level { (quantile, own) } else { (own, quantile) };
            return self.with_band(Band::new(coverage, lower.values, upper.values)?);
        }
        let place = self.single.partition_point(|own| own.level < level);
        self.single.insert(place, quantile);
        Ok(self)
    }

    /// The quantiles that are no ends of an interval, in order of level.
    pub fn single_quantiles(&self) -> &[QuantileForecasts] {
        &self.single
    }

    /// The quantiles of one level, one an origin, NaN where there is none.
    pub fn quantile(&self, level: Level) -> Option<&[f64]> {
        let single = self.single.iter().find(|own| own.level == level).map(|own| own.values.as_slice());
        single.or_else(|| {
            let band = self.band(level.coverage()?)?;
            Some(if level < Level::MEDIAN { &band.lower } else { &band.upper })
        })
    }

    /// Every quantile the series has, the ends of its intervals among them, in order of level.
    pub fn quantiles(&self) -> Vec<(Level, &[f64])> {
        let ends = self.bands().iter().flat_map(|band| {
            let (low, high) = Level::ends(band.coverage);
            [(low, band.lower.as_slice()), (high, band.upper.as_slice())]
        });
        let mut all: Vec<(Level, &[f64])> =
            self.single.iter().map(|own| (own.level, own.values.as_slice())).chain(ends).collect();
        all.sort_unstable_by_key(|(level, _)| *level);
        all
    }
}

/// The pinball loss of a quantile `q` at level `a` when `y` came true: `(a - 1{y < q}) (y - q)`.
///
/// # References
/// Koenker and Bassett (1978), Econometrica 46, 33-50; Gneiting (2011), JASA 106, 746-762.
pub(super) fn pinball(level: Level, quantile: f64, actual: f64) -> f64 {
    (level.get() - f64::from(u8::from(actual < quantile))) * (actual - quantile)
}

/// Winkler's loss of a central interval `[l, u]` of coverage `1 - a` when `y` came true:
/// `u - l + (2 / a) (max(l - y, 0) + max(y - u, 0))`.
///
/// # References
/// Winkler (1972), JASA 67, 187-191; Gneiting and Raftery (2007), JASA 102, 359-378.
pub(super) fn winkler(coverage: Coverage, lower: f64, upper: f64, actual: f64) -> f64 {
    let outside = (lower - actual).max(0.0) + (actual - upper).max(0.0);
    upper - lower + outside / coverage.tail()
}

/// The intervals whose ends the continuous ranked probability score is read from.
const CRPS_BANDS: [Coverage; 4] = [Coverage::P50, Coverage::P80, Coverage::P90, Coverage::P95];

/// The continuous ranked probability score of a row, `2 integral of pinball(a) da`, by its quantiles at the ends of the
/// 50, 80, 90 and 95 % intervals, each for the levels nearer to it than to the next; `None` without all of them.
/// A sum over eight levels: nine tenths of the integral where the law is normal.
///
/// # References
/// Gneiting and Ranjan (2011), JBES 29, 411-422 (the integral); Bracher et al. (2021), `PLoS` Computational Biology 17
/// (its sum over intervals).
pub(super) fn crps(series: &Forecasts, row: usize, actual: f64) -> Option<f64> {
    let mut sum = 0.0;
    let tails = CRPS_BANDS.map(Coverage::tail);
    for (place, coverage) in CRPS_BANDS.into_iter().enumerate() {
        let interval = series.band(coverage)?.get(row)?;
        // from half way to the next interval outwards, up to half way to the next one inwards
        let outer = tails.get(place + 1).map_or(0.0, |next| f64::midpoint(*next, tails[place]));
        let inner = if place == 0 { 0.5 } else { f64::midpoint(tails[place], tails[place - 1]) };
        let (low, high) = Level::ends(coverage);
        let both = pinball(low, interval.lower, actual) + pinball(high, interval.upper, actual);
        sum += 2.0 * (inner - outer) * both;
    }
    Some(sum)
}
