//! The jump stage.

use super::Experiment;
use crate::error::Result;
use crate::jumps::{
    Agreement, Composite, DatedJump, DescriptiveFactors, EventStudy, LeeMyklandResult, change_z_score,
    event_study, largest_jumps, lee_mykland_periodic, level_threshold, log_returns,
};
use crate::time::Timestamp;
use std::fmt;

/// Hours the two threshold detectors look back.
const MONTH: usize = 720;

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

impl fmt::Display for JumpReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "jumps of {}\n{}\n", self.series, self.test)?;
        writeln!(f, "{}\n\n{}\n\nthe largest jumps:", self.events, self.agreement())?;
        write!(f, "{}", self.largest)
    }
}

/// Jumps as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedJumps(pub Vec<DatedJump>);

impl fmt::Display for DatedJumps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::ASCII_MARKDOWN);
        table.set_header(["hour", "log return", "local sd", "before", "after"]);
        for jump in &self.0 {
            table.add_row([
                jump.time.to_string(),
                format!("{:+.4}", jump.log_return),
                format!("{:+.1}", jump.statistic),
                format!("{:.2}", jump.before),
                format!("{:.2}", jump.after),
            ]);
        }
        write!(f, "{table}")
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
        let composite = Composite::new(&[
            ("Lee-Mykland", test.flags()),
            ("level, 3 sd", level_threshold(&levels, MONTH, 3.0)?.flags),
            ("change, 3.5 sd", change_z_score(&levels, MONTH, 3.5)?.flags),
        ])?;
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
