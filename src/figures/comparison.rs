//! Chapters 7 and 10: which model is better, since when, and whether the data can tell.

use super::Figure;
use super::marks::{Traces, above_events, event_marks, line, points, rounded};
use super::theme;
use crate::error::{Error, Result};
use crate::evaluation::{Forecasts, Metrics, MetricsTable, ModelConfidenceSet};
use crate::events::Event;
use plotly::Bar;
use plotly::common::{Marker, MarkerSymbol, Orientation};
use serde_json::{Value, json};

/// The skill axis shows no model worse than this many per cent; a bar that is cut carries its number.
const WORST_SKILL: f64 = -40.0;

/// RMSE and skill of every model, best first.
///
/// # Errors
/// When the table is empty.
pub fn model_comparison(table: &MetricsTable) -> Result<Figure> {
    let mut models: Vec<&Metrics> = table.0.iter().collect();
    let Some(first) = models.first().copied() else {
        return Err(Error::too_few("a model comparison", 1, 0, "score at least one model"));
    };
    models.sort_by(|a, b| a.rmse.total_cmp(&b.rmse));
    let names: Vec<String> = models.iter().map(|metrics| metrics.model.clone()).collect();
    let skill: Vec<f64> = models.iter().map(|metrics| 100.0 * metrics.skill.unwrap_or(f64::NAN)).collect();
    let color: Vec<&'static str> =
        skill.iter().map(|skill| if *skill > 0.0 { theme::BLUE } else { theme::GREY }).collect();
    let horizontal = |values: Vec<f64>| {
        Bar::new(values, names.clone())
            .orientation(Orientation::Horizontal)
            .marker(Marker::new().color_array(color.clone()))
    };
    let traces: Traces = vec![
        horizontal(rounded(models.iter().map(|metrics| metrics.rmse))).name("RMSE"),
        horizontal(rounded(skill.iter().copied())).name("skill").x_axis("x2").y_axis("y2"),
    ];
    let finite = || skill.iter().copied().filter(|skill| skill.is_finite());
    // The number stands beside its bar, inside where the axis cuts the bar.
    let label = |axis: &str, model: &str, text: String, value: f64, [low, high]: [f64; 2]| {
        let cut = value < low || value > high;
        let leftward = (value < 0.0) != cut;
        json!({
            "text": text.replace('-', "\u{2212}"), "showarrow": false, "xref": format!("x{axis}"),
            "yref": format!("y{axis}"), "y": model, "x": value.clamp(low, high),
            "xanchor": if leftward { "right" } else { "left" }, "xshift": if leftward { -4 } else { 4 },
            "font": {"color": if cut { "white" } else { theme::INK }},
        })
    };
    let largest = models.iter().map(|metrics| metrics.rmse).fold(0.0, f64::max);
    let errors = [0.0, 1.2 * largest.min(2.0 * models[0].rmse)];
    let (low, high) = (finite().fold(0.0, f64::min).max(WORST_SKILL), finite().fold(0.0, f64::max));
    let room = 0.22 * (high - low).max(1.0);
    let skills = [if finite().any(|skill| skill < low) { low } else { low - room }, high + room];
    let mut annotations: Vec<Value> =
        vec![theme::panel_title("x", "y", "(a) error"), theme::panel_title("x2", "y2", "(b) skill")];
    for (metrics, &skill) in models.iter().zip(&skill) {
        annotations.push(label("", &metrics.model, format!("{:.3}", metrics.rmse), metrics.rmse, errors));
        if skill.is_finite() {
            annotations.push(label("2", &metrics.model, format!("{skill:+.1} %"), skill, skills));
        }
    }
    let rows = names.len() as u32;
    let models_axis = json!({"autorange": "reversed", "ticks": "", "showgrid": false, "type": "category"});
    let mut unnamed = models_axis.clone();
    unnamed["showticklabels"] = json!(false);
    let layout = json!({
        "height": 150 + 34 * rows, "showlegend": false, "bargap": 0.35, "annotations": annotations,
        "xaxis": {"title": {"text": "RMSE (index points)"}, "domain": [0.0, 0.47], "range": errors},
        "xaxis2": {"title": {"text": "skill (%)"}, "domain": [0.53, 1.0],
            "range": skills, "zeroline": true, "zerolinecolor": theme::INK, "anchor": "y2"},
        "yaxis": models_axis, "yaxis2": unnamed.as_object().map(|axis| {
            let mut axis = axis.clone();
            axis.insert("anchor".to_owned(), json!("x2"));
            axis
        }),
    });
    let caption = format!(
        "Models {} ahead on the same {} origins, best first: (a) root mean squared error; (b) skill, one minus the ratio \
         of its mean squared error to persistence's (blue: better). Bars that reach an axis' end go on; their numbers are written.",
        first.horizon,
        super::training::thousands(first.n)
    );
    Figure::new("07_model_comparison", caption, traces, layout)
}

