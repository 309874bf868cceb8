//! The test of Lee and Mykland (2008).

use super::detector::{JumpDetector, Sight};
use super::gumbel::family_wise_critical_value;
use super::lee_mykland_result::{LeeMyklandResult, Reference, student};
use super::local_volatility::LocalVolatility;
use super::periodicity::{CausalFactors, DescriptiveFactors, PeriodicFactors};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use statrs::distribution::ContinuousCDF as _;

/// What the level alpha is a promise about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Alpha is the chance of flagging ANYTHING in a family of `n` returns without jumps: Lee and Mykland's
    /// Gumbel critical value, right for windows without end. `None`: all returns present in the series.
    FamilyWise(Option<usize>),
    /// The same promise kept in small windows: the quantile of Student's t that all of `n` independent
    /// statistics respect with probability 1 - alpha (Sidak 1967). With a window of 94, Gumbel's value for a
    /// year of hours at alpha 0.05 flags something in a quarter of the years.
    FamilyWiseStudent(Option<usize>),
    /// Alpha is the share of returns without jumps that are flagged: a quantile of Student's t, whose
    /// degrees of freedom 2 m / v account for the m terms (asymptotic variance v) behind each local
    /// volatility, and for the error of periodic factors. With the normal in its place and a window of 94, 1.2 % would be flagged at 1 %.
    PerPoint,
}

/// A [`Reading`] without the size of its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum ReadingKind {
    /// The chance of flagging anything in a family of returns without jumps (Gumbel critical value).
    #[default]
    FamilyWise,
    /// The same for small windows (Student's t, Sidak).
    FamilyWiseStudent,
    /// The share of returns without jumps that are flagged (Student's t).
    PerPoint,
}

impl ReadingKind {
    /// The reading about families of `family` returns; `None`: all of the series. A promise about single returns
    /// has no family.
    pub fn about(self, family: Option<usize>) -> Reading {
        match self {
            Self::FamilyWise => Reading::FamilyWise(family),
            Self::FamilyWiseStudent => Reading::FamilyWiseStudent(family),
            Self::PerPoint => Reading::PerPoint,
        }
    }
}

impl Reading {
    /// What the promise is about.
    pub fn kind(self) -> ReadingKind {
        match self {
            Self::FamilyWise(_) => ReadingKind::FamilyWise,
            Self::FamilyWiseStudent(_) => ReadingKind::FamilyWiseStudent,
            Self::PerPoint => ReadingKind::PerPoint,
        }
    }

    /// Returns in one family of a series of `n`; `None` for a promise about single returns.
    pub fn family(self, n: usize) -> Option<usize> {
        match self {
            Self::FamilyWise(family) | Self::FamilyWiseStudent(family) => Some(family.unwrap_or(n)),
            Self::PerPoint => None,
        }
    }
}

/// A specification of the Lee-Mykland test.
///
/// | field | default | range |
/// | --- | --- | --- |
/// | `alpha` | 0.01 | (0, 1) |
/// | `reading` | family-wise over the whole series | |
/// | `window` | 94 = ceil(sqrt(365 x 24)) | at least 5 |
/// | `minimum` | half of the window's terms | 2 .. terms of a full window |
/// | `volatility` | bipower | |
///
/// # Level
/// What a window of 94 keeps of alpha = 0.01 on 400 simulated years of hours without jumps, for constant, clustered
/// and seasonal volatility (`results/jumps_size_power.json`; per point the share of returns flagged, otherwise the
/// share of years in which anything is):
///
/// | reading | without periodicity | with periodicity |
/// | --- | --- | --- |
/// | `FamilyWise` | 2.5, 13, 100 % | 34.5, 50.5, 32.3 % |
/// | `FamilyWiseStudent` | 0.75, 5.3, 97.5 % | 1.75, 2.5, 0.75 % |
/// | `PerPoint` | 1.0, 1.1, 2.7 % | 0.85, 0.97, 0.86 % |
///
/// # Formula
/// With r(i) the log return and K the window, sigma(i)^2 = (pi/2) / (K-2) sum over j = i-K+2 .. i-1 of
/// |r(j)| |r(j-1)|, statistic(i) = r(i) / sigma(i); a jump where |statistic| exceeds the critical value.
///
/// # References
/// Lee, S. S. and Mykland, P. A. (2008), Jumps in financial markets: a new nonparametric test and jump
/// dynamics, Review of Financial Studies 21, 2535-2563.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LeeMykland {
    /// The level of the test.
    pub alpha: f64,
    /// What the level is a promise about.
    pub reading: Reading,
    /// K: the tested return is the K-th return, K - 1 before it give its local volatility.
    pub window: usize,
    /// Terms that must be present in a window; fewer give a null.
    pub minimum: Option<usize>,
    /// The estimator of local volatility.
    pub volatility: LocalVolatility,
}

