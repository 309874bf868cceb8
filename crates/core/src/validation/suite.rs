//! The whole validation of residuals.

use crate::error::{Error, Result};
use crate::evaluation::Forecasts;
use crate::hypothesis::TestResult;
use crate::validation::correlogram::correlogram;
use crate::validation::multiplicity::holm;
use crate::validation::report::{Group, ReportedTest, ValidationReport};
use crate::validation::residual_test::{ResidualTest, Residuals, Validity};
use crate::validation::verdict::Verdict;
use crate::validation::{RESIDUAL_TESTS, require_series};
use rayon::prelude::*;

/// The fewest residuals a validation makes sense for.
const LEAST: usize = 30;

/// Validates residuals: six groups of tests, a verdict each, Holm's correction over the deciding tests.
///
/// Forecasts made every step for `overlap` steps ahead share `overlap - 1` shocks: their errors are a moving
/// average even when the forecasts are perfect. The plain tests are then shown beside versions that keep
/// their size, and the verdicts rest on those: long-run variances from few cosines, autocorrelations beyond the
/// overlap (Cumby-Huizinga), Lobato-Velasco, or the test on every `overlap`-th residual.
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `overlap` | 24 | the horizon in steps; 1 for forecasts that do not overlap |
/// | `fitted` | none | the forecasts, for White's test; without them it looks at time |
/// | `alpha` | 0.05 | level of the verdicts |
///
/// # Examples
/// ```
/// use dvol_core::validation::{Group, Validation};
/// let residuals: Vec<f64> = (0..400).map(|t| f64::from(t * t * 7919 % 1009) - 504.0).collect();
/// let report = Validation::default().with_overlap(1).run(&residuals)?;
/// assert!(report.verdict(Group::Stationarity).is_some_and(|verdict| verdict.passed));
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Validation {
    overlap: usize,
    fitted: Option<Vec<f64>>,
    alpha: f64,
    own: Vec<ResidualTest>,
}

impl Default for Validation {
    fn default() -> Self {
        Self { overlap: 24, fitted: None, alpha: 0.05, own: Vec::new() }
    }
}

/// Validates the residuals of hourly forecasts a day ahead: [`Validation`] with its defaults.
///
/// # Errors
/// As [`Validation::run`].
pub fn validate(residuals: &[f64]) -> Result<ValidationReport> {
    Validation::default().run(residuals)
}

impl Validation {
    /// As a model's forecasts ask for it: their overlap, and the forecasts themselves for White's test.
    pub fn of(forecasts: &Forecasts) -> Self {
        Self::default().with_overlap(forecasts.overlap()).with_fitted(forecasts.predicted().to_vec())
    }

    /// With a test of one's own beside those of [`RESIDUAL_TESTS`]: its group's verdict counts it.
    ///
    /// # Examples
    /// Bienaymé's test of turning points (Kendall and Stuart 1966):
    /// ```
    /// use dvol_core::hypothesis::{TestKind, TestResult};
    /// use dvol_core::tails::normal_two_sided;
    /// use dvol_core::validation::{Group, Invariance, ResidualTest, Validation, Validity};
    /// let turning_points = ResidualTest {
    ///     name: "turning points",
    ///     kind: TestKind::NoAutocorrelation,
    ///     group: Group::Autocorrelation,
    ///     validity: Validity::Independent,
    ///     invariance: Invariance::ScaleAndLevel,
    ///     reported: true,
    ///     run: |residuals| {
    ///         let (e, n) = (residuals.thinned(), residuals.thinned().len() as f64);
    ///         let turns = e.windows(3).filter(|w| (w[1] > w[0]) != (w[2] > w[1])).count() as f64;
    ///         let z = (turns - 2.0 * (n - 2.0) / 3.0) / ((16.0 * n - 29.0) / 90.0).sqrt();
    ///         Ok(TestResult::new(TestKind::NoAutocorrelation.named("turning points"))
    ///             .with_null("the values are independent", "they turn too rarely or too often")
    ///             .with_statistic(z, "N(0, 1)")
    ///             .with_p_value(normal_two_sided(z))
    ///             .with_observations(e.len()))
    ///     },
    /// };
    /// let residuals: Vec<f64> = (0..400).map(|t| f64::from(t * t * 7919 % 1009) - 504.0).collect();
    /// let report = Validation::default().with_overlap(1).with_test(turning_points).run(&residuals)?;
    /// assert!(report.tests.iter().any(|test| test.result.name == "turning points"));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    #[must_use]
    pub fn with_test(mut self, test: ResidualTest) -> Self {
        self.own.push(test);
        self
    }

    /// With forecasts that overlap by so many steps (the horizon); 1 for none.
    #[must_use]
    pub fn with_overlap(mut self, overlap: usize) -> Self {
        self.overlap = overlap;
        self
    }

    /// With the forecasts that the residuals belong to.
    #[must_use]
    pub fn with_fitted(mut self, fitted: Vec<f64>) -> Self {
        self.fitted = Some(fitted);
        self
    }

