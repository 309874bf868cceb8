//! Whether the jump tests keep their word, and what they find around known events.

use super::Figure;
use super::marks::{Traces, bars, in_lines, line, points, rounded};
use super::theme;
use crate::error::{Error, Result};
use crate::jumps::{ComparedTest, EventStudy, MonteCarloTable, SimulatedVolatility, SizeAndPower};
use crate::market::Market;
use plotly::common::{Marker, MarkerSymbol, Mode};
use serde_json::json;

/// The level drawn.
const ALPHA: f64 = 0.01;

/// Size and power of the compared jump tests at 1 %, from the Monte-Carlo table.
///
/// (a) how often a series or a return without jumps is flagged, for each way volatility moved; (b) the share
/// of implanted jumps found, by their size, where volatility clusters.
///
/// # Errors
/// When the table has no line at 1 %.
pub fn size_and_power(table: &MonteCarloTable) -> Result<Figure> {
    let rows: Vec<&SizeAndPower> =
        table.rows.iter().filter(|row| (row.alpha - ALPHA).abs() < 1e-12).collect();
    let mut tests: Vec<ComparedTest> = Vec::new();
    for row in &rows {
        if !tests.contains(&row.test) {
            tests.push(row.test);
        }
    }
    if tests.is_empty() {
        return Err(Error::too_few("size and power at 1 %", 1, 0, "simulate at alpha 0.01"));
    }
    let kinds = [
        (SimulatedVolatility::Constant, "constant", theme::BLUE, MarkerSymbol::Circle),
        (SimulatedVolatility::Garch, "clustered", theme::ORANGE, MarkerSymbol::Square),
        (SimulatedVolatility::Seasonal, "with a daily rhythm", theme::VERMILLION, MarkerSymbol::Diamond),
    ];
    let mut traces: Traces = Vec::new();
    for (kind, name, color, symbol) in kinds {
        let lines: Vec<_> = rows.iter().filter(|row| row.volatility == kind).collect();
        let place = |test: ComparedTest| tests.iter().position(|other| *other == test).unwrap_or(0) as f64;
        let promised = |row: &SizeAndPower| match row.test {
            ComparedTest::PerPoint | ComparedTest::PerPointPeriodic => row.size_per_point,
            _ => row.size_family_wise,
        };
        // A share of 0 has no place on a logarithmic axis: it stands at the left edge.
        let sizes = rounded(lines.iter().map(|row| 100.0 * promised(row).max(0.001)));
        let places = lines.iter().map(|row| place(row.test)).collect();
        let marker = Marker::new().color(color).size(11).symbol(symbol);
        traces.push(points(sizes, places, name, color, 11, 1.0).marker(marker));
    }
    for (position, test) in tests.iter().enumerate() {
        let chosen =
            rows.iter().find(|row| row.test == *test && row.volatility == SimulatedVolatility::Garch);
        let Some(row) = chosen else { continue };
        let color = theme::SERIES[position % theme::SERIES.len()];
        let power = rounded(row.power.iter().map(|share| 100.0 * share));
        traces.push(
            line(&table.jump_sizes, power, label(*test), color, 1.8)
                .mode(Mode::LinesMarkers)
                .marker(Marker::new().color(color).size(6))
                .x_axis("x2")
                .y_axis("y2")
                .show_legend(false),
        );
    }
    let labels: Vec<&str> = tests.iter().map(|test| label(*test)).collect();
    let colors: Vec<String> = labels
        .iter()
        .enumerate()
        .map(|(position, label)| {
            format!(
                "<span style=\"color:{}\"><b>\u{2014}</b></span> {label}",
                theme::SERIES[position % theme::SERIES.len()]
            )
        })
        .collect();
    let layout = json!({
        "height": 200 + 40 * tests.len() as u32,
        "shapes": [{"type": "line", "xref": "x", "yref": "y domain", "x0": 100.0 * ALPHA, "x1": 100.0 * ALPHA, "y0": 0, "y1": 1,
            "line": {"width": 1.4, "dash": "dash", "color": theme::INK}}],
        "annotations": [theme::panel_title("x", "y", "(a) size"), theme::panel_title("x2", "y2", "(b) power")],
        "legend": {"y": 1.12}, "margin": {"t": 76},
        "xaxis": {"title": {"text": "flagged, no jump (%)"}, "type": "log", "domain": [0.0, 0.5],
            "range": [-1.1, 2.1], "tickvals": [0.1, 1, 10, 100]},
        "yaxis": {"tickvals": (0..tests.len()).collect::<Vec<_>>(), "ticktext": colors,
            "range": [tests.len() as f64 - 0.5, -0.5], "ticks": ""},
        "xaxis2": {"title": {"text": "jump (local sd)"}, "domain": [0.68, 1.0], "anchor": "y2"},
        "yaxis2": {"title": {"text": "found (%)"}, "range": [0, 103], "anchor": "x2"},
    });
    let caption = format!(
        "Jump tests at 1 % on {} simulated series of {} hours for each kind of volatility. (a) How often they flag where there \
         is no jump: per return for per-point tests, per series for family-wise ones; dashed: what they promise. (b) The \
         share of implanted jumps found where volatility clusters, colours as in the names of (a).",
        super::training::thousands(table.settings.replications),
        super::training::thousands(table.settings.hours)
    );
    Figure::new("size_and_power", caption, traces, layout)
}

