//! Ordinary least squares.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::collinearity::Triangle;
use crate::regression::covariance::Covariance;
use crate::regression::design::{Design, require_finite};
use crate::regression::table::{Coefficient, RegressionTable};
use crate::tails::{chi_squared_upper, f_upper, normal_two_sided, student_two_sided};
use linfa::Dataset;
use linfa::traits::Fit as _;
use linfa_linalg::qr::QR as _;
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2, Axis};

/// Ordinary least squares, `min_b |y - X b|^2`.
///
/// The rows are rotated into a triangle first, `X = QR`, block by block on all cores; linfa-linear then solves
/// `min_b |Q'y - R b|^2`, which has the same solution. `R` also serves the covariances.
///
/// # Examples
/// ```
/// use dvol_core::regression::{Covariance, Design, Ols};
/// let design = Design::new([("x", vec![0.0, 1.0, 2.0, 3.0])])?.with_constant();
/// let fit = Ols::new("a line").fit(&design, &[1.0, 3.1, 4.9, 7.0])?;
/// assert!((fit.coefficients()[1] - 1.98).abs() < 1e-12);
/// let table = fit.table(Covariance::newey_west(1))?;
/// assert_eq!(table.coefficients[1].name, "x");
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Ols {
    what: String,
}

impl Ols {
    /// A regression called `what` in error messages and tables.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }

    /// Fits `target` (length rows) on `design` (rows, columns).
    ///
    /// # Errors
    /// Lengths that differ, values that are not finite, no more rows than columns, or columns that depend
    /// on each other (named).
    pub fn fit(&self, design: &Design, target: &[f64]) -> Result<FittedOls> {
        if target.len() != design.len() {
            return Err(Error::Mismatch {
                what: self.what.clone(),
                left: format!("{} rows of regressors", design.len()),
                right: format!("{} values of the target", target.len()),
                remedy: "give both the same rows".to_owned(),
            });
        }
        require_finite(&self.what, "target", target)?;
        if design.len() <= design.width() {
            return Err(Error::too_few(
                self.what.as_str(),
                design.width() + 1,
                design.len(),
                "give more rows or fewer regressors",
            ));
        }
        let triangle = Triangle::with_target(design, target, &self.what)?;
        let target = Array1::from(target.to_vec());
        let coefficients = LinearRegression::new()
            .with_intercept(false)
            .fit(&Dataset::new(triangle.factor.clone(), triangle.projected.clone()))
            .map_err(Error::internal("least squares by linfa-linear"))?
            .params()
            .clone();
        let fitted = design.values().dot(&coefficients);
        let residuals = &target - &fitted;
        let constant = triangle.spans_constant(design);
        let centre = if constant { target.sum() / target.len() as f64 } else { 0.0 };
        let total = target.iter().map(|y| (y - centre).powi(2)).sum();
        Ok(FittedOls {
            what: self.what.clone(),
            design: design.clone(),
            triangle,
            coefficients,
            fitted,
            residuals,
            constant,
            total,
        })
    }
}

/// A fitted least-squares regression. Fit statistics follow statsmodels' conventions.
#[derive(Debug, Clone)]
pub struct FittedOls {
    what: String,
    design: Design,
    triangle: Triangle,
    coefficients: Array1<f64>,
    fitted: Array1<f64>,
    residuals: Array1<f64>,
    constant: bool,
    total: f64,
}

impl FittedOls {
    /// The estimates, in the design's column order.
    pub fn coefficients(&self) -> &Array1<f64> {
        &self.coefficients
    }

    /// One estimate by its column's name.
    pub fn coefficient(&self, name: &str) -> Option<f64> {
        self.design.names().iter().position(|own| own == name).map(|i| self.coefficients[i])
    }

    /// `X b`, length rows.
    pub fn fitted(&self) -> &Array1<f64> {
        &self.fitted
    }

    /// `y - X b`, length rows.
    pub fn residuals(&self) -> &Array1<f64> {
        &self.residuals
    }

    /// The design it was fitted on.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The number of rows `n`.
    pub fn n(&self) -> usize {
        self.design.len()
    }

    /// `n - k`.
    pub fn residual_degrees(&self) -> usize {
        self.design.len() - self.design.width()
    }

