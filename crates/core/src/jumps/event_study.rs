//! Jumps beside the news: what the test finds around known events, and the largest jumps with their dates.

use super::lee_mykland_result::LeeMyklandResult;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::report::{Align, Cell, Report, Reported, Table};
use crate::time::Timestamp;
use serde::Serialize;
use std::fmt;

/// What was found around one event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventFinding {
    /// The event.
    pub event: Event,
    /// Jumps within the window.
    pub jumps: usize,
    /// Jumps in an average window of the same length over the whole series.
    pub expected: f64,
    /// The highest level in the window.
    pub peak: f64,
    /// When it was reached.
    pub peak_time: Timestamp,
    /// The largest |log return| in the window.
    pub largest_move: f64,
}

/// Findings around all events that the series covers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventStudy {
    /// One an event.
    pub findings: Vec<EventFinding>,
    /// Events outside the series.
    pub outside: Vec<Event>,
}

/// One jump.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatedJump {
    /// Its row's time.
    pub time: Timestamp,
    /// Log return.
    #[serde(rename = "return")]
    pub log_return: f64,
    /// Return over local sigma.
    pub statistic: f64,
    /// The level before.
    pub before: f64,
    /// The level after.
    pub after: f64,
}

/// Counts the jumps and finds the peak level in each event's window (by default three days on either side).
///
/// Counts stand beside those of an average window of the same length: jumps around an event say something only
/// where they are more than that.
///
/// # References
/// Craig `MacKinlay` (1997), Event studies in economics and finance, Journal of Economic Literature 35.
///
/// # Errors
/// Lengths that differ.
pub fn event_study(
    times: &[Timestamp],
    levels: &[f64],
    result: &LeeMyklandResult,
    events: &[Event],
) -> Result<EventStudy> {
    aligned(times, levels, result)?;
    let total = result.jumps().len() as f64;
    let mut study = EventStudy { findings: Vec::new(), outside: Vec::new() };
    for event in events {
        let rows: Vec<usize> = (0..times.len()).filter(|&row| event.contains(times[row])).collect();
        let peak_row = rows
            .iter()
            .copied()
            .filter(|&row| !levels[row].is_nan())
            .max_by(|&a, &b| levels[a].total_cmp(&levels[b]));
        let Some(peak_row) = peak_row else {
            study.outside.push(event.clone());
            continue;
        };
        study.findings.push(EventFinding {
            event: event.clone(),
            jumps: rows.iter().filter(|&&row| result.is_jump(row)).count(),
            expected: total * rows.len() as f64 / result.tested.max(1) as f64,
            peak: levels[peak_row],
            peak_time: times[peak_row],
            largest_move: rows.iter().map(|&row| result.returns[row].abs()).fold(0.0, f64::max),
        });
    }
    Ok(study)
}

/// The `count` jumps with the largest |log return|, largest first.
///
/// # Errors
/// Lengths that differ.
pub fn largest_jumps(
    times: &[Timestamp],
    levels: &[f64],
    result: &LeeMyklandResult,
    count: usize,
) -> Result<Vec<DatedJump>> {
    aligned(times, levels, result)?;
    let mut rows = result.jumps();
    rows.sort_by(|&a, &b| result.returns[b].abs().total_cmp(&result.returns[a].abs()));
    let dated = |row: usize| DatedJump {
        time: times[row],
        log_return: result.returns[row],
        statistic: result.statistic[row],
        before: levels[row - 1],
        after: levels[row],
    };
    Ok(rows.into_iter().take(count).map(dated).collect())
}

fn aligned(times: &[Timestamp], levels: &[f64], result: &LeeMyklandResult) -> Result<()> {
    if times.len() == levels.len() && levels.len() == result.returns.len() {
        return Ok(());
    }
    Err(Error::Mismatch {
        what: "dating jumps".to_owned(),
        left: format!("{} times, {} levels", times.len(), levels.len()),
        right: format!("{} tested rows", result.returns.len()),
        remedy: "pass the very series that was tested".to_owned(),
    })
}

impl Reported for EventStudy {
    fn report(&self) -> Report {
        let header = ["event", "day", "jumps", "usual", "peak", "at", "largest move"];
        let mut table = Table::new(header).set(Align::Left, ..);
        for finding in &self.findings {
            table.push([
                Cell::text(&finding.event.name),
                Cell::text(finding.event.date.to_string().replace("T00:00:00Z", "")),
                Cell::count(finding.jumps),
                Cell::number(finding.expected, 1),
                Cell::number(finding.peak, 2),
                Cell::text(finding.peak_time.to_string()),
                Cell::number(finding.largest_move, 4),
            ]);
        }
        let mut report = Report::from(table);
        if !self.outside.is_empty() {
            let names: Vec<&str> = self.outside.iter().map(|event| event.name.as_str()).collect();
            report.line(format!("not covered by the series: {}", names.join(", ")));
        }
        report
    }
}

impl fmt::Display for EventStudy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
