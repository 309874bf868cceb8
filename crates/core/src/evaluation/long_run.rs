//! The one estimate of the uncertainty of a mean that all tests between forecasts share.

use super::overlap::Overlap;
use crate::error::{Error, Result};
use crate::hypothesis::TestResult;
use crate::regression::{CosineVariance, Covariance, FittedOls, Kernel};
use crate::tails::{
    chi_squared_upper, f_upper, normal_two_sided, normal_upper, student_two_sided, student_upper,
};
use linfa_linalg::qr::QR as _;
use ndarray::{Array1, Array2, Axis};
use serde::{Deserialize, Serialize};

/// With fewer horizons than these in a sample a test hardly ever rejects, and says so.
const FEWEST_HORIZONS: f64 = 16.0;

/// How the variance of a mean of overlapping terms is estimated: a loss differential, a moment, a regression's score.
///
/// | choice | estimate | distribution of a test |
/// | --- | --- | --- |
/// | `Cosine` | [`CosineVariance`]: cosine transforms at the lowest frequencies | t(B), F(q, B - q + 1) |
/// | `Lags` | autocovariances up to `h - 1` with a kernel's weights: the formulas of the literature | normal, chi-squared |
///
/// `h - 1` Bartlett lags see two thirds of the variance that overlap of `h` steps makes, and rectangular ones can be
/// negative and are noisy; at the sample sizes used here either rejects true nulls too often, most at small levels.
/// `Cosine` keeps its level (`dvol compare --monte-carlo`), at the price of the power that an honest level costs.
///
/// # Examples
/// ```
/// use dvol_core::{evaluation::LongRun, regression::Kernel};
/// assert_eq!(LongRun::from(Kernel::Bartlett), LongRun::Lags(Kernel::Bartlett));
/// assert_eq!(LongRun::default(), LongRun::Cosine);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LongRun {
    /// Equal-weighted cosine transforms, Student's t and F.
    #[default]
    Cosine,
    /// `h - 1` lags with these weights; a variance that is not positive falls back to Bartlett's and says so.
    Lags(Kernel),
}

impl From<Kernel> for LongRun {
    fn from(kernel: Kernel) -> Self {
        Self::Lags(kernel)
    }
}

/// The covariance of the mean of some moments, and what a test that uses it must know.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MeanVariance {
    /// Shape (moments, moments).
    pub(super) covariance: Array2<f64>,
    /// Degrees of freedom; `None` is normal.
    pub(super) freedom: Option<usize>,
    lags: Option<usize>,
    notes: Vec<String>,
}

/// A Wald statistic with its distribution.
pub(super) struct Joint {
    pub(super) statistic: f64,
    pub(super) distribution: String,
    pub(super) p_value: f64,
}

impl MeanVariance {
    /// Of the mean of `moments`, shape (origins, moments), at origins that overlap so.
    ///
    /// `Cosine` does not see the moments' means; `Lags` takes them as they are, centred by the caller or not.
    ///
    /// # Errors
    /// Fewer origins than lags and moments need, or moments that do not vary at all.
    pub(super) fn of(what: &str, overlap: &Overlap, moments: &Array2<f64>, choice: LongRun) -> Result<Self> {
        let (n, q) = moments.dim();
        let needed = overlap.lags() + q + 1;
        if n < needed {
            return Err(Error::too_few(what, needed, n, "give more origins than the horizon has steps"));
        }
        match choice {
            LongRun::Cosine => {
                let found = CosineVariance::of(moments, overlap.neighbours())?;
                let most = found.most();
                let mut notes = Vec::new();
                let horizons = n as f64 / overlap.neighbours() as f64;
                if horizons < FEWEST_HORIZONS {
                    notes.push(format!(
                        "too few origins for the horizon: they span {horizons:.1} horizons, of which a test keeps its \
                         level but rejects little; {FEWEST_HORIZONS:.0} or more are wanted"
                    ));
                }
                if 8 * found.frequencies() <= most {
                    notes.push(format!(
                        "what is averaged remembers longer than the horizon: {} of {} frequencies are used, and the \
                         level may be exceeded",
                        found.frequencies(),
                        most
                    ));
                }
                let covariance = found.long_run() / n as f64;
                Ok(Self { covariance, freedom: Some(found.frequencies()), lags: None, notes })
            }
            LongRun::Lags(kernel) => {
                let lags = overlap.lags();
                let mut covariance = overlap.covariance_of_mean(moments, kernel, lags);
                let mut notes = Vec::new();
                if kernel == Kernel::Rectangular && covariance.diag().iter().any(|&variance| variance <= 0.0)
                {
                    covariance = overlap.covariance_of_mean(moments, Kernel::Bartlett, lags);
                    notes.push(
                        "the rectangular variance was not positive; Bartlett weights were used".to_owned(),
                    );
                }
                Ok(Self { covariance, freedom: None, lags: Some(lags), notes })
            }
        }
    }

