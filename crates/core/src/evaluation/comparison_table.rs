//! A comparison as tables.

use super::{Comparison, ModelConfidenceSet, PairTest, SuperiorPredictiveAbility};
use crate::error::{Error, Result};
use crate::hypothesis::{PBound, TestResult};
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
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
                let mut test = pair.test.clone();
                test.statistic = -test.statistic;
                tests.push(PairTest { first: pair.second.clone(), second: pair.first.clone(), test });
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

impl fmt::Display for PairTests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self
            .0
            .iter()
            .map(|pair| [vec![pair.first.clone(), pair.second.clone()], outcome(&pair.test)].concat());
        let header = ["first", "second", "test", "statistic", "p", "lags", "n"];
        write!(f, "{}", table(&header, rows))
    }
}

/// Name, statistic, p-value, lags, observations.
fn outcome(test: &TestResult) -> Vec<String> {
    let relation = match test.p_bound {
        PBound::Exact => "",
        PBound::AtMost => "<= ",
        PBound::AtLeast => ">= ",
    };
    vec![
        test.name.clone(),
        format!("{:.3}", test.statistic),
        if test.p_value < 1e-4 { "< 0.0001".to_owned() } else { format!("{relation}{:.4}", test.p_value) },
        test.lags.map_or_else(String::new, |lags| lags.to_string()),
        test.n.to_string(),
    ]
}

pub(super) fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table.load_preset(ASCII_MARKDOWN).set_header(header).add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.metrics)?;
        let pairs = [&self.diebold_mariano, &self.giacomini_white, &self.clark_west];
        let pairs: Vec<PairTest> = pairs.into_iter().flatten().cloned().collect();
        if !pairs.is_empty() {
            writeln!(f, "a positive statistic speaks against the first\n{}\n", PairTests(pairs))?;
        }
        if !self.directions.is_empty() {
            let rows = self
                .directions
                .iter()
                .map(|entry| [vec![entry.model.clone()], outcome(&entry.test)].concat());
            writeln!(f, "{}\n", table(&["model", "test", "statistic", "p", "lags", "n"], rows))?;
        }
        if let Some(set) = &self.model_confidence_set {
            writeln!(f, "{set}\n")?;
        }
        if let Some(test) = &self.superior_predictive_ability {
            writeln!(f, "{test}")?;
        }
        for note in &self.notes {
            writeln!(f, "not computed: {note}")?;
        }
        write!(f, "loss {}, bootstrap blocks of {:.1} origins on average", self.loss, self.block_length)
    }
}
