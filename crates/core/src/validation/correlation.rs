//! Correlation matrices.

use crate::error::{Error, Result};
use crate::statistics::centred;
use crate::tails::student_two_sided;
use crate::validation::require_series;
use serde::{Deserialize, Serialize};

/// Which correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correlation {
    /// Of the values: linear dependence.
    Pearson,
    /// Of the ranks (ties share their mean rank): monotone dependence.
    Spearman,
}

/// Correlations of all pairs of columns with their p-values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorrelationMatrix {
    /// Which correlation.
    pub kind: Correlation,
    /// Column names.
    pub names: Vec<String>,
    /// Coefficients, row by row.
    pub coefficients: Vec<Vec<f64>>,
    /// Two-sided p-values of no correlation, from `r sqrt((n - 2) / (1 - r^2))` ~ t(n - 2); 0 on the diagonal.
    pub p_values: Vec<Vec<f64>>,
    /// Rows.
    pub n: usize,
}

impl CorrelationMatrix {
    /// The coefficient of two columns by name.
    pub fn get(&self, row: &str, column: &str) -> Option<f64> {
        let place = |name: &str| self.names.iter().position(|own| own == name);
        Some(self.coefficients[place(row)?][place(column)?])
    }
}

/// The correlation matrix of named columns.
///
/// # Errors
/// Columns of different lengths, a constant column, fewer than 3 rows, or a value that is not finite.
///
/// # Examples
/// ```
/// use dvol_core::validation::{Correlation, correlation_matrix};
/// let columns = [("x".to_owned(), vec![1.0, 2.0, 3.0, 4.0]), ("y".to_owned(), vec![1.0, 8.0, 27.0, 64.0])];
/// assert_eq!(correlation_matrix(Correlation::Spearman, &columns)?.get("x", "y"), Some(1.0));
/// assert!(correlation_matrix(Correlation::Pearson, &columns)?.get("x", "y") < Some(0.96));
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Pearson (1895), Proceedings of the Royal Society 58; Spearman (1904), American Journal of Psychology 15.
pub fn correlation_matrix(kind: Correlation, columns: &[(String, Vec<f64>)]) -> Result<CorrelationMatrix> {
    let n = columns.first().map_or(0, |(_, values)| values.len());
    let mut scores = Vec::with_capacity(columns.len());
    for (name, values) in columns {
        if values.len() != n {
            return Err(Error::Mismatch {
                what: "a correlation matrix".to_owned(),
                left: format!("`{}` with {n} rows", columns[0].0),
                right: format!("`{name}` with {} rows", values.len()),
                remedy: "give columns of one length".to_owned(),
            });
        }
        require_series(&format!("the correlation of `{name}`"), values, 3)?;
        let centred = match kind {
            Correlation::Pearson => centred(values),
            Correlation::Spearman => centred(&ranks(values)),
        };
        let length = centred.iter().map(|value| value * value).sum::<f64>().sqrt();
        scores.push(centred.into_iter().map(|value| value / length).collect::<Vec<f64>>());
    }
    let coefficients: Vec<Vec<f64>> = scores
        .iter()
        .enumerate()
        .map(|(i, left)| {
            let one = |(j, right): (usize, &Vec<f64>)| {
                if i == j {
                    1.0
                } else {
                    left.iter().zip(right).map(|(a, b)| a * b).sum::<f64>().clamp(-1.0, 1.0)
                }
            };
            scores.iter().enumerate().map(one).collect()
        })
        .collect();
    let degrees = n as f64 - 2.0;
    let p = |r: &f64| student_two_sided(r * (degrees / (1.0 - r * r)).sqrt(), degrees);
    let p_values = coefficients.iter().map(|row| row.iter().map(p).collect()).collect();
    let names = columns.iter().map(|(name, _)| name.clone()).collect();
    Ok(CorrelationMatrix { kind, names, coefficients, p_values, n })
}

/// Ranks from 1; ties share their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let value = values[order[start]];
        let ties = order[start..].iter().take_while(|&&i| values[i] == value).count();
        let shared = start as f64 + f64::midpoint(ties as f64, 1.0);
        for &i in &order[start..start + ties] {
            ranks[i] = shared;
        }
        start += ties;
    }
    ranks
}
