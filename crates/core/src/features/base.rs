//! The seven base features of the thesis.

use super::realized_volatility;
use crate::error::Result;
use crate::panel::{Column, Panel};

/// The base features, in the order models read them.
pub const BASE_FEATURES: [&str; 7] = [
    "dvol_lag_1d",
    "dvol_lag_7d",
    "dvol_lag_30d",
    "transaction_volume",
    "active_addresses",
    "nvrv",
    "dvol_rv_spread",
];

const DAY: usize = 24;
const MONTH: usize = 30 * DAY;

/// The base features from a panel of known values, beside `dvol` itself.
///
/// # Formula
/// At row `t`, everything as known at `t`:
/// - `dvol_lag_1d`, `dvol_lag_7d`, `dvol_lag_30d`: DVOL known 24, 168 and 720 hours before, index points;
/// - `transaction_volume`: on-chain volume of the newest published day, USD;
/// - `active_addresses`: of the newest published day;
/// - `nvrv` = (market cap - realized cap) / realized cap = MVRV - 1;
/// - `dvol_rv_spread` = DVOL - RV, RV the 30-day realized volatility, index points.
///
/// # Errors
/// When `dvol`, `price`, `transaction_volume_usd`, `active_addresses` or `mvrv` is missing.
///
/// # Examples
/// ```
/// use dvol_core::features::{base_features, known};
/// use dvol_core::panel::{Column, Panel};
/// let raw = Panel::new("2021-03-24".parse()?, 48)?
///     .with(Column::bars("dvol", vec![60.0; 48]))?
///     .with(Column::bars("price", vec![5e4; 48]))?
///     .with(Column::bars("transaction_volume_usd", vec![1e9; 48]))?
///     .with(Column::bars("active_addresses", vec![1e6; 48]))?
///     .with(Column::bars("mvrv", vec![2.0; 48]))?;
/// assert_eq!(base_features(&known(&raw)?)?.values("nvrv")?[40], 1.0);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn base_features(known: &Panel) -> Result<Panel> {
    let dvol = known.values("dvol")?;
    let lag = |hours: usize| -> Vec<f64> {
        (0..dvol.len()).map(|row| row.checked_sub(hours).map_or(f64::NAN, |past| dvol[past])).collect()
    };
    let realized = realized_volatility(known.values("price")?, MONTH)?;
    let spread: Vec<f64> = dvol.iter().zip(&realized).map(|(implied, realized)| implied - realized).collect();
    let nvrv: Vec<f64> = known.values("mvrv")?.iter().map(|mvrv| mvrv - 1.0).collect();
    Panel::new(known.start(), known.len())?
        .with(Column::known("dvol", dvol))?
        .with(Column::known("realized_volatility", realized))?
        .with(Column::known("dvol_lag_1d", lag(DAY)))?
        .with(Column::known("dvol_lag_7d", lag(7 * DAY)))?
        .with(Column::known("dvol_lag_30d", lag(MONTH)))?
        .with(Column::known("transaction_volume", known.values("transaction_volume_usd")?))?
        .with(Column::known("active_addresses", known.values("active_addresses")?))?
        .with(Column::known("nvrv", nvrv))?
        .with(Column::known("dvol_rv_spread", spread))
}
