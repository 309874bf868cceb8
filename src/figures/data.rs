//! What the data look like and where they have holes.

use super::Figure;
use super::column_names::readable;
use super::marks::{Traces, above_events, event_marks, line, rounded};
use super::theme::{self, Daily};
use crate::data::{MonthCount, monthly_coverage};
use crate::error::Result;
use crate::market::Market;
use crate::panel::Panel;
use plotly::common::{ColorScale, ColorScaleElement, Fill, Font, Line, Mode};
use plotly::{HeatMap, Scatter};
use serde_json::json;

/// Days of the centred mean that stands for the trend: a quarter.
const TREND_DAYS: usize = 91;

/// DVOL over time with its trend, the price below where the panel has it.
///
/// `panel` holds `dvol`, and may hold `price`; both are shown as daily means.
///
/// # Errors
/// When `dvol` is missing.
pub fn dvol_over_time(panel: &Panel, market: &Market) -> Result<Figure> {
    let dvol = theme::daily(panel, panel.values("dvol")?)?;
    let days = dvol.dates();
    let mut traces: Traces = vec![
        line(&days, dvol.values(), &format!("{}, daily mean", market.index), theme::SKY, 1.2),
        line(&days, dvol.centred_mean(TREND_DAYS), "trend, 91-day centred mean", theme::BLUE, 2.6),
    ];
    let (index, asset) = (&market.index, market.asset.name());
    let mut caption = format!(
        "{index}, Deribit's 30-day implied volatility index of {asset}, as daily means with a centred mean over a \
         quarter"
    );
    let mut layout = json!({
        "height": 560,
        "xaxis": {"type": "date", "range": [days.first(), days.last()]},
        "yaxis": {"title": {"text": market.index_axis()}, "rangemode": "tozero"},
    });
    let mut axes = vec![("x", "y")];
    if let Ok(price) = panel.values("price") {
        let price = theme::daily(panel, price)?;
        let name = format!("{} price", market.asset.ticker());
        traces.push(line(&days, price.values(), &name, theme::INK, 1.2).y_axis("y2"));
        layout["xaxis"]["anchor"] = json!("y2");
        layout["yaxis"]["domain"] = json!([0.40, 1.0]);
        layout["yaxis2"] = json!({"title": {"text": format!("price ({}, log)", market.currency)},
            "domain": [0.0, 0.34], "type": "log", "dtick": "D2", "tickformat": "~s"});
        axes.push(("x", "y2"));
        caption += &format!("; below, the price of {asset} on a logarithmic axis");
    }
    let (shapes, annotations) = event_marks(&market.events, panel.start(), panel.last(), &axes);
    layout["shapes"] = json!(shapes);
    layout["annotations"] = json!(annotations);
    caption += ". Dotted lines: the events of the thesis.";
    Figure::new("dvol_over_time", caption, traces, above_events(layout))
}