impl Default for LeeMykland {
    fn default() -> Self {
        Self {
            alpha: 0.01,
            reading: Reading::FamilyWise(None),
            window: window_for(365.0 * 24.0),
            minimum: None,
            volatility: LocalVolatility::Bipower,
        }
    }
}

/// Lee and Mykland's window rule: the smallest integer not below sqrt(observations in a year).
///
/// The paper's 252 trading days give 16 for daily, 78 for hourly (24 a day), 156 for 15-minute and 270 for
/// 5-minute returns; a market that never closes has 365 days, so 94 for hourly returns.
///
/// # Examples
/// ```
/// use dvol_core::jumps::window_for;
/// assert_eq!([1.0, 24.0, 288.0].map(|bars| window_for(252.0 * bars)), [16, 78, 270]);
/// assert_eq!(window_for(365.0 * 24.0), 94);
/// ```
pub fn window_for(observations_in_a_year: f64) -> usize {
    (observations_in_a_year.sqrt().ceil() as usize).max(5)
}

/// Tests every return of a series of positive levels for a jump.
///
/// # Errors
/// A level that is zero, negative or infinite, a window below 5, a level alpha outside (0, 1), or fewer
/// than `window + 1` levels.
///
/// # Examples
/// ```
/// use dvol_core::jumps::{LeeMykland, lee_mykland};
/// let mut levels: Vec<f64> = (0..300).map(|i| 60.0 + (f64::from(i) * 0.9).sin()).collect();
/// levels[200..].iter_mut().for_each(|level| *level *= 1.3);
/// assert_eq!(lee_mykland(&levels, LeeMykland::default())?.jumps(), [200]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn lee_mykland(levels: &[f64], spec: LeeMykland) -> Result<LeeMyklandResult> {
    spec.run(levels, None::<&CausalFactors>)
}

/// The same after division of each return by its periodic factor (Boudt, Croux and Laurent 2011).
///
/// # Errors
/// As [`lee_mykland`], and when there is not one factor a level.
pub fn lee_mykland_periodic(
    levels: &[f64],
    factors: &impl PeriodicFactors,
    spec: LeeMykland,
) -> Result<LeeMyklandResult> {
    spec.run(levels, Some(factors))
}

/// Log returns of positive levels; the first is NaN, and nulls give nulls.
///
/// # Errors
/// A level that is zero, negative or infinite.
pub fn log_returns(levels: &[f64]) -> Result<Vec<f64>> {
    let mut before = f64::NAN;
    let mut returns = Vec::with_capacity(levels.len());
    for (index, &level) in levels.iter().enumerate() {
        if level <= 0.0 || level.is_infinite() {
            return Err(Error::Value {
                what: "log returns".to_owned(),
                series: "levels".to_owned(),
                index,
                value: level,
                remedy: "give positive finite levels, or leave the cell empty for a gap".to_owned(),
            });
        }
        let logarithm = level.ln();
        returns.push(logarithm - before);
        before = logarithm;
    }
    Ok(returns)
}

impl LeeMykland {
    /// Terms in a full window.
    pub(super) fn terms(&self) -> usize {
        self.window - self.volatility.span()
    }

    fn check(&self, rows: usize) -> Result<usize> {
        if self.window < 5 {
            return Err(Error::parameter("window", self.window, "at least 5 observations"));
        }
        let terms = self.terms();
        let minimum = self.minimum.unwrap_or((terms / 2).max(2));
        if !(2..=terms).contains(&minimum) {
            return Err(Error::parameter("minimum", minimum, format!("between 2 and {terms}")));
        }
        if rows <= self.window {
            return Err(Error::too_few(
                "the Lee-Mykland test",
                self.window + 1,
                rows,
                "give a longer series or a smaller window",
            ));
        }
        Ok(minimum)
    }

