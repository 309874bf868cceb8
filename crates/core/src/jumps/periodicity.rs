//! The week's rhythm of volatility, which fakes jumps where it is not taken out.

use super::local_volatility::LocalVolatility;
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// Hours in a week: the number of bins.
const BINS: usize = 168;
/// Returns a bin needs before its factor is estimated rather than 1.
const BIN_MINIMUM: usize = 5;
/// The same for factors of which features are made: noise in them would be read as jumps.
const CAUSAL_BIN_MINIMUM: usize = 20;
/// Efficiency of the weighted standard deviation under the normal law (Boudt, Croux and Laurent 2011).
const EFFICIENCY: f64 = 0.69;
/// Quantile 0.99 of chi-square with one degree: larger squares get weight 0.
const REJECTION: f64 = 6.634_896_601_021_213;
/// Consistency of the weighted variance under the normal law.
const CONSISTENCY: f64 = 1.081;
/// Consistency of the shortest half under the normal law.
const SHORTEST_HALF: f64 = 0.741;

/// Periodic factors of a series' returns, one a row, mean square 1 over the bins of a week.
///
/// Two types carry it: [`DescriptiveFactors`] saw the whole series, [`CausalFactors`] at each row only the
/// rows before it. Features take causal factors only.
pub trait PeriodicFactors {
    /// One factor a row.
    fn factors(&self) -> &[f64];

    /// For one row the mean variance of the squared factors relative to their squares, 2 / (0.69 returns in the
    /// bin): what the estimation of the factors adds to the uncertainty of each local variance. It knows of the
    /// data no more than the row's factor.
    fn variance(&self, row: usize) -> f64;
}

/// Factors estimated on the whole series: for describing it, never for forecasting.
#[derive(Debug, Clone, PartialEq)]
pub struct DescriptiveFactors {
    factors: Vec<f64>,
    by_hour_of_week: Vec<f64>,
    variance: f64,
}

/// Factors of which each uses earlier rows only.
#[derive(Debug, Clone, PartialEq)]
pub struct CausalFactors {
    factors: Vec<f64>,
    // one a week of rows, as the factors are renewed
    variances: Vec<f64>,
}

impl PeriodicFactors for DescriptiveFactors {
    fn factors(&self) -> &[f64] {
        &self.factors
    }

    fn variance(&self, _row: usize) -> f64 {
        self.variance
    }
}

impl PeriodicFactors for CausalFactors {
    fn factors(&self) -> &[f64] {
        &self.factors
    }

    fn variance(&self, row: usize) -> f64 {
        self.variances.get(row / BINS).copied().unwrap_or(0.0)
    }
}

impl DescriptiveFactors {
    /// Weighted standard deviations by hour of the week (Boudt, Croux and Laurent 2011), whole sample.
    ///
    /// # Formula
    /// With z = r / local sigma of `window` returns: `ShortH(b)` = 0.741 times the shortest interval that
    /// holds half of bin b's z; weights w = 1 where (z / f)^2 <= 6.635 for f = `ShortH` scaled to mean square
    /// 1; WSD(b)^2 = 1.081 sum w z^2 / sum w; factor(b) = WSD(b) / sqrt(mean over bins of WSD^2). A bin with
    /// fewer than 5 returns has factor 1.
    ///
    /// # Errors
    /// When there is not one time a return, or fewer than 5 weeks of returns for every hour.
    ///
    /// # References
    /// Boudt, K., Croux, C. and Laurent, S. (2011), Robust estimation of intraweek periodicity in volatility
    /// and jump detection, Journal of Empirical Finance 18, 353-367.
    pub fn estimate(times: &[Timestamp], returns: &[f64], window: usize) -> Result<Self> {
        let bins = bins(times, returns)?;
        let standardised = standardise(returns, window);
        let mut held = vec![Vec::new(); BINS];
        for (&bin, &z) in bins.iter().zip(&standardised) {
            if z.is_finite() {
                held[bin].push(z);
            }
        }
        let variance = mean_variance(&held, BIN_MINIMUM);
        let by_hour_of_week = weighted_standard_deviations(&mut held, BIN_MINIMUM).ok_or_else(|| {
            Error::too_few(
                "periodic factors",
                BIN_MINIMUM * 168,
                standardised.iter().filter(|z| z.is_finite()).count(),
                "give at least five weeks or leave the periodicity correction out",
            )
        })?;
        let factors = bins.iter().map(|&bin| by_hour_of_week[bin]).collect();
        Ok(Self { factors, by_hour_of_week, variance })
    }

