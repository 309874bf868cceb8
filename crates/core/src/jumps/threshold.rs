//! Threshold bipower variation, and the test for jumps made of it.

use super::realized::{ratio_of_jumps, realized_variance};
use crate::error::Result;
use crate::hypothesis::TestResult;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::{gamma, gamma_ui};
use std::f64::consts::PI;

/// Local standard deviations from which on a return counts as a jump.
const DEVIATIONS: f64 = 3.0;
/// Returns on either side that the local variance is made of.
const REACH: usize = 25;
/// The filter settles after two or three rounds; a series on which it does not is stopped here.
const ROUNDS: usize = 10;

/// Threshold bipower variation, (pi/2) M/(M-1) sum |r(j)| |r(j-1)| over pairs in which neither return exceeds 3 local
/// standard deviations: a jump leaves it, where in bipower variation it still multiplies its neighbours.
///
/// The local variance v(j) is a Gaussian-weighted mean of the squares of the 25 returns on either side, the return and
/// its two neighbours left out, and again without the squares above 9 v until nothing changes. All returns come from
/// one day, so that the measure is known when the day ends.
///
/// # Formula
/// v(j) = sum over 1 < |i| <= 25 of K(i/25) r(j+i)^2 I(r(j+i)^2 <= 9 v(j+i)) / sum of the same K and I, K(x) =
/// exp(-x^2/2).
///
/// # References
/// Corsi, F., Pirino, D. and Reno, R. (2010), Threshold bipower variation and the impact of jumps on volatility
/// forecasting, Journal of Econometrics 159, sections 2 and 3, appendix B.
///
/// # Examples
/// ```
/// use dvol_core::jumps::{bipower_variation, threshold_bipower_variation};
/// let mut day = [0.001, -0.001].repeat(12);
/// let quiet = bipower_variation(&day);
/// assert_eq!(threshold_bipower_variation(&day), quiet);
/// day[7] = 0.05;
/// assert!(bipower_variation(&day) > 5.0 * quiet);
/// // two of the 23 pairs are left out
/// assert!((threshold_bipower_variation(&day) - quiet * 21.0 / 23.0).abs() < 1e-12);
/// ```
pub fn threshold_bipower_variation(returns: &[f64]) -> f64 {
    let kept: Vec<f64> = returns
        .iter()
        .zip(thresholds(returns))
        .map(|(r, limit)| if r * r <= limit { *r } else { 0.0 })
        .collect();
    super::realized::bipower_variation(&kept)
}

/// The ratio test for jumps within a day with threshold bipower variation in place of bipower variation (C-Tz).
///
/// A return above its threshold enters by what is expected of one above it, `E(|r|^p; r^2 > 9 v)`, so that the measure
/// is right without jumps as well. Under a jump bipower variation is too large and [`ratio_test`](super::ratio_test)
/// loses power, most where jumps come in pairs; this one does not.
///
/// # Formula
/// z = (1 - C / RV) / sqrt(((pi/2)^2 + pi - 5) / M max(1, Q / C^2)), C the corrected threshold bipower variation, Q the
/// corrected threshold tripower quarticity; standard normal without jumps, large values reject.
///
/// # Errors
/// Fewer than 5 returns, a null among them, or returns of which most are zero.
///
/// # References
/// Corsi, Pirino and Renò (2010), equations 2.14 to 3.3.
///
/// # Examples
/// ```
/// use dvol_core::jumps::{ratio_test, threshold_ratio_test};
/// let mut day: Vec<f64> = (0..48).map(|i| 0.001 * (f64::from(i) * 2.7).sin()).collect();
/// (day[20], day[21]) = (0.008, 0.008); // two in a row: bipower variation takes them for volatility
/// assert!(threshold_ratio_test(&day)?.rejects(0.001));
/// assert!(!ratio_test(&day)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn threshold_ratio_test(returns: &[f64]) -> Result<TestResult> {
    let count = returns.len() as f64;
    let limits = thresholds(returns);
    let powers = |power: f64| -> Vec<f64> {
        let beyond = expected_beyond(power);
        let term = |(r, limit): (&f64, &f64)| {
            if r * r <= *limit { r.abs().powf(power) } else { beyond * limit.powf(power / 2.0) }
        };
        returns.iter().zip(&limits).map(term).collect()
    };
    let continuous =
        PI / 2.0 * count / (count - 1.0) * powers(1.0).windows(2).map(|r| r[0] * r[1]).sum::<f64>();
    let mu = 2.0_f64.powf(2.0 / 3.0) * gamma(7.0 / 6.0) / gamma(0.5);
    let triples: f64 = powers(4.0 / 3.0).windows(3).map(|r| r[0] * r[1] * r[2]).sum();
    let quarticity = count * mu.powi(-3) * count / (count - 2.0) * triples;
    ratio_of_jumps(
        "Corsi-Pirino-Reno threshold ratio",
        returns.len(),
        realized_variance(returns),
        continuous,
        quarticity,
    )
}

