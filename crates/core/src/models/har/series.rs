//! A realized measure with the companions the HAR family reads.

use crate::error::{Error, Result};
use crate::jumps::{DailyMeasures, JumpSplit};
use crate::time::Timestamp;

/// One value a row, all at the same rows; nulls are NaN. Only `realized` is needed by all variants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RealizedSeries {
    /// The measure forecast: realized variance, realized volatility, or a level.
    pub realized: Vec<f64>,
    /// Its continuous part, e.g. bipower variation.
    pub continuous: Option<Vec<f64>>,
    /// Its jump part, not negative.
    pub jump: Option<Vec<f64>>,
    /// Realized quarticity.
    pub quarticity: Option<Vec<f64>>,
    /// Negative and positive realized semivariance.
    pub semivariances: Option<(Vec<f64>, Vec<f64>)>,
    /// Returns of the rows.
    pub returns: Option<Vec<f64>>,
    /// Further columns, by name, with the value known at the row.
    pub exogenous: Vec<(String, Vec<f64>)>,
    /// The rows' times, for the calendar.
    pub times: Option<Vec<Timestamp>>,
}

impl RealizedSeries {
    /// A series alone.
    pub fn new(realized: Vec<f64>) -> Self {
        Self { realized, ..Self::default() }
    }

    /// Daily measures of intraday returns; jumps are those that `split` finds, and the continuous part is what they
    /// leave.
    ///
    /// # Errors
    /// As [`DailyMeasures::jump_variation`].
    pub fn from_measures(measures: &DailyMeasures, split: JumpSplit) -> Result<Self> {
        let jump = measures.jump_variation(split)?;
        let continuous = measures.realized_variance.iter().zip(&jump).map(|(total, jump)| total - jump);
        Ok(Self {
            realized: measures.realized_variance.clone(),
            continuous: Some(continuous.collect()),
            jump: Some(jump),
            quarticity: Some(measures.realized_quarticity.clone()),
            semivariances: Some((
                measures.negative_semivariance.clone(),
                measures.positive_semivariance.clone(),
            )),
            returns: Some(measures.daily_return.clone()),
            exogenous: Vec::new(),
            times: Some(measures.days.clone()),
        })
    }

    /// The first `rows` rows.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::RealizedSeries;
    /// assert_eq!(RealizedSeries::new(vec![1.0, 2.0, 3.0]).head(2), RealizedSeries::new(vec![1.0, 2.0]));
    /// ```
    #[must_use]
    pub fn head(&self, rows: usize) -> Self {
        fn cut<T: Clone>(column: &[T], rows: usize) -> Vec<T> {
            column[..rows.min(column.len())].to_vec()
        }
        let optional = |column: &Option<Vec<f64>>| column.as_deref().map(|column| cut(column, rows));
        Self {
            realized: cut(&self.realized, rows),
            continuous: optional(&self.continuous),
            jump: optional(&self.jump),
            quarticity: optional(&self.quarticity),
            semivariances: self
                .semivariances
                .as_ref()
                .map(|(negative, positive)| (cut(negative, rows), cut(positive, rows))),
            returns: optional(&self.returns),
            exogenous: self
                .exogenous
                .iter()
                .map(|(name, column)| (name.clone(), cut(column, rows)))
                .collect(),
            times: self.times.as_deref().map(|times| cut(times, rows)),
        }
    }

    /// Refuses companions of another length than the measure.
    pub(super) fn check(&self) -> Result<()> {
        let rows = self.realized.len();
        let length = |column: &Option<Vec<f64>>| column.as_ref().map_or(rows, Vec::len);
        let pair = |of: fn(&(Vec<f64>, Vec<f64>)) -> usize| self.semivariances.as_ref().map_or(rows, of);
        let mut named = vec![
            ("continuous", length(&self.continuous)),
            ("jump", length(&self.jump)),
            ("quarticity", length(&self.quarticity)),
            ("negative semivariance", pair(|(negative, _)| negative.len())),
            ("positive semivariance", pair(|(_, positive)| positive.len())),
            ("returns", length(&self.returns)),
            ("times", self.times.as_ref().map_or(rows, Vec::len)),
        ];
        named.extend(self.exogenous.iter().map(|(name, column)| (name.as_str(), column.len())));
        match named.into_iter().find(|(_, length)| *length != rows) {
            None => Ok(()),
            Some((name, length)) => Err(Error::Mismatch {
                what: "a realized series".to_owned(),
                left: format!("{rows} values of the measure"),
                right: format!("{length} of {name}"),
                remedy: "give one value a row, NaN for a gap".to_owned(),
            }),
        }
    }
}
