//! The original's protocol, leak by leak.

use super::Figure;
use super::marks::{Traces, points, rounded};
use super::theme;
use crate::error::{Error, Result};
use crate::evaluation::Metrics;
use plotly::common::{Marker, MarkerSymbol};
use serde_json::{Value, json};

/// What each step of a protocol does to the error: the original's leaks, closed one after the other.
///
/// `steps` in the order they are taken; `reported` is the number that was published.
///
/// # Errors
/// When there is no step.
pub fn protocol_steps(steps: &[(String, Metrics)], reported: Option<f64>) -> Result<Figure> {
    if steps.is_empty() {
        return Err(Error::too_few("a figure of protocol steps", 1, 0, "give at least one step"));
    }
    let places: Vec<f64> = (0..steps.len()).map(|place| place as f64).collect();
    let own = rounded(steps.iter().map(|(_, metrics)| metrics.rmse()));
    let naive =
        rounded(steps.iter().map(|(_, metrics)| {
            metrics.skill().map_or(f64::NAN, |skill| metrics.rmse() / (1.0 - skill).sqrt())
        }));
    let traces: Traces = vec![
        points(own, places.clone(), "the forecast", theme::VERMILLION, 12, 1.0),
        points(naive, places, "persistence on the same hours", theme::BLUE, 12, 1.0)
            .marker(Marker::new().color(theme::BLUE).size(12).symbol(MarkerSymbol::DiamondOpen)),
    ];
    let shapes: Vec<Value> = reported
        .map(|value| {
            json!({"type": "line", "xref": "x", "yref": "paper", "x0": value, "x1": value, "y0": 0, "y1": 1, "layer": "above",
                "line": {"width": 1.2, "dash": "dash", "color": theme::INK}})
        })
        .into_iter()
        .collect();
    let annotations: Vec<Value> = reported
        .map(|value| {
            json!({"text": format!("reported {value}"), "showarrow": false, "xref": "x", "x": value, "yref": "paper", "y": 0.0,
                "yanchor": "bottom", "xanchor": "left", "xshift": 4})
        })
        .into_iter()
        .collect();
    let names: Vec<&str> = steps.iter().map(|(name, _)| name.as_str()).collect();
    let layout = json!({
        "height": 160 + 40 * names.len() as u32, "shapes": shapes, "annotations": annotations,
        "xaxis": {"title": {"text": "RMSE (index points)"}, "rangemode": "tozero"},
        "yaxis": {"tickvals": (0..names.len()).collect::<Vec<_>>(), "ticktext": names,
            "range": [names.len() as f64 - 0.5, -0.5], "ticks": ""},
    });
    let caption = "The original's protocol step by step, from its own to ours: the error of each forecast, and of \
                   persistence on the same hours at the same horizon. `At the target`: turned back into index points with \
                   statistics of the target hour, which nobody knows at the origin.";
    Figure::new("protocol_steps", caption, traces, layout)
}
