//! The one shape of a test of what intervals and distributions promise.

use super::overlap_law::SharedLaw;
use super::{Forecasts, Hits};
use crate::error::Result;
use crate::hypothesis::{TestKind, TestResult};
use crate::models::Coverage;
use crate::report::{Align, Cell, Report, Reported, Table};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A test of a promise: one line of [`COVERAGE_TESTS`](super::COVERAGE_TESTS).
///
/// # Examples
/// ```
/// use dvol_core::evaluation::COVERAGE_TESTS;
/// let names: Vec<&str> = COVERAGE_TESTS.iter().map(|test| test.name).collect();
/// assert_eq!(names, ["Kupiec", "Christoffersen", "Dynamic quantile", "Knueppel"]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CoverageTest {
    /// Its name, which no other entry has.
    pub name: &'static str,
    /// What its null is about.
    pub kind: TestKind,
    /// What it judges, and how.
    pub(super) judges: Judges,
}

/// What a promise is about. The second argument of a test of distributions is what tests at the same origins simulate once.
#[derive(Debug, Clone, Copy)]
pub(super) enum Judges {
    /// One interval or one quantile.
    Hits(fn(&Hits) -> Result<TestResult>),
    /// All quantiles together.
    Distribution(fn(&Forecasts, &SharedLaw) -> Result<TestResult>),
}

/// A test of one model's promise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    /// The model.
    pub model: String,
    /// The interval's nominal coverage; none where all quantiles are judged together.
    pub nominal: Option<Coverage>,
    /// The share of outcomes inside the interval.
    pub observed: Option<f64>,
    /// The outcome.
    #[serde(flatten)]
    pub test: TestResult,
}

/// Every test of every promise of several models.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Promises {
    /// By model, then by interval, then in the order of the table of tests.
    pub tests: Vec<Promise>,
    /// What could not be tested, with the reason.
    pub notes: Vec<String>,
}

impl CoverageTest {
    /// Judges what a series promises by its interval of `coverage`, or by all its quantiles.
    ///
    /// # Errors
    /// A series without them, or too few origins for the overlap.
    pub fn run(&self, series: &Forecasts, coverage: Coverage) -> Result<TestResult> {
        self.run_sharing(series, coverage, &SharedLaw::default())
    }

    /// The same with a law that others simulate too, at the same origins and horizon.
    pub(super) fn run_sharing(
        &self,
        series: &Forecasts,
        coverage: Coverage,
        law: &SharedLaw,
    ) -> Result<TestResult> {
        match self.judges {
            Judges::Hits(run) => run(&Hits::of_interval(series, coverage)?.sharing(SharedLaw::clone(law))),
            Judges::Distribution(run) => run(series, law),
        }
    }
}

impl Promises {
    /// Tests every interval, and all quantiles together, of every series. Models without intervals promise nothing.
    ///
    /// A test that is undefined (too few origins for the overlap, a promise never broken) becomes a note.
    pub fn of<'a>(series: impl IntoIterator<Item = &'a Forecasts>) -> Self {
        let mut out = Self::default();
        let mut laws: Vec<(&Forecasts, SharedLaw)> = Vec::new();
        for one in series {
            let same =
                |other: &Forecasts| other.horizon() == one.horizon() && other.origins() == one.origins();
            let law = match laws.iter().find(|(other, _)| same(other)) {
                Some((_, law)) => SharedLaw::clone(law),
                None => SharedLaw::default(),
            };
            laws.push((one, SharedLaw::clone(&law)));
            for band in one.bands() {
                let hits =
                    Hits::of_interval(one, band.coverage).map(|hits| hits.sharing(SharedLaw::clone(&law)));
                let runs = super::COVERAGE_TESTS.iter().filter_map(|test| match test.judges {
                    Judges::Hits(run) => Some(run),
                    Judges::Distribution(_) => None,
                });
                for run in runs {
                    let outcome = hits.as_ref().map_err(ToString::to_string).and_then(|hits| {
                        let observed = 1.0 - hits.missed() as f64 / one.len() as f64;
                        Ok((run(hits).map_err(|error| error.to_string())?, observed))
                    });
                    out.keep(one.model(), Some(band.coverage), outcome);
                }
            }
            for test in super::COVERAGE_TESTS {
                if let (Judges::Distribution(run), false) = (test.judges, one.bands().is_empty()) {
                    let outcome = run(one, &law).map_err(|error| error.to_string());
                    out.keep(one.model(), None, outcome.map(|test| (test, f64::NAN)));
                }
            }
        }
        out
    }

    fn keep(
        &mut self,
        model: &str,
        nominal: Option<Coverage>,
        outcome: std::result::Result<(TestResult, f64), String>,
    ) {
        match outcome {
            Ok((test, observed)) => self.tests.push(Promise {
                model: model.to_owned(),
                nominal,
                observed: nominal.map(|_| observed),
                test,
            }),
            Err(reason) if !self.notes.contains(&reason) => self.notes.push(reason),
            Err(_) => {}
        }
    }

    /// The tests of one model.
    pub fn of_model<'a>(&'a self, model: &'a str) -> impl Iterator<Item = &'a Promise> + 'a {
        self.tests.iter().filter(move |promise| promise.model == model)
    }
}

impl Reported for Promises {
    fn report(&self) -> Report {
        let header = ["model", "promised %", "inside %", "test", "statistic", "p", "lags", "n"];
        let mut table = Table::new(header).set(Align::Right, 1..).set(Align::Left, 3..4);
        for promise in &self.tests {
            table.push([
                Cell::name(&promise.model),
                Cell::percent(promise.nominal.map(Coverage::get), 1),
                Cell::percent(promise.observed, 1),
                Cell::text(&promise.test.name),
                Cell::number(promise.test.statistic, 3),
                promise.test.p_cell(),
                Cell::optional_count(promise.test.lags),
                Cell::count(promise.test.n),
            ]);
        }
        let mut report = Report::new();
        if !self.tests.is_empty() {
            report.table(table);
        }
        for note in &self.notes {
            report.note(format!("not tested: {note}"));
        }
        report
    }
}

impl fmt::Display for Promises {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
