//! The whole validation of residuals.

use crate::error::{Error, Result};
use crate::hypothesis::TestResult;
use crate::validation::anderson_darling::anderson_darling;
use crate::validation::arch_lm::arch_lm;
use crate::validation::augmented_dickey_fuller::AugmentedDickeyFuller;
use crate::validation::bai_perron::BaiPerron;
use crate::validation::correlogram::correlogram;
use crate::validation::cumby_huizinga::cumby_huizinga;
use crate::validation::cusum::cusum;
use crate::validation::durbin_watson::durbin_watson;
use crate::validation::forecast_bias::{bias_hac_t_test, bias_t_test};
use crate::validation::jarque_bera::jarque_bera;
use crate::validation::kpss::Kpss;
use crate::validation::lilliefors::lilliefors;
use crate::validation::ljung_box::ljung_box;
use crate::validation::lobato_velasco::lobato_velasco;
use crate::validation::multiplicity::holm;
use crate::validation::phillips_perron::PhillipsPerron;
use crate::validation::report::{Group, ReportedTest, ValidationReport};
use crate::validation::require_series;
use crate::validation::shapiro_wilk::shapiro_wilk;
use crate::validation::sign_test::{sign_hac_test, sign_test};
use crate::validation::variance_by_group::{anova, brown_forsythe, consecutive, one_way_hac};
use crate::validation::verdict::Verdict;
use crate::validation::white::white_of_fitted;
use rayon::prelude::*;

/// The fewest residuals a validation makes sense for.
const LEAST: usize = 30;

/// Validates residuals: six groups of tests, a verdict each, Holm's correction over the deciding tests.
///
/// Forecasts made every step for `overlap` steps ahead share `overlap - 1` shocks: their errors are a moving
/// average even when the forecasts are perfect. The plain tests are then shown beside versions that keep
/// their size, and the verdicts rest on those: Newey-West with `2 overlap` lags, autocorrelations beyond the
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
#[derive(Debug, Clone, PartialEq)]
pub struct Validation {
    overlap: usize,
    fitted: Option<Vec<f64>>,
    alpha: f64,
}

impl Default for Validation {
    fn default() -> Self {
        Self { overlap: 24, fitted: None, alpha: 0.05 }
    }
}

/// Validates the residuals of hourly forecasts a day ahead: [`Validation`] with its defaults.
///
/// # Errors
/// As [`Validation::run`].
pub fn validate(residuals: &[f64]) -> Result<ValidationReport> {
    Validation::default().run(residuals)
}

/// A test to run: its group, whether it keeps its size under overlap, and how to run it.
type Planned<'a> = (Group, bool, Box<dyn Fn() -> Result<Vec<TestResult>> + Send + Sync + 'a>);

impl Validation {
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
        let (regressor, mut warnings) = self.regressor(n);
        let thinned: Vec<f64> = residuals.iter().step_by(self.overlap).copied().collect();
        let robust = self.overlap > 1 && self.overlap_allows(n, &mut warnings);
        let mut planned = plain(residuals, &regressor);
        if robust {
            planned.extend(overlap_robust(residuals, &thinned, &regressor, self.overlap));
        }
        let attempts: Vec<_> =
            planned.par_iter().map(|(group, robust, test)| (*group, *robust, test())).collect();
        let mut results = Vec::with_capacity(attempts.len());
        for (group, robust, attempt) in attempts {
            match attempt {
                Ok(found) => results.push((group, robust, found)),
                // these residuals do not allow this one test, e.g. squares that are all equal
                Err(error) if error.exit_code() == 2 => {
                    warnings.push(format!("a test of {} is left out: {error}", group.title()));
                }
                Err(error) => return Err(error),
            }
        }
        let tests = judge(results, robust);
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