    /// With verdicts at this level.
    #[must_use]
    pub fn with_alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Runs all tests on residuals in order of time.
    ///
    /// # Errors
    /// Fewer than 30 residuals, a constant series, a value that is not finite, an overlap of 0, or forecasts
    /// of another length.
    pub fn run(&self, residuals: &[f64]) -> Result<ValidationReport> {
        require_series("a validation of residuals", residuals, LEAST)?;
        if self.overlap == 0 {
            return Err(Error::parameter("overlap", 0, "at least 1: the horizon in steps"));
        }
        if !(self.alpha > 0.0 && self.alpha < 1.0) {
            return Err(Error::parameter("alpha", self.alpha, "between 0 and 1"));
        }
        let named =
            |name: &str| RESIDUAL_TESTS.iter().chain(&self.own).filter(|test| test.name == name).count();
        if let Some(twin) = self.own.iter().find(|test| named(test.name) > 1) {
            return Err(Error::parameter("test", twin.name, "a name that no other test has"));
        }
        let n = residuals.len();
        if let Some(fitted) = &self.fitted
            && fitted.len() != n
        {
            return Err(Error::Mismatch {
                what: "a validation of residuals".to_owned(),
                left: format!("{n} residuals"),
                right: format!("{} fitted values", fitted.len()),
                remedy: "give one fitted value for each residual".to_owned(),
            });
        }
        let (regressor, mut warnings) = self.regressor();
        let data = Residuals::new(residuals, regressor, self.overlap)?;
        let robust = self.overlap > 1 && self.overlap_allows(n, &mut warnings);
        let reported = |overlapping: bool| {
            let belongs = move |test: &&ResidualTest| {
                test.reported && (test.validity == Validity::Overlapping) == overlapping
            };
            RESIDUAL_TESTS.iter().chain(&self.own).filter(belongs)
        };
        let planned: Vec<&ResidualTest> = reported(false).chain(reported(true).filter(|_| robust)).collect();
        let attempts: Vec<_> = planned.par_iter().map(|test| (*test, (test.run)(&data))).collect();
        let mut results = Vec::with_capacity(attempts.len());
        for (test, attempt) in attempts {
            match attempt {
                Ok(found) => results.push((test, found)),
                // these residuals do not allow this one test, e.g. squares that are all equal
                Err(error) if error.exit_code() == 2 => {
                    warnings.push(format!("a test of {} is left out: {error}", test.group.title()));
                }
                Err(error) => return Err(error),
            }
        }
        let tests = decide(results, robust);
        let verdicts = Group::ALL
            .into_iter()
            .map(|group| Verdict::of(group, &tests, if robust { self.overlap } else { 1 }, self.alpha))
            .collect();
        let lags = (2 * self.overlap).max(10).min(n / 4);
        Ok(ValidationReport {
            n,
            overlap: self.overlap,
            alpha: self.alpha,
            warnings,
            tests,
            verdicts,
            correlogram: correlogram(residuals, lags, self.alpha)?,
        })
    }

    /// What White's test regresses on: the forecasts when they vary, else time (`None`).
    fn regressor(&self) -> (Option<&[f64]>, Vec<String>) {
        match &self.fitted {
            Some(fitted) if fitted.iter().any(|value| *value != fitted[0]) => (Some(fitted), Vec::new()),
            Some(_) => (None, vec!["the fitted values are constant: White's test looks at time".to_owned()]),
            None => (None, vec!["no fitted values given: White's test looks at time".to_owned()]),
        }
    }

    fn overlap_allows(&self, n: usize, warnings: &mut Vec<String>) -> bool {
        let h = self.overlap;
        if n >= LEAST * h {
            warnings.push(format!(
                "errors of {h}-step forecasts made every step overlap: they are autocorrelated up to lag {} \
                 by construction (MA({})), so that plain tests reject too often; verdicts rest on the \
                 overlap-robust tests",
                h - 1,
                h - 1
            ));
            return true;
        }
        warnings.push(format!(
            "{n} residuals are too few for tests robust to an overlap of {h} (it takes {}): the plain tests \
             decide and reject too often if forecasts do overlap; give more residuals, or overlap 1",
            LEAST * h
        ));
        false
    }
}

/// Marks which tests decide and corrects for their number.
fn decide(results: Vec<(&ResidualTest, TestResult)>, robust_exist: bool) -> Vec<ReportedTest> {
    let mut tests: Vec<ReportedTest> = results
        .into_iter()
        .map(|(test, result)| ReportedTest {
            group: test.group,
            rejects_at_5: result.rejects(0.05),
            overlap_robust: test.validity != Validity::Independent,
            decides: test.validity == Validity::Any
                || (test.validity == Validity::Overlapping) == robust_exist,
            p_holm: f64::NAN,
            result,
        })
        .collect();
    tests.sort_by_key(|test| (test.group, test.overlap_robust));
    for family in [true, false] {
        let places: Vec<usize> = (0..tests.len()).filter(|&i| tests[i].decides == family).collect();
        let p_values: Vec<f64> = places.iter().map(|&i| tests[i].result.p_value).collect();
        for (place, adjusted) in places.into_iter().zip(holm(&p_values)) {
            tests[place].p_holm = adjusted;
        }
    }
    tests
}
