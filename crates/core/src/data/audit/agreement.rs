//! Columns that must not contradict each other.

use super::{AuditLimits, Check, Finding, Severity};
use crate::panel::Panel;

/// Hours of the realized volatility DVOL is held against.
const REALIZED_HOURS: usize = 720;
const HOURS_A_YEAR: f64 = 8760.0;

pub(super) fn check(panel: &Panel, index: &str, limits: &AuditLimits) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(dvol_against_realized(panel, index, limits));
    findings.extend(price_sources(panel, limits));
    findings.extend(bars(panel, "dvol"));
    findings.extend(bars(panel, "price"));
    findings
}

fn values<'a>(panel: &'a Panel, name: &str) -> Option<&'a [f64]> {
    panel.values(name).ok()
}

/// The finding over all rows where `excess` is above 0, worst where it is largest.
fn over_rows(
    panel: &Panel,
    severity: Severity,
    column: &str,
    excess: impl Fn(usize) -> f64,
    detail: impl Fn(usize) -> String,
) -> Option<Finding> {
    let rows: Vec<(usize, f64)> =
        (0..panel.len()).map(|row| (row, excess(row))).filter(|(_, excess)| *excess > 0.0).collect();
    let worst = rows.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Finding {
        severity,
        check: Check::Disagreement,
        column: column.to_owned(),
        count: rows.len(),
        at: Some(panel.at(worst.0)),
        detail: detail(worst.0),
    })
}

/// Implied volatility may leave realized volatility, but not by any factor: a wrong unit would.
fn dvol_against_realized(panel: &Panel, index: &str, limits: &AuditLimits) -> Option<Finding> {
    let (dvol, price) = (values(panel, "dvol")?, values(panel, "price")?);
    let mut squares = vec![f64::NAN; panel.len()];
    let mut held = f64::NAN;
    for (square, &price) in squares.iter_mut().zip(price) {
        if !price.is_nan() {
            *square = (price / held).ln().powi(2);
            held = price;
        }
    }
    let (mut sum, mut count) = (0.0, 0_usize);
    let mut ratio = vec![f64::NAN; panel.len()];
    for row in 0..panel.len() {
        if !squares[row].is_nan() {
            sum += squares[row];
            count += 1;
        }
        if row >= REALIZED_HOURS {
            let gone = squares[row - REALIZED_HOURS];
            if !gone.is_nan() {
                sum -= gone;
                count -= 1;
            }
            if count > REALIZED_HOURS / 2 {
                ratio[row] = dvol[row] / (100.0 * (sum.max(0.0) / count as f64 * HOURS_A_YEAR).sqrt());
            }
        }
    }
    let (low, high) = limits.realized_ratio;
    over_rows(
        panel,
        Severity::Serious,
        "dvol",
        |row| (ratio[row] / high).max(low / ratio[row]) - 1.0,
        |row| {
            format!(
                "{index} over 30-day realized volatility outside {low} .. {high}: worst {:.2} (a wrong unit?)",
                ratio[row]
            )
        },
    )
}

fn price_sources(panel: &Panel, limits: &AuditLimits) -> Option<Finding> {
    let (spot, perpetual) = (values(panel, "price")?, values(panel, "price_perpetual")?);
    let distance = |row: usize| (perpetual[row] / spot[row] - 1.0).abs();
    over_rows(
        panel,
        Severity::Warning,
        "price",
        |row| distance(row) - limits.price_disagreement,
        |row| {
            format!(
                "spot and perpetual more than {:.1} % apart: worst {:.2} %",
                100.0 * limits.price_disagreement,
                100.0 * distance(row)
            )
        },
    )
}

/// A bar's close lies between its low and its high, and so does its open.
fn bars(panel: &Panel, close_name: &str) -> Option<Finding> {
    let close = values(panel, close_name)?;
    let part = |name: &str| values(panel, &format!("{close_name}_{name}"));
    let (open, high, low) = (part("open")?, part("high")?, part("low")?);
    let outside = |row: usize| {
        let above = close[row].max(open[row]) / high[row] - 1.0;
        let below = low[row] / close[row].min(open[row]) - 1.0;
        // decimals in CSV files are rounded
        above.max(below) - 1e-9
    };
    over_rows(panel, Severity::Warning, close_name, outside, |row| {
        format!("open or close outside low .. high, worst by {:.3} %", 100.0 * outside(row))
    })
}
