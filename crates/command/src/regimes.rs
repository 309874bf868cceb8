//! `dvol regimes`: how a forecast fares in each state of the market.

use crate::Run;
use crate::forecast_table::ForecastFile;
use clap::Args;
use dvol_core::error::{Error, Result};
use dvol_core::evaluation::{Forecasts, PairTest, RegimeReport, RegimeSummary, residuals_by_regime};
use dvol_core::events::Event;
use dvol_core::jumps::{JumpFeatureSpec, jump_features};
use dvol_core::panel::{Column, Panel};
use dvol_core::regimes::{AnyLabels, Knowledge, Labels, StandardLabels};
use dvol_core::time::{HOUR_MS, Horizon, Timestamp};
use dvol_core::validation::{RegimeValidation, validate_by_regime};
use serde::Serialize;

/// Sort a forecast's residuals by market state, score each state, and test between them
///
/// Without --labels: calendar years, the six crises, jumps, terciles and direction of the level, and a two-state
/// Markov-switching model, all made from the file's own levels. A label that needs the future says so.
#[derive(Debug, Args)]
pub(crate) struct RegimesCommand {
    #[command(flatten)]
    file: ForecastFile,
    /// Column of forecasts
    #[arg(long, value_name = "NAME", default_value = "predicted")]
    predicted: String,
    /// Column of lower interval ends, used with --upper
    #[arg(long, value_name = "NAME", default_value = "lower")]
    lower: String,
    /// Column of upper interval ends
    #[arg(long, value_name = "NAME", default_value = "upper")]
    upper: String,
    /// Column of labels, one state a row, instead of the built-in ones
    #[arg(long, value_name = "NAME")]
    labels: Option<String>,
    /// Experiment file whose market's events are the crises [default: the six of the thesis]
    #[arg(long, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    input: String,
    model: &'a str,
    horizon: Horizon,
    n: usize,
    regimes: Vec<Row<'a>>,
    between: Vec<Between<'a>>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    scheme: &'a str,
    hindsight: bool,
    #[serde(flatten)]
    summary: &'a RegimeSummary,
    validation: &'a RegimeValidation,
}

#[derive(Debug, Serialize)]
struct Between<'a> {
    scheme: &'a str,
    #[serde(flatten)]
    pair: &'a PairTest,
}

/// The least history of terciles, and the span over which the level rises or falls.
const MONTH: usize = 720;

impl Run for RegimesCommand {
    fn run(self) -> Result<()> {
        let table = self.file.read(10)?;
        let forecasts = table.series(&self.predicted, table.interval(&self.lower, &self.upper))?;
        let mut notes = Vec::new();
        let labels = match &self.labels {
            Some(column) => vec![table.labels(column)?.into()],
            None => self.standard(&forecasts, table.dated, &mut notes)?,
        };
        let mut reports = Vec::with_capacity(labels.len());
        for labels in &labels {
            let report = match labels {
                AnyLabels::Known(labels) => judge(&forecasts, labels),
                AnyLabels::Hindsight(labels) => judge(&forecasts, labels),
            };
            match report {
                Ok(report) => reports.push(report),
                Err(error @ Error::Mismatch { .. }) => notes.push(error.to_string()),
                Err(error) => return Err(error),
            }
        }
        if self.json {
            return crate::print_json(&self.report(&forecasts, &reports, notes));
        }
        for (report, validations) in &reports {
            let verdicts: Vec<String> = validations.iter().map(ToString::to_string).collect();
            crate::print_text(&format!("{report}\n{}\n", verdicts.join("\n")))?;
        }
        for note in notes {
            crate::print_text(&format!("not labelled: {note}"))?;
        }
        Ok(())
    }
}

impl RegimesCommand {
    fn report<'a>(
        &self,
        forecasts: &'a Forecasts,
        reports: &'a [(RegimeReport, Vec<RegimeValidation>)],
        mut notes: Vec<String>,
    ) -> Report<'a> {
        let rows = reports.iter().flat_map(|(report, validations)| {
            let (scheme, hindsight) = (report.scheme.as_str(), report.hindsight);
            let regimes = report.regimes.iter().zip(validations);
            regimes.map(move |(summary, validation)| Row { scheme, hindsight, summary, validation })
        });
        let between = reports.iter().flat_map(|(report, _)| {
            report.between.iter().map(|pair| Between { scheme: &report.scheme, pair })
        });
        for (report, _) in reports {
            notes.extend(report.notes.iter().map(|note| format!("{}: {note}", report.scheme)));
        }
        Report {
            input: self.file.input.display().to_string(),
            model: forecasts.model(),
            horizon: forecasts.horizon(),
            n: forecasts.len(),
            regimes: rows.collect(),
            between: between.collect(),
            notes,
        }
    }

    /// Labels from the file's own levels; what they do not allow becomes a note.
    fn standard(
        &self,
        forecasts: &Forecasts,
        dated: bool,
        notes: &mut Vec<String>,
    ) -> Result<Vec<AnyLabels>> {
        if !dated {
            return Err(Error::file(
                &self.file.input,
                "no column of times: regimes need dates; name it with --timestamp, or give states with --labels",
            ));
        }
        let events = match &self.config {
            Some(file) => dvol_core::config::Config::read(file)?.market.unwrap_or_default().events,
            None => Event::thesis(),
        };
        let mut panel = levels(forecasts)?;
        match jump_features(
            &panel,
            &JumpFeatureSpec { series: "level".to_owned(), ..JumpFeatureSpec::default() },
        ) {
            Ok(features) => panel = panel.join(&features)?,
            Err(error) => notes.push(format!("jumps: {error}")),
        }
        // estimated on the first half of the hours, so that the second half can be labelled as known
        let half = panel.at(panel.len() / 2);
        let spec = StandardLabels {
            level: "level".to_owned(),
            market: "level".to_owned(),
            events,
            horizon: forecasts.horizon(),
            past: MONTH.min(panel.len() / 10).max(1),
            training_end: Some(half),
            ..StandardLabels::default()
        };
        spec.of(&panel).or_else(|error| {
            notes.push(format!("Markov switching: {error}"));
            StandardLabels { training_end: None, ..spec }.of(&panel)
        })
    }
}

/// Scores and verdicts of each regime; both leave out the same empty ones.
fn judge<K: Knowledge>(
    forecasts: &Forecasts,
    labels: &Labels<K>,
) -> Result<(RegimeReport, Vec<RegimeValidation>)> {
    Ok((residuals_by_regime(forecasts, labels)?, validate_by_regime(forecasts, labels)?))
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
    Panel::new(first, length)?.with(Column::known("level", level))
}
