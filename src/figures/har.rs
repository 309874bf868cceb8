//! Coefficients, and why an hour is not a day.

use super::Figure;
use super::marks::{Traces, line, rounded};
use super::theme;
use crate::error::{Error, Result};
use crate::evaluation::Metrics;
use crate::market::Market;
use crate::regression::RegressionTable;
use plotly::Scatter;
use plotly::common::{ErrorData, ErrorType, Marker, Mode};
use serde_json::json;

/// Half of a 95 % interval in standard errors.
const NORMAL_95: f64 = 1.959_964;

/// The slopes of one or several regressions with their 95 % intervals.
///
/// Constants are left out: their scale is the level's, not the slopes'.
///
/// # Errors
/// When there is no regression or no slope.
pub fn coefficients(tables: &[RegressionTable], market: &Market) -> Result<Figure> {
    let is_slope = |name: &str| !matches!(name, "const" | "constant" | "intercept" | "(intercept)");
    let mut names: Vec<&str> = Vec::new();
    for row in tables.iter().flat_map(|table| &table.coefficients) {
        if is_slope(&row.name) && !names.contains(&row.name.as_str()) {
            names.push(&row.name);
        }
    }
    if names.is_empty() {
        return Err(Error::too_few("a figure of coefficients", 1, 0, "give a regression with a slope"));
    }
    let count = tables.len() as f64;
    let mut traces: Traces = Vec::new();
    for (position, table) in tables.iter().enumerate() {
        let color = theme::SERIES[position % theme::SERIES.len()];
        let rows: Vec<_> = table.coefficients.iter().filter(|row| is_slope(&row.name)).collect();
        let place = |name: &str| names.iter().position(|other| *other == name).unwrap_or(0) as f64;
        let offset = (position as f64 - (count - 1.0) / 2.0) * (0.6 / count);
        let y: Vec<f64> = rows.iter().map(|row| place(&row.name) + offset).collect();
        let width = rounded(rows.iter().map(|row| NORMAL_95 * row.std_error));
        let bars = ErrorData::new(ErrorType::Data).array(width).color(color).thickness(1.8).width(5);
        traces.push(
            Scatter::new(rounded(rows.iter().map(|row| row.estimate)), y)
                .mode(Mode::Markers)
                .name(&table.name)
                .marker(Marker::new().color(color).size(9))
                .error_x(bars),
        );
    }
    let places: Vec<usize> = (0..names.len()).collect();
    let layout = json!({
        "height": 150 + (names.len() as u32 * tables.len().max(1) as u32 * 18).max(names.len() as u32 * 34),
        "showlegend": tables.len() > 1,
        "xaxis": {"title": {"text": "coefficient"}, "zeroline": true, "zerolinecolor": theme::INK, "zerolinewidth": 1.2},
        "yaxis": {"tickvals": places, "ticktext": names.iter().map(|name| super::column_names::readable(name, market)).collect::<Vec<_>>(),
            "range": [names.len() as f64 - 0.5, -0.5], "ticks": ""},
    });
    let covariance = tables.first().map_or("", |table| table.covariance.as_str());
    let caption = format!(
        "Coefficients with 95 % intervals ({covariance} standard errors). An interval across the line at zero: no evidence of an effect."
    );
    Figure::new("har_coefficients", caption, traces, layout)
}

/// Persistence by horizon: R2 falls and the error grows with every hour ahead.
///
/// One [`Metrics`] a horizon.
///
/// # Errors
/// When there is none, or R2 is undefined.
pub fn persistence_by_horizon(metrics: &[Metrics]) -> Result<Figure> {
    if metrics.is_empty() {
        return Err(Error::too_few("persistence by horizon", 1, 0, "score at least one horizon"));
    }
    let hours: Vec<u32> = metrics.iter().map(|metrics| metrics.horizon.get()).collect();
    let with_points = |y: Vec<f64>, color: &'static str| {
        line(&hours, y, "persistence", color, 1.8)
            .mode(Mode::LinesMarkers)
            .marker(Marker::new().color(color).size(7))
    };
    let traces: Traces = vec![
        with_points(rounded(metrics.iter().map(|metrics| metrics.r2().unwrap_or(f64::NAN))), theme::BLUE),
        with_points(rounded(metrics.iter().map(Metrics::rmse)), theme::VERMILLION).x_axis("x2").y_axis("y2"),
    ];
    let mut annotations =
        vec![theme::panel_title("x", "y", "(a) R\u{b2}"), theme::panel_title("x2", "y2", "(b) RMSE")];
    for scores in metrics.iter().filter(|metrics| [1, 24].contains(&metrics.horizon.get())) {
        let log = f64::from(scores.horizon.get()).log10();
        let day = scores.horizon.get() == 24;
        annotations.push(json!({
            "text": format!("{}: {:.3}", scores.horizon, scores.r2().unwrap_or(f64::NAN)), "x": log,
            "y": scores.r2(), "xref": "x", "yref": "y", "ax": if day { -30 } else { 30 }, "ay": if day { 84 } else { 40 }, "arrowwidth": 1, "arrowhead": 0, "standoff": 6,
        }));
        annotations.push(json!({
            "text": format!("{}: {:.2}", scores.horizon, scores.rmse()), "x": log, "y": scores.rmse(),
            "xref": "x2", "yref": "y2", "ax": if day { -40 } else { 20 }, "ay": if day { -40 } else { -64 }, "arrowwidth": 1, "arrowhead": 0, "standoff": 6,
        }));
    }
    let ahead =
        json!({"title": {"text": "hours ahead (log)"}, "type": "log", "tickvals": [1, 6, 24, 168, 720]});
    let layout = json!({
        "height": 400, "showlegend": false, "annotations": annotations,
        "grid": {"rows": 1, "columns": 2, "pattern": "independent", "xgap": 0.26},
        "xaxis": ahead, "xaxis2": ahead,
        "yaxis": {"title": {"text": "R\u{b2}"}}, "yaxis2": {"title": {"text": "RMSE (index points)"}, "rangemode": "tozero"},
    });
    let caption = "Persistence, the forecast that nothing changes, by horizon. A score at one hour says nothing about a \
                   day: compare forecasts at the same horizon only.";
    Figure::new("persistence_by_horizon", caption, traces, layout)
}
