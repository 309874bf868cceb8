//! Features of the volatility path: distances, changes, realized volatility, risk premium, roughness.

use crate::error::Result;
use crate::panel::{Column, Panel, Step};
use crate::rolling::{Total, rolling};

/// Variance in squared index points below which a logarithm would only see rounding.
const FLOOR: f64 = 1e-6;
/// The share of a window that must be present.
const NEEDED_SHARE: f64 = 0.9;

/// Distances of log DVOL to its own means.
pub const DISTANCE_FEATURES: [&str; 4] =
    ["dvol_distance_24h", "dvol_distance_168h", "dvol_distance_528h", "dvol_distance_720h"];

/// Implied against realized volatility, and the slope of realized volatility.
pub const PREMIUM_FEATURES: [&str; 3] = ["log_vrp", "log_rv_slope_24h", "log_rv_slope_168h"];

/// Falls and large moves of the price, in units of a month's volatility.
pub const MOVE_FEATURES: [&str; 3] = ["downside_24h", "downside_168h", "largest_move_24h"];

/// Recent changes of log DVOL.
pub const CHANGE_FEATURES: [&str; 5] =
    ["dvol_change_1h", "dvol_change_3h", "dvol_change_6h", "dvol_change_12h", "dvol_change_24h"];

/// Log volatility of DVOL itself.
pub const ROUGHNESS_FEATURES: [&str; 3] =
    ["dvol_roughness_24h", "dvol_roughness_168h", "dvol_roughness_720h"];

/// The features of the volatility path from a panel of known values.
///
/// # Formula
/// With `L = ln DVOL`, hourly log returns `r` of the price, and `mean_w` over the past `w` hours:
/// - `dvol_distance_w` = `L - mean_w(L)`;
/// - `dvol_change_k` = `L_t - L_{t-k}`;
/// - `RV_w` = `ln(8760 mean_w(r^2) 10^4 + 10^-6) / 2`; `log_vrp` = `L - RV_720`;
///   `log_rv_slope_w` = `RV_w - RV_720`;
/// - `downside_w` = `100 e^{-RV_720} sqrt(sum_w min(r, 0)^2)`; `largest_move_24h` the same with `max_24 |r|`;
/// - `dvol_roughness_w` = `ln(sqrt(mean_w((L_t - L_{t-1})^2)) + 10^-5)`.
///
/// A window needs nine tenths of its hours. All are dimensionless. Without a `price` its features are left out. On a
/// grid of days windows are counted in its rows ([`Step::window`]), a year has [`Step::rows_a_year`] of them, and
/// features of a part of a day are left out.
///
/// # Errors
/// When `dvol` is missing.
///
/// # References
/// Corsi (2009) for the cascade of means; Bollerslev, Tauchen and Zhou (2009) for the premium;
/// Barndorff-Nielsen, Kinnebrock and Shephard (2010) for downside semivariance.
///
/// # Examples
/// ```
/// use dvol_core::features::volatility_features;
/// use dvol_core::panel::{Column, Panel};
/// let panel = Panel::new("2021-03-24".parse()?, 800)?
///     .with(Column::known("dvol", vec![60.0; 800]))?
///     .with(Column::known("price", vec![5e4; 800]))?;
/// assert_eq!(volatility_features(&panel)?.values("dvol_change_24h")?[100], 0.0);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn volatility_features(known: &Panel) -> Result<Panel> {
    let log: Vec<f64> = known.values("dvol")?.iter().map(|dvol| dvol.ln()).collect();
    let steps: Vec<f64> = changes(&log, 1).iter().map(|step| step * step).collect();
    let step = known.step();
    // what a window is too short for is left out
    let over = |names: &[&'static str], hours: &[usize]| -> Vec<(&'static str, usize)> {
        let rows = |(name, hours): (&&'static str, &usize)| Some((*name, step.window(*hours)?));
        names.iter().zip(hours).filter_map(rows).collect()
    };
    let mut columns: Vec<(&str, Vec<f64>)> = Vec::new();
    for (name, window) in over(&DISTANCE_FEATURES, &[24, 168, 528, 720]) {
        columns.push((name, difference(&log, &mean(&log, window))));
    }
    for (name, rows) in over(&CHANGE_FEATURES, &[1, 3, 6, 12, 24]) {
        columns.push((name, changes(&log, rows)));
    }
    if let Ok(price) = known.values("price") {
        columns.extend(price_features(&log, price, step));
    }
    for (name, window) in over(&ROUGHNESS_FEATURES, &[24, 168, 720]) {
        columns.push((name, mean(&steps, window).iter().map(|mean| (mean.sqrt() + 1e-5).ln()).collect()));
    }
    columns
        .into_iter()
        .try_fold(known.bare(), |panel, (name, values)| panel.with(Column::known(name, values)))
}

