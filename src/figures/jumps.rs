//! Where the jumps are, how large, how often, and whether the test keeps its word.

use super::Figure;
use super::column_names::readable;
use super::marks::{Traces, above_events, bars, event_marks, histogram, line, points, rounded};
use super::theme;
use crate::error::{Error, Result};
use crate::jumps::{JumpsOverTime, LeeMyklandResult};
use crate::market::Market;
use crate::panel::Panel;
use crate::statistics::mean;
use crate::time::Timestamp;
use plotly::common::{Marker, MarkerSymbol};
use serde_json::json;
use std::f64::consts::PI;

/// What the test found along the hours of the panel the series came from.
fn over_time(panel: &Panel, result: &LeeMyklandResult) -> Result<JumpsOverTime> {
    let times: Vec<Timestamp> = panel.times().collect();
    JumpsOverTime::new(&times, result)
}

/// Three panels: the series with its jumps, the size of the statistic against the critical value, jumps a month.
///
/// # Errors
/// A missing column, or a result of other rows.
pub fn jump_detection(
    panel: &Panel,
    series: &str,
    result: &LeeMyklandResult,
    market: &Market,
) -> Result<Figure> {
    let JumpsOverTime { largest, months, .. } = over_time(panel, result)?;
    let level = theme::daily(panel, panel.values(series)?)?;
    let days = level.dates();
    let values = level.values();
    let first = level.days[0].hours();
    let (mut up, mut down) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for row in result.jumps() {
        let day = ((panel.at(row).hours() - first) / 24) as usize;
        let side = if result.returns[row] > 0.0 { &mut up } else { &mut down };
        side.0.push(days[day].clone());
        side.1.push(values[day]);
    }
    let mark = |(x, y): (Vec<String>, Vec<f64>), name: &str, color: &'static str, symbol: MarkerSymbol| {
        let marker = Marker::new().color(theme::translucent(color, 0.8)).size(7).symbol(symbol);
        points(x, y, name, color, 7, 0.8).marker(marker)
    };
    let beyond = |day: &usize| largest[*day] > result.critical_value;
    let found: Vec<usize> = (0..days.len()).filter(beyond).collect();
    let traces: Traces = vec![
        line(&days, values.clone(), &format!("{}, daily mean", readable(series, market)), theme::INK, 1.0),
        mark(up, "jump up", theme::VERMILLION, MarkerSymbol::TriangleUp),
        mark(down, "jump down", theme::BLUE, MarkerSymbol::TriangleDown),
        line(&days, rounded(largest.iter().copied()), "largest |statistic| of the day", theme::GREY, 0.8)
            .y_axis("y2")
            .show_legend(false),
        points(
            found.iter().map(|&day| days[day].clone()).collect(),
            rounded(found.iter().map(|&day| largest[day])),
            "beyond the critical value",
            theme::VERMILLION,
            4,
            0.9,
        )
        .y_axis("y2")
        .show_legend(false),
        bars(
            months.iter().map(|((year, month), _)| format!("{year}-{month:02}-15")).collect(),
            months.iter().map(|(_, jumps)| *jumps as f64).collect(),
            "jumps a month",
            theme::GREY,
        )
        .y_axis("y3")
        .show_legend(false),
    ];
    let axes = [("x", "y"), ("x", "y2"), ("x", "y3")];
    let (mut shapes, mut annotations) = event_marks(&market.events, panel.start(), panel.last(), &axes);
    let critical = theme::horizontal("x", "y2", result.critical_value, "dash", theme::INK);
    shapes.push(critical);
    annotations.push(theme::panel_title("x", "y2", "largest |statistic| of each day"));
    annotations.push(theme::panel_title("x", "y3", "jumps a month"));
    let layout = json!({
        "height": 760, "shapes": shapes, "annotations": annotations, "bargap": 0.15,
        "xaxis": {"type": "date", "anchor": "y3", "range": [days.first(), days.last()]},
        "yaxis": {"title": {"text": format!("{} (points)", readable(series, market))}, "domain": [0.58, 1.0]},
        "yaxis2": {"title": {"text": "|L| (log)"}, "domain": [0.27, 0.51], "type": "log", "tickvals": [1, 2, 5, 10, 20, 50, 100]},
        "yaxis3": {"title": {"text": "count"}, "domain": [0.0, 0.20]},
    });
    let caption = format!(
        "Lee-Mykland jumps of {}: {} of {} tested hours ({:.2} %). Top: daily means with the days of jumps; middle: the \
         largest statistic of each day, dashed the critical value {:.2}; bottom: jumps a month.",
        readable(series, market),
        result.jumps().len(),
        super::training::thousands(result.tested),
        100.0 * result.share(),
        result.critical_value
    );
    Figure::new("jump_detection", caption, traces, above_events(layout))
}

