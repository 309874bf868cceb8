//! What became of forecasts that were written down before their outcome.

use super::Experiment;
use super::forecast_ledger::{ForecastLedger, ProspectiveForecast};
use crate::error::{Error, Result};
use crate::evaluation::{Forecast, Forecasts, LongRun, Loss, Metrics, Promise, Promises, diebold_mariano};
use crate::features::known;
use crate::hypothesis::TestResult;
use crate::models::{Band, Coverage, Interval, Level};
use crate::panel::Step;
use crate::report::{Align, Cell, Report, Reported, Table};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// Promised misses below which a share of misses is not tested: the statistics' laws hold from about there on
/// (Cochran 1952, "The chi-squared test of goodness of fit", Annals of Mathematical Statistics 23).
const FEWEST_MISSES: f64 = 5.0;

/// One model's forecasts at one horizon, as far as their outcome is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackRow {
    /// The scores of what is known.
    #[serde(flatten)]
    pub metrics: Metrics,
    /// Diebold-Mariano against persistence; `None` while there are too few outcomes.
    pub against_persistence: Option<TestResult>,
    /// Forecasts whose outcome is not known yet.
    pub open: usize,
}

/// A ledger of forecasts, scored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Track {
    /// Lines of the ledger, every seal and link of which holds.
    pub lines: usize,
    /// The seal of the last line: it stands for all.
    pub seal: String,
    /// One row a model and horizon.
    pub rows: Vec<TrackRow>,
    /// Tests of what the intervals promised: Kupiec, Christoffersen, the dynamic quantile test and Knueppel; what has too
    /// few outcomes is named in the notes.
    pub promises: Promises,
    /// Models without an outcome yet, each with its open forecasts.
    pub waiting: Vec<(String, usize)>,
    /// Lines (counted from 1) made when their outcome was known: no forecasts, and not scored.
    pub late: Vec<usize>,
    /// The series that were scored.
    #[serde(skip)]
    pub series: Vec<Forecasts>,
}

impl Experiment {
    /// Scores every forecast of a ledger whose outcome these data hold.
    ///
    /// # Errors
    /// Data without DVOL.
    pub fn track(&self, ledger: &ForecastLedger) -> Result<Track> {
        let panel = known(self.dataset.panel())?;
        let level = panel.values("dvol")?;
        let outcome = |forecast: &ProspectiveForecast| -> Option<f64> {
            let row = match forecast.step {
                Step::Hour => panel.row_of(forecast.target())?,
                Step::Day | Step::TradingDay => panel.row_of(forecast.origin)? + panel.rows(forecast.horizon),
            };
            level.get(row).copied().filter(|level| level.is_finite())
        };
        let mut track = Track {
            lines: ledger.forecasts().len(),
            seal: ledger.seal().to_owned(),
            rows: Vec::new(),
            promises: Promises::default(),
            waiting: Vec::new(),
            late: Vec::new(),
            series: Vec::new(),
        };
        let mut groups: BTreeMap<(&str, u32), Vec<&ProspectiveForecast>> = BTreeMap::new();
        for (row, forecast) in ledger.forecasts().iter().enumerate() {
            if forecast.is_late() {
                track.late.push(row + 1);
            } else {
                groups.entry((&forecast.model, forecast.horizon.get())).or_default().push(forecast);
            }
        }
        for ((model, _), mut forecasts) in groups {
            forecasts.sort_by_key(|forecast| forecast.origin);
            let known: Vec<(&ProspectiveForecast, f64)> =
                forecasts.iter().filter_map(|&forecast| Some((forecast, outcome(forecast)?))).collect();
            let open = forecasts.len() - known.len();
            if known.is_empty() {
                track.waiting.push((model.to_owned(), open));
                continue;
            }
            let series = series(model, &known)?;
            let against_persistence =
                diebold_mariano(&series.persistence(), &series, Loss::Mse, LongRun::default()).ok();
            track.rows.push(TrackRow { metrics: Metrics::of(&series)?, against_persistence, open });
            track.series.push(series);
        }
        track.promises = promises(&track.series);
        Ok(track)
    }
}

/// Tests of intervals that promised enough misses to be judged, and the others' names.
fn promises(series: &[Forecasts]) -> Promises {
    let Promises { mut tests, mut notes } = Promises::of(series);
    tests.retain(|Promise { model, nominal, test, .. }| {
        let Some(coverage) = nominal else { return true };
        let share = 2.0 * Level::ends(*coverage).0.get();
        let needed = (FEWEST_MISSES / share - 1e-9).ceil() as usize;
        if test.n >= needed {
            return true;
        }
        let what = format!("{} of the {coverage} interval of {model}", test.name);
        let remedy = "for so many outcomes promise five misses: go on recording";
        notes.push(Error::too_few(what, needed, test.n, remedy).to_string());
        false
    });
    Promises { tests, notes }
}

fn series(model: &str, known: &[(&ProspectiveForecast, f64)]) -> Result<Forecasts> {
    let records = known.iter().map(|&(forecast, actual)| Forecast {
        origin: forecast.origin,
        horizon: forecast.horizon,
        actual,
        predicted: forecast.predicted,
        anchor: forecast.level,
    });
    let mut coverages: Vec<Coverage> = known
        .iter()
        .flat_map(|(forecast, _)| &forecast.intervals)
        .map(|interval| interval.coverage)
        .collect();
    coverages.sort_unstable();
    coverages.dedup();
    coverages.into_iter().try_fold(Forecasts::new(model, records)?, |series, coverage| {
        let ends = |end: fn(&Interval) -> f64| -> Vec<f64> {
            let own = |forecast: &ProspectiveForecast| {
                let interval = forecast.intervals.iter().find(|interval| interval.coverage == coverage);
                interval.map_or(f64::NAN, end)
            };
            known.iter().map(|(forecast, _)| own(forecast)).collect()
        };
        series.with_band(Band::new(coverage, ends(|own| own.lower), ends(|own| own.upper))?)
    })
}

impl Reported for Track {
    fn report(&self) -> Report {
        let mut table = Table::new([
            "model",
            "horizon",
            "known",
            "open",
            "RMSE",
            "skill %",
            "direction %",
            "DM",
            "p",
            "80 % holds",
            "95 % holds",
        ])
        .set(Align::Right, 1..);
        for TrackRow { metrics, against_persistence, open } in &self.rows {
            let test = against_persistence.as_ref();
            table.push([
                Cell::name(&metrics.model),
                metrics.horizon.cell(),
                Cell::count(metrics.n),
                Cell::count(*open),
                Cell::number(metrics.rmse(), 4),
                Cell::percent(metrics.skill(), 2),
                Cell::percent(metrics.directional_accuracy(), 1),
                Cell::optional(test.map(|test| test.statistic), 2),
                Cell::optional(test.map(|test| test.p_value), 4),
                Cell::percent(metrics.coverage(), 1),
                Cell::percent(metrics.coverage_95(), 1),
            ]);
        }
        let mut report = Report::new();
        if self.lines == 0 {
            report.line("no forecast is written down yet (dvol predict --record)");
            return report;
        }
        report.line(format!("{} forecasts, every seal holds; the last is {}", self.lines, self.seal));
        if !self.rows.is_empty() {
            report.table(table);
        }
        report.include(&self.promises);
        for (model, open) in &self.waiting {
            report.line(format!("{model}: {open} open, none known yet"));
        }
        if !self.late.is_empty() {
            let lines: Vec<String> = self.late.iter().map(usize::to_string).collect();
            report.line(format!("made after their outcome and not scored: lines {}", lines.join(", ")));
        }
        report
    }
}

impl fmt::Display for Track {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
