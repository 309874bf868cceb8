//! A comparison as tables.

use super::{Comparison, ModelConfidenceSet, PairTest, SuperiorPredictiveAbility};
use crate::error::{Error, Result};
use crate::hypothesis::TestResult;
use crate::report::{Align, Bound, Cell, Report, Reported, Table};
use std::fmt;

/// Tests between two models each, as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct PairTests(pub Vec<PairTest>);

impl Comparison {
    /// The Diebold-Mariano tests of one model against all others: a positive statistic speaks for the other.
    ///
    /// # Errors
    /// When no test is about that model.
    pub fn against(&self, benchmark: &str) -> Result<PairTests> {
        let mut tests = Vec::new();
        for pair in &self.diebold_mariano {
            if pair.first == benchmark {
                tests.push(pair.clone());
            } else if pair.second == benchmark {
                let mut turned = pair.clone();
                turned.test.statistic = -turned.test.statistic;
                (turned.first, turned.second) = (pair.second.clone(), pair.first.clone());
                tests.push(turned);
            }
        }
        if tests.is_empty() {
            return Err(Error::parameter("benchmark", benchmark, "a model of this comparison of several"));
        }
        Ok(PairTests(tests))
    }

    /// The models that are not worse than the best.
    ///
    /// # Errors
    /// When a single model was given.
    pub fn confidence_set(&self) -> Result<&ModelConfidenceSet> {
        self.model_confidence_set.as_ref().ok_or_else(several)
    }

    /// Whether any model beats the benchmark, knowing how many were tried.
    ///
    /// # Errors
    /// When a single model was given, or the test is undefined for these.
    pub fn any_better(&self) -> Result<&SuperiorPredictiveAbility> {
        self.superior_predictive_ability.as_ref().ok_or_else(several)
    }
}

fn several() -> Error {
    Error::too_few("a test among models", 2, 1, "compare at least two models")
}

impl Reported for PairTests {
    fn report(&self) -> Report {
        let among_all = self.0.iter().any(|pair| pair.adjusted_p.is_some());
        let header = ["first", "second", "test", "statistic", "under the null", "p", "p (all pairs)", "n"];
        let header = header.into_iter().filter(|heading| among_all || *heading != "p (all pairs)");
        let mut table = Table::new(header).set(Align::Right, 1..);
        for pair in &self.0 {
            let [name, statistic, distribution, p, n] = outcome(&pair.test);
            let adjusted = pair.adjusted_p.map_or(Cell::missing(), |p| Cell::bounded_p(p, Bound::Exact));
            let mut cells = vec![Cell::name(&pair.first), Cell::name(&pair.second)];
            cells.extend([name, statistic, distribution, p]);
            cells.extend(among_all.then_some(adjusted));
            cells.push(n);
            table.push(cells);
        }
        let mut report = Report::new();
        report.table(table);
        for note in notes(self.0.iter().map(|pair| &pair.test)) {
            report.note(note);
        }
        report
    }
}

/// What the tests must say, each remark once, with how many say it.
fn notes<'a>(tests: impl Iterator<Item = &'a TestResult>) -> Vec<String> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for note in tests.flat_map(|test| &test.notes) {
        match counts.iter_mut().find(|(known, _)| known == note) {
            Some((_, count)) => *count += 1,
            None => counts.push((note, 1)),
        }
    }
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    counts.into_iter().map(|(note, count)| format!("{note} ({count} test{})", plural(count))).collect()
}

/// Name, statistic, its distribution, p-value, observations.
fn outcome(test: &TestResult) -> [Cell; 5] {
    [
        Cell::text(&test.name),
        Cell::number(test.statistic, 3),
        Cell::text(&test.distribution),
        test.p_cell(),
        Cell::count(test.n),
    ]
}

impl Reported for Comparison {
    fn report(&self) -> Report {
        let mut report = Report::new();
        report.include(&self.metrics).gap();
        let pairs = [&self.diebold_mariano, &self.giacomini_white, &self.clark_west];
        let pairs: Vec<PairTest> = pairs.into_iter().flatten().cloned().collect();
        if !pairs.is_empty() {
            report.line("a positive statistic speaks against the first").include(&PairTests(pairs)).gap();
        }
        if !self.giacomini_white.is_empty() {
            report.note(
                "Giacomini-White is about methods whose estimation error stays: models estimated on a rolling window \
                 (dvol backtest --window rolling:365d) or not at all",
            );
        }
        if !self.directions.is_empty() {
            let header = ["model", "test", "statistic", "under the null", "p", "n"];
            let mut table = Table::new(header).set(Align::Right, 1..);
            for entry in &self.directions {
                table.push(std::iter::once(Cell::name(&entry.model)).chain(outcome(&entry.test)));
            }
            report.table(table).gap();
        }
        if let Some(set) = &self.model_confidence_set {
            report.include(set).gap();
        }
        if let Some(test) = &self.superior_predictive_ability {
            report.include(test);
        }
        for note in &self.notes {
            report.note(format!("not computed: {note}"));
        }
        report.note(format!(
            "loss {}, bootstrap blocks of {:.1} origins on average",
            self.loss, self.block_length
        ));
        report
    }
}

impl fmt::Display for PairTests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
