//! Ridge regression in closed form.

use crate::error::{Error, Result};
use crate::regression::collinearity::Triangle;
use crate::regression::design::{Design, require_finite};
use linfa_linalg::cholesky::SolveCInplace as _;
use ndarray::{Array1, Array2, Axis};

/// Ridge regression on standardised columns: `min_b |y - mean - Z b|^2 / n + lambda |b|^2`.
///
/// `Z` holds the columns less their mean, divided by their standard deviation (divisor `n`) in the fitting
/// rows, so that one penalty is fair to all units; the intercept is not penalised. The solution is
/// `b = (Z'Z / n + lambda I)^-1 Z'y / n` by Cholesky. scikit-learn's `alpha` is `n * lambda` of ours.
/// Columns that do not vary in the fitting rows get a coefficient of 0.
///
/// | parameter | default | range |
/// | --- | --- | --- |
/// | `penalty` | none | finite, at least 0; above 0 when columns may be collinear |
///
/// # Examples
/// ```
/// use dvol_core::regression::{Design, Ridge};
/// let design = Design::new([("x", vec![-1.0, 1.0]), ("copy", vec![-1.0, 1.0])])?;
/// let fit = Ridge::new(1.0)?.fit(&design, &[0.0, 2.0])?;
/// // collinear columns share the effect: b = 1 / (2 + 1) each
/// assert!((fit.coefficients()[0] - 1.0 / 3.0).abs() < 1e-12);
/// assert!((fit.predict(&design)?[1] - (1.0 + 2.0 / 3.0)).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Hoerl and Kennard (1970), "Ridge regression: biased estimation for nonorthogonal problems",
/// Technometrics 12.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ridge {
    penalty: f64,
}

impl Ridge {
    /// A ridge with this penalty `lambda`.
    ///
    /// # Errors
    /// A penalty that is negative or not finite.
    pub fn new(penalty: f64) -> Result<Self> {
        if penalty.is_finite() && penalty >= 0.0 {
            Ok(Self { penalty })
        } else {
            Err(Error::parameter("penalty", penalty, "finite and at least 0"))
        }
    }

    /// Fits `target` on the columns of `design`; do not include a constant, it is estimated apart.
    ///
    /// # Errors
    /// Lengths that differ, values that are not finite, no row, or penalty 0 with collinear columns.
    pub fn fit(&self, design: &Design, target: &[f64]) -> Result<FittedRidge> {
        self.fit_weighted(design, target, &vec![1.0; target.len()])
    }

    /// Like [`Self::fit`] with a weight a row: `sum w (y - centre - Z b)^2 / sum w + lambda |b|^2`, means and
    /// standard deviations weighted too.
    ///
    /// # Errors
    /// As [`Self::fit`]; a weight that is negative or not finite, or weights that are all zero.
    pub fn fit_weighted(&self, design: &Design, target: &[f64], weights: &[f64]) -> Result<FittedRidge> {
        if target.len() != design.len() {
            return Err(Error::Mismatch {
                what: "a ridge regression".to_owned(),
                left: format!("{} rows of regressors", design.len()),
                right: format!("{} values of the target", target.len()),
                remedy: "give both the same rows".to_owned(),
            });
        }
        if design.is_empty() {
            return Err(Error::too_few("a ridge regression", 1, 0, "give at least one row"));
        }
        require_finite("a ridge regression", "target", target)?;
        if self.penalty == 0.0 {
            Triangle::of(&design.clone().with_constant(), "a ridge regression with penalty 0")?;
        }
        let weights = normalised(weights, target.len())?;
        let means = design.values().t().dot(&weights);
        let mut standardised = design.values() - &means;
        let scales: Array1<f64> = standardised
            .columns()
            .into_iter()
            .zip(&means)
            .map(|(column, mean)| {
                let deviation = (&column * &column).dot(&weights).sqrt();
                // rounding noise about a large mean is not variation
                if deviation > 1e-12 * mean.abs() { deviation } else { f64::INFINITY }
            })
            .collect();
        standardised /= &scales;
        let centre = target.iter().zip(&weights).map(|(y, weight)| weight * y).sum::<f64>();
        let weighted = &standardised * &weights.view().insert_axis(Axis(1));
        let centred: Array1<f64> = target.iter().map(|y| y - centre).collect();
        let mut gram: Array2<f64> = standardised.t().dot(&weighted);
        for (diagonal, scale) in gram.diag_mut().iter_mut().zip(&scales) {
            *diagonal += if scale.is_finite() { self.penalty } else { 1.0 };
        }
        let mut moments = weighted.t().dot(&centred).insert_axis(Axis(1));
        gram.solvec_inplace(&mut moments).map_err(|_| Error::Singular {
            what: "a ridge regression".to_owned(),
            columns: design.names().join(", "),
            remedy: "give a penalty above 0".to_owned(),
        })?;
        let coefficients = moments.column(0).to_owned() / &scales;
        let intercept = centre - means.dot(&coefficients);
        Ok(FittedRidge { names: design.names().to_vec(), coefficients, intercept, means, centre })
    }
}

/// Weights that add up to one.
fn normalised(weights: &[f64], rows: usize) -> Result<Array1<f64>> {
    if weights.len() != rows {
        return Err(Error::Mismatch {
            what: "a weighted ridge regression".to_owned(),
            left: format!("{rows} rows"),
            right: format!("{} weights", weights.len()),
            remedy: "give one weight a row".to_owned(),
        });
    }
    require_finite("a weighted ridge regression", "weights", weights)?;
    let sum = weights.iter().sum::<f64>();
    if sum <= 0.0 || weights.iter().any(|weight| *weight < 0.0) {
        return Err(Error::parameter("weights", sum, "at least 0 each and above 0 in sum"));
    }
    Ok(weights.iter().map(|weight| weight / sum).collect())
}

/// A fitted ridge regression, in the units of the columns it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedRidge {
    names: Vec<String>,
    coefficients: Array1<f64>,
    intercept: f64,
    means: Array1<f64>,
    centre: f64,
}

impl FittedRidge {
    /// The column names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The slopes, target units per column unit.
    pub fn coefficients(&self) -> &Array1<f64> {
        &self.coefficients
    }

    /// The columns' (weighted) means in the fitting rows.
    pub fn means(&self) -> &Array1<f64> {
        &self.means
    }

    /// The target's (weighted) mean in the fitting rows: the forecast at all columns' means.
    pub fn centre(&self) -> f64 {
        self.centre
    }

    /// The forecast at all columns zero.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// Forecasts for rows of the same columns.
    ///
    /// # Errors
    /// When the column names differ.
    pub fn predict(&self, design: &Design) -> Result<Array1<f64>> {
        if design.names() != self.names {
            return Err(Error::Mismatch {
                what: "predicting with a ridge regression".to_owned(),
                left: self.names.join(", "),
                right: design.names().join(", "),
                remedy: "give the columns it was fitted on, in that order".to_owned(),
            });
        }
        Ok(design.values().dot(&self.coefficients) + self.intercept)
    }
}
