//! The jump stage.

use super::Experiment;
use crate::error::Result;
use crate::jumps::{
    Agreement, Composite, DatedJump, DescriptiveFactors, EventStudy, LeeMyklandResult, event_study,
    largest_jumps, lee_mykland_periodic, log_returns,
};
use crate::report::{Align, Cell, Report, Reported, Table};
use crate::time::Timestamp;
use std::fmt;

/// Jumps of one series over its whole length: a description, made with hindsight.
///
/// The features a model reads are made by [`crate::jumps::jump_features`], row by row from the past alone.
#[derive(Debug, Clone)]
pub struct JumpReport {
    /// The series tested.
    pub series: String,
    /// When each level was known.
    pub times: Vec<Timestamp>,
    /// The levels.
    pub levels: Vec<f64>,
    /// Lee-Mykland's test, freed from the week's rhythm.
    pub test: LeeMyklandResult,
    /// The factors of the week's rhythm.
    pub periodicity: DescriptiveFactors,
    /// The detectors side by side: Lee-Mykland, level threshold, change score.
    pub composite: Composite,
    /// What was found around the events.
    pub events: EventStudy,
    /// The twenty largest jumps.
    pub largest: DatedJumps,
}

impl JumpReport {
    /// How often the detectors agree.
    pub fn agreement(&self) -> Agreement {
        self.composite.agreement()
    }

    /// The hours at which a jump became known.
    pub fn jump_times(&self) -> Vec<Timestamp> {
        self.test.jumps().into_iter().map(|row| self.times[row]).collect()
    }
}

impl Reported for JumpReport {
    fn report(&self) -> Report {
        let mut report = Report::new();
        report.line(format!("jumps of {}", self.series)).include(&self.test).gap();
        report.include(&self.events).gap().include(&self.agreement()).gap();
        report.line("the largest jumps:").include(&self.largest);
        report
    }
}

impl fmt::Display for JumpReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

/// Jumps as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedJumps(pub Vec<DatedJump>);

impl Reported for DatedJumps {
    fn report(&self) -> Report {
        let header = ["hour", "log return", "local sd", "before", "after"];
        let mut table = Table::new(header).set(Align::Left, ..);
        for jump in &self.0 {
            table.push([
                Cell::text(jump.time.to_string()),
                Cell::signed(jump.log_return, 4),
                Cell::signed(jump.statistic, 1),
                Cell::number(jump.before, 2),
                Cell::number(jump.after, 2),
            ]);
        }
        table.into()
    }
}

impl fmt::Display for DatedJumps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Experiment {
    /// Tests the configured series for jumps over its whole length.
    ///
    /// # Errors
    /// When the series is missing or the test refuses it.
    pub fn jumps(&self) -> Result<JumpReport> {
        let spec = &self.config.jumps;
        let known = crate::features::known(self.dataset.panel())?;
        let levels = known.values(&spec.series)?.to_vec();
        let times: Vec<Timestamp> = known.times().collect();
        let periodicity = DescriptiveFactors::estimate(&times, &log_returns(&levels)?, spec.test.window)?;
        let test = lee_mykland_periodic(&levels, &periodicity, spec.test)?;
        let composite = Composite::beside(&test, &times, &levels, |detector| detector.name)?;
        let events = event_study(&times, &levels, &test, &self.market().events)?;
        let largest = DatedJumps(largest_jumps(&times, &levels, &test, 20)?);
        Ok(JumpReport {
            series: spec.series.clone(),
            times,
            levels,
            test,
            periodicity,
            composite,
            events,
            largest,
        })
    }
}
