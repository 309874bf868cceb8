//! What every hypothesis test returns.

use crate::report::{Bound, Cell, Report, Reported};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether a p-value is exact or only bounded by the table it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PBound {
    /// The p-value is the number given.
    Exact,
    /// The true p-value is at most the number given.
    AtMost,
    /// The true p-value is at least the number given.
    AtLeast,
}

/// What a null hypothesis is about.
///
/// Code decides by it; [`TestResult::name`] and [`TestResult::null`] say the same in words, for reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TestKind {
    /// The series has a unit root.
    UnitRoot,
    /// The series is stationary.
    Stationarity,
    /// No autocorrelation.
    NoAutocorrelation,
    /// The variance is the same throughout.
    Homoskedasticity,
    /// The values are normal.
    Normality,
    /// The mean is zero.
    ZeroMean,
    /// The median is zero.
    ZeroMedian,
    /// Groups share a mean; records are independent.
    EqualMeans,
    /// Groups share a mean; records may overlap.
    EqualMeansUnderOverlap,
    /// Groups share a variance.
    EqualVariances,
    /// Groups share a distribution.
    EqualDistributions,
    /// The coefficients, or the mean, are the same throughout.
    StableCoefficients,
    /// Coefficients of a regression are zero.
    ZeroCoefficients,
    /// A regression is linear in its regressors.
    Linearity,
    /// Two forecasts have the same expected loss.
    EqualAccuracy,
    /// Two forecasts have the same expected loss, whatever was known at the origin.
    EqualConditionalAccuracy,
    /// A model forecasts no better than the one it nests.
    NestedAccuracy,
    /// A forecast holds everything that another one knows.
    Encompassing,
    /// A forecast is unbiased and efficient.
    Efficiency,
    /// Directions forecast are independent of those that came true.
    IndependentDirections,
    /// No model beats the benchmark.
    SuperiorAccuracy,
    /// Two forecasts have the same expected loss at every time.
    EqualAccuracyThroughout,
    /// A model is not better at every horizon, or not over all of them.
    MultiHorizonAccuracy,
    /// An interval or a quantile is missed as often as promised.
    Coverage,
    /// It is missed as often as promised whatever was known at the origin.
    ConditionalCoverage,
    /// What came true is a draw from the distributions that were forecast.
    Calibration,
    /// There is no jump.
    NoJump,
    /// Read from a file, which holds the words only.
    #[default]
    Unrecorded,
}

impl TestKind {
    /// A test of this kind by its name in the literature: what [`TestResult::new`] begins with.
    pub fn named(self, name: impl Into<String>) -> (Self, String) {
        (self, name.into())
    }
}

/// The outcome of one hypothesis test: a value that carries its null in words.
///
/// Two results are equal when everything is that a file holds of them, so that one read back equals the one written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TestResult {
    /// What the null is about. Files hold the words only.
    #[serde(skip)]
    pub kind: TestKind,
    /// The test's name in the literature.
    pub name: String,
    /// The null hypothesis, in words.
    pub null: String,
    /// The alternative, in words.
    pub alternative: String,
    /// The statistic.
    pub statistic: f64,
    /// The statistic's distribution under the null, e.g. `chi2(10)`.
    pub distribution: String,
    /// The p-value, or its bound.
    pub p_value: f64,
    /// Whether `p_value` is exact.
    pub p_bound: PBound,
    /// Observations used.
    pub n: usize,
    /// Lags, bandwidth or degrees of freedom chosen, where the test has one.
    pub lags: Option<usize>,
    /// Critical values as (level, value), where the literature tabulates them.
    pub critical_values: Vec<(f64, f64)>,
    /// What a reader must know beside the number (a subsample, a bound, an override).
    pub notes: Vec<String>,
}

