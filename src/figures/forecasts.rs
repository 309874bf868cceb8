//! Forecasts beside what came true, for any model.

use super::Figure;
use super::marks::{Traces, above_events, event_marks, line, points, rounded};
use super::theme::{self, Daily};
use crate::error::{Error, Result};
use crate::evaluation::{Forecast, Forecasts, Metrics};
use crate::market::Market;
use crate::models::{Coverage, Interval};
use crate::panel::Panel;
use crate::time::{Horizon, Timestamp};
use plotly::Scatter;
use plotly::common::{Fill, Line, Mode};
use serde_json::json;

/// Points of the scatter plot.
const SCATTER_POINTS: usize = 1_500;

/// Days of history before tomorrow's forecast.
const HISTORY_DAYS: i64 = 60;

fn daily(forecasts: &Forecasts, pick: impl Fn(&Forecast) -> f64) -> Daily {
    let values: Vec<f64> = forecasts.records().map(|record| pick(&record)).collect();
    Daily::of(forecasts.targets(), &values)
}

/// Forecast and actual values by day of the target, with the interval when there is one, and the errors.
///
/// # Errors
/// Never for a valid series.
pub fn predictions(forecasts: &Forecasts, market: &Market) -> Result<Figure> {
    let metrics = Metrics::of(forecasts)?;
    let actual = daily(forecasts, |record| record.actual);
    let days = actual.dates();
    let mut traces: Traces = Vec::new();
    if let Some(band) = forecasts.band(Coverage::P80) {
        let side = |ends: &[f64]| Daily::of(forecasts.targets(), ends).values();
        let edge = Line::new().color("rgba(230,159,0,0)").width(0.0);
        traces.push(
            Scatter::new(days.clone(), side(&band.upper))
                .mode(Mode::Lines)
                .line(edge.clone())
                .show_legend(false)
                .name("upper end"),
        );
        traces.push(
            Scatter::new(days.clone(), side(&band.lower))
                .mode(Mode::Lines)
                .line(edge)
                .fill(Fill::ToNextY)
                .fill_color("rgba(230,159,0,0.30)")
                .name("interval"),
        );
    }
    traces.push(line(&days, actual.values(), "actual", theme::BLUE, 1.6));
    traces.push(line(
        &days,
        daily(forecasts, |record| record.predicted).values(),
        "forecast",
        theme::VERMILLION,
        1.2,
    ));
    traces.push(
        line(&days, daily(forecasts, Forecast::residual).values(), "error", theme::INK, 1.0)
            .y_axis("y2")
            .show_legend(false),
    );
    let (first, last) = forecasts.span();
    let (mut shapes, annotations) = event_marks(&market.events, first, last, &[("x", "y"), ("x", "y2")]);
    shapes.push(theme::horizontal("x", "y2", 0.0, "solid", theme::GREY));
    let layout = json!({
        "height": 560, "shapes": shapes, "annotations": annotations,
        "xaxis": {"type": "date", "anchor": "y2", "range": [days.first(), days.last()]},
        "yaxis": {"title": {"text": market.index_axis()}, "domain": [0.36, 1.0]},
        "yaxis2": {"title": {"text": "error (points)"}, "domain": [0.0, 0.30]},
    });
    let skill = metrics
        .skill()
        .map_or(String::new(), |skill| format!(", skill against persistence {:.1} %", 100.0 * skill));
    let caption = format!(
        "Forecasts of {} for {} ahead and what came true, daily means by the target's day; below, actual minus forecast. \
         RMSE {:.3} points{skill}.",
        forecasts.model(),
        forecasts.horizon(),
        metrics.rmse()
    );
    Figure::new(
        format!("predictions_{}", file_name(forecasts.model())),
        caption,
        traces,
        above_events(layout),
    )
}

