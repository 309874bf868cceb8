//! Which model is better, since when, and whether the data can tell.

use super::Figure;
use super::marks::{Traces, above_events, event_marks, line, points, rounded};
use super::theme;
use crate::error::{Error, Result};
use crate::evaluation::{
    Forecasts, Metrics, MetricsTable, ModelConfidenceSet, PairTest, Score, ScoreIntervals, cumulative_gain,
};
use crate::events::Event;
use plotly::common::{
    ColorScale, ColorScaleElement, ErrorData, ErrorType, Marker, MarkerSymbol, Orientation,
};
use plotly::{Bar, HeatMap};
use serde_json::{Value, json};

/// The skill axis shows no model worse than this many per cent; a bar that is cut carries its number.
const WORST_SKILL: f64 = -40.0;

/// Diebold-Mariano statistics beyond this have the strongest colour.
const SHOWN_STATISTIC: f64 = 4.0;

/// RMSE and skill of every model, best first; with bootstrap intervals of the skill where they are given.
///
/// # Errors
/// When the table is empty.
pub fn model_comparison(table: &MetricsTable, intervals: &[ScoreIntervals]) -> Result<Figure> {
    let mut models: Vec<&Metrics> = table.0.iter().collect();
    let Some(first) = models.first().copied() else {
        return Err(Error::too_few("a model comparison", 1, 0, "score at least one model"));
    };
    models.sort_by(|a, b| a.rmse().total_cmp(&b.rmse()));
    let names: Vec<String> = models.iter().map(|metrics| metrics.model.clone()).collect();
    let skill: Vec<f64> = models.iter().map(|metrics| 100.0 * metrics.skill().unwrap_or(f64::NAN)).collect();
    let color: Vec<&'static str> =
        skill.iter().map(|skill| if *skill > 0.0 { theme::BLUE } else { theme::GREY }).collect();
    let reach: Vec<[f64; 2]> = models
        .iter()
        .zip(&skill)
        .map(|(metrics, skill)| {
            let own = intervals.iter().find(|intervals| intervals.model == metrics.model);
            let interval = own.and_then(|own| own.intervals.iter().find(|one| one.score == Score::SKILL));
            interval.map_or([*skill; 2], |interval| [100.0 * interval.lower, 100.0 * interval.upper])
        })
        .collect();
    let beyond =
        |side: usize| rounded(reach.iter().zip(&skill).map(|(ends, skill)| (ends[side] - skill).abs()));
    let bars = ErrorData::new(ErrorType::Data)
        .symmetric(false)
        .array(beyond(1))
        .array_minus(beyond(0))
        .visible(!intervals.is_empty())
        .color(theme::INK)
        .thickness(1.4)
        .width(4);
    let horizontal = |values: Vec<f64>| {
        Bar::new(values, names.clone())
            .orientation(Orientation::Horizontal)
            .marker(Marker::new().color_array(color.clone()))
    };
    let traces: Traces = vec![
        horizontal(rounded(models.iter().map(|metrics| metrics.rmse()))).name("RMSE"),
        horizontal(rounded(skill.iter().copied())).name("skill").error_x(bars).x_axis("x2").y_axis("y2"),
    ];
    let finite = || reach.iter().flatten().copied().filter(|end| end.is_finite());
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
    let largest = models.iter().map(|metrics| metrics.rmse()).fold(0.0, f64::max);
    let errors = [0.0, 1.2 * largest.min(2.0 * models[0].rmse())];
    let (low, high) = (finite().fold(0.0, f64::min).max(WORST_SKILL), finite().fold(0.0, f64::max));
    let room = 0.22 * (high - low).max(1.0);
    let skills = [if finite().any(|skill| skill < low) { low } else { low - room }, high + room];
    let mut annotations: Vec<Value> =
        vec![theme::panel_title("x", "y", "(a) error"), theme::panel_title("x2", "y2", "(b) skill")];
    for ((metrics, &skill), ends) in models.iter().zip(&skill).zip(&reach) {
        annotations.push(label("", &metrics.model, format!("{:.3}", metrics.rmse()), metrics.rmse(), errors));
        if skill.is_finite() {
            let end = if skill < skills[0] { skill } else { ends[usize::from(skill >= 0.0)].max(skills[0]) };
            annotations.push(label("2", &metrics.model, format!("{skill:+.1} %"), end, skills));
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
         of its mean squared error to persistence's (blue: better). {}Bars that reach an axis' end go on; their numbers are written.",
        first.horizon,
        super::training::thousands(first.n),
        intervals.first().map_or(String::new(), |one| {
            format!("Whiskers: {:.0} % block-bootstrap intervals. ", one.level.percent())
        })
    );
    Figure::new("model_comparison", caption, traces, layout)
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
        let (days, sums): (Vec<String>, Vec<f64>) =
            cumulative_gain(forecasts).into_iter().map(|(day, sum)| (theme::date(day), sum)).unzip();
        let color = theme::SERIES[position % theme::SERIES.len()];
        traces.push(line(&days, rounded(sums), forecasts.model(), color, 1.8));
    }
    let (from, to) = first.span();
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
    Figure::new("skill_over_time", caption, traces, above_events(layout))
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
    Figure::new("model_confidence_set", caption, traces, layout)
}