/// The sum over time of persistence's squared error minus each model's: where the line rises, the model wins.
///
/// # Errors
/// No series, or series that do not answer the same questions.
pub fn skill_over_time(series: &[Forecasts], events: &[Event]) -> Result<Figure> {
    let Some(first) = series.first() else {
        return Err(Error::too_few("skill over time", 1, 0, "give at least one forecast series"));
    };
    let mut traces: Traces = Vec::new();
    for (position, forecasts) in series.iter().enumerate() {
        first.aligned_with(forecasts)?;
        let (mut days, mut sums): (Vec<String>, Vec<f64>) = (Vec::new(), Vec::new());
        let mut sum = 0.0;
        for record in forecasts.records() {
            let gain = (record.actual - record.anchor).powi(2) - record.residual().powi(2);
            if gain.is_finite() {
                sum += gain;
            }
            let day = theme::date(record.target());
            if days.last() == Some(&day) {
                if let Some(last) = sums.last_mut() {
                    *last = sum;
                }
            } else {
                days.push(day);
                sums.push(sum);
            }
        }
        let color = theme::SERIES[position % theme::SERIES.len()];
        traces.push(line(&days, rounded(sums), forecasts.model(), color, 1.8));
    }
    let (from, to) = (first.records()[0].target(), first.records()[first.len() - 1].target());
    let (mut shapes, annotations) = event_marks(events, from, to, &[("x", "y")]);
    shapes.push(theme::horizontal("x", "y", 0.0, "solid", theme::INK));
    let layout = json!({
        "height": 480, "shapes": shapes, "annotations": annotations, "showlegend": true,
        "xaxis": {"type": "date", "range": [theme::date(from), theme::date(to)]},
        "yaxis": {"title": {"text": "cumulative gain (points\u{b2}, hourly origins)"}, "tickformat": "~s"},
    });
    let caption = format!(
        "Cumulative squared-error difference against persistence, {} ahead: the sum since the start of persistence's squared \
         error minus the model's. A rising line wins, a flat one ties; steps show single events that decide a comparison.",
        first.horizon()
    );
    Figure::new("07_skill_over_time", caption, traces, above_events(layout))
}

/// Mean losses with the models of the confidence set in colour.
///
/// # Errors
/// Never for a valid set.
pub fn model_confidence_set(set: &ModelConfidenceSet) -> Result<Figure> {
    let mut models: Vec<_> = set.models.iter().collect();
    models.sort_by(|a, b| a.mean_loss.total_cmp(&b.mean_loss));
    let part = |included: bool, name: &str, color: &'static str| {
        let chosen: Vec<_> = models.iter().filter(|model| model.included == included).collect();
        let losses = rounded(chosen.iter().map(|model| model.mean_loss));
        let place = |own: &str| models.iter().position(|other| other.model == own).unwrap_or(0) as f64;
        let places = chosen.iter().map(|own| place(&own.model)).collect();
        let symbol = if included { MarkerSymbol::Circle } else { MarkerSymbol::CircleOpen };
        points(losses, places, name, color, 12, 1.0)
            .marker(Marker::new().color(color).size(12).symbol(symbol))
    };
    let confidence = 100.0 * (1.0 - set.alpha);
    let traces: Traces = vec![
        part(true, &format!("in the {confidence:.0} % set"), theme::BLUE),
        part(false, "outside", theme::ORANGE),
    ];
    let best = models.first().map_or(1.0, |model| model.mean_loss);
    let shown = models.iter().map(|model| model.mean_loss).fold(best, f64::max);
    let log = shown > 4.0 * best;
    let annotations: Vec<Value> = models
        .iter()
        .enumerate()
        .map(|(place, model)| {
            // Of so many replications none was as extreme: the bootstrap knows no smaller number.
            let text = if model.p_value > 0.0 {
                format!("p = {:.3}", model.p_value)
            } else {
                format!("p < {}", theme::rounded(1.0 / set.replications as f64, 1))
            };
            json!({"text": text, "showarrow": false, "xref": "paper", "x": 1.0, "xanchor": "left",
                "xshift": 8, "yref": "y", "y": place})
        })
        .collect();
    let names: Vec<&str> = models.iter().map(|model| model.model.as_str()).collect();
    let layout = json!({
        "height": 160 + 32 * names.len() as u32, "annotations": annotations, "margin": {"r": 90},
        "xaxis": {"title": {"text": if log { "mean loss (log)" } else { "mean loss" }}, "type": if log { "log" } else { "linear" },
            "dtick": if log { json!("D2") } else { Value::Null }},
        "yaxis": {"tickvals": (0..names.len()).collect::<Vec<_>>(), "ticktext": names,
            "range": [names.len() as f64 - 0.5, -0.5], "ticks": ""},
    });
    let caption = format!(
        "Model confidence set at {confidence:.0} % ({} origins, {} bootstrap replications): blue models cannot be told from \
         the best. p: the smallest level at which a model is out.",
        super::training::thousands(set.n),
        super::training::thousands(set.replications)
    );
    Figure::new("07_model_confidence_set", caption, traces, layout)
}

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
    let own = rounded(steps.iter().map(|(_, metrics)| metrics.rmse));
    let naive = rounded(
        steps
            .iter()
            .map(|(_, metrics)| metrics.skill.map_or(f64::NAN, |skill| metrics.rmse / (1.0 - skill).sqrt())),
    );
    let traces: Traces = vec![
        points(own, places.clone(), "the model", theme::VERMILLION, 12, 1.0),
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
    let caption = "The original's protocol step by step, from its own to ours: the error of the same network, and of \
                   persistence on the same hours. What a step changes is what its leak was worth.";
    Figure::new("10_protocol_steps", caption, traces, layout)
}
