//! What forecasts leave over, in calm and in crisis.

use super::Figure;
use super::forecasts::file_name;
use super::marks::{Traces, bars, dashed, histogram, in_lines, line, points, quantile, rounded, sorted};
use super::theme::{self, Daily};
use crate::error::{Error, Result};
use crate::evaluation::{EventScores, Forecast, Forecasts, Metrics, scores_by_event};
use crate::events::Event;
use crate::statistics::{mean, mean_square, variance};
use crate::validation::correlogram;
use plotly::common::{ErrorData, ErrorType, Line, Marker, Mode};
use plotly::{Bar, Scatter};
use serde_json::{Value, json};
use statrs::distribution::{ContinuousCDF, Normal};
use std::f64::consts::PI;

/// Lags of the autocorrelation: three days.
const LAGS: usize = 72;
/// Points of the scatter panels.
const SCATTER_POINTS: usize = 1_200;

/// Six panels: residuals over time, their histogram with the normal density, normal quantiles,
/// autocorrelation, predicted against actual, residuals against predicted.
///
/// # Errors
/// Fewer than 100 residuals, or residuals that are all the same.
pub fn residual_diagnostics(forecasts: &Forecasts) -> Result<Figure> {
    let residuals = forecasts.residuals();
    let n = residuals.len();
    if n < 100 {
        return Err(Error::too_few("residual diagnostics", 100, n, "forecast more origins"));
    }
    let ordered = sorted(&residuals);
    let centre = mean(&residuals);
    let deviation = variance(&residuals).sqrt();
    if deviation <= 0.0 || deviation.is_nan() {
        return Err(Error::Value {
            what: "residual diagnostics".to_owned(),
            series: forecasts.model().to_owned(),
            index: 0,
            value: residuals[0],
            remedy: "all residuals are the same; check the forecasts".to_owned(),
        });
    }
    let daily = Daily::of(forecasts.targets(), &residuals);
    let reach = 4.0 * deviation;
    let (value, counts, width) = histogram(&residuals, -reach, reach, 60);
    let density = rounded(counts.iter().map(|count| count / n as f64 / width));
    let normal = rounded(value.iter().map(|x| {
        let z = (x - centre) / deviation;
        (-0.5 * z * z).exp() / (deviation * (2.0 * PI).sqrt())
    }));
    let law = Normal::standard();
    let shares: Vec<f64> = (0..200).map(|i| (f64::from(i) + 0.5) / 200.0).collect();
    let theory = rounded(shares.iter().map(|share| law.inverse_cdf(*share)));
    let sample = rounded(shares.iter().map(|share| (quantile(&ordered, *share) - centre) / deviation));
    let lags: Vec<usize> = (1..=LAGS.min(n / 2)).collect();
    let correlogram = correlogram(&residuals, lags.len(), 0.05)?;
    let acf = rounded(correlogram.autocorrelation);
    let band = theme::rounded(correlogram.white_noise_band, 4);
    let step = n.div_ceil(SCATTER_POINTS).max(1);
    let thin =
        |pick: fn(&Forecast) -> f64| rounded(forecasts.records().step_by(step).map(|record| pick(&record)));
    let predicted = thin(|record| record.predicted);
    let actual = thin(|record| record.actual);
    let edge = sorted(&[actual.clone(), predicted.clone()].concat());
    let ends = rounded([quantile(&edge, 0.0), quantile(&edge, 1.0)]);
    let on = |number: &str| (format!("x{number}"), format!("y{number}"));
    let (x2, y2) = on("2");
    let (x3, y3) = on("3");
    let (x4, y4) = on("4");
    let (x5, y5) = on("5");
    let (x6, y6) = on("6");
    let traces: Traces = vec![
        line(&daily.dates(), daily.values(), "daily mean", theme::BLUE, 0.9),
        bars(value.clone(), density, "residuals", theme::SKY).x_axis(&x2).y_axis(&y2),
        line(&value, normal, "normal", theme::INK, 1.6).x_axis(&x2).y_axis(&y2),
        points(theory.clone(), sample, "quantiles", theme::BLUE, 4, 0.8).x_axis(&x3).y_axis(&y3),
        line(&theory, theory.clone(), "normal", theme::INK, 1.2).x_axis(&x3).y_axis(&y3),
        bars(lags.clone(), acf, "autocorrelation", theme::BLUE).x_axis(&x4).y_axis(&y4),
        dashed(&[0, lags.len()], vec![band; 2], "95 %", theme::VERMILLION).x_axis(&x4).y_axis(&y4),
        dashed(&[0, lags.len()], vec![-band; 2], "95 %", theme::VERMILLION).x_axis(&x4).y_axis(&y4),
        points(actual, predicted.clone(), "hours", theme::BLUE, 3, 0.35).x_axis(&x5).y_axis(&y5),
        line(&ends, ends.clone(), "equal", theme::INK, 1.2).x_axis(&x5).y_axis(&y5),
        points(predicted, thin(Forecast::residual), "hours", theme::BLUE, 3, 0.35).x_axis(&x6).y_axis(&y6),
    ];
    let horizon = forecasts.horizon().get() as usize;
    let mut shapes = vec![theme::horizontal("x6", "y6", 0.0, "solid", theme::GREY)];
    if horizon > 1 && horizon <= LAGS {
        shapes.push(json!({
            "type": "line", "xref": "x4", "yref": "y4 domain", "x0": horizon, "x1": horizon, "y0": 0, "y1": 1,
            "layer": "above", "line": {"width": 1.2, "dash": "dot", "color": theme::GREY},
        }));
    }
    let titles = [
        ("", "(a) over time"),
        ("2", "(b) distribution"),
        ("3", "(c) normal quantiles"),
        ("4", "(d) autocorrelation"),
        ("5", "(e) predicted against actual"),
        ("6", "(f) against the forecast"),
    ];
    let titles: Vec<Value> = titles
        .iter()
        .map(|(axis, title)| theme::panel_title(&format!("x{axis}"), &format!("y{axis}"), title))
        .collect();
    let layout = json!({
        "height": 980, "showlegend": false, "bargap": 0.0, "shapes": shapes, "annotations": titles,
        "grid": {"rows": 3, "columns": 2, "pattern": "independent", "xgap": 0.26, "ygap": 0.34},
        "xaxis": {"type": "date", "nticks": 6}, "yaxis": {"title": {"text": "residual (points)"}},
        "xaxis2": {"title": {"text": "residual (points)"}}, "yaxis2": {"title": {"text": "density"}, "rangemode": "tozero"},
        "xaxis3": {"title": {"text": "normal quantile"}}, "yaxis3": {"title": {"text": "residual (sd)"}},
        "xaxis4": {"title": {"text": "lag (hours)"}, "dtick": 12}, "yaxis4": {"title": {"text": "correlation"}},
        "xaxis5": {"title": {"text": "actual (points)"}}, "yaxis5": {"title": {"text": "forecast (points)"}},
        "xaxis6": {"title": {"text": "forecast (points)"}}, "yaxis6": {"title": {"text": "residual (points)"}},
    });
    let caption = format!(
        "Residuals of {} ({} origins, {} ahead; mean {centre:.3}, standard deviation {deviation:.3} points). Forecasts of \
         consecutive hours overlap, so residuals are correlated up to the dotted lag {horizon} even when the model is right; \
         what lies beyond is left to explain. The outermost bars of (b) hold everything further out.",
        forecasts.model(),
        super::training::thousands(n),
        forecasts.horizon(),
    );
    Figure::new(format!("residual_diagnostics_{}", file_name(forecasts.model())), caption, traces, layout)
}

