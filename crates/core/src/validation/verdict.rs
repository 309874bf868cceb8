//! From the tests of a group to one sentence.

use crate::hypothesis::TestKind;
use crate::report::Cell;
use crate::validation::report::{Group, ReportedTest};
use serde::Serialize;
use std::fmt;

/// What a group of tests says, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// The group.
    pub group: Group,
    /// Whether the residuals are as those of a good forecast in this respect.
    pub passed: bool,
    /// The finding in a few words.
    pub verdict: String,
    /// The tests behind it.
    pub reason: String,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.passed { "pass" } else { "FAIL" };
        write!(f, "{mark}  {}: {} ({})", self.group.title(), self.verdict, self.reason)
    }
}

impl Verdict {
    /// The verdict of the tests that decide `group`.
    pub(crate) fn of(group: Group, tests: &[ReportedTest], overlap: usize, alpha: f64) -> Self {
        let deciding: Vec<&ReportedTest> = tests
            .iter()
            .filter(|test| test.group == group && test.decides && test.result.is_defined())
            .collect();
        if deciding.is_empty() {
            return Self {
                group,
                passed: false,
                verdict: "not tested".to_owned(),
                reason: "the residuals allow none of its tests, see the notes".to_owned(),
            };
        }
        if group == Group::Stationarity {
            return stationarity(&deciding, alpha);
        }
        let (rejected, kept): (Vec<&ReportedTest>, Vec<&ReportedTest>) =
            deciding.into_iter().partition(|test| test.p_holm < alpha);
        let list = |tests: &[&ReportedTest]| {
            let one = |test: &&ReportedTest| {
                format!("{} (Holm p {})", test.result.name, Cell::p_value(test.p_holm).tight().words())
            };
            tests.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        let reason = match (rejected.is_empty(), kept.is_empty()) {
            (true, _) => format!("no rejection by {}", list(&kept)),
            (false, true) => format!("rejected by {}", list(&rejected)),
            (false, false) => format!("rejected by {}; not by {}", list(&rejected), list(&kept)),
        };
        let passed = rejected.is_empty();
        let verdict = match (group, passed) {
            (Group::Autocorrelation, true) if overlap > 1 => "no autocorrelation beyond the overlap",
            (Group::Autocorrelation, false) if overlap > 1 => "autocorrelated beyond the overlap",
            (Group::Autocorrelation, true) => "no autocorrelation",
            (Group::Autocorrelation, false) => "autocorrelated",
            (Group::Heteroskedasticity, true) => "no sign of a moving variance",
            (Group::Heteroskedasticity, false) => "heteroskedastic",
            (Group::Normality, true) => "no departure from a normal",
            (Group::Normality, false) => "not normal",
            (Group::Bias, true) => "unbiased",
            (Group::Bias, false) => "biased",
            (Group::StructuralBreaks, true) => "mean and variance are stable",
            (Group::StructuralBreaks, false) => "mean or variance change over time",
            (Group::Stationarity, _) => "",
        };
        Self { group, passed, verdict: verdict.to_owned(), reason }
    }
}

/// A test of stationarity (KPSS) has the opposite null of the other two, so the three are read together, each at its own level.
fn stationarity(tests: &[&ReportedTest], alpha: f64) -> Verdict {
    let (stationary, unit_root): (Vec<&ReportedTest>, Vec<&ReportedTest>) =
        tests.iter().partition(|test| test.result.kind == TestKind::Stationarity);
    let no_unit_root = !unit_root.is_empty() && unit_root.iter().all(|test| test.result.rejects(alpha));
    let moves = stationary.iter().any(|test| test.result.rejects(alpha));
    let (passed, verdict) = match (no_unit_root, moves) {
        (true, false) => (true, "stationary"),
        (true, true) => {
            (false, "no unit root, but the level is not constant (a trend, break or long memory)")
        }
        (false, true) => (false, "a unit root cannot be excluded"),
        (false, false) => (false, "undecided: neither a unit root nor stationarity is rejected"),
    };
    let reason = tests
        .iter()
        .map(|test| {
            let outcome = if test.result.rejects(alpha) { "rejects" } else { "does not reject" };
            format!("{} {outcome} that {}", test.result.name, test.result.null)
        })
        .collect::<Vec<_>>()
        .join("; ");
    Verdict { group: Group::Stationarity, passed, verdict: verdict.to_owned(), reason }
}
