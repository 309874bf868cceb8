//! One model in every state of the market that can be told apart.

use super::Figure;
use super::marks::{Traces, points, rounded};
use super::theme;
use crate::error::{Error, Result};
use crate::evaluation::{Metrics, RegimeReport};
use plotly::common::{Marker, MarkerSymbol};
use serde_json::{Value, json};

/// RMSE and skill in every state of every scheme.
///
/// # Errors
/// When there is no state.
pub fn regimes(reports: &[RegimeReport]) -> Result<Figure> {
    let rows: Vec<_> =
        reports.iter().flat_map(|report| report.regimes.iter().map(move |regime| (report, regime))).collect();
    let Some((first, _)) = rows.first() else {
        return Err(Error::too_few("a figure of regimes", 1, 0, "give a report with a regime"));
    };
    let mut traces: Traces = Vec::new();
    let mut place = 0;
    for (position, report) in reports.iter().enumerate() {
        let color = theme::SERIES[position % theme::SERIES.len()];
        let symbol = if report.hindsight { MarkerSymbol::CircleOpen } else { MarkerSymbol::Circle };
        let marker = Marker::new().color(color).size(9).symbol(symbol);
        let places: Vec<f64> = (place..place + report.regimes.len()).map(|place| place as f64).collect();
        place += report.regimes.len();
        let scores =
            |pick: fn(&Metrics) -> f64| rounded(report.regimes.iter().map(|regime| pick(&regime.metrics)));
        let skill = scores(|metrics| 100.0 * metrics.skill().unwrap_or(f64::NAN));
        traces.push(
            points(scores(Metrics::rmse), places.clone(), &report.scheme.to_string(), color, 9, 1.0)
                .marker(marker.clone()),
        );
        traces.push(
            points(skill, places, &report.scheme.to_string(), color, 9, 1.0)
                .marker(marker)
                .x_axis("x2")
                .y_axis("y2"),
        );
    }
    let names: Vec<String> = rows
        .iter()
        .map(|(_, regime)| format!("{} ({})", regime.regime, super::training::thousands(regime.metrics.n)))
        .collect();
    let mut shapes: Vec<Value> = Vec::new();
    let mut place = 0;
    for report in &reports[..reports.len() - 1] {
        place += report.regimes.len();
        for (x, y) in [("x", "y"), ("x2", "y2")] {
            shapes.push(theme::horizontal(x, y, place as f64 - 0.5, "solid", theme::GREY));
        }
    }
    shapes.push(json!({
        "type": "line", "xref": "x2", "yref": "y2 domain", "x0": 0, "x1": 0, "y0": 0, "y1": 1,
        "line": {"width": 1.2, "color": theme::INK},
    }));
    let range = json!([rows.len() as f64 - 0.5, -0.5]);
    let ticks: Vec<usize> = (0..rows.len()).collect();
    let layout = json!({
        "height": 150 + 24 * rows.len() as u32, "showlegend": false, "shapes": shapes,
        "annotations": [theme::panel_title("x", "y", "(a) error"), theme::panel_title("x2", "y2", "(b) skill")],
        "xaxis": {"title": {"text": "RMSE (points)"}, "domain": [0.0, 0.47], "rangemode": "tozero"},
        "xaxis2": {"title": {"text": "skill (%)"}, "domain": [0.53, 1.0], "anchor": "y2"},
        "yaxis": {"tickvals": ticks, "ticktext": names, "range": range, "ticks": "", "tickfont": {"size": 12}},
        "yaxis2": {"tickvals": ticks, "showticklabels": false, "range": range, "ticks": "", "anchor": "x2"},
    });
    let caption = format!(
        "{} in the states of the market at each origin (number of origins): (a) root mean squared error, (b) skill against \
         persistence in the same state. Lines part the ways of telling states; open circles: names given afterwards.",
        first.model
    );
    Figure::new("regimes", caption, traces, layout)
}
