//! What validating residuals found.

use crate::hypothesis::TestResult;
use crate::report::{Align, Cell, Report, Reported, Table, Tone};
use crate::validation::correlogram::Correlogram;
use crate::validation::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The six groups of questions about residuals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Do they keep their level?
    Stationarity,
    /// Do they predict each other?
    Autocorrelation,
    /// Does their variance move?
    Heteroskedasticity,
    /// Are they normal?
    Normality,
    /// Are they zero on average?
    Bias,
    /// Do mean and variance differ between stretches of time?
    StructuralBreaks,
}

impl Group {
    /// All groups, in the order of the report.
    pub const ALL: [Self; 6] = [
        Self::Stationarity,
        Self::Autocorrelation,
        Self::Heteroskedasticity,
        Self::Normality,
        Self::Bias,
        Self::StructuralBreaks,
    ];

    /// The group in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Stationarity => "stationarity",
            Self::Autocorrelation => "autocorrelation",
            Self::Heteroskedasticity => "heteroskedasticity",
            Self::Normality => "normality",
            Self::Bias => "forecast bias",
            Self::StructuralBreaks => "structural breaks",
        }
    }
}

/// One test of the report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportedTest {
    /// Its group.
    pub group: Group,
    /// Its result.
    #[serde(flatten)]
    pub result: TestResult,
    /// Whether it rejects at 5 %.
    pub rejects_at_5: bool,
    /// Whether it keeps its size when forecasts overlap.
    pub overlap_robust: bool,
    /// Whether the group's verdict rests on it.
    pub decides: bool,
    /// Holm's adjusted p-value among the tests that decide (or, for the others, among those).
    pub p_holm: f64,
}

/// Six groups of tests on the residuals of one forecast, and a verdict for each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValidationReport {
    /// Residuals.
    pub n: usize,
    /// Steps by which neighbouring forecasts overlap: the horizon, 1 when they do not.
    pub overlap: usize,
    /// The level of verdicts.
    pub alpha: f64,
    /// What a reader must know before the numbers.
    pub warnings: Vec<String>,
    /// All tests, group by group.
    pub tests: Vec<ReportedTest>,
    /// One verdict a group.
    pub verdicts: Vec<Verdict>,
    /// Autocorrelations of the residuals.
    pub correlogram: Correlogram,
}

impl ValidationReport {
    /// The tests of one group.
    pub fn group(&self, group: Group) -> impl Iterator<Item = &ReportedTest> {
        self.tests.iter().filter(move |test| test.group == group)
    }

    fn test_table(&self) -> Table {
        let header = ["group", "test", "null", "statistic", "p", "Holm p", "lags", "n", "5 %"];
        let mut table = Table::new(header).set(Align::Left, ..);
        for test in &self.tests {
            let result = &test.result;
            table.push([
                Cell::text(test.group.title()),
                Cell::text(format!("{}{}", result.name, if test.decides { " *" } else { "" })),
                Cell::text(&result.null),
                Cell::number(result.statistic, 4),
                result.p_cell().tight(),
                Cell::p_value(test.p_holm).tight(),
                Cell::optional_count(result.lags),
                Cell::count(result.n),
                if test.rejects_at_5 {
                    Cell::verdict("rejected", Tone::Bad)
                } else {
                    Cell::verdict("kept", Tone::Good)
                },
            ]);
        }
        table
    }

    /// The verdict of one group.
    pub fn verdict(&self, group: Group) -> Option<&Verdict> {
        self.verdicts.iter().find(|verdict| verdict.group == group)
    }
}

impl Reported for ValidationReport {
    fn report(&self) -> Report {
        let mut report = Report::new();
        report.line(format!("Validation of {} residuals, overlap {}", self.n, self.overlap));
        for warning in &self.warnings {
            report.note(format!("note: {warning}"));
        }
        report.table(self.test_table()).note("* decides its group's verdict");
        let r = &self.correlogram.autocorrelation;
        let lags = [1, self.overlap, 2 * self.overlap];
        let shown: Vec<String> = lags
            .iter()
            .enumerate()
            .filter(|(i, lag)| !lags[..*i].contains(lag))
            .filter_map(|(_, &lag)| Some(format!("{:.3} at lag {lag}", r.get(lag - 1)?)))
            .collect();
        report.line(format!(
            "autocorrelation {}; {} of {} lags are outside the white-noise band of {:.3}",
            shown.join(", "),
            self.correlogram.outside().len(),
            r.len(),
            self.correlogram.white_noise_band
        ));
        let mut verdicts = Table::new(["verdict", "group", "finding", "because"]);
        for verdict in &self.verdicts {
            verdicts.push([
                if verdict.passed {
                    Cell::verdict("pass", Tone::Good)
                } else {
                    Cell::verdict("FAIL", Tone::Bad)
                },
                Cell::text(verdict.group.title()),
                Cell::text(&verdict.verdict),
                Cell::text(&verdict.reason),
            ]);
        }
        report.table(verdicts);
        report
    }
}

impl fmt::Display for ValidationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
