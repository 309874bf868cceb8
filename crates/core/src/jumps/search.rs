//! A series searched for jumps: the test, the simple detectors beside it, events and days.

use super::{
    Agreement, Composite, DailyMeasures, DatedJump, DescriptiveFactors, EventStudy, JumpSplit, LeeMykland,
    LeeMyklandResult, ReadingKind, change_z_score, event_study, largest_jumps, lee_mykland,
    lee_mykland_periodic, level_threshold, log_returns,
};
use crate::error::{Error, Result};
use crate::events::Event;
use crate::report::{Report, Reported};
use crate::time::Timestamp;
use serde::Serialize;
use std::fmt;

/// Observations the two threshold detectors look back.
const MONTH: usize = 720;
/// Jumps told one by one.
const LARGEST: usize = 20;
/// The fewest observations a day that give a realized variance.
const FEWEST_A_DAY: usize = 12;

/// How a whole series is searched for jumps: a description, made with hindsight.
///
/// # Examples
/// ```
/// use dvol_core::jumps::JumpSearch;
/// let mut levels: Vec<f64> = (0..2000).map(|row| 100.0 + f64::from(row % 7)).collect();
/// levels[1500..].iter_mut().for_each(|level| *level *= 2.0);
/// let found = JumpSearch::default().run(None, &levels, 365.0 * 24.0, &[])?;
/// assert!(found.test.is_jump(1500));
/// assert_eq!(found.summary.jumps, 1);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct JumpSearch {
    /// The test of Lee and Mykland.
    pub test: LeeMykland,
    /// Whether returns are freed from the rhythm of the week before the test; needs times.
    pub periodicity: bool,
}

/// What a search found: the test, return by return, and its summary.
#[derive(Debug, Clone)]
pub struct JumpFindings {
    /// The test of every return.
    pub test: LeeMyklandResult,
    /// What it and the detectors beside it say.
    pub summary: JumpSummary,
}

/// A search in numbers.
#[derive(Debug, Clone, Serialize)]
pub struct JumpSummary {
    /// Returns present.
    pub n: usize,
    /// Returns with a local volatility.
    pub tested: usize,
    /// Observations of the window of local volatility.
    pub window: usize,
    /// The level.
    pub alpha: f64,
    /// What the level promises.
    pub reading: ReadingKind,
    /// Returns in one family, where the promise is about families.
    pub family: Option<usize>,
    /// Whether returns were freed from the rhythm of the week.
    pub periodicity: bool,
    /// The statistic beyond which a return is a jump.
    pub critical_value: f64,
    /// Jumps found.
    pub jumps: usize,
    /// Their share of the tested returns.
    pub share: f64,
    /// Returns whose own p-value is below alpha.
    pub per_point_rejections: usize,
    /// The largest jumps, the largest first; none without times.
    pub largest: Vec<DatedJump>,
    /// What was found around the events; none without times.
    pub events: Option<EventStudy>,
    /// How often the detectors agree.
    pub detectors: Agreement,
    /// The ratio test of Barndorff-Nielsen and Shephard on every whole day.
    pub days: Option<DaysWithJumps>,
}

/// Whole days with and without a jump, by the ratio test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DaysWithJumps {
    /// Days with enough observations.
    pub tested: usize,
    /// Those at which the test rejects.
    pub with_jumps: usize,
    /// Its level.
    pub alpha: f64,
}

impl JumpSearch {
    /// Searches positive `levels`, one an observation of a regular grid, NaN where the grid has a hole; `times` are
    /// theirs.
    ///
    /// # Errors
    /// A level that is not positive, too short a series, a parameter out of range, `periodicity` without times.
    pub fn run(
        &self,
        times: Option<&[Timestamp]>,
        levels: &[f64],
        observations_in_a_year: f64,
        events: &[Event],
    ) -> Result<JumpFindings> {
        let test = self.test(times, levels)?;
        let (largest, events) = match times {
            Some(times) => (
                largest_jumps(times, levels, &test, LARGEST)?,
                Some(event_study(times, levels, &test, events)?),
            ),
            None => (Vec::new(), None),
        };
        let detectors = Composite::new(&[
            ("lee_mykland", test.flags()),
            ("level_threshold_3", level_threshold(levels, MONTH, 3.0)?.flags),
            ("change_z_score_3.5", change_z_score(levels, MONTH, 3.5)?.flags),
        ])?;
        let alpha = test.spec.alpha;
        let summary = JumpSummary {
            n: test.n,
            tested: test.tested,
            window: test.spec.window,
            alpha,
            reading: test.spec.reading.kind(),
            family: test.spec.reading.family(test.n),
            periodicity: self.periodicity,
            critical_value: test.critical_value,
            jumps: test.jumps().len(),
            share: test.share(),
            per_point_rejections: test.p_values()?.iter().filter(|p| **p < alpha).count(),
            largest,
            events,
            detectors: detectors.agreement(),
            days: DaysWithJumps::count(times, &test.returns, observations_in_a_year, alpha)?,
        };
        Ok(JumpFindings { test, summary })
    }

    fn test(&self, times: Option<&[Timestamp]>, levels: &[f64]) -> Result<LeeMyklandResult> {
        if !self.periodicity {
            return lee_mykland(levels, self.test);
        }
        let Some(times) = times else {
            return Err(Error::parameter(
                "periodicity",
                true,
                "used with a time column; name it with --timestamp",
            ));
        };
        let factors = DescriptiveFactors::estimate(times, &log_returns(levels)?, self.test.window)?;
        lee_mykland_periodic(levels, &factors, self.test)
    }
}

impl DaysWithJumps {
    /// `None` without times or with too few observations a day for a realized variance.
    fn count(
        times: Option<&[Timestamp]>,
        returns: &[f64],
        observations_in_a_year: f64,
        alpha: f64,
    ) -> Result<Option<Self>> {
        let a_day = (observations_in_a_year / 365.0).round() as usize;
        let Some(times) = times.filter(|_| a_day >= FEWEST_A_DAY) else { return Ok(None) };
        let measures = DailyMeasures::new(times, returns, a_day)?;
        let tested = measures.ratio_p_value.iter().filter(|p| !p.is_nan()).count();
        let with_jumps = measures.jump_days(JumpSplit { alpha, ..JumpSplit::default() })?.len();
        Ok(Some(Self { tested, with_jumps, alpha }))
    }
}

impl Reported for JumpFindings {
    fn report(&self) -> Report {
        let Self { test, summary } = self;
        let mut report = test.report();
        report
            .line(format!("per point, {} returns have p < {}", summary.per_point_rejections, summary.alpha));
        if !summary.largest.is_empty() {
            report.gap().line("the largest jumps:");
        }
        for jump in &summary.largest {
            report.line(format!(
                "{}  {:+.4}  ({:+.1} local sd, {} -> {})",
                jump.time, jump.log_return, jump.statistic, jump.before, jump.after
            ));
        }
        if let Some(events) = &summary.events {
            report.gap().include(events);
        }
        report.gap().include(&summary.detectors);
        if let Some(days) = &summary.days {
            report.line(format!(
                "ratio test: {} of {} whole days have a jump at alpha {}",
                days.with_jumps, days.tested, days.alpha
            ));
        }
        report
    }
}

impl fmt::Display for JumpFindings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