    /// Of least-squares coefficients whose errors overlap so.
    ///
    /// # Errors
    /// As [`MeanVariance::of`].
    pub(super) fn of_coefficients(
        what: &str,
        overlap: &Overlap,
        fit: &FittedOls,
        choice: LongRun,
    ) -> Result<Self> {
        let scores = fit.design().values() * &fit.residuals().view().insert_axis(Axis(1));
        let n = fit.n() as f64;
        let of_mean = Self::of(what, overlap, &scores, choice)?;
        let bread = fit.covariance(Covariance::Classical)? / fit.residual_variance();
        Ok(Self { covariance: bread.dot(&(&of_mean.covariance * (n * n))).dot(&bread), ..of_mean })
    }

    /// The statistic of the hypothesis that a regressor does not explain the errors that the null leaves, the mean of
    /// `x_t e_t` over its standard error, with that variance.
    ///
    /// Scores of FITTED errors are too small where frequencies are few and the regressor is persistent: the coefficient
    /// takes part of their low frequencies along.
    ///
    /// # Errors
    /// As [`MeanVariance::of`].
    pub(super) fn of_null_score(
        what: &str,
        overlap: &Overlap,
        regressor: &[f64],
        errors: &[f64],
    ) -> Result<(f64, Self)> {
        let scores: Array1<f64> = regressor.iter().zip(errors).map(|(x, e)| x * e).collect();
        let mean = scores.sum() / scores.len() as f64;
        let found = Self::of(what, overlap, &scores.insert_axis(Axis(1)), LongRun::Cosine)?;
        Ok((mean / found.variance(0).sqrt(), found))
    }

    /// The variance of one mean or coefficient.
    pub(super) fn variance(&self, place: usize) -> f64 {
        self.covariance[[place, place]]
    }

    /// The distribution of one mean over its standard error.
    pub(super) fn distribution(&self) -> String {
        self.freedom.map_or_else(|| "N(0, 1)".to_owned(), |freedom| format!("t({freedom})"))
    }

    /// `P(|statistic| is larger)`.
    pub(super) fn two_sided(&self, statistic: f64) -> f64 {
        match self.freedom {
            Some(freedom) => student_two_sided(statistic, freedom as f64),
            None => normal_two_sided(statistic),
        }
    }

    /// `P(statistic is larger)`.
    pub(super) fn upper(&self, statistic: f64) -> f64 {
        match self.freedom {
            Some(freedom) => student_upper(statistic, freedom as f64),
            None => normal_upper(statistic),
        }
    }

    /// The test that all of `distance` (a mean, or coefficients less their values under the null) is zero.
    ///
    /// # Errors
    /// A singular covariance: `columns` names what does not vary, `remedy` what to do.
    pub(super) fn wald(
        &self,
        what: &str,
        distance: &Array1<f64>,
        columns: &str,
        remedy: &str,
    ) -> Result<Joint> {
        let weighted = self
            .covariance
            .qr()
            .and_then(|factor| factor.solve(&distance.clone().insert_axis(Axis(1))))
            .map_err(|_| Error::Singular {
                what: what.to_owned(),
                columns: columns.to_owned(),
                remedy: remedy.to_owned(),
            })?;
        let wald = distance.dot(&weighted.column(0));
        let q = distance.len() as f64;
        Ok(match self.freedom {
            Some(freedom) => {
                let left = freedom as f64 - q + 1.0;
                let statistic = wald * left / (freedom as f64 * q);
                let distribution = format!("F({q}, {left})");
                Joint { statistic, distribution, p_value: f_upper(statistic, q, left) }
            }
            None => Joint {
                statistic: wald,
                distribution: format!("chi2({q})"),
                p_value: chi_squared_upper(wald, q),
            },
        })
    }

    /// `test` with the lags used and what its reader must know.
    pub(super) fn annotate(&self, mut test: TestResult) -> TestResult {
        test.lags = self.lags;
        test.notes.extend(self.notes.iter().cloned());
        test
    }
}