    /// The factor of each hour of the week, Monday 00:00 UTC first, shape (168).
    pub fn by_hour_of_week(&self) -> &[f64] {
        &self.by_hour_of_week
    }
}

impl CausalFactors {
    /// The same estimate, renewed every 168 rows from the `memory` rows before (`None`: from all before).
    ///
    /// A row's factor uses no return of its own or a later row; until the hour has 20 returns it is 1.
    ///
    /// # Errors
    /// When there is not one time a return.
    pub fn estimate(
        times: &[Timestamp],
        returns: &[f64],
        window: usize,
        memory: Option<usize>,
    ) -> Result<Self> {
        let bins = bins(times, returns)?;
        let standardised = standardise(returns, window);
        let mut factors = vec![1.0; returns.len()];
        let mut variances = Vec::new();
        for start in (0..returns.len()).step_by(BINS) {
            let first = memory.map_or(0, |memory| start.saturating_sub(memory));
            let mut held = vec![Vec::new(); BINS];
            for row in first..start {
                if standardised[row].is_finite() {
                    held[bins[row]].push(standardised[row]);
                }
            }
            let end = (start + BINS).min(returns.len());
            let error = mean_variance(&held, CAUSAL_BIN_MINIMUM);
            let estimates = weighted_standard_deviations(&mut held, CAUSAL_BIN_MINIMUM);
            variances.push(if estimates.is_some() { error } else { 0.0 });
            if let Some(estimates) = estimates {
                for row in start..end {
                    factors[row] = estimates[bins[row]];
                }
            }
        }
        Ok(Self { factors, variances })
    }
}

fn bins(times: &[Timestamp], returns: &[f64]) -> Result<Vec<usize>> {
    if times.len() != returns.len() {
        return Err(Error::Mismatch {
            what: "periodic factors".to_owned(),
            left: format!("{} times", times.len()),
            right: format!("{} returns", returns.len()),
            remedy: "give one time a return".to_owned(),
        });
    }
    Ok(times.iter().map(|time| time.hour_of_week()).collect())
}

/// Returns over the bipower volatility of the rows before: comparable across calm and wild months.
fn standardise(returns: &[f64], window: usize) -> Vec<f64> {
    // A whole week inside the window, or the scale itself would carry the rhythm.
    let window = window.max(BINS + 2);
    let sigma = LocalVolatility::Bipower.estimate(returns, window, window / 2);
    returns.iter().zip(&sigma).map(|(r, sigma)| r / sigma).collect()
}

/// Factors by bin, `None` while no bin has enough returns.
fn weighted_standard_deviations(held: &mut [Vec<f64>], minimum: usize) -> Option<Vec<f64>> {
    let shortest: Vec<Option<f64>> =
        held.iter_mut().map(|bin| if bin.len() < minimum { None } else { shortest_half(bin) }).collect();
    let first = normalise(&shortest)?;
    let weighted: Vec<Option<f64>> = held
        .iter()
        .zip(&shortest)
        .zip(&first)
        .map(|((bin, scale), factor)| {
            scale.as_ref()?;
            let kept = bin.iter().map(|z| z * z).filter(|square| square / (factor * factor) <= REJECTION);
            let (sum, count) = kept.fold((0.0, 0.0), |(sum, count), square| (sum + square, count + 1.0));
            (sum > 0.0).then(|| (CONSISTENCY * sum / count).sqrt())
        })
        .collect();
    normalise(&weighted)
}

/// Mean relative variance of the squared factors of the bins that have one.
fn mean_variance(held: &[Vec<f64>], minimum: usize) -> f64 {
    let filled = held.iter().filter(|bin| bin.len() >= minimum);
    let (sum, count) = filled
        .fold((0.0, 0.0), |(sum, count), bin| (sum + 2.0 / (EFFICIENCY * bin.len() as f64), count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// The shortest interval with half of the values, scaled to a normal's standard deviation.
fn shortest_half(bin: &mut [f64]) -> Option<f64> {
    bin.sort_unstable_by(f64::total_cmp);
    let half = bin.len() / 2 + 1;
    let length = bin.windows(half).map(|slice| slice[half - 1] - slice[0]).fold(f64::INFINITY, f64::min);
    (length > 0.0).then_some(SHORTEST_HALF * length)
}

fn normalise(scales: &[Option<f64>]) -> Option<Vec<f64>> {
    let (sum, count) =
        scales.iter().flatten().fold((0.0, 0.0), |(sum, count), scale| (sum + scale * scale, count + 1.0));
    let root = (sum / count).sqrt();
    (count > 0.0).then(|| scales.iter().map(|scale| scale.map_or(1.0, |scale| scale / root)).collect())
}