    /// What White's test regresses on: the forecasts when they vary, else time.
    fn regressor(&self, n: usize) -> (Vec<f64>, Vec<String>) {
        let time = || (0..n).map(|t| t as f64).collect();
        match &self.fitted {
            Some(fitted) if fitted.iter().any(|value| *value != fitted[0]) => (fitted.clone(), Vec::new()),
            Some(_) => {
                (time(), vec!["the fitted values are constant: White's test looks at time".to_owned()])
            }
            None => (time(), vec!["no fitted values given: White's test looks at time".to_owned()]),
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
fn judge(results: Vec<(Group, bool, Vec<TestResult>)>, robust_exist: bool) -> Vec<ReportedTest> {
    let mut tests: Vec<ReportedTest> = results
        .into_iter()
        .flat_map(|(group, robust, results)| {
            results.into_iter().map(move |result| ReportedTest {
                group,
                rejects_at_5: result.rejects(0.05),
                overlap_robust: robust,
                decides: group == Group::Stationarity || robust == robust_exist,
                p_holm: f64::NAN,
                result,
            })
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

fn one(result: Result<TestResult>) -> Result<Vec<TestResult>> {
    result.map(|result| vec![result])
}

fn plain<'a>(residuals: &'a [f64], regressor: &'a [f64]) -> Vec<Planned<'a>> {
    let lags = 10.min(residuals.len() / 5);
    vec![
        // the unit-root tests model autocorrelation themselves
        (Group::Stationarity, true, Box::new(|| one(AugmentedDickeyFuller::default().test(residuals)))),
        (Group::Stationarity, true, Box::new(|| one(PhillipsPerron::default().test(residuals)))),
        (Group::Stationarity, true, Box::new(|| one(Kpss::default().test(residuals)))),
        (Group::Autocorrelation, false, Box::new(move || one(ljung_box(residuals, lags, 0)))),
        (Group::Autocorrelation, false, Box::new(|| one(durbin_watson(residuals)))),
        (Group::Heteroskedasticity, false, Box::new(move || one(arch_lm(residuals, lags)))),
        (Group::Heteroskedasticity, false, Box::new(|| one(white_of_fitted(residuals, regressor, None)))),
        (Group::Normality, false, Box::new(|| one(jarque_bera(residuals)))),
        (Group::Normality, false, Box::new(|| one(shapiro_wilk(residuals)))),
        (Group::Normality, false, Box::new(|| one(lilliefors(residuals)))),
        (Group::Normality, false, Box::new(|| one(anderson_darling(residuals)))),
        (Group::Bias, false, Box::new(|| one(bias_t_test(residuals)))),
        (Group::Bias, false, Box::new(|| one(sign_test(residuals)))),
        (
            Group::StructuralBreaks,
            false,
            Box::new(|| {
                let thirds = consecutive(residuals, 3);
                Ok(vec![brown_forsythe(&thirds)?, anova(&thirds)?, cusum(residuals, None)?])
            }),
        ),
        (Group::StructuralBreaks, false, Box::new(|| mean_break(residuals, None))),
    ]
}

fn overlap_robust<'a>(
    residuals: &'a [f64],
    thinned: &'a [f64],
    regressor: &'a [f64],
    overlap: usize,
) -> Vec<Planned<'a>> {
    let n = residuals.len();
    let hac = (2 * overlap).max((4.0 * (n as f64 / 100.0).powf(2.0 / 9.0)) as usize);
    let few = 10.min(thinned.len() / 5);
    let every = move |result: Result<TestResult>| {
        result.map(|result| {
            let name = format!("{}, every {overlap}th", result.name);
            vec![TestResult { name, ..result }.with_note(format!("on every {overlap}th residual"))]
        })
    };
    vec![
        (Group::Autocorrelation, true, Box::new(move || one(cumby_huizinga(residuals, overlap, few)))),
        // Durbin-Watson would also reject for heteroskedasticity, which overlap 1 of this test allows
        (Group::Autocorrelation, true, Box::new(move || every(cumby_huizinga(thinned, 1, 5)))),
        (Group::Heteroskedasticity, true, Box::new(move || every(arch_lm(thinned, few)))),
        (
            Group::Heteroskedasticity,
            true,
            Box::new(move || one(white_of_fitted(residuals, regressor, Some(hac)))),
        ),
        (Group::Normality, true, Box::new(move || one(lobato_velasco(residuals, hac)))),
        (Group::Normality, true, Box::new(move || every(shapiro_wilk(thinned)))),
        (Group::Normality, true, Box::new(move || every(lilliefors(thinned)))),
        (Group::Bias, true, Box::new(move || one(bias_hac_t_test(residuals, hac)))),
        (
            Group::Bias,
            true,
            Box::new(move || {
                // a HAC variance of signs needs both signs
                let both = residuals.iter().any(|&e| e > 0.0) && residuals.iter().any(|&e| e < 0.0);
                if both { one(sign_hac_test(residuals, hac)) } else { every(sign_test(thinned)) }
            }),
        ),
        (
            Group::StructuralBreaks,
            true,
            Box::new(move || {
                let (means, spreads) = one_way_hac(residuals, 3, hac)?;
                Ok(vec![spreads, means, cusum(residuals, Some(hac))?])
            }),
        ),
        (Group::StructuralBreaks, true, Box::new(move || mean_break(residuals, Some(hac)))),
    ]
}

fn mean_break(residuals: &[f64], lags: Option<usize>) -> Result<Vec<TestResult>> {
    let search = BaiPerron { max_breaks: 1, grid: 200, lags, ..BaiPerron::default() };
    Ok(search.mean(residuals)?.sequential.into_iter().take(1).collect())
}
