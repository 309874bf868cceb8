//! How predictors relate to DVOL and to one another, and DVOL's week.

use super::Figure;
use super::column_names::{readable, with_unit};
use super::marks::{Traces, line, points, rounded};
use super::theme;
use crate::error::Result;
use crate::market::Market;
use crate::panel::{Panel, Step};
use crate::regression::StraightLine;
use crate::sample::Sample;
use crate::validation::{CorrelationMatrix, mean_change_by_hour_of_week};
use plotly::common::{ColorBar, ColorScale, ColorScaleElement, Font, Marker, Title};
use plotly::{Bar, HeatMap};
use serde_json::{Value, json};

/// Points of one scatter plot: more would hide their own density.
const SCATTER_POINTS: usize = 700;

/// Blue for -1, white for 0, vermillion for +1.
fn diverging() -> ColorScale {
    let ends = [(0.0, theme::BLUE), (0.5, "#FFFFFF"), (1.0, theme::VERMILLION)];
    ColorScale::Vector(ends.map(|(at, color)| ColorScaleElement(at, color.to_owned())).into())
}

/// A correlation matrix with its numbers, lower triangle.
///
/// # Errors
/// Never for a computed matrix.
pub fn correlation(matrix: &CorrelationMatrix, market: &Market) -> Result<Figure> {
    let names = &matrix.names;
    let count = names.len();
    let labels: Vec<String> = names.iter().map(|name| readable(name, market)).collect();
    let mut numbers: Vec<Value> = Vec::new();
    let rows: Vec<Vec<f64>> = (0..count)
        .map(|i| {
            (0..count)
                .map(|j| if j <= i { (matrix.coefficients[i][j] * 100.0).round() / 100.0 } else { f64::NAN })
                .collect()
        })
        .collect();
    for (i, row) in rows.iter().enumerate() {
        for (j, value) in row.iter().enumerate().take(i + 1) {
            let color = if value.abs() > 0.65 { "white" } else { theme::INK };
            numbers.push(json!({
                "x": labels[j], "y": labels[i], "text": format!("{value:.2}").replace('-', "\u{2212}"),
                "showarrow": false, "font": {"size": 12, "color": color},
            }));
        }
    }
    let heat = HeatMap::new(labels.clone(), labels, rows)
        .zmin(-1.0)
        .zmax(1.0)
        .color_scale(diverging())
        .show_scale(false)
        .name("correlation");
    let layout = json!({
        "height": 160 + 36 * count, "annotations": numbers, "margin": {"t": 20},
        "xaxis": {"tickangle": -40, "showgrid": false, "ticks": "", "type": "category"},
        "yaxis": {"autorange": "reversed", "showgrid": false, "ticks": "", "type": "category"},
    });
    let caption = format!(
        "Correlations of the predictors with {} and with one another, in levels. Levels that wander slowly \
         correlate even when neither explains the other; regressions on them need robust errors.",
        market.index
    );
    Figure::new("correlation", caption, vec![heat], layout)
}