    /// Whether the columns span a constant (then R2 is about the mean).
    pub fn has_constant(&self) -> bool {
        self.constant
    }

    /// `sum u^2`.
    pub fn residual_sum_of_squares(&self) -> f64 {
        self.residuals.dot(&self.residuals)
    }

    /// `sum u^2 / (n - k)`.
    pub fn residual_variance(&self) -> f64 {
        self.residual_sum_of_squares() / self.residual_degrees() as f64
    }

    /// `1 - RSS / TSS`; TSS is about the mean when there is a constant, about zero otherwise.
    pub fn r_squared(&self) -> f64 {
        1.0 - self.residual_sum_of_squares() / self.total
    }

    /// `1 - (n - c) / (n - k) (1 - R2)`, `c` = 1 with a constant, else 0.
    pub fn adjusted_r_squared(&self) -> f64 {
        let total_degrees = (self.n() - usize::from(self.constant)) as f64;
        1.0 - total_degrees / self.residual_degrees() as f64 * (1.0 - self.r_squared())
    }

    /// The Gaussian log-likelihood at its maximum, `-n/2 (ln(2 pi RSS / n) + 1)`.
    pub fn log_likelihood(&self) -> f64 {
        let n = self.n() as f64;
        -0.5 * n * ((2.0 * std::f64::consts::PI * self.residual_sum_of_squares() / n).ln() + 1.0)
    }

    /// Akaike's criterion, `-2 logL + 2 k` (the variance is not counted).
    pub fn aic(&self) -> f64 {
        -2.0 * self.log_likelihood() + 2.0 * self.design.width() as f64
    }

    /// The Bayesian criterion, `-2 logL + k ln n` (the variance is not counted).
    pub fn bic(&self) -> f64 {
        -2.0 * self.log_likelihood() + self.design.width() as f64 * (self.n() as f64).ln()
    }

    /// The covariance of the coefficients, shape (columns, columns).
    ///
    /// # Errors
    /// Too few rows for the estimator.
    pub fn covariance(&self, covariance: Covariance) -> Result<Array2<f64>> {
        covariance.estimate(&self.design, &self.triangle, &self.residuals)
    }

    /// Standard errors, in column order.
    ///
    /// # Errors
    /// Too few rows for the estimator.
    pub fn std_errors(&self, covariance: Covariance) -> Result<Vec<f64>> {
        Ok(self.covariance(covariance)?.diag().mapv(f64::sqrt).to_vec())
    }

    /// `X b` for other rows of the same columns.
    ///
    /// # Errors
    /// When the column names differ.
    pub fn predict(&self, design: &Design) -> Result<Array1<f64>> {
        if design.names() != self.design.names() {
            return Err(Error::Mismatch {
                what: format!("predicting with {}", self.what),
                left: self.design.names().join(", "),
                right: design.names().join(", "),
                remedy: "give the columns it was fitted on, in that order".to_owned(),
            });
        }
        Ok(design.values().dot(&self.coefficients))
    }