/// Forecast against actual, in levels and in changes since the origin.
///
/// In levels every forecast looks good, because tomorrow resembles today; changes show what is forecast.
///
/// # Errors
/// Never for a valid series.
pub fn predicted_against_actual(forecasts: &Forecasts) -> Result<Figure> {
    let metrics = Metrics::of(forecasts)?;
    let step = forecasts.len().div_ceil(SCATTER_POINTS).max(1);
    let thin = |pick: &dyn Fn(&Forecast) -> f64| {
        rounded(forecasts.records().step_by(step).map(|record| pick(&record)))
    };
    let (x, y) = (thin(&|record| record.actual), thin(&|record| record.predicted));
    let change = thin(&|record| record.actual - record.anchor);
    let called = thin(&|record| record.predicted - record.anchor);
    let ends = |values: [&[f64]; 2]| {
        let all = values.into_iter().flatten().copied().filter(|value| value.is_finite());
        let (low, high) =
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let margin = 0.03 * (high - low).max(1.0);
        rounded([low - margin, high + margin])
    };
    let (level, moved) = (ends([&x, &y]), ends([&change, &called]));
    let traces: Traces = vec![
        points(x, y, "hours", theme::BLUE, 4, 0.35),
        line(&level, level.clone(), "forecast = actual", theme::INK, 1.4),
        points(change, called, "hours", theme::BLUE, 4, 0.35).x_axis("x2").y_axis("y2"),
        line(&moved, moved.clone(), "forecast = actual", theme::INK, 1.4).x_axis("x2").y_axis("y2"),
    ];
    let note = |axis: &str, text: String| {
        json!({"text": text.replace('-', "\u{2212}"), "showarrow": false, "xref": format!("x{axis} domain"),
            "yref": format!("y{axis} domain"), "x": 0.03, "y": 0.98, "xanchor": "left", "yanchor": "top"})
    };
    let percent =
        |share: Option<f64>| share.map_or("undefined".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    let layout = json!({
        "height": 460, "showlegend": false,
        "grid": {"rows": 1, "columns": 2, "pattern": "independent", "xgap": 0.26},
        "annotations": [
            theme::panel_title("x", "y", "(a) levels"), theme::panel_title("x2", "y2", "(b) changes since the origin"),
            note("", format!("R\u{b2} {:.3}", metrics.r2().unwrap_or(f64::NAN))),
            note("2", format!("skill {}", percent(metrics.skill()))),
        ],
        "xaxis": {"title": {"text": "actual (index points)"}, "range": level, "nticks": 8},
        "yaxis": {"title": {"text": "forecast (index points)"}, "range": level},
        "xaxis2": {"title": {"text": "actual change (points)"}, "range": moved},
        "yaxis2": {"title": {"text": "forecast change (points)"}, "range": moved},
    });
    let caption = format!(
        "Forecasts of {} for {} ahead against what came true, every {step}th origin: (a) in levels, where a forecast of no \
         change looks excellent too; (b) in changes since the origin, where it would be a flat line. Right direction: {}.",
        forecasts.model(),
        forecasts.horizon(),
        percent(metrics.directional_accuracy())
    );
    Figure::new(format!("scatter_{}", file_name(forecasts.model())), caption, traces, layout)
}

/// One forecast with its intervals, index points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextForecast<'a> {
    /// When it is made.
    pub origin: Timestamp,
    /// How far ahead.
    pub horizon: Horizon,
    /// The point forecast.
    pub predicted: f64,
    /// The intervals, in any order.
    pub intervals: &'a [Interval],
}

/// The latest weeks of a series and one forecast beyond them with its intervals.
///
/// `known` is a panel of known values whose last rows end at `origin`.
///
/// # Errors
/// A missing column or an origin outside the panel.
pub fn next_forecast(
    known: &Panel,
    series: &str,
    next: &NextForecast<'_>,
    market: &Market,
) -> Result<Figure> {
    let NextForecast { origin, horizon, predicted: point, intervals } = *next;
    if known.row_of(origin).is_none() {
        return Err(Error::parameter("origin", origin, format!("{} .. {}", known.start(), known.last())));
    }
    let from = Timestamp::from_hours(origin.hours() - 24 * HISTORY_DAYS);
    let recent = known.between(from, origin)?;
    let past = theme::daily(&recent, recent.values(series)?)?;
    let target = vec![stamp(known.step().target(origin, horizon))];
    let mut traces: Traces =
        vec![line(&past.dates(), past.values(), &format!("{}, daily mean", market.index), theme::BLUE, 1.8)];
    let mut widest_first: Vec<&Interval> = intervals.iter().collect();
    widest_first.sort_by_key(|interval| std::cmp::Reverse(interval.coverage));
    let colors = [theme::SKY, theme::ORANGE, theme::PURPLE];
    for (position, interval) in widest_first.iter().enumerate() {
        let ends = rounded([interval.lower, interval.upper]);
        let name = format!("{} interval", interval.coverage);
        let width = 4.0 + 5.0 * position as f64;
        traces.push(line(
            &[target[0].clone(), target[0].clone()],
            ends,
            &name,
            colors[position % colors.len()],
            width,
        ));
    }
    traces.push(points(target, rounded([point]), "forecast", theme::VERMILLION, 10, 1.0));
    let layout = json!({
        "height": 420, "xaxis": {"type": "date"}, "yaxis": {"title": {"text": market.index_axis()}},
        "annotations": [{"text": format!("{point:.1}"), "x": stamp(origin + horizon), "y": point, "showarrow": false,
            "xanchor": "left", "xshift": 10}],
        "margin": {"r": 50},
    });
    let caption = format!(
        "{} as known on {} UTC and its forecast {horizon} ahead: {point:.1} {}, with the range it should hold to.",
        market.index,
        stamp(origin),
        market.unit
    );
    Figure::new("next_forecast", caption, traces, layout)
}

fn stamp(time: Timestamp) -> String {
    time.civil().strftime("%Y-%m-%d %H:%M").to_string()
}

/// A model's name as part of a file's name.
pub(super) fn file_name(model: &str) -> String {
    model.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}