/// DVOL at the horizon against every predictor at the origin, thinned, with the least-squares line.
///
/// # Errors
/// An empty sample or a predictor without variance.
pub fn predictors(sample: &Sample, market: &Market) -> Result<Figure> {
    let names = sample.inputs().names().to_vec();
    let columns = 3.min(names.len().max(1));
    let rows = names.len().div_ceil(columns);
    let step = sample.len().div_ceil(SCATTER_POINTS).max(1);
    let mut traces: Traces = Vec::new();
    let mut annotations = Vec::new();
    let mut layout = json!({
        "height": 90 + 270 * rows, "showlegend": false,
        "grid": {"rows": rows, "columns": columns, "pattern": "independent", "xgap": 0.1, "ygap": 0.42},
    });
    for (position, name) in names.iter().enumerate() {
        let x = sample.inputs().feature(name)?;
        let line_of = StraightLine::through(&x, sample.targets(), name)?;
        let number = if position == 0 { String::new() } else { (position + 1).to_string() };
        let (x_axis, y_axis) = (format!("x{number}"), format!("y{number}"));
        let thin = |values: &[f64]| rounded(values.iter().copied().step_by(step));
        traces.push(
            points(thin(&x), thin(sample.targets()), name, theme::BLUE, 4, 0.35)
                .x_axis(&x_axis)
                .y_axis(&y_axis),
        );
        let ends = rounded([line_of.first, line_of.last]);
        let heights = rounded(ends.iter().map(|&x| line_of.intercept + line_of.slope * x));
        traces.push(
            line(&ends, heights, "least squares", theme::VERMILLION, 2.0).x_axis(&x_axis).y_axis(&y_axis),
        );
        let rising = line_of.correlation >= 0.0;
        annotations.push(json!({
            "text": format!("r = {:.2}", line_of.correlation).replace('-', "\u{2212}"), "showarrow": false,
            "xref": format!("{x_axis} domain"), "yref": format!("{y_axis} domain"),
            "x": if rising { 0.04 } else { 0.97 }, "y": 0.98, "yanchor": "top",
            "xanchor": if rising { "left" } else { "right" },
        }));
        layout[format!("xaxis{number}")] =
            json!({"title": {"text": with_unit(name, market)}, "nticks": 4, "tickangle": 0});
        let title = if position % columns == 0 { market.short_index_axis() } else { String::new() };
        layout[format!("yaxis{number}")] = json!({"title": {"text": title}, "nticks": 6});
        if position > 0 {
            layout[format!("yaxis{number}")]["matches"] = json!("y");
            layout[format!("yaxis{number}")]["showticklabels"] = json!(position % columns == 0);
        }
    }
    layout["annotations"] = json!(annotations);
    let caption = format!(
        "{} {} ahead against each predictor as known at the origin: every {step}th hour as a point, the least-squares \
         line over all hours, and the correlation r.",
        market.index,
        sample.horizon()
    );
    Figure::new("predictors", caption, traces, layout)
}

/// The mean size of a series' hourly log changes by hour of the week, in per cent; by day of the week where rows are days.
///
/// # Errors
/// When the column is missing.
pub fn hour_of_week(panel: &Panel, series: &str, market: &Market) -> Result<Figure> {
    let means = mean_change_by_hour_of_week(panel, series)?;
    let cells: Vec<Vec<f64>> = means.chunks(24).map(|day| rounded(day.iter().copied())).collect();
    let days =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map(str::to_owned);
    if panel.step() != Step::Hour {
        return weekday(&means, &days, &readable(series, market));
    }
    let scale = [(0.0, "#FFFFFF"), (0.35, theme::SKY), (0.7, theme::BLUE), (1.0, "#00263D")];
    let scale = scale.map(|(at, color)| ColorScaleElement(at, color.to_owned()));
    let bar = ColorBar::new()
        .thickness(14)
        .title(Title::with_text("mean<br>|log change|<br>(%)").font(Font::new().size(13)))
        .tick_font(Font::new().size(13));
    let heat = HeatMap::new((0..24).collect::<Vec<i32>>(), days.to_vec(), cells)
        .color_scale(ColorScale::Vector(scale.into()))
        .color_bar(bar)
        .name("mean |log change| (%)");
    let layout = json!({
        "height": 380, "margin": {"t": 20},
        "xaxis": {"title": {"text": "hour of the day (UTC)"}, "dtick": 2, "showgrid": false},
        "yaxis": {"autorange": "reversed", "showgrid": false, "ticks": "", "type": "category"},
    });
    let caption = format!(
        "Mean size of the hourly log changes of {} by hour of the week (UTC), in per cent: a rhythm that \
         a jump test must know.",
        readable(series, market)
    );
    Figure::new("hour_of_week", caption, vec![heat], layout)
}

/// The same for rows of days, in bars; a day without trading has none.
fn weekday(means: &[f64], days: &[String], name: &str) -> Result<Figure> {
    let (names, values): (Vec<String>, Vec<f64>) = days
        .iter()
        .zip(means.chunks(24))
        .filter_map(|(day, hours)| Some((day.clone(), *hours.iter().find(|value| value.is_finite())?)))
        .unzip();
    let bars = Bar::new(names, rounded(values))
        .marker(Marker::new().color(theme::BLUE))
        .name("mean |log change| (%)");
    let layout = json!({
        "height": 380, "margin": {"t": 20}, "showlegend": false, "bargap": 0.5,
        "xaxis": {"showgrid": false, "type": "category"},
        "yaxis": {"title": {"text": "mean |log change| (%)"}, "rangemode": "tozero"},
    });
    let caption = format!(
        "Mean size of the log changes of {name} from one row to the next by day of the week, in per cent: a rhythm that a \
         jump test must know."
    );
    Figure::new("hour_of_week", caption, vec![bars], layout)
}