/// Premia and moves, from the logarithm of the index and the price.
fn price_features(log: &[f64], price: &[f64], step: Step) -> Vec<(&'static str, Vec<f64>)> {
    let [day_rows, week_rows, month_rows] = [24, 168, 720].map(|hours| step.window(hours).unwrap_or(1));
    let returns = changes(&price.iter().map(|price| price.ln()).collect::<Vec<_>>(), 1);
    let squares: Vec<f64> = returns.iter().map(|r| r * r).collect();
    let falls: Vec<f64> = returns.iter().map(|r| if *r < 0.0 { r * r } else { r * 0.0 }).collect();
    let realized = |window| -> Vec<f64> {
        mean(&squares, window)
            .iter()
            .map(|mean| 0.5 * (step.rows_a_year() * 1e4 * mean + FLOOR).ln())
            .collect()
    };
    let [day, week, month] = [day_rows, week_rows, month_rows].map(realized);
    let relative = |values: Vec<f64>| -> Vec<f64> {
        values.iter().zip(&month).map(|(value, month)| 100.0 * (-month).exp() * value.sqrt()).collect()
    };
    let sum = |window: usize| -> Vec<f64> {
        mean(&falls, window).iter().map(|mean| mean * window as f64).collect()
    };
    vec![
        (PREMIUM_FEATURES[0], difference(log, &month)),
        (PREMIUM_FEATURES[1], difference(&day, &month)),
        (PREMIUM_FEATURES[2], difference(&week, &month)),
        (MOVE_FEATURES[0], relative(sum(day_rows))),
        (MOVE_FEATURES[1], relative(sum(week_rows))),
        (MOVE_FEATURES[2], relative(largest(&squares, day_rows))),
    ]
}

fn changes(series: &[f64], rows: usize) -> Vec<f64> {
    (0..series.len())
        .map(|row| row.checked_sub(rows).map_or(f64::NAN, |past| series[row] - series[past]))
        .collect()
}

fn difference(left: &[f64], right: &[f64]) -> Vec<f64> {
    left.iter().zip(right).map(|(left, right)| left - right).collect()
}

/// The mean of the present values of each trailing window; null at a null row or where too few are present.
fn mean(series: &[f64], window: usize) -> Vec<f64> {
    let terms: Vec<Total> = series.iter().map(|&value| Total::of(value)).collect();
    let needed = window as f64 * NEEDED_SHARE;
    rolling(&terms, window)
        .into_iter()
        .map(|total| if total.count >= needed { total.sum / total.count } else { f64::NAN })
        .collect()
}

/// The largest present value of each trailing window; null where too few are present.
fn largest(series: &[f64], window: usize) -> Vec<f64> {
    let needed = (window as f64 * NEEDED_SHARE).ceil() as usize;
    (0..series.len())
        .map(|row| {
            let past = &series[(row + 1).saturating_sub(window)..=row];
            let present = past.iter().filter(|value| value.is_finite()).count();
            if present >= needed { past.iter().copied().fold(f64::NAN, f64::max) } else { f64::NAN }
        })
        .collect()
}
