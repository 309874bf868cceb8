//! Chapter 1: what the data look like and where they have holes.

use super::Figure;
use super::marks::{Traces, above_events, event_marks, line, rounded};
use super::theme::{self, Daily};
use crate::error::Result;
use crate::events::Event;
use crate::panel::Panel;
use plotly::common::{ColorScale, ColorScaleElement, Fill, Font, Line, Mode};
use plotly::{HeatMap, Scatter};
use serde_json::json;

/// Days of the centred mean that stands for the trend: a quarter.
const TREND_DAYS: usize = 91;

/// DVOL over time with its trend, the price below.
///
/// `panel` holds `dvol` and `price`; both are shown as daily means.
///
/// # Errors
/// When a column is missing.
pub fn dvol_over_time(panel: &Panel, events: &[Event]) -> Result<Figure> {
    let dvol = theme::daily(panel, panel.values("dvol")?)?;
    let price = theme::daily(panel, panel.values("price")?)?;
    let days = dvol.dates();
    let traces: Traces = vec![
        line(&days, dvol.values(), "DVOL, daily mean", theme::SKY, 1.2),
        line(&days, dvol.centred_mean(TREND_DAYS), "trend, 91-day centred mean", theme::BLUE, 2.6),
        line(&days, price.values(), "BTC price", theme::INK, 1.2).y_axis("y2"),
    ];
    let (shapes, annotations) = event_marks(events, panel.start(), panel.last(), &[("x", "y"), ("x", "y2")]);
    let layout = json!({
        "height": 560, "shapes": shapes, "annotations": annotations,
        "xaxis": {"anchor": "y2", "type": "date", "range": [days.first(), days.last()]},
        "yaxis": {"title": {"text": "DVOL (index points)"}, "domain": [0.40, 1.0], "rangemode": "tozero"},
        "yaxis2": {"title": {"text": "price (USD, log)"}, "domain": [0.0, 0.34], "type": "log",
            "dtick": "D2", "tickformat": "~s"},
    });
    let caption = "DVOL, Deribit's 30-day implied volatility index of Bitcoin, as daily means with a centred mean over a \
                   quarter; below, the price of Bitcoin on a logarithmic axis. Dotted lines: the events of the thesis.";
    Figure::new("01_dvol_over_time", caption, traces, above_events(layout))
}

/// Which months of which series are complete.
///
/// # Errors
/// Never for a panel with a column.
pub fn coverage(panel: &Panel) -> Result<Figure> {
    let month = |row: usize| {
        let moment = panel.at(row).civil();
        (i64::from(moment.year())) * 12 + i64::from(moment.month()) - 1
    };
    let first = month(0);
    let months = (month(panel.len() - 1) - first + 1) as usize;
    let label = |offset: usize| {
        let number = first + offset as i64;
        format!("{}-{:02}-15", number.div_euclid(12), number.rem_euclid(12) + 1)
    };
    let labels: Vec<String> = (0..months).map(label).collect();
    let names: Vec<String> = panel.columns().iter().map(|column| readable(column.name())).collect();
    let mut shares = Vec::new();
    let (mut at, mut row_names, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for (column, name) in panel.columns().iter().zip(&names) {
        let mut due = vec![0.0; months];
        let mut gaps = vec![0.0; months];
        for row in column.due(panel.start()) {
            let offset = (month(row) - first) as usize;
            due[offset] += 1.0;
            gaps[offset] += f64::from(u8::from(column.values()[row].is_nan()));
        }
        shares.push(rounded(due.iter().zip(&gaps).map(|(due, gaps)| 100.0 * (1.0 - gaps / due))));
        for offset in (0..months).filter(|&offset| gaps[offset] > 0.0) {
            at.push(labels[offset].clone());
            row_names.push(name.clone());
            missing.push(format!("{:.0}", gaps[offset]));
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
    Figure::new("01_coverage", caption, vec![heat, counts], layout)
}

/// DVOL against realized volatility, and the spread between them.
///
/// `features` holds `dvol`, `realized_volatility` and `dvol_rv_spread` ([`crate::features::base_features`]).
///
/// # Errors
/// When a column is missing.
pub fn implied_and_realized_volatility(features: &Panel, events: &[Event]) -> Result<Figure> {
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
        line(&days, implied.values(), "DVOL (implied, next 30 days)", theme::BLUE, 1.5),
        line(&days, realized.values(), "realized volatility (past 30 days)", theme::ORANGE, 1.5),
        part(above, "spread, positive", theme::GREEN, "rgba(0,158,115,0.45)").show_legend(false),
        part(below, "spread, negative", theme::VERMILLION, "rgba(213,94,0,0.45)").show_legend(false),
    ];
    let (shapes, annotations) =
        event_marks(events, features.start(), features.last(), &[("x", "y"), ("x", "y2")]);
    let layout = json!({
        "height": 560, "shapes": shapes, "annotations": annotations,
        "xaxis": {"anchor": "y2", "type": "date", "range": [days.first(), days.last()]},
        "yaxis": {"title": {"text": "volatility (% a year)"}, "domain": [0.40, 1.0], "rangemode": "tozero"},
        "yaxis2": {"title": {"text": "spread (points)"}, "domain": [0.0, 0.34], "zeroline": true,
            "zerolinecolor": theme::INK},
    });
    let share = share_positive(&spread.means);
    let caption = format!(
        "DVOL and the volatility that the past 30 days realized, daily means; below, their difference, the volatility \
         risk premium: positive on {share:.0} % of the days."
    );
    Figure::new("01_implied_and_realized_volatility", caption, traces, above_events(layout))
}

fn share_positive(values: &[f64]) -> f64 {
    let finite = values.iter().filter(|value| value.is_finite());
    let (positive, count) = finite.fold((0.0, 0.0), |(positive, count), value| {
        (positive + f64::from(u8::from(*value > 0.0)), count + 1.0)
    });
    100.0 * positive / count
}

/// A column's name as a reader writes it.
pub(super) fn readable(name: &str) -> String {
    match name {
        "dvol" => "DVOL".to_owned(),
        "nvrv" => "NVRV".to_owned(),
        "mvrv" => "MVRV".to_owned(),
        "dvol_rv_spread" => "DVOL \u{2212} RV".to_owned(),
        "dvol_lag_1d" => "DVOL lag 1 d".to_owned(),
        "dvol_lag_7d" => "DVOL lag 7 d".to_owned(),
        "dvol_lag_30d" => "DVOL lag 30 d".to_owned(),
        "jump_cluster_7d" => "jumps in 7 d".to_owned(),
        "transaction_volume_usd" => "transaction volume".to_owned(),
        other if other.ends_with("_usd") => {
            format!("{} (USD)", other.trim_end_matches("_usd").replace('_', " "))
        }
        other => other.replace('_', " "),
    }
}