/// Residuals in groups of hours (normal, jump, each crisis): median, middle half, middle nine tenths.
///
/// # Errors
/// When there is no group, or a group without residuals.
pub fn residuals_by_regime(model: &str, groups: &[(String, Vec<f64>)]) -> Result<Figure> {
    if let Some((name, _)) = groups.iter().find(|(_, residuals)| sorted(residuals).is_empty()) {
        return Err(Error::too_few(
            format!("residuals of `{name}`"),
            1,
            0,
            "leave out a group without hours",
        ));
    }
    if groups.is_empty() {
        return Err(Error::too_few("residuals by regime", 1, 0, "give at least one group"));
    }
    let mut labels = Vec::new();
    let (mut middle, mut half, mut most): (Vec<f64>, Vec<[f64; 2]>, Vec<[f64; 2]>) = Default::default();
    let mut rmse = Vec::new();
    for (name, residuals) in groups {
        let values = sorted(residuals);
        let square = mean_square(&values).sqrt();
        labels.push(format!("{}<br>n {}", in_lines(name), super::training::thousands(values.len())));
        rmse.push(square);
        middle.push(quantile(&values, 0.5));
        half.push([quantile(&values, 0.25), quantile(&values, 0.75)]);
        most.push([quantile(&values, 0.05), quantile(&values, 0.95)]);
    }
    let reach = |ranges: &[[f64; 2]], thickness: f64, color: &'static str, name: &str| {
        let above = rounded(ranges.iter().zip(&middle).map(|(range, middle)| range[1] - middle));
        let below = rounded(ranges.iter().zip(&middle).map(|(range, middle)| middle - range[0]));
        let bars = ErrorData::new(ErrorType::Data)
            .symmetric(false)
            .array(above)
            .array_minus(below)
            .color(color)
            .thickness(thickness)
            .width(0);
        Scatter::new(labels.clone(), rounded(middle.iter().copied()))
            .mode(Mode::Markers)
            .marker(Marker::new().color(color).size(1))
            .line(Line::new().color(color))
            .error_y(bars)
            .name(name)
            .show_legend(false)
    };
    let traces: Traces = vec![
        reach(&most, 2.0, theme::BLUE, "5 % to 95 %"),
        reach(&half, 11.0, theme::SKY, "25 % to 75 %"),
        points(labels.clone(), rounded(middle.iter().copied()), "median", theme::VERMILLION, 9, 1.0)
            .show_legend(false),
        bars(labels.clone(), rounded(rmse), "RMSE", theme::BLUE).x_axis("x2").y_axis("y2").show_legend(false),
    ];
    let layout = json!({
        "height": 660, "bargap": 0.5, "margin": {"b": 88},
        "shapes": [theme::horizontal("x", "y", 0.0, "solid", theme::GREY)],
        "annotations": [theme::panel_title("x", "y", "(a) residuals"), theme::panel_title("x2", "y2", "(b) RMSE")],
        "xaxis": {"type": "category", "showgrid": false, "showticklabels": false, "range": [-0.5, groups.len() as f64 - 0.5]},
        "xaxis2": {"type": "category", "showgrid": false, "range": [-0.5, groups.len() as f64 - 0.5], "anchor": "y2", "tickangle": 0},
        "yaxis": {"title": {"text": "actual \u{2212} forecast (points)"}, "domain": [0.46, 1.0]},
        "yaxis2": {"title": {"text": "RMSE (points)"}, "domain": [0.0, 0.38]},
    });
    let caption = format!(
        "Residuals of {model} by the state of the market: (a) median (dot), middle half (broad) and middle nine tenths \
         (thin); (b) root mean squared error. Crises are the days around each event; their names are hindsight."
    );
    Figure::new("residuals_by_regime", caption, traces, layout)
}

