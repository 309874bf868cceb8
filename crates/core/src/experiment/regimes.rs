//! The regime stage: where a model's residuals come from.

use super::Experiment;
use crate::error::{Error, Result};
use crate::evaluation::{
    Comparison, ComparisonSpec, Forecasts, RegimeReport, compare, residual_groups, residuals_by_regime,
};
use crate::models::ModelEntry;
use crate::panel::{Column, Panel};
use crate::regimes::{AnyLabels, Knowledge, Labels, Scheme, StandardLabels, events_on, jump_hours};
use crate::report::{Report, Reported};
use crate::validation::{RegimeValidation, validate_by_regime};
use serde::Serialize;
use std::fmt;

/// One model's residuals under one scheme of labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SchemeStudy {
    /// Scores, residual moments and tests between the regimes.
    pub report: RegimeReport,
    /// The verdicts of the residual validation in each regime.
    pub validation: Vec<RegimeValidation>,
}

/// One model's residuals under every scheme of labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegimeStudy {
    /// The model.
    pub model: String,
    /// Calendar years, crises, jump hours, jumps on the way, terciles, rising and falling, Markov states.
    pub schemes: Vec<SchemeStudy>,
    /// Schemes without a record in this period, with the reason.
    pub notes: Vec<String>,
}

impl RegimeStudy {
    /// The report under one scheme, by its name: `calendar year`, `crisis`, `jump hour`, ...
    ///
    /// # Errors
    /// When there is no such scheme; those there are get listed.
    pub fn of(&self, scheme: impl Into<Scheme>) -> Result<&RegimeReport> {
        let scheme = scheme.into();
        let known =
            || self.schemes.iter().map(|own| own.report.scheme.to_string()).collect::<Vec<_>>().join(", ");
        self.schemes
            .iter()
            .map(|own| &own.report)
            .find(|report| report.scheme == scheme)
            .ok_or_else(|| Error::parameter("scheme", scheme, format!("one of {}", known())))
    }

    /// The reports under all schemes.
    pub fn reports(&self) -> Vec<RegimeReport> {
        self.schemes.iter().map(|scheme| scheme.report.clone()).collect()
    }
}

impl Reported for RegimeStudy {
    fn report(&self) -> Report {
        let mut report = Report::new();
        for scheme in &self.schemes {
            report.include(&scheme.report).gap();
        }
        for note in &self.notes {
            report.note(note);
        }
        report
    }
}

impl fmt::Display for RegimeStudy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Experiment {
    /// Sorts a model's residuals by market state at the origin: calendar years, the configured events, jump and
    /// normal hours, DVOL terciles, rising and falling prices, two Markov states estimated before the first origin.
    ///
    /// Labels that need the future (events, named afterwards; jumps between origin and target; full-sample
    /// terciles) say so in their report. A scheme without a record in this period becomes a note.
    ///
    /// # Errors
    /// A missing feature, or a history before the first origin too short for the Markov states.
    pub fn residuals_by_regime(&self, forecasts: &Forecasts) -> Result<RegimeStudy> {
        let standard = StandardLabels {
            events: self.market().events,
            horizon: forecasts.horizon(),
            training_end: Some(forecasts.origins()[0]),
            ..StandardLabels::default()
        };
        let mut study =
            RegimeStudy { model: forecasts.model().to_owned(), schemes: Vec::new(), notes: Vec::new() };
        for labels in standard.of(&self.state_panel()?)? {
            match SchemeStudy::of_labels(forecasts, &labels) {
                Ok(scheme) => study.schemes.push(scheme),
                Err(error) => study.notes.push(format!("{}: {error}", labels.scheme())),
            }
        }
        Ok(study)
    }

    /// A model's residuals in groups of hours: normal, jump, each crisis.
    ///
    /// # Errors
    /// A missing feature.
    pub fn residual_groups(&self, forecasts: &Forecasts) -> Result<Vec<(String, Vec<f64>)>> {
        let features = self.features()?;
        let jumps = jump_hours(&features, "jump_indicator", 1)?;
        let by_jump = residual_groups(forecasts, &jumps);
        let events = self.market().events;
        if events.is_empty() {
            return Ok(by_jump);
        }
        let crises = events_on(features.grid().clone(), &events)?;
        Ok([by_jump, residual_groups(forecasts, &crises)].concat())
    }

    /// The features and, where the data have it, the price, each value known at its row: what labels are made of.
    ///
    /// # Errors
    /// A missing feature.
    pub fn state_panel(&self) -> Result<Panel> {
        let features = self.features()?;
        let known = crate::features::known(self.dataset.panel())?;
        match known.values("price") {
            Ok(price) => features.with(Column::known("price", price)),
            Err(_) => Ok(features),
        }
    }

    /// Compares models on the same origins, with the study's seed.
    ///
    /// # Errors
    /// Series that answer different questions.
    pub fn compare(&self, models: &[Forecasts]) -> Result<Comparison> {
        compare(models, &self.comparison_spec(models))
    }

    /// How [`Self::compare`] compares models: what another loss, or scores of one's own, are put into.
    pub fn comparison_spec(&self, models: &[Forecasts]) -> ComparisonSpec {
        let names: Vec<&str> = models.iter().map(Forecasts::model).collect();
        let nested = ModelEntry::nested_among(&names);
        ComparisonSpec { nested, seed: self.config.seed.stage("compare"), ..ComparisonSpec::default() }
    }
}

impl SchemeStudy {
    /// Scores and verdicts of each state; both leave out the same empty ones.
    pub(super) fn of_labels(forecasts: &Forecasts, labels: &AnyLabels) -> Result<Self> {
        match labels {
            AnyLabels::Known(labels) => Self::under(forecasts, labels),
            AnyLabels::Hindsight(labels) => Self::under(forecasts, labels),
        }
    }

    fn under<K: Knowledge>(forecasts: &Forecasts, labels: &Labels<K>) -> Result<Self> {
        Ok(Self {
            report: residuals_by_regime(forecasts, labels)?,
            validation: validate_by_regime(forecasts, labels)?,
        })
    }
}
