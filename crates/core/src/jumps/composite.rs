//! Several detectors together.

use super::JUMP_DETECTORS;
use super::detector::JumpDetector;
use super::lee_mykland::DETECTOR;
use super::lee_mykland_result::LeeMyklandResult;
use crate::error::{Error, Result};
use crate::report::{Cell, Report, Reported, Table};
use crate::time::Timestamp;
use serde::Serialize;
use std::fmt;

/// How often detectors agree, row by row.
///
/// kappa = (p - e) / (1 - e), p the share of rows on which both say the same, e that share were they independent.
///
/// # References
/// Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// The detectors' names.
    pub names: Vec<String>,
    /// Rows.
    pub n: usize,
    /// Rows flagged by both, shape (detectors, detectors); the diagonal counts one detector's flags.
    pub both: Vec<Vec<usize>>,
    /// Cohen's kappa: agreement beyond chance, 1 is perfect; NaN (null) when a detector never or always flags.
    pub kappa: Vec<Vec<f64>>,
    /// Rows flagged by at least one.
    pub any: usize,
    /// Rows flagged by all.
    pub all: usize,
}

/// Detectors side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Composite {
    names: Vec<String>,
    flags: Vec<Vec<bool>>,
}

impl Composite {
    /// Named flag series of equal length.
    ///
    /// # Errors
    /// No detector, or unequal lengths.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::jumps::Composite;
    /// let composite = Composite::new(&[("a", vec![true, false]), ("b", vec![true, true])])?;
    /// assert_eq!(composite.any(), [true, true]);
    /// assert_eq!(composite.all(), [true, false]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn new(detectors: &[(&str, Vec<bool>)]) -> Result<Self> {
        let Some((first, flags)) = detectors.first() else {
            return Err(Error::too_few("a composite of detectors", 1, 0, "name at least one"));
        };
        if let Some((name, other)) = detectors.iter().find(|(_, other)| other.len() != flags.len()) {
            return Err(Error::Mismatch {
                what: "a composite of detectors".to_owned(),
                left: format!("{} rows of {first}", flags.len()),
                right: format!("{} rows of {name}", other.len()),
                remedy: "run all detectors on the same series".to_owned(),
            });
        }
        let (names, flags) =
            detectors.iter().map(|(name, flags)| ((*name).to_owned(), flags.clone())).unzip();
        Ok(Self { names, flags })
    }

    /// A Lee-Mykland test and, on the same levels, the detectors that stand beside it, under the names that `named`
    /// takes of each.
    ///
    /// # Errors
    /// Lengths that differ, or what a detector refuses.
    pub fn beside(
        test: &LeeMyklandResult,
        times: &[Timestamp],
        levels: &[f64],
        named: fn(&JumpDetector) -> &'static str,
    ) -> Result<Self> {
        let mut flags = vec![(named(&DETECTOR), test.flags())];
        for detector in JUMP_DETECTORS.iter().filter(|detector| detector.beside) {
            flags.push((named(detector), (detector.flags)(times, levels)?));
        }
        Self::new(&flags)
    }

    fn rows(&self) -> usize {
        self.flags[0].len()
    }

    /// Rows that at least one detector flags.
    pub fn any(&self) -> Vec<bool> {
        (0..self.rows()).map(|row| self.flags.iter().any(|flags| flags[row])).collect()
    }

    /// Rows that all detectors flag.
    pub fn all(&self) -> Vec<bool> {
        (0..self.rows()).map(|row| self.flags.iter().all(|flags| flags[row])).collect()
    }

    /// Pairwise agreement.
    pub fn agreement(&self) -> Agreement {
        let n = self.rows();
        let both: Vec<Vec<usize>> = self
            .flags
            .iter()
            .map(|a| self.flags.iter().map(|b| a.iter().zip(b).filter(|(a, b)| **a && **b).count()).collect())
            .collect();
        let kappa = (0..both.len())
            .map(|i| (0..both.len()).map(|j| kappa(n, both[i][i], both[j][j], both[i][j])).collect())
            .collect();
        let count = |flags: Vec<bool>| flags.into_iter().filter(|&flag| flag).count();
        Agreement {
            names: self.names.clone(),
            n,
            both,
            kappa,
            any: count(self.any()),
            all: count(self.all()),
        }
    }
}

fn kappa(n: usize, first: usize, second: usize, both: usize) -> f64 {
    let total = n as f64;
    let (p, q) = (first as f64 / total, second as f64 / total);
    let observed = (total - (first + second - 2 * both) as f64) / total;
    let chance = p * q + (1.0 - p) * (1.0 - q);
    (observed - chance) / (1.0 - chance)
}

impl Reported for Agreement {
    fn report(&self) -> Report {
        let corner = "rows flagged by both (kappa)";
        let mut table = Table::new(std::iter::once(corner).chain(self.names.iter().map(String::as_str)));
        for (i, name) in self.names.iter().enumerate() {
            let both = |j: usize| {
                let kappa = Cell::number(self.kappa[i][j], 2).words();
                Cell::text(format!("{} ({kappa})", self.both[i][j]))
            };
            table.push(std::iter::once(Cell::name(name)).chain((0..=i).map(both)));
        }
        let mut report = Report::from(table);
        report.line(format!("any {}, all {}, of {} rows", self.any, self.all, self.n));
        report
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