/// RMSE of several models inside each event's window and outside all of them.
///
/// Events without a forecast are left out.
///
/// # Errors
/// No series, series that are not aligned, or no event within them.
pub fn crisis_robustness(series: &[Forecasts], events: &[Event]) -> Result<Figure> {
    let Some(first) = series.first() else {
        return Err(Error::too_few("crisis robustness", 1, 0, "give at least one forecast series"));
    };
    let own = scores_by_event(first, events)?;
    if own.len() < 2 {
        return Err(Error::too_few(
            "crisis robustness",
            1,
            0,
            "no event lies within the forecasts; forecast an earlier stretch",
        ));
    }
    let name = |scores: &EventScores| {
        in_lines(scores.event.as_ref().map_or("all other hours", |event| event.name.as_str()))
    };
    let groups: Vec<String> = own.iter().map(name).collect();
    let errors = |scores: &[EventScores], pick: fn(&Metrics) -> f64| {
        rounded(scores.iter().map(|scores| scores.metrics.as_ref().map_or(f64::NAN, pick)))
    };
    let persistence =
        |metrics: &Metrics| metrics.skill().map_or(f64::NAN, |skill| metrics.rmse() / (1.0 - skill).sqrt());
    let mut traces: Traces =
        vec![bars(groups.clone(), errors(&own, persistence), "persistence", theme::GREY)];
    for (position, forecasts) in
        series.iter().filter(|forecasts| forecasts.model() != "persistence").enumerate()
    {
        first.aligned_with(forecasts)?;
        let scores = scores_by_event(forecasts, events)?;
        let color = theme::SERIES[position % theme::SERIES.len()];
        traces.push(
            Bar::new(groups.clone(), errors(&scores, Metrics::rmse))
                .name(forecasts.model())
                .marker(Marker::new().color(color)),
        );
    }
    let layout = json!({
        "barmode": "group", "bargap": 0.25, "showlegend": true,
        "xaxis": {"type": "category", "showgrid": false, "tickangle": 0},
        "yaxis": {"title": {"text": "RMSE (index points)"}, "rangemode": "tozero"},
    });
    let caption = format!(
        "Root mean squared error {} ahead within each event's window and outside all windows. A window holds few independent \
         days: a single bar is an anecdote, not a test.",
        first.horizon()
    );
    Figure::new("crisis_robustness", caption, traces, layout)
}
