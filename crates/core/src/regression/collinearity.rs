//! Columns that depend on one another: exact (an error that names them) and near (VIF).

use crate::error::{Error, Result};
use crate::regression::design::{CONSTANT, Design};
use crate::regression::triangular::triangular_factor;
use linfa_linalg::triangular::{SolveTriangularInplace as _, UPLO};
use ndarray::{Array1, Array2, ShapeBuilder, aview1, s};

/// The triangular factor `R` of `X = QR` and its inverse, both shape (columns, columns).
#[derive(Debug, Clone)]
pub(crate) struct Triangle {
    pub(crate) factor: Array2<f64>,
    pub(crate) inverse: Array2<f64>,
    /// `Q'y` of the target given along, empty without one.
    pub(crate) projected: Array1<f64>,
}

impl Triangle {
    /// Factors a design, or says which of its columns depend on each other.
    pub(crate) fn of(design: &Design, what: &str) -> Result<Self> {
        Self::with_target(design, &[], what)
    }

    /// The same, with the target rotated along: `R b = Q'y` is the least-squares problem.
    pub(crate) fn with_target(design: &Design, target: &[f64], what: &str) -> Result<Self> {
        let (rows, columns) = design.values().dim();
        if rows < columns {
            return Err(Error::too_few(
                what,
                columns,
                rows,
                format!("{columns} coefficients need as many rows; give more rows or fewer regressors"),
            ));
        }
        let (factor, projected) = if target.is_empty() || rows == columns {
            (triangular_factor(design.values().view())?, Array1::zeros(0))
        } else {
            let mut both = Array2::zeros((rows, columns + 1).f());
            both.slice_mut(s![.., ..columns]).assign(design.values());
            both.column_mut(columns).assign(&aview1(target));
            let factor = triangular_factor(both.view())?;
            let projected = factor.slice(s![..columns, columns]).to_owned();
            (factor.slice(s![..columns, ..columns]).to_owned(), projected)
        };
        let norms: Array1<f64> = design.values().columns().into_iter().map(|c| c.dot(&c).sqrt()).collect();
        let tolerance = (rows as f64 * f64::EPSILON).max(1e-12);
        for column in 0..columns {
            if factor[[column, column]].abs() <= tolerance * norms[column] {
                return Err(Error::Singular {
                    what: what.to_owned(),
                    columns: dependent_columns(design, &factor, &norms, column)?,
                    remedy: "drop one of them".to_owned(),
                });
            }
        }
        let inverse = factor
            .solve_triangular_into(Array2::eye(columns), UPLO::Upper)
            .map_err(Error::internal("inverting a triangular factor"))?;
        Ok(Self { factor, inverse, projected })
    }

    /// `(X'X)^-1`, shape (columns, columns).
    pub(crate) fn inverse_gram(&self) -> Array2<f64> {
        self.inverse.dot(&self.inverse.t())
    }

    /// Whether the columns span a constant: `1 - |Q'1|^2 / n` is zero up to rounding.
    pub(crate) fn spans_constant(&self, design: &Design) -> bool {
        if design.constant_column().is_some() {
            return true;
        }
        let sums: Array1<f64> = design.values().columns().into_iter().map(|c| c.sum()).collect();
        let projected = self.inverse.t().dot(&sums);
        1.0 - projected.dot(&projected) / design.len() as f64 <= 1e-12
    }
}

/// The names of `column` and of the earlier columns whose combination it is.
fn dependent_columns(
    design: &Design,
    factor: &Array2<f64>,
    norms: &Array1<f64>,
    column: usize,
) -> Result<String> {
    let name = &design.names()[column];
    if norms[column] == 0.0 {
        return Ok(format!("`{name}` is zero everywhere"));
    }
    let weights = if column == 0 {
        Array2::zeros((0, 1))
    } else {
        factor
            .slice(s![..column, ..column])
            .to_owned()
            .solve_triangular_into(factor.slice(s![..column, column..=column]).to_owned(), UPLO::Upper)
            .map_err(Error::internal("naming collinear columns"))?
    };
    let involved: Vec<&str> = (0..column)
        .filter(|&i| (weights[[i, 0]] * norms[i]).abs() > 1e-6 * norms[column])
        .map(|i| design.names()[i].as_str())
        .collect();
    if let [only] = involved[..]
        && only == CONSTANT
    {
        return Ok(format!("`{name}` does not vary beside `{CONSTANT}`"));
    }
    let others = involved.iter().map(|other| format!("`{other}`")).collect::<Vec<_>>().join(", ");
    Ok(format!("`{name}` is a combination of {others}"))
}

/// Variance inflation factors of the columns other than the constant, `1 / (1 - R_j^2)`.
///
/// `R_j^2` is that of column `j` on all others, centred when the design holds a constant. All factors come
/// from one QR: `VIF_j = [(X'X)^-1]_jj * sum (x_j - mean)^2`.
///
/// # Errors
/// Fewer rows than columns, or perfect collinearity (named).
///
/// # Examples
/// ```
/// use dvol_core::regression::{Design, variance_inflation_factors};
/// // two orthogonal regressors do not inflate each other
/// let design = Design::new([("a", vec![1.0, -1.0, 1.0, -1.0]), ("b", vec![1.0, 1.0, -1.0, -1.0])])?;
/// let factors = variance_inflation_factors(&design.with_constant())?;
/// assert!(factors.iter().all(|(_, vif)| (vif - 1.0).abs() < 1e-12));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Marquardt (1970), "Generalized inverses, ridge regression, biased linear estimation", Technometrics 12.
pub fn variance_inflation_factors(design: &Design) -> Result<Vec<(String, f64)>> {
    let triangle = Triangle::of(design, "variance inflation factors")?;
    let constant = design.constant_column();
    let rows = design.len() as f64;
    Ok(design
        .names()
        .iter()
        .enumerate()
        .filter(|&(j, _)| constant != Some(j))
        .map(|(j, name)| {
            let column = design.values().column(j);
            let centre = if constant.is_some() { column.sum() / rows } else { 0.0 };
            let spread: f64 = column.iter().map(|value| (value - centre).powi(2)).sum();
            let row = triangle.inverse.row(j);
            (name.clone(), row.dot(&row) * spread)
        })
        .collect())
}