    fn run(self, levels: &[f64], periodic: Option<&impl PeriodicFactors>) -> Result<LeeMyklandResult> {
        let minimum = self.check(levels.len())?;
        let returns = log_returns(levels)?;
        let mut sigma;
        if let Some(factors) = periodic.map(PeriodicFactors::factors) {
            if factors.len() != levels.len() {
                return Err(Error::Mismatch {
                    what: "periodicity correction".to_owned(),
                    left: format!("{} factors", factors.len()),
                    right: format!("{} levels", levels.len()),
                    remedy: "estimate the factors on the same rows".to_owned(),
                });
            }
            let scaled: Vec<f64> = returns.iter().zip(factors).map(|(r, factor)| r / factor).collect();
            sigma = self.volatility.estimate(&scaled, self.window, minimum);
            sigma.iter_mut().zip(factors).for_each(|(sigma, factor)| *sigma *= factor);
        } else {
            sigma = self.volatility.estimate(&returns, self.window, minimum);
        }
        let statistic: Vec<f64> = returns.iter().zip(&sigma).map(|(r, sigma)| r / sigma).collect();
        let n = returns.iter().filter(|r| !r.is_nan()).count();
        let tested = statistic.iter().filter(|statistic| !statistic.is_nan()).count();
        let local = self.volatility.asymptotic_variance() / self.terms() as f64;
        let mut reference: Vec<Reference> = Vec::new();
        for row in 0..levels.len() {
            let variance = periodic.map_or(0.0, |factors| factors.variance(row));
            let freedom = 2.0 / (local + variance);
            if reference.last().is_none_or(|last| last.freedom.to_bits() != freedom.to_bits()) {
                let critical_value = self.critical_value(n, freedom)?;
                reference.push(Reference { from: row, freedom, critical_value });
            }
        }
        let (freedom, critical_value) =
            reference.last().map_or((f64::NAN, f64::NAN), |last| (last.freedom, last.critical_value));
        Ok(LeeMyklandResult {
            spec: self,
            returns,
            sigma,
            statistic,
            critical_value,
            n,
            tested,
            freedom,
            reference,
        })
    }

    pub(super) fn critical_value(&self, n: usize, freedom: f64) -> Result<f64> {
        match self.reading {
            Reading::FamilyWise(family) => family_wise_critical_value(self.alpha, family.unwrap_or(n)),
            Reading::FamilyWiseStudent(family) => {
                let single = -((-self.alpha).ln_1p() / family.unwrap_or(n) as f64).exp_m1();
                self.student_quantile(single, freedom)
            }
            Reading::PerPoint => self.student_quantile(self.alpha, freedom),
        }
    }

    /// The value that |t| exceeds with probability `level`.
    fn student_quantile(&self, level: f64, freedom: f64) -> Result<f64> {
        if !(self.alpha > 0.0 && self.alpha < 1.0) {
            return Err(Error::parameter(
                "alpha",
                self.alpha,
                "a probability between 0 and 1, both excluded",
            ));
        }
        // The lower tail: 1 - level / 2 would round away the digits of a small level.
        Ok(-student(freedom)?.inverse_cdf(level / 2.0))
    }
}

/// The family is the series: its critical value moves with every row that is added.
pub(super) const DETECTOR: JumpDetector = JumpDetector {
    id: "lee_mykland",
    name: "Lee-Mykland",
    sight: Sight::WholeSeries,
    beside: false,
    flags: |_, levels| Ok(lee_mykland(levels, LeeMykland::default())?.flags()),
};

pub(super) const FAMILY_OF_A_YEAR: JumpDetector = JumpDetector {
    id: "lee_mykland_year",
    name: "Lee-Mykland, families of a year",
    sight: Sight::Causal,
    beside: false,
    flags: |_, levels| Ok(lee_mykland(levels, of_a_year())?.flags()),
};

pub(super) const CAUSAL_PERIODIC: JumpDetector = JumpDetector {
    id: "lee_mykland_year_periodic",
    name: "Lee-Mykland, families of a year, freed from the week's rhythm so far",
    sight: Sight::Causal,
    beside: false,
    flags: |times, levels| {
        let spec = of_a_year();
        let factors = CausalFactors::estimate(times, &log_returns(levels)?, spec.window, Some(A_YEAR))?;
        Ok(lee_mykland_periodic(levels, &factors, spec)?.flags())
    },
};

pub(super) const DESCRIPTIVE_PERIODIC: JumpDetector = JumpDetector {
    id: "lee_mykland_periodic",
    name: "Lee-Mykland, freed from the week's rhythm",
    sight: Sight::WholeSeries,
    beside: false,
    flags: |times, levels| {
        let spec = LeeMykland::default();
        let factors = DescriptiveFactors::estimate(times, &log_returns(levels)?, spec.window)?;
        Ok(lee_mykland_periodic(levels, &factors, spec)?.flags())
    },
};

/// Hours of a year: a family whose size does not depend on the series.
const A_YEAR: usize = 365 * 24;

fn of_a_year() -> LeeMykland {
    LeeMykland { reading: Reading::FamilyWise(Some(A_YEAR)), ..LeeMykland::default() }
}
