//! When one forecast was better than another.

use super::Figure;
use super::marks::{Traces, above_events, event_marks, line, rounded};
use super::theme;
use crate::error::Result;
use crate::evaluation::Fluctuation;
use crate::events::Event;
use serde_json::{Value, json};

/// The path of Giacomini and Rossi's fluctuation test with its critical values.
///
/// # Errors
/// Never for a test that was computed.
pub fn fluctuation(found: &Fluctuation, events: &[Event]) -> Result<Figure> {
    let days: Vec<String> = found.path.iter().map(|(time, _)| theme::date(*time)).collect();
    let values = found.path.iter().map(|(_, value)| *value);
    let traces: Traces = vec![line(&days, rounded(values), &found.second, theme::BLUE, 1.8)];
    let (mut shapes, annotations) = match (found.path.first(), found.path.last()) {
        (Some((from, _)), Some((to, _))) => event_marks(events, *from, *to, &[("x", "y")]),
        _ => (Vec::new(), Vec::new()),
    };
    shapes.push(theme::horizontal("x", "y", 0.0, "solid", theme::INK));
    let critical = found.test.critical_values.iter().filter(|(level, _)| *level >= 0.05);
    let lines: Vec<Value> = critical
        .flat_map(|(level, value)| {
            let dash = if *level > 0.05 { "dot" } else { "dash" };
            [*value, -value].map(|height| theme::horizontal("x", "y", height, dash, theme::VERMILLION))
        })
        .collect();
    shapes.extend(lines);
    let layout = json!({
        "height": 480, "shapes": shapes, "annotations": annotations, "showlegend": false,
        "xaxis": {"type": "date", "range": [days.first(), days.last()]},
        "yaxis": {"title": {"text": "standardised loss difference of a window"}},
    });
    let caption = format!(
        "Fluctuation test of Giacomini and Rossi (2010): the loss of {} minus that of {} over moving windows of {} origins, \
         standardised; above zero {} is better. Dashed and dotted: critical values at 5 and 10 % for the largest distance from \
         zero at any time (p = {:.3}).",
        found.first,
        found.second,
        super::training::thousands(found.window),
        found.second,
        found.test.p_value
    );
    Figure::new("fluctuation", caption, traces, above_events(layout))
}