/// Diebold-Mariano statistics of all pairs: blue where the row's model is better than the column's.
///
/// # Errors
/// When there is no pair.
pub fn diebold_mariano(pairs: &[PairTest]) -> Result<Figure> {
    let mut models: Vec<&str> = Vec::new();
    for name in pairs.iter().flat_map(|pair| [&pair.first, &pair.second]) {
        if !models.contains(&name.as_str()) {
            models.push(name);
        }
    }
    if models.is_empty() {
        return Err(Error::too_few("a figure of Diebold-Mariano tests", 1, 0, "compare at least two models"));
    }
    let place = |name: &str| models.iter().position(|other| *other == name).unwrap_or(0);
    let mut cells = vec![vec![f64::NAN; models.len()]; models.len()];
    let mut numbers: Vec<Value> = Vec::new();
    for pair in pairs {
        // A positive statistic: the first loses more.
        for (row, column, sign) in [(&pair.first, &pair.second, -1.0), (&pair.second, &pair.first, 1.0)] {
            let statistic = theme::rounded(sign * pair.test.statistic, 3);
            cells[place(row)][place(column)] = statistic.clamp(-SHOWN_STATISTIC, SHOWN_STATISTIC);
            let color = if statistic.abs() > 2.6 { "white" } else { theme::INK };
            let p = pair.test.p_value;
            let p = if p < 0.001 { "p < 0.001".to_owned() } else { format!("p {p:.3}") };
            numbers.push(json!({
                "text": format!("{statistic:.2}<br>{p}").replace('-', "\u{2212}"), "x": column, "y": row, "showarrow": false,
                "font": {"size": 12, "color": color},
            }));
        }
    }
    let scale = [(0.0, theme::VERMILLION), (0.5, "#FFFFFF"), (1.0, theme::BLUE)];
    let names: Vec<String> = models.iter().map(|name| (*name).to_owned()).collect();
    let heat = HeatMap::new(names.clone(), names, cells)
        .zmin(-SHOWN_STATISTIC)
        .zmax(SHOWN_STATISTIC)
        .color_scale(ColorScale::Vector(
            scale.map(|(at, color)| ColorScaleElement(at, color.to_owned())).into(),
        ))
        .show_scale(false)
        .x_gap(2.0)
        .y_gap(2.0)
        .name("Diebold-Mariano");
    let layout = json!({
        "height": 150 + 46 * models.len() as u32, "annotations": numbers, "margin": {"t": 20},
        "xaxis": {"showgrid": false, "ticks": "", "type": "category", "tickangle": -30},
        "yaxis": {"autorange": "reversed", "showgrid": false, "ticks": "", "type": "category"},
    });
    let caption = "Diebold-Mariano statistics with p-values of equal accuracy, standard errors robust to the overlap of the \
                   forecasts: blue where the row's model loses less than the column's, red where it loses more.";
    Figure::new("diebold_mariano", caption, vec![heat], layout)
}
