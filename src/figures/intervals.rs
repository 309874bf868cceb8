//! Whether intervals hold what they promise.

use super::Figure;
use super::marks::{Traces, line, rounded};
use super::theme::{self, Daily};
use crate::error::{Error, Result};
use crate::evaluation::{Forecasts, Metrics, MetricsTable};
use crate::models::{Coverage, Interval};
use plotly::common::{Marker, Mode};
use serde_json::json;

/// Days of the moving share of values inside the interval.
const MOVING_DAYS: usize = 61;

/// Observed against nominal coverage of several models' intervals.
///
/// Each entry is a name and its pairs (nominal, observed), both as shares.
///
/// # Errors
/// When there is no pair.
pub fn reliability(models: &[(String, Vec<(f64, f64)>)]) -> Result<Figure> {
    if models.iter().all(|(_, pairs)| pairs.is_empty()) {
        return Err(Error::too_few("a reliability figure", 1, 0, "give a model that forecasts intervals"));
    }
    let mut traces: Traces = vec![line(&[0.0, 100.0], vec![0.0, 100.0], "as promised", theme::INK, 1.2)];
    for (position, (name, pairs)) in models.iter().enumerate() {
        let color = theme::SERIES[position % theme::SERIES.len()];
        let nominal = rounded(pairs.iter().map(|(nominal, _)| 100.0 * nominal));
        let observed = rounded(pairs.iter().map(|(_, observed)| 100.0 * observed));
        traces.push(
            line(&nominal, observed, name, color, 1.6)
                .mode(Mode::LinesMarkers)
                .marker(Marker::new().color(color).size(8)),
        );
    }
    let layout = json!({
        "height": 520, "legend": {"x": 0.5, "xanchor": "center"},
        "xaxis": {"title": {"text": "nominal coverage (%)"}, "range": [0, 102], "constrain": "domain"},
        "yaxis": {"title": {"text": "observed coverage (%)"}, "range": [0, 102], "scaleanchor": "x", "constrain": "domain"},
    });
    let caption = "Share of actual values inside the forecast intervals against the share promised. Below the line, \
                   intervals are too narrow; above, too wide.";
    Figure::new("reliability", caption, traces, layout)
}

/// The nominal and the observed coverages of the models that gave intervals: what [`reliability`] draws.
pub fn observed(table: &MetricsTable) -> Vec<(String, Vec<(f64, f64)>)> {
    let pairs = |metrics: &Metrics| {
        let found = [(0.8, metrics.coverage()), (0.95, metrics.coverage_95())];
        found.into_iter().filter_map(|(nominal, observed)| Some((nominal, observed?))).collect()
    };
    let all = table.0.iter().map(|metrics| (metrics.model.clone(), pairs(metrics)));
    all.filter(|(_, pairs): &(String, Vec<(f64, f64)>)| !pairs.is_empty()).collect()
}

/// The moving share of actual values inside the interval of a nominal coverage, such as 0.8, and its width.
///
/// # Errors
/// When the series carries no interval of that coverage.
pub fn coverage_over_time(forecasts: &Forecasts, nominal: f64) -> Result<Figure> {
    let Some(band) = forecasts.band(Coverage::new(nominal)?) else {
        return Err(Error::too_few("coverage over time", 1, 0, "give a model that forecasts intervals"));
    };
    let daily = |value: &dyn Fn(Interval, f64) -> f64| {
        let pairs = band.iter().zip(forecasts.actual());
        let values: Vec<f64> =
            pairs.map(|(interval, &actual)| interval.map_or(f64::NAN, |own| value(own, actual))).collect();
        Daily::of(forecasts.targets(), &values)
    };
    let covered = daily(&|interval, actual| f64::from(u8::from(interval.contains(actual))));
    let width = daily(&|interval, _| interval.width());
    let days = covered.dates();
    let share = covered.centred_mean(MOVING_DAYS).into_iter().map(|share| 100.0 * share);
    let traces: Traces = vec![
        line(&days, rounded(share), "covered", theme::BLUE, 1.8),
        line(&days, width.values(), "width", theme::ORANGE, 1.2).y_axis("y2"),
    ];
    let layout = json!({
        "height": 500, "showlegend": false,
        "shapes": [theme::horizontal("x", "y", 100.0 * nominal, "dash", theme::INK)],
        "annotations": [
            theme::panel_title("x", "y", "(a) share inside the interval, two-month mean"),
            theme::panel_title("x", "y2", "(b) width of the interval, daily mean"),
        ],
        "xaxis": {"type": "date", "anchor": "y2", "range": [days.first(), days.last()]},
        "yaxis": {"title": {"text": "inside (%)"}, "domain": [0.56, 1.0], "range": [0, 103]},
        "yaxis2": {"title": {"text": "width (points)"}, "domain": [0.0, 0.44], "rangemode": "tozero"},
    });
    let caption = format!(
        "The {:.0} % interval of {} over time: (a) the share of actual values inside it, dashed: what is promised; (b) its \
         width. An honest interval keeps (a) level by moving (b).",
        100.0 * nominal,
        forecasts.model()
    );
    Figure::new("coverage_over_time", caption, traces, layout)
}