/// `E(|x|^p; x^2 > y) / y^(p/2)` of a normal x whose variance is y / 9.
fn expected_beyond(power: f64) -> f64 {
    let square = DEVIATIONS * DEVIATIONS;
    let tail = gamma_ui(f64::midpoint(power, 1.0), square / 2.0);
    (2.0 / square).powf(power / 2.0) * tail / (2.0 * Normal::standard().cdf(-DEVIATIONS) * PI.sqrt())
}

/// The square above which each return counts as a jump: 9 times its local variance.
fn thresholds(returns: &[f64]) -> Vec<f64> {
    let weights: Vec<f64> = (0..=REACH).map(|i| (-0.5 * (i as f64 / REACH as f64).powi(2)).exp()).collect();
    let mut limits = vec![f64::INFINITY; returns.len()];
    let reach = |t: usize| t.saturating_sub(REACH)..(t + REACH + 1).min(returns.len());
    let mut quiet = vec![true; returns.len()];
    let mut stale = vec![true; returns.len()];
    for _ in 0..ROUNDS {
        for t in (0..returns.len()).filter(|&t| stale[t]) {
            let around = reach(t).filter(|&i| i.abs_diff(t) > 1 && quiet[i]);
            let (sum, weight) = around.fold((0.0, 0.0), |(sum, total), i| {
                let own = weights[i.abs_diff(t)];
                (sum + own * returns[i] * returns[i], total + own)
            });
            if weight > 0.0 {
                limits[t] = DEVIATIONS * DEVIATIONS * sum / weight;
            }
        }
        let next: Vec<bool> = returns.iter().zip(&limits).map(|(r, limit)| r * r <= *limit).collect();
        stale.fill(false);
        let changed = (0..returns.len()).filter(|&t| next[t] != quiet[t]);
        changed.for_each(|t| stale[reach(t)].fill(true));
        if next == quiet {
            break;
        }
        quiet = next;
    }
    limits
}

/// What [`DailyMeasures`](super::DailyMeasures) hold of Corsi, Pirino and Reno, day by day; a day with too few returns
/// is NaN.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ThresholdMeasures {
    /// [`threshold_bipower_variation`].
    pub bipower_variation: Vec<f64>,
    /// Statistic of [`threshold_ratio_test`].
    pub ratio_statistic: Vec<f64>,
    /// Its p-value.
    pub ratio_p_value: Vec<f64>,
}

impl ThresholdMeasures {
    pub(super) fn columns(&mut self) -> [&mut Vec<f64>; 3] {
        [&mut self.bipower_variation, &mut self.ratio_statistic, &mut self.ratio_p_value]
    }

    pub(super) fn push(&mut self, day: Option<&[f64]>) {
        let test = day.and_then(|returns| threshold_ratio_test(returns).ok());
        self.bipower_variation.push(day.map_or(f64::NAN, threshold_bipower_variation));
        self.ratio_statistic.push(test.as_ref().map_or(f64::NAN, |test| test.statistic));
        self.ratio_p_value.push(test.as_ref().map_or(f64::NAN, |test| test.p_value));
    }
}