/// Which months of which series are complete.
///
/// # Errors
/// Never for a panel with a column.
pub fn coverage(panel: &Panel, market: &Market) -> Result<Figure> {
    let (months, columns) = monthly_coverage(panel);
    let labels: Vec<String> = months.iter().map(|(year, month)| format!("{year}-{month:02}-15")).collect();
    let names: Vec<String> = columns.iter().map(|column| readable(&column.column, market)).collect();
    let mut shares = Vec::new();
    let (mut at, mut row_names, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for (column, name) in columns.iter().zip(&names) {
        let share = |count: &MonthCount| count.share().map_or(f64::NAN, |share| 100.0 * share);
        shares.push(rounded(column.months.iter().map(share)));
        for (label, count) in labels.iter().zip(&column.months).filter(|(_, count)| count.missing > 0) {
            at.push(label.clone());
            row_names.push(name.clone());
            missing.push(count.missing.to_string());
        }
    }
    // Complete months are quiet, everything else speaks.
    let scale = [(0.0, theme::VERMILLION), (0.9, theme::ORANGE), (0.9999, "#F7E6B5"), (1.0, "#C8DDEC")];
    let scale = scale.map(|(at, color)| ColorScaleElement(at, color.to_owned()));
    let heat = HeatMap::new(labels, names.clone(), shares)
        .zmin(0.0)
        .zmax(100.0)
        .color_scale(ColorScale::Vector(scale.into()))
        .show_scale(false)
        .x_gap(1.0)
        .y_gap(3.0)
        .name("observations present (%)");
    let counts = Scatter::new(at, row_names)
        .mode(Mode::Text)
        .text_array(missing)
        .text_font(Font::new().size(11))
        .name("observations missing")
        .show_legend(false);
    let rows = names.len() as u32;
    let layout = json!({
        "height": 130 + 34 * rows,
        "xaxis": {"type": "date", "showgrid": false, "ticklabelmode": "period", "dtick": "M6", "tickformat": "%b\n%Y",
            "range": [theme::date(panel.start()), theme::date(panel.last())]},
        "yaxis": {"autorange": "reversed", "showgrid": false, "ticks": "", "type": "category"},
        "margin": {"t": 20},
    });
    let caption = "Observations present by month and series: blue where none is missing, from yellow to red where some \
                   are, with their number; white where the series has not begun or has ended. A gap stays a gap.";
    Figure::new("coverage", caption, vec![heat, counts], layout)
}

/// DVOL against realized volatility, and the spread between them.
///
/// `features` holds `dvol`, `realized_volatility` and `dvol_rv_spread` ([`crate::features::base_features`]).
///
/// # Errors
/// When a column is missing.
pub fn implied_and_realized_volatility(features: &Panel, market: &Market) -> Result<Figure> {
    let daily = |name: &str| -> Result<Daily> { theme::daily(features, features.values(name)?) };
    let (implied, realized) = (daily("dvol")?, daily("realized_volatility")?);
    let spread = daily("dvol_rv_spread")?;
    let days = implied.dates();
    let part = |keep: fn(f64) -> f64, name: &str, color: &'static str, fill: &'static str| {
        let y = spread.values().into_iter().map(keep).collect();
        Scatter::new(days.clone(), y)
            .mode(Mode::Lines)
            .name(name)
            .line(Line::new().color(color).width(0.8))
            .fill(Fill::ToZeroY)
            .fill_color(fill)
            .y_axis("y2")
    };
    let above = |value: f64| if value.is_nan() { value } else { value.max(0.0) };
    let below = |value: f64| if value.is_nan() { value } else { value.min(0.0) };
    let traces: Traces = vec![
        line(&days, implied.values(), &format!("{} (implied, next 30 days)", market.index), theme::BLUE, 1.5),
        line(&days, realized.values(), "realized volatility (past 30 days)", theme::ORANGE, 1.5),
        part(above, "spread, positive", theme::GREEN, "rgba(0,158,115,0.45)").show_legend(false),
        part(below, "spread, negative", theme::VERMILLION, "rgba(213,94,0,0.45)").show_legend(false),
    ];
    let (shapes, annotations) =
        event_marks(&market.events, features.start(), features.last(), &[("x", "y"), ("x", "y2")]);
    let layout = json!({
        "height": 560, "shapes": shapes, "annotations": annotations,
        "xaxis": {"anchor": "y2", "type": "date", "range": [days.first(), days.last()]},
        "yaxis": {"title": {"text": "volatility (% a year)"}, "domain": [0.40, 1.0], "rangemode": "tozero"},
        "yaxis2": {"title": {"text": "spread (points)"}, "domain": [0.0, 0.34], "zeroline": true,
            "zerolinecolor": theme::INK},
    });
    let share = share_positive(&spread.means);
    let caption = format!(
        "{} and the volatility that the past 30 days realized, daily means; below, their difference, the volatility \
         risk premium: positive on {share:.0} % of the days.",
        market.index
    );
    Figure::new("implied_and_realized_volatility", caption, traces, above_events(layout))
}

fn share_positive(values: &[f64]) -> f64 {
    let finite = values.iter().filter(|value| value.is_finite());
    let (positive, count) = finite.fold((0.0, 0.0), |(positive, count), value| {
        (positive + f64::from(u8::from(*value > 0.0)), count + 1.0)
    });
    100.0 * positive / count
}
