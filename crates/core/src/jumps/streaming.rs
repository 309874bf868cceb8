//! Realized measures and jumps of series longer than memory.

use super::lee_mykland::{LeeMykland, Reading, lee_mykland};
use super::lee_mykland_result::LeeMyklandResult;
use super::realized::DailyMeasures;
use super::{DatedJump, largest_jumps};
use crate::error::{Error, Result};
use crate::time::{HOUR_MS, Timestamp};
use serde::Serialize;
use std::fmt;

/// Feeds on batches, keeps one window of levels and one day of returns.
///
/// The result is that of [`lee_mykland`] and [`DailyMeasures::new`] on the whole series: a batch is tested
/// together with the window before it, and a day is measured once it is complete.
///
/// # Examples
/// ```
/// use dvol_core::jumps::{LeeMykland, StreamingJumps};
/// use dvol_core::time::Timestamp;
/// let times: Vec<Timestamp> = (0..480).map(Timestamp::from_hours).collect();
/// let mut levels: Vec<f64> = (0..480).map(|i| 60.0 + (f64::from(i) * 0.9).sin()).collect();
/// levels[300..].iter_mut().for_each(|level| *level *= 1.3);
/// let mut stream = StreamingJumps::new(LeeMykland::default(), 480, 24)?;
/// stream.push(&times[..290], &levels[..290])?;
/// stream.push(&times[290..], &levels[290..])?;
/// assert_eq!(stream.finish()?.jumps.len(), 1);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug)]
pub struct StreamingJumps {
    spec: LeeMykland,
    minimum: usize,
    critical_value: f64,
    rows: usize,
    tested: usize,
    tail: Vec<f64>,
    tail_times: Vec<Timestamp>,
    day_times: Vec<Timestamp>,
    day_returns: Vec<f64>,
    measures: DailyMeasures,
    jumps: Vec<DatedJump>,
}

/// What a whole stream gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StreamedJumps {
    /// Rows read.
    pub rows: usize,
    /// Returns tested.
    pub tested: usize,
    /// What |statistic| had to exceed.
    pub critical_value: f64,
    /// Every jump in order of time.
    pub jumps: Vec<DatedJump>,
    /// Realized measures of every UTC day.
    pub measures: DailyMeasures,
}

impl StreamingJumps {
    /// A stream of about `rows` levels; a day with fewer than `minimum` returns is null.
    ///
    /// A family-wise reading needs the family's size before the first batch: it is `rows - 1` returns unless
    /// the specification names another.
    ///
    /// # Errors
    /// A level alpha or window out of range.
    pub fn new(spec: LeeMykland, rows: usize, minimum: usize) -> Result<Self> {
        let spec = match spec.reading {
            Reading::FamilyWise(None) => {
                LeeMykland { reading: Reading::FamilyWise(Some(rows.max(2) - 1)), ..spec }
            }
            Reading::FamilyWiseStudent(None) => {
                LeeMykland { reading: Reading::FamilyWiseStudent(Some(rows.max(2) - 1)), ..spec }
            }
            Reading::FamilyWise(Some(_)) | Reading::FamilyWiseStudent(Some(_)) | Reading::PerPoint => spec,
        };
        Ok(Self {
            spec,
            minimum,
            critical_value: f64::NAN,
            rows: 0,
            tested: 0,
            tail: Vec::new(),
            tail_times: Vec::new(),
            day_times: Vec::new(),
            day_returns: Vec::new(),
            measures: DailyMeasures::default(),
            jumps: Vec::new(),
        })
    }

    /// The next stretch of levels, times strictly increasing.
    ///
    /// # Errors
    /// Unequal lengths, times out of order, a level that is not positive.
    pub fn push(&mut self, times: &[Timestamp], levels: &[f64]) -> Result<()> {
        if times.len() != levels.len() {
            return Err(Error::Mismatch {
                what: "streaming jumps".to_owned(),
                left: format!("{} times", times.len()),
                right: format!("{} levels", levels.len()),
                remedy: "give one time a level".to_owned(),
            });
        }
        let known = self.tail.len();
        self.tail.extend_from_slice(levels);
        self.tail_times.extend_from_slice(times);
        self.rows += levels.len();
        if self.tail.len() <= self.spec.window + 1 {
            return Ok(());
        }
        // Until the first test nothing of the tail has been reported.
        let first = if self.tested == 0 && self.critical_value.is_nan() { 0 } else { known };
        let result = lee_mykland(&self.tail, self.spec)?;
        self.critical_value = result.critical_value;
        self.tested += result.statistic[first..].iter().filter(|value| !value.is_nan()).count();
        self.collect_jumps(&result, first)?;
        self.collect_days(&result.returns, first)?;
        let keep = self.tail.len().saturating_sub(self.spec.window + 1);
        self.tail.drain(..keep);
        self.tail_times.drain(..keep);
        Ok(())
    }

    fn collect_jumps(&mut self, result: &LeeMyklandResult, first: usize) -> Result<()> {
        let mut found = largest_jumps(&self.tail_times, &self.tail, result, usize::MAX)?;
        if let Some(&since) = self.tail_times.get(first) {
            found.retain(|jump| jump.time >= since);
        }
        found.sort_by_key(|jump| jump.time);
        self.jumps.append(&mut found);
        Ok(())
    }

    fn collect_days(&mut self, returns: &[f64], first: usize) -> Result<()> {
        self.day_times.extend_from_slice(&self.tail_times[first..]);
        self.day_returns.extend_from_slice(&returns[first..]);
        let Some(last) = self.day_times.last() else { return Ok(()) };
        let today = last.millis().div_euclid(24 * HOUR_MS) * 24 * HOUR_MS;
        let complete = self.day_times.partition_point(|time| time.millis() < today);
        self.measure(complete)
    }

    fn measure(&mut self, complete: usize) -> Result<()> {
        if complete > 0 {
            let days =
                DailyMeasures::new(&self.day_times[..complete], &self.day_returns[..complete], self.minimum)?;
            self.measures.append(days);
            self.day_times.drain(..complete);
            self.day_returns.drain(..complete);
        }
        Ok(())
    }

    /// The last day is measured and everything handed over.
    ///
    /// # Errors
    /// When the stream was shorter than one window.
    pub fn finish(mut self) -> Result<StreamedJumps> {
        if self.critical_value.is_nan() {
            return Err(Error::too_few(
                "streaming jumps",
                self.spec.window + 2,
                self.rows,
                "give a longer series or a smaller window",
            ));
        }
        self.measure(self.day_times.len())?;
        Ok(StreamedJumps {
            rows: self.rows,
            tested: self.tested,
            critical_value: self.critical_value,
            jumps: self.jumps,
            measures: self.measures,
        })
    }
}

impl fmt::Display for StreamedJumps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} rows, {} days, {} returns tested, critical value {:.4}, {} jumps",
            self.rows,
            self.measures.days.len(),
            self.tested,
            self.critical_value,
            self.jumps.len()
        )
    }
}
