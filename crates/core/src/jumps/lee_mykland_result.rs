//! What the Lee-Mykland test says about every row.

use super::lee_mykland::{LeeMykland, Reading};
use crate::error::{Error, Result};
use crate::report::{Report, Reported};
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::fmt;

/// The outcome for every row of the series; nulls are NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct LeeMyklandResult {
    /// The specification.
    pub spec: LeeMykland,
    /// Log returns; the first row has none.
    pub returns: Vec<f64>,
    /// Local standard deviation of each return, periodic factor included.
    pub sigma: Vec<f64>,
    /// Return over sigma.
    pub statistic: Vec<f64>,
    /// What |statistic| must exceed at the last row; elsewhere see [`LeeMyklandResult::critical_value_at`].
    pub critical_value: f64,
    /// Returns present.
    pub n: usize,
    /// Returns that could be tested.
    pub tested: usize,
    /// Degrees of freedom of Student's reference law at the last row.
    pub freedom: f64,
    pub(super) reference: Vec<Reference>,
}

/// The reference law from one row on: with causal periodic factors it changes when they are renewed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reference {
    pub(super) from: usize,
    pub(super) freedom: f64,
    pub(super) critical_value: f64,
}

pub(super) fn student(freedom: f64) -> Result<StudentsT> {
    StudentsT::new(0.0, 1.0, freedom).map_err(Error::internal("Student's t distribution"))
}

impl LeeMyklandResult {
    /// What |statistic| must exceed at this row.
    ///
    /// One value for all rows, but with [`super::CausalFactors`] and a reading by Student's t: the degrees of freedom then
    /// count what was known at the row.
    pub fn critical_value_at(&self, row: usize) -> f64 {
        self.law(row).map_or(self.critical_value, |law| law.critical_value)
    }

    fn law(&self, row: usize) -> Option<&Reference> {
        self.reference[..self.reference.partition_point(|law| law.from <= row)].last()
    }

    /// Whether the return of this row is a jump; a null is none.
    pub fn is_jump(&self, row: usize) -> bool {
        self.statistic[row].abs() > self.critical_value_at(row)
    }

    /// One flag a row.
    pub fn flags(&self) -> Vec<bool> {
        (0..self.statistic.len()).map(|row| self.is_jump(row)).collect()
    }

    /// The rows with a jump.
    pub fn jumps(&self) -> Vec<usize> {
        (0..self.statistic.len()).filter(|&row| self.is_jump(row)).collect()
    }

    /// Jumps over the `n` returns present.
    pub fn share(&self) -> f64 {
        self.jumps().len() as f64 / self.n as f64
    }

    /// Per-point p-values against Student's t with the row's degrees of freedom; nulls are NaN.
    ///
    /// # Errors
    /// Never for a result of [`super::lee_mykland()`].
    pub fn p_values(&self) -> Result<Vec<f64>> {
        let mut p_values = Vec::with_capacity(self.statistic.len());
        for (place, own) in self.reference.iter().enumerate() {
            let to = self.reference.get(place + 1).map_or(self.statistic.len(), |next| next.from);
            let law = student(own.freedom)?;
            p_values.extend(self.statistic[own.from..to].iter().map(|statistic| {
                if statistic.is_nan() { f64::NAN } else { (2.0 * law.cdf(-statistic.abs())).min(1.0) }
            }));
        }
        Ok(p_values)
    }
}

impl Reported for LeeMyklandResult {
    fn report(&self) -> Report {
        Report::sentences(self)
    }
}

impl fmt::Display for LeeMyklandResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reading = match self.spec.reading {
            Reading::FamilyWise(None) => "family-wise over the series".to_owned(),
            Reading::FamilyWise(Some(n)) => format!("family-wise over {n} returns"),
            Reading::FamilyWiseStudent(None) => "family-wise (Student) over the series".to_owned(),
            Reading::FamilyWiseStudent(Some(n)) => format!("family-wise (Student) over {n} returns"),
            Reading::PerPoint => "per point".to_owned(),
        };
        let jumps = self.jumps().len();
        write!(
            f,
            "Lee-Mykland: {jumps} jumps in {} returns ({:.3} %), window {}, alpha {} {reading}, \
             critical value {:.4}",
            self.n,
            100.0 * self.share(),
            self.spec.window,
            self.spec.alpha,
            self.critical_value
        )
    }
}
