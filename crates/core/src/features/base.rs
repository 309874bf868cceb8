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

const YEAR_HOURS: f64 = 8760.0;

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
/// On a grid of days they are counted in its rows ([`Step::window`](crate::panel::Step::window)), and a year has as many as
/// the grid ([`Step::rows_a_year`](crate::panel::Step::rows_a_year)).
///
/// Features of `price`, `transaction_volume_usd`, `active_addresses` and `mvrv` are left out where the panel has no such
/// column.
///
/// # Errors
/// When `dvol` is missing or a price is not positive.
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
    let step = known.step();
    let [day, week, month] = [24, 168, 720].map(|hours| step.window(hours).unwrap_or(1));
    let lag = |rows: usize| -> Vec<f64> {
        (0..dvol.len()).map(|row| row.checked_sub(rows).map_or(f64::NAN, |past| dvol[past])).collect()
    };
    let price = known.values("price").ok();
    let realized = price.map(|price| realized_volatility(price, month)).transpose()?;
    let a_year = (step.rows_a_year() / YEAR_HOURS).sqrt();
    let realized = realized.map(|realized| realized.iter().map(|value| value * a_year).collect::<Vec<f64>>());
    let spread = realized.as_ref().map(|realized| -> Vec<f64> {
        dvol.iter().zip(realized).map(|(implied, realized)| implied - realized).collect()
    });
    let as_it_is = |name: &str| known.values(name).ok().map(<[f64]>::to_vec);
    let nvrv = as_it_is("mvrv").map(|mvrv| mvrv.iter().map(|mvrv| mvrv - 1.0).collect());
    let columns = [
        ("dvol", Some(dvol.to_vec())),
        ("realized_volatility", realized),
        ("dvol_lag_1d", Some(lag(day))),
        ("dvol_lag_7d", Some(lag(week))),
        ("dvol_lag_30d", Some(lag(month))),
        ("transaction_volume", as_it_is("transaction_volume_usd")),
        ("active_addresses", as_it_is("active_addresses")),
        ("nvrv", nvrv),
        ("dvol_rv_spread", spread),
    ];
    let mut present = columns.into_iter().filter_map(|(name, values)| Some((name, values?)));
    present.try_fold(known.bare(), |panel, (name, values)| panel.with(Column::known(name, values)))
}