impl TestResult {
    /// A result of a test given by [`TestKind::named`], undefined until it has a statistic and a p-value.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::hypothesis::{TestKind, TestResult};
    /// use dvol_core::tails::normal_two_sided;
    /// let result = TestResult::new(TestKind::ZeroMean.named("z"))
    ///     .with_null("the mean is zero", "it is not")
    ///     .with_statistic(2.5, "N(0, 1)")
    ///     .with_p_value(normal_two_sided(2.5))
    ///     .with_observations(100);
    /// assert!(result.rejects(0.05));
    /// ```
    pub fn new((kind, name): (TestKind, String)) -> Self {
        Self {
            kind,
            name,
            null: String::new(),
            alternative: String::new(),
            statistic: f64::NAN,
            distribution: String::new(),
            p_value: f64::NAN,
            p_bound: PBound::Exact,
            n: 0,
            lags: None,
            critical_values: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The same with its null hypothesis and the alternative, in words.
    #[must_use]
    pub fn with_null(mut self, null: impl Into<String>, alternative: impl Into<String>) -> Self {
        (self.null, self.alternative) = (null.into(), alternative.into());
        self
    }

    /// The same with the statistic and its distribution under the null, e.g. `chi2(10)`.
    #[must_use]
    pub fn with_statistic(mut self, statistic: f64, distribution: impl Into<String>) -> Self {
        (self.statistic, self.distribution) = (statistic, distribution.into());
        self
    }

    /// The same with an exact p-value.
    #[must_use]
    pub fn with_p_value(mut self, p_value: f64) -> Self {
        self.p_value = p_value;
        self
    }

    /// The same with the number of observations used.
    #[must_use]
    pub fn with_observations(mut self, n: usize) -> Self {
        self.n = n;
        self
    }

    /// The same with the lags, bandwidth or degrees of freedom chosen.
    #[must_use]
    pub fn with_lags(mut self, lags: usize) -> Self {
        self.lags = Some(lags);
        self
    }

    /// The same with the p-value marked as a bound.
    #[must_use]
    pub fn with_bound(mut self, bound: PBound) -> Self {
        self.p_bound = bound;
        self
    }

    /// The same with tabulated critical values.
    #[must_use]
    pub fn with_critical_values(mut self, values: impl Into<Vec<(f64, f64)>>) -> Self {
        self.critical_values = values.into();
        self
    }

    /// The same with a remark.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The p-value, or its bound, as a cell of a table.
    pub fn p_cell(&self) -> Cell {
        let bound = match self.p_bound {
            PBound::Exact => Bound::Exact,
            PBound::AtMost => Bound::AtMost,
            PBound::AtLeast => Bound::AtLeast,
        };
        Cell::bounded_p(self.p_value, bound)
    }

    /// Whether there is a p-value to decide by: nothing follows from a test without one.
    pub fn is_defined(&self) -> bool {
        self.p_value.is_finite() && !self.statistic.is_nan()
    }

    /// Whether the null is rejected at level `alpha`.
    ///
    /// A lower bound on the p-value above `alpha` does not reject; a lower bound below `alpha` proves
    /// nothing and does not reject either.
    pub fn rejects(&self, alpha: f64) -> bool {
        self.p_bound != PBound::AtLeast && self.p_value < alpha
    }
}

impl Reported for TestResult {
    fn report(&self) -> Report {
        Report::sentences(self)
    }
}

impl PartialEq for TestResult {
    fn eq(&self, other: &Self) -> bool {
        // taken apart, so that a further field must be decided about
        let Self {
            kind: _,
            name,
            null,
            alternative,
            statistic,
            distribution,
            p_value,
            p_bound,
            n,
            lags,
            critical_values,
            notes,
        } = self;
        (name, null, alternative, distribution)
            == (&other.name, &other.null, &other.alternative, &other.distribution)
            && (statistic, p_value, p_bound) == (&other.statistic, &other.p_value, &other.p_bound)
            && (n, lags, critical_values, notes)
                == (&other.n, &other.lags, &other.critical_values, &other.notes)
    }
}

impl fmt::Display for TestResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let relation = match self.p_bound {
            PBound::Exact => "=",
            PBound::AtMost => "<=",
            PBound::AtLeast => ">=",
        };
        let statistic = Cell::number(self.statistic, 4).words();
        write!(f, "{}: {statistic} ~ {}, ", self.name, self.distribution)?;
        if !self.is_defined() {
            write!(f, "no p-value")?;
        } else if self.p_value < 0.0001 && self.p_bound != PBound::AtLeast {
            write!(f, "p < 0.0001")?;
        } else {
            write!(f, "p {relation} {:.4}", self.p_value)?;
        }
        if let Some(lags) = self.lags {
            write!(f, ", lags {lags}")?;
        }
        write!(f, ", n {}; H0: {}", self.n, self.null)
    }
}
