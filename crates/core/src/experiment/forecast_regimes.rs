//! Forecasts without an experiment, sorted by states made from their own levels or given by hand.

use super::{RegimeStudy, SchemeStudy};
use crate::error::{Error, Result};
use crate::evaluation::{Forecasts, PairTest, RegimeSummary};
use crate::events::Event;
use crate::jumps::{JumpFeatureSpec, jump_features};
use crate::panel::{Column, Panel};
use crate::regimes::{AnyLabels, Scheme, StandardLabels};
use crate::time::{HOUR_MS, Horizon, Timestamp};
use crate::validation::RegimeValidation;
use serde::Serialize;
use std::fmt;

/// The least history of terciles, and the span over which the level rises or falls.
const MONTH: usize = 720;
/// The column of levels.
const LEVEL: &str = "level";

impl RegimeStudy {
    /// Sorts a model's residuals by labels at hand; labels without a record of these forecasts become a note.
    ///
    /// # Errors
    /// What scoring and validating the residuals of a state return.
    pub fn under(forecasts: &Forecasts, labels: &[AnyLabels]) -> Result<Self> {
        let mut study = Self { model: forecasts.model().to_owned(), schemes: Vec::new(), notes: Vec::new() };
        for labels in labels {
            match SchemeStudy::of_labels(forecasts, labels) {
                Ok(scheme) => study.schemes.push(scheme),
                Err(error @ Error::Mismatch { .. }) => study.notes.push(error.to_string()),
                Err(error) => return Err(error),
            }
        }
        Ok(study)
    }

    /// Sorts a model's residuals by states made of the levels the forecasts start from and lead to: calendar years,
    /// events, jumps, terciles and direction of the level, and a two-state Markov-switching model. What the levels
    /// do not allow becomes a note.
    ///
    /// # Errors
    /// As [`Self::under`].
    pub fn from_levels(forecasts: &Forecasts, events: Vec<Event>) -> Result<Self> {
        let (labels, mut notes) = labels_of_levels(forecasts, events)?;
        let mut study = Self::under(forecasts, &labels)?;
        notes.append(&mut study.notes);
        Ok(Self { notes, ..study })
    }

    /// The study as one document: a row a state, a row a test between two of them.
    pub fn document<'a>(&'a self, forecasts: &Forecasts) -> RegimeDocument<'a> {
        let rows = self.schemes.iter().flat_map(|SchemeStudy { report, validation }| {
            let (scheme, hindsight) = (&report.scheme, report.hindsight);
            let states = report.regimes.iter().zip(validation);
            states.map(move |(summary, validation)| RegimeRow { scheme, hindsight, summary, validation })
        });
        let between = self.schemes.iter().flat_map(|SchemeStudy { report, .. }| {
            report.between.iter().map(|pair| RegimePair { scheme: &report.scheme, pair })
        });
        let mut notes = self.notes.clone();
        for SchemeStudy { report, .. } in &self.schemes {
            notes.extend(report.notes.iter().map(|note| format!("{}: {note}", report.scheme)));
        }
        RegimeDocument {
            model: &self.model,
            horizon: forecasts.horizon(),
            n: forecasts.len(),
            regimes: rows.collect(),
            between: between.collect(),
            notes,
        }
    }

    /// The study as text with the verdicts of each state.
    pub fn verdicts(&self) -> RegimeVerdicts<'_> {
        RegimeVerdicts(self)
    }
}

/// A [`RegimeStudy`] as one flat document.
#[derive(Debug, Clone, Serialize)]
pub struct RegimeDocument<'a> {
    /// The model.
    pub model: &'a str,
    /// The forecast distance.
    pub horizon: Horizon,
    /// Forecasts.
    pub n: usize,
    /// One entry a state of a scheme.
    pub regimes: Vec<RegimeRow<'a>>,
    /// Tests between the states of a scheme.
    pub between: Vec<RegimePair<'a>>,
    /// What could not be told, with the reason.
    pub notes: Vec<String>,
}

/// One state of a scheme.
#[derive(Debug, Clone, Serialize)]
pub struct RegimeRow<'a> {
    /// The scheme of labels.
    pub scheme: &'a Scheme,
    /// Whether its labels need the future.
    pub hindsight: bool,
    /// Scores and residual moments.
    #[serde(flatten)]
    pub summary: &'a RegimeSummary,
    /// The verdicts of the residual validation.
    pub validation: &'a RegimeValidation,
}

/// A test between two states of a scheme.
#[derive(Debug, Clone, Serialize)]
pub struct RegimePair<'a> {
    /// The scheme of labels.
    pub scheme: &'a Scheme,
    /// The test.
    #[serde(flatten)]
    pub pair: &'a PairTest,
}

/// A [`RegimeStudy`] as text with the verdicts of each state.
#[derive(Debug, Clone, Copy)]
pub struct RegimeVerdicts<'a>(&'a RegimeStudy);

impl fmt::Display for RegimeVerdicts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes = self.0.schemes.iter().map(|SchemeStudy { report, validation }| {
            let verdicts: Vec<String> = validation.iter().map(ToString::to_string).collect();
            format!("{report}\n{}\n", verdicts.join("\n"))
        });
        let notes = self.0.notes.iter().map(|note| format!("not labelled: {note}"));
        f.write_str(&schemes.chain(notes).collect::<Vec<String>>().join("\n"))
    }
}

/// Labels from the forecasts' own levels, and what these do not allow.
fn labels_of_levels(forecasts: &Forecasts, events: Vec<Event>) -> Result<(Vec<AnyLabels>, Vec<String>)> {
    let mut notes = Vec::new();
    let mut panel = levels(forecasts)?;
    let spec = JumpFeatureSpec { series: LEVEL.to_owned(), ..JumpFeatureSpec::default() };
    match jump_features(&panel, &spec) {
        Ok(features) => panel = panel.join(&features)?,
        Err(error) => notes.push(format!("jumps: {error}")),
    }
    // estimated on the first half of the hours, so that the second half can be labelled as known
    let half = panel.at(panel.len() / 2);
    let spec = StandardLabels {
        level: LEVEL.to_owned(),
        market: LEVEL.to_owned(),
        events,
        horizon: forecasts.horizon(),
        past: MONTH.min(panel.len() / 10).max(1),
        training_end: Some(half),
        ..StandardLabels::default()
    };
    let labels = spec.of(&panel).or_else(|error| {
        notes.push(format!("Markov switching: {error}"));
        StandardLabels { training_end: None, ..spec }.of(&panel)
    })?;
    Ok((labels, notes))
}

/// The levels that forecasts start from and lead to, on the hourly grid; hours nobody mentions are gaps.
fn levels(forecasts: &Forecasts) -> Result<Panel> {
    let origins = forecasts.origins();
    let first = Timestamp::from_hours(origins[0].hours());
    let last = origins[origins.len() - 1] + forecasts.horizon();
    let length = (last.millis() - first.millis()).div_euclid(HOUR_MS) as usize + 1;
    let mut level = vec![f64::NAN; length];
    let row = |time: Timestamp| ((time.millis() - first.millis()).div_euclid(HOUR_MS)) as usize;
    for record in forecasts.records() {
        level[row(record.target())] = record.actual;
    }
    for record in forecasts.records().filter(|record| record.anchor.is_finite()) {
        level[row(record.origin)] = record.anchor;
    }
    Panel::new(first, length)?.with(Column::known(LEVEL, level))
}
