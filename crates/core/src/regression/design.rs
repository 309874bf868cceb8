//! A matrix of regressors whose columns have names.

use crate::error::{Error, Result};
use ndarray::{Array2, ArrayView1, ShapeBuilder, s};

/// The name of the column of ones.
pub const CONSTANT: &str = "const";

/// Regressors with names, shape (rows, columns), every value finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    names: Vec<String>,
    // column-major: Householder reflections walk down columns
    values: Array2<f64>,
}

impl Design {
    /// A design of these columns, in this order, without a constant.
    ///
    /// # Errors
    /// No column, columns of different lengths, or a value that is not finite (named by column and index).
    ///
    /// # Examples
    /// ```
    /// use dvol_core::regression::Design;
    /// let design = Design::new([("x", vec![1.0, 2.0]), ("z", vec![0.0, 3.0])])?.with_constant();
    /// assert_eq!(design.names(), ["const", "x", "z"]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = (N, Vec<f64>)>) -> Result<Self> {
        let (names, columns): (Vec<String>, Vec<Vec<f64>>) =
            columns.into_iter().map(|(name, values)| (name.into(), values)).unzip();
        let rows = columns.first().map_or(0, Vec::len);
        for (name, column) in names.iter().zip(&columns) {
            if column.len() != rows {
                return Err(Error::Mismatch {
                    what: "a design matrix".to_owned(),
                    left: format!("`{}` with {rows} rows", names[0]),
                    right: format!("`{name}` with {} rows", column.len()),
                    remedy: "give columns of one length".to_owned(),
                });
            }
        }
        let width = columns.len();
        let values = Array2::from_shape_vec((rows, width).f(), columns.concat())
            .map_err(Error::internal("building a design matrix"))?;
        Self::from_array(names, &values)
    }

    /// A design from a matrix of shape (rows, columns).
    ///
    /// # Errors
    /// No column, another number of names than columns, or a value that is not finite.
    pub fn from_array(names: Vec<String>, values: &Array2<f64>) -> Result<Self> {
        if names.len() != values.ncols() {
            return Err(Error::Mismatch {
                what: "a design matrix".to_owned(),
                left: format!("{} names", names.len()),
                right: format!("{} columns", values.ncols()),
                remedy: "name every column once".to_owned(),
            });
        }
        if names.is_empty() {
            return Err(Error::too_few("a design matrix", 1, 0, "give at least one column"));
        }
        for (name, column) in names.iter().zip(values.columns()) {
            require_finite("a design matrix", name, column)?;
        }
        let mut owned = Array2::zeros(values.raw_dim().f());
        owned.assign(values);
        Ok(Self { names, values: owned })
    }

    /// The same with a column of ones called [`CONSTANT`] in front.
    #[must_use]
    pub fn with_constant(self) -> Self {
        let mut values = Array2::ones((self.values.nrows(), self.values.ncols() + 1).f());
        values.slice_mut(s![.., 1..]).assign(&self.values);
        let names = std::iter::once(CONSTANT.to_owned()).chain(self.names).collect();
        Self { names, values }
    }

    /// A column of ones and nothing else.
    pub fn constant(rows: usize) -> Self {
        Self { names: vec![CONSTANT.to_owned()], values: Array2::ones((rows, 1).f()) }
    }

    /// The same with further columns at the end.
    ///
    /// # Errors
    /// As [`Design::new`].
    pub fn with_columns<N: Into<String>>(
        self,
        columns: impl IntoIterator<Item = (N, Vec<f64>)>,
    ) -> Result<Self> {
        let own = self.names.into_iter().zip(self.values.columns().into_iter().map(|c| c.to_vec()));
        let further = columns.into_iter().map(|(name, values)| (name.into(), values));
        Self::new(own.chain(further).collect::<Vec<_>>())
    }

    /// The same with every row times a factor: what weighted least squares is run on.
    ///
    /// # Errors
    /// Another number of factors than rows, a factor that is not finite.
    pub fn with_rows_times(mut self, factors: &[f64]) -> Result<Self> {
        if factors.len() != self.len() {
            return Err(Error::Mismatch {
                what: "a design matrix".to_owned(),
                left: format!("{} rows", self.len()),
                right: format!("{} factors", factors.len()),
                remedy: "give one factor a row".to_owned(),
            });
        }
        require_finite("a design matrix", "factors", factors)?;
        for mut column in self.values.columns_mut() {
            column.iter_mut().zip(factors).for_each(|(value, factor)| *value *= factor);
        }
        Ok(self)
    }

    /// The rows `from..to`.
    ///
    /// # Errors
    /// When the range is not inside the design.
    pub fn rows(&self, from: usize, to: usize) -> Result<Self> {
        if from > to || to > self.values.nrows() {
            return Err(Error::parameter(
                "rows",
                format!("{from}..{to}"),
                format!("inside 0..{}", self.values.nrows()),
            ));
        }
        Self::from_array(self.names.clone(), &self.values.slice(s![from..to, ..]).to_owned())
    }

    /// The column names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The position of the first column that holds one non-zero value throughout.
    pub fn constant_column(&self) -> Option<usize> {
        self.values.columns().into_iter().position(|column| {
            column.first().is_some_and(|&first| first != 0.0 && column.iter().all(|&value| value == first))
        })
    }

    /// The matrix, shape (rows, columns).
    pub fn values(&self) -> &Array2<f64> {
        &self.values
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.values.nrows()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.values.nrows() == 0
    }

    /// The number of columns.
    pub fn width(&self) -> usize {
        self.values.ncols()
    }
}

/// Fails on the first value that is NaN or infinite, naming the series and the index.
pub(crate) fn require_finite<'a>(
    what: &str,
    series: &str,
    values: impl Into<ArrayView1<'a, f64>>,
) -> Result<()> {
    match values.into().iter().enumerate().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some((index, &value)) => Err(Error::Value {
            what: what.to_owned(),
            series: series.to_owned(),
            index,
            value,
            remedy: "drop or fill that row first".to_owned(),
        }),
    }
}