    /// The Wald test that the named coefficients are all zero: `F(q, n - k)` with the classical covariance,
    /// `chi2(q)` with a robust one.
    ///
    /// # Errors
    /// An unknown or repeated name, or a covariance that is singular on these coefficients.
    pub fn wald(&self, names: &[&str], covariance: Covariance) -> Result<TestResult> {
        let positions = names
            .iter()
            .map(|&name| {
                self.design.names().iter().position(|own| own == name).ok_or_else(|| Error::MissingColumn {
                    table: self.what.clone(),
                    column: name.to_owned(),
                    available: self.design.names().to_vec(),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        if positions.is_empty() {
            return Err(Error::too_few("a Wald test", 1, 0, "name at least one coefficient"));
        }
        let block = self.covariance(covariance)?.select(Axis(0), &positions).select(Axis(1), &positions);
        let values = self.coefficients.select(Axis(0), &positions);
        let weighted = block
            .qr()
            .and_then(|factor| factor.solve(&values.clone().insert_axis(Axis(1))))
            .map_err(Error::internal("inverting a covariance for a Wald test"))?;
        let wald = values.dot(&weighted.column(0));
        let q = positions.len() as f64;
        let degrees = self.residual_degrees() as f64;
        let (name, statistic, distribution, p_value) = if covariance.is_classical() {
            ("F", wald / q, format!("F({q}, {degrees})"), f_upper(wald / q, q, degrees))
        } else {
            ("Wald", wald, format!("chi2({q})"), chi_squared_upper(wald, q))
        };
        Ok(TestResult::new(TestKind::ZeroCoefficients.named(name))
            .with_null(
                format!("the coefficients of {} are zero", names.join(", ")),
                "at least one of them is not",
            )
            .with_statistic(statistic, distribution)
            .with_p_value(p_value)
            .with_observations(self.n())
            .with_note(format!("{} covariance", covariance.describe())))
    }

    /// The F test that all slopes are zero, `None` when the constant is alone.
    ///
    /// `F = (R2 / q) / ((1 - R2) / (n - k))`, `q` the number of columns beside the constant.
    pub fn f_test(&self) -> Option<TestResult> {
        let q = self.design.width() - usize::from(self.constant);
        if q == 0 {
            return None;
        }
        let (q, degrees) = (q as f64, self.residual_degrees() as f64);
        let f = (self.total - self.residual_sum_of_squares()) / q / self.residual_variance();
        Some(
            TestResult::new(TestKind::ZeroCoefficients.named("F"))
                .with_null("all slopes are zero", "at least one slope is not")
                .with_statistic(f, format!("F({q}, {degrees})"))
                .with_p_value(f_upper(f, q, degrees))
                .with_observations(self.n()),
        )
    }

    /// The F test that all slopes are zero under the covariance given, `W / q` against `F(q, n - k)` with `W` the
    /// Wald statistic; [`FittedOls::f_test`] with the classical one. As statsmodels and R's `waldtest`.
    ///
    /// `None` when the constant is alone or spanned by other columns, and when the covariance is singular.
    pub fn f_test_by(&self, covariance: Covariance) -> Option<TestResult> {
        if covariance.is_classical() {
            return self.f_test();
        }
        let constant = self.design.constant_column();
        if self.constant && constant.is_none() {
            return None;
        }
        let slopes: Vec<&str> = self
            .design
            .names()
            .iter()
            .enumerate()
            .filter(|(column, _)| Some(*column) != constant)
            .map(|(_, name)| name.as_str())
            .collect();
        let wald = self.wald(&slopes, covariance).ok()?;
        let (q, degrees) = (slopes.len() as f64, self.residual_degrees() as f64);
        let f = wald.statistic / q;
        f.is_finite().then(|| {
            TestResult::new(TestKind::ZeroCoefficients.named("F"))
                .with_null("all slopes are zero", "at least one slope is not")
                .with_statistic(f, format!("F({q}, {degrees})"))
                .with_p_value(f_upper(f, q, degrees))
                .with_observations(self.n())
                .with_note(format!("{} covariance", covariance.describe()))
        })
    }

    /// Estimates with standard errors, t, p and the fit statistics.
    ///
    /// p-values come from Student's t with `n - k` degrees for the classical covariance and from the normal
    /// for robust ones, as in statsmodels. F is that of the covariance ([`FittedOls::f_test_by`]).
    ///
    /// # Errors
    /// Too few rows for the estimator.
    pub fn table(&self, covariance: Covariance) -> Result<RegressionTable> {
        let degrees = self.residual_degrees() as f64;
        let coefficients = self
            .std_errors(covariance)?
            .into_iter()
            .zip(self.design.names().iter().zip(&self.coefficients))
            .map(|(std_error, (name, &estimate))| {
                let t = estimate / std_error;
                let p_value = if covariance.is_classical() {
                    student_two_sided(t, degrees)
                } else {
                    normal_two_sided(t)
                };
                Coefficient { name: name.clone(), estimate, std_error, t, p_value }
            })
            .collect();
        let f = self.f_test_by(covariance);
        Ok(RegressionTable {
            name: self.what.clone(),
            covariance: covariance.describe(),
            coefficients,
            r2: self.r_squared(),
            adj_r2: self.adjusted_r_squared(),
            f: f.as_ref().map(|test| test.statistic),
            f_p_value: f.as_ref().map(|test| test.p_value),
            log_likelihood: self.log_likelihood(),
            aic: self.aic(),
            bic: self.bic(),
            n: self.n(),
        })
    }
}