fn label(test: ComparedTest) -> &'static str {
    match test {
        ComparedTest::PerPoint => "per point",
        ComparedTest::FamilyWise => "family-wise",
        ComparedTest::FamilyWiseStudent => "family-wise, Student",
        ComparedTest::PerPointPeriodic => "per point, periodic",
        ComparedTest::FamilyWisePeriodic => "family-wise, periodic",
        ComparedTest::FamilyWiseStudentPeriodic => "Student, periodic",
        ComparedTest::HighfrequencyDefaults => "R highfrequency",
    }
}

/// Jumps found in each event's window against those of an average window, and the highest level reached.
///
/// # Errors
/// When the series covers no event.
pub fn event_study(study: &EventStudy, market: &Market) -> Result<Figure> {
    if study.findings.is_empty() {
        return Err(Error::too_few("an event study", 1, 0, "give a series that covers an event"));
    }
    let names: Vec<String> = study.findings.iter().map(|finding| in_lines(&finding.event.name)).collect();
    let found = study.findings.iter().map(|finding| finding.jumps as f64).collect();
    let expected = rounded(study.findings.iter().map(|finding| finding.expected));
    let peaks = rounded(study.findings.iter().map(|finding| finding.peak));
    let traces: Traces = vec![
        bars(names.clone(), found, "jumps in the window", theme::VERMILLION),
        bars(names.clone(), expected, "in an average window", theme::GREY),
        bars(names, peaks.clone(), "peak", theme::BLUE).x_axis("x2").y_axis("y2").show_legend(false),
    ];
    let mut annotations =
        vec![theme::panel_title("x2", "y2", &format!("highest {} in the window", market.index))];
    for (finding, peak) in study.findings.iter().zip(&peaks) {
        annotations
            .push(json!({"text": format!("{peak:.0}"), "showarrow": false, "xref": "x2", "yref": "y2",
            "x": in_lines(&finding.event.name), "y": peak, "yanchor": "bottom"}));
    }
    let layout = json!({
        "height": 560, "barmode": "group", "bargap": 0.4, "annotations": annotations,
        "xaxis": {"type": "category", "showgrid": false, "showticklabels": false},
        "xaxis2": {"type": "category", "showgrid": false, "anchor": "y2", "tickangle": 0},
        "yaxis": {"title": {"text": "jumps"}, "domain": [0.56, 1.0], "rangemode": "tozero"},
        "yaxis2": {"title": {"text": market.short_index_axis()}, "domain": [0.0, 0.44], "rangemode": "tozero"},
    });
    let caption = format!(
        "What the Lee-Mykland test finds in the days around each event of the thesis, beside the jumps of an average \
         window of the same length; below, the highest {} of the window.",
        market.index
    );
    Figure::new("event_study", caption, traces, layout)
}