/// Four panels: sizes of jumps, all statistics against the normal law, days between jumps, jumps by hour.
///
/// # Errors
/// A result of other rows, or one without any jump.
pub fn jump_distributions(panel: &Panel, result: &LeeMyklandResult) -> Result<Figure> {
    let JumpsOverTime { waits, by_hour, .. } = over_time(panel, result)?;
    let rows = result.jumps();
    if rows.len() < 2 {
        return Err(Error::too_few(
            "a figure of jump distributions",
            2,
            rows.len(),
            "test at a larger alpha",
        ));
    }
    let sizes: Vec<f64> = rows.iter().map(|&row| 100.0 * result.returns[row]).collect();
    let widest = sizes.iter().fold(0.0_f64, |widest, size| widest.max(size.abs())).ceil();
    let (size, counts, _) = histogram(&sizes, -widest, widest, 40);
    let (positive, negative): (Vec<f64>, Vec<f64>) = size
        .iter()
        .zip(&counts)
        .map(|(size, count)| if *size > 0.0 { (*count, 0.0) } else { (0.0, *count) })
        .unzip();

    let limit = 12.0;
    let (value, seen, width) = histogram(&result.statistic, -limit, limit, 96);
    let total = result.tested as f64;
    let density: Vec<f64> =
        seen.iter().map(|count| if *count > 0.0 { count / total / width } else { f64::NAN }).collect();
    let curve: Vec<f64> = (-45..=45).map(|step| f64::from(step) / 10.0).collect();
    let normal = rounded(curve.iter().map(|z| (-0.5 * z * z).exp() / (2.0 * PI).sqrt()));

    let average = mean(&waits);
    let longest = (4.0 * average).max(1.0);
    let (wait, waited, step) = histogram(&waits, 0.0, longest, 30);
    let expected = rounded(wait.iter().map(|t| waits.len() as f64 * step / average * (-t / average).exp()));

    let by_hour = by_hour.iter().map(|jumps| *jumps as f64).collect();
    let traces: Traces = vec![
        bars(size.clone(), positive, "up", theme::VERMILLION),
        bars(size, negative, "down", theme::BLUE),
        points(value, rounded(density), "tested hours", theme::BLUE, 4, 0.9).x_axis("x2").y_axis("y2"),
        line(&curve, normal, "standard normal", theme::INK, 1.6).x_axis("x2").y_axis("y2"),
        bars(wait.clone(), waited, "days between jumps", theme::SKY)
            .x_axis("x3")
            .y_axis("y3")
            .show_legend(false),
        line(&wait, expected, "exponential: jumps without memory", theme::INK, 1.6).x_axis("x3").y_axis("y3"),
        bars((0..24).collect::<Vec<i32>>(), by_hour, "by hour", theme::GREEN)
            .x_axis("x4")
            .y_axis("y4")
            .show_legend(false),
    ];
    let critical = result.critical_value;
    let vertical = |x: f64| {
        json!({"type": "line", "xref": "x2", "yref": "y2 domain", "x0": x, "x1": x, "y0": 0, "y1": 1,
            "line": {"width": 1.2, "dash": "dash", "color": theme::VERMILLION}})
    };
    let layout = json!({
        "height": 720, "barmode": "stack", "bargap": 0.05, "showlegend": false,
        "shapes": [vertical(critical), vertical(-critical)],
        "grid": {"rows": 2, "columns": 2, "pattern": "independent", "xgap": 0.26, "ygap": 0.34},
        "annotations": [
            theme::panel_title("x", "y", "(a) sizes"),
            theme::panel_title("x2", "y2", "(b) all statistics"),
            theme::panel_title("x3", "y3", "(c) waiting times"),
            theme::panel_title("x4", "y4", "(d) hour of the day"),
        ],
        "xaxis": {"title": {"text": "log change (%)"}}, "yaxis": {"title": {"text": "jumps"}},
        "xaxis2": {"title": {"text": "statistic"}, "range": [-limit, limit]},
        "yaxis2": {"title": {"text": "density (log)"}, "type": "log", "range": [-5.5, 0.0],
            "tickvals": [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0],
            "ticktext": ["10\u{207b}\u{2075}", "10\u{207b}\u{2074}", "10\u{207b}\u{b3}", "10\u{207b}\u{b2}", "10\u{207b}\u{b9}", "1"]},
        "xaxis3": {"title": {"text": "days"}}, "yaxis3": {"title": {"text": "pairs of jumps"}, "rangemode": "tozero"},
        "xaxis4": {"title": {"text": "hour (UTC)"}, "dtick": 4}, "yaxis4": {"title": {"text": "jumps"}},
    });
    let caption = format!(
        "The {} jumps found: (a) their sizes; (b) all statistics against the standard normal density, dashed: the critical \
         values, and the outermost points hold everything beyond; (c) days from one jump to the next (the last bar holds all longer waits) against the exponential law that \
         jumps without memory would follow; (d) their hours.",
        rows.len()
    );
    Figure::new("jump_distributions", caption, traces, layout)
}
