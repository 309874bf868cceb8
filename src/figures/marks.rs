//! The few marks that figures are drawn with: lines, points, bars, event lines.

use super::theme;
use crate::events::Event;
pub(super) use crate::statistics::quantile;
use crate::time::Timestamp;
use plotly::common::{DashType, Line, Marker, Mode};
use plotly::{Bar, Scatter, Trace};
use serde::Serialize;
use serde_json::{Value, json};

pub(super) type Traces = Vec<Box<dyn Trace>>;

/// A line; NaN interrupts it.
pub(super) fn line<X: Serialize + Clone + 'static>(
    x: &[X],
    y: Vec<f64>,
    name: &str,
    color: &'static str,
    width: f64,
) -> Box<Scatter<X, f64>> {
    Scatter::new(x.to_vec(), y)
        .mode(Mode::Lines)
        .name(name)
        .line(Line::new().color(color).width(width).simplify(false))
}

/// A dashed line for references and models beside models.
pub(super) fn dashed<X: Serialize + Clone + 'static>(
    x: &[X],
    y: Vec<f64>,
    name: &str,
    color: &'static str,
) -> Box<Scatter<X, f64>> {
    let dash = Line::new().color(color).width(1.6).dash(DashType::Dash);
    Scatter::new(x.to_vec(), y).mode(Mode::Lines).name(name).line(dash)
}

/// Points of one size.
pub(super) fn points<X: Serialize + Clone + 'static>(
    x: Vec<X>,
    y: Vec<f64>,
    name: &str,
    color: &'static str,
    size: usize,
    opacity: f64,
) -> Box<Scatter<X, f64>> {
    let marker = Marker::new().color(theme::translucent(color, opacity)).size(size);
    Scatter::new(x, y).mode(Mode::Markers).name(name).marker(marker)
}

/// Vertical bars.
pub(super) fn bars<X: Serialize + Clone + 'static>(
    x: Vec<X>,
    y: Vec<f64>,
    name: &str,
    color: &'static str,
) -> Box<Bar<X, f64>> {
    Bar::new(x, y).name(name).marker(Marker::new().color(color))
}

/// Every value at four significant digits.
pub(super) fn rounded(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    values.into_iter().map(|value| theme::rounded(value, 4)).collect()
}

/// Counts of values in `bins` equal bins over `from ..= to`: centres, counts and the bins' width. Values
/// outside are counted in the outermost bins, so that nothing disappears.
pub(super) fn histogram(values: &[f64], from: f64, to: f64, bins: usize) -> (Vec<f64>, Vec<f64>, f64) {
    let width = (to - from) / bins as f64;
    let mut counts = vec![0.0; bins];
    for value in values.iter().filter(|value| value.is_finite()) {
        let bin = ((value - from) / width).floor().clamp(0.0, bins as f64 - 1.0) as usize;
        counts[bin] += 1.0;
    }
    let centres = (0..bins).map(|bin| theme::rounded(from + (bin as f64 + 0.5) * width, 6)).collect();
    (centres, counts, width)
}

/// The finite values, sorted.
pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// A name over several short lines, so that names stand side by side below bars.
pub(super) fn in_lines(name: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < 10 => *line = format!("{line} {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("<br>")
}

/// Pixels of a plot at the width of a printed column, and of one letter of an event's name.
const COLUMN: f64 = 350.0;
const LETTER: f64 = 6.2;

/// A dotted line at each event between two times in every panel (`("x", "y")`), and the names in two rows
/// above the first panel; [`above_events`] lifts the legend over them.
pub(super) fn event_marks(
    events: &[Event],
    from: Timestamp,
    to: Timestamp,
    panels: &[(&str, &str)],
) -> (Vec<Value>, Vec<Value>) {
    let span = (to.hours() - from.hours()).max(1) as f64;
    let mut shown: Vec<&Event> = events.iter().filter(|event| (from..=to).contains(&event.date)).collect();
    shown.sort_by_key(|event| event.date);
    let (mut shapes, mut names) = (Vec::new(), Vec::new());
    // Where the last name of each row ends, in pixels of a narrow plot: none may touch the next.
    let mut ends = [f64::NEG_INFINITY; 2];
    for event in shown {
        let day = theme::date(event.date);
        for (x, y) in panels {
            shapes.push(json!({
                "type": "line", "layer": "above", "xref": x, "yref": format!("{y} domain"),
                "x0": day, "x1": day, "y0": 0, "y1": 1,
                "line": {"width": 1, "dash": "dot", "color": theme::GREY},
            }));
        }
        let centre = (event.date.hours() - from.hours()) as f64 / span * COLUMN;
        let half = event.name.chars().count() as f64 * LETTER / 2.0;
        let row = usize::from(centre - half < ends[0] + LETTER);
        ends[row] = centre + half;
        let Some((x, y)) = panels.first() else { continue };
        names.push(json!({
            "text": event.name, "showarrow": false, "xref": x, "yref": format!("{y} domain"), "x": day, "y": 1.0,
            "xanchor": "center", "yanchor": "bottom", "yshift": 15 * row,
            "font": {"size": 12, "color": theme::GREY},
        }));
    }
    (shapes, names)
}

/// Lifts the legend of a layout over the rows of event names.
pub(super) fn above_events(mut layout: Value) -> Value {
    let height = layout["height"].as_u64().map_or(f64::from(theme::HEIGHT), |height| height as f64);
    layout["legend"] = json!({"y": 1.0 + 36.0 / (height - 150.0)});
    layout["margin"] = json!({"t": 80});
    layout
}
