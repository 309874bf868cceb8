//! Daily on-chain series that move with the market.

use super::Simulation;
use super::market::Hour;
use crate::time::{HOUR_MS, Timestamp};
use rand::Rng;
use rand_distr::StandardNormal;

/// Coins in circulation at the first row, and how many a day adds.
const SUPPLY: (f64, f64) = (18.66e6, 730.0);
/// Share of the market capitalisation that moves into the realized one each day.
const REALIZED_SHARE: f64 = 0.006;
/// Market value over realized value at the first row.
const FIRST_MVRV: f64 = 2.6;
/// Logs of the medians: transaction volume, exchange flow (USD), active addresses, transactions.
const MEDIANS: [f64; 4] = [22.6, 20.9, 13.66, 12.75];

/// The daily columns on the hourly grid: a day's value at its 00:00, nulls elsewhere and on days that the
/// panel does not hold whole.
pub(super) fn run(simulation: &Simulation, hours: &[Hour]) -> Vec<(&'static str, Vec<f64>)> {
    let names = [
        "transaction_volume_usd",
        "transaction_volume_source",
        "active_addresses",
        "market_cap_usd",
        "mvrv",
        "exchange_inflow_usd",
        "exchange_outflow_usd",
        "transaction_count",
    ];
    let mut columns = names.map(|name| (name, vec![f64::NAN; hours.len()]));
    let mut random = simulation.seed.stage("simulate chain").rng();
    let to_midnight = (24 - simulation.start.hours().rem_euclid(24)) % 24;
    let (mut demand, mut flow, mut users, mut count) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    let mut realized_cap = hours[0].price * SUPPLY.0 / FIRST_MVRV;
    for (day, first) in (to_midnight as usize..hours.len()).step_by(24).enumerate() {
        let Some(of_day) = hours.get(first..first + 24) else { break };
        let time = Timestamp::from_millis(simulation.start.millis() + first as i64 * HOUR_MS);
        let weekend = if time.hour_of_week() >= 120 { 1.0 } else { 0.0 };
        let stir = (of_day.iter().map(|hour| hour.dvol).sum::<f64>() / 24.0 / 60.0).ln();
        let normals: [f64; 6] = std::array::from_fn(|_| random.sample(StandardNormal));
        demand = 0.97 * demand + 0.09 * normals[0];
        flow = 0.9 * flow + 0.1 * normals[1];
        users = 0.95 * users + 0.04 * normals[2];
        count = 0.97 * count + 0.07 * normals[3];
        let close = of_day[23].price;
        let market_cap = close * (SUPPLY.0 + SUPPLY.1 * day as f64);
        realized_cap += REALIZED_SHARE * (market_cap - realized_cap);
        let volume = MEDIANS[0] + demand + 0.3 * stir - 0.45 * weekend + 0.12 * normals[4];
        let exchange = MEDIANS[1] + demand + flow + 0.5 * stir - 0.6 * weekend + 0.15 * normals[4];
        let values = [
            volume.exp(),
            0.0,
            (MEDIANS[2] + users + 0.1 * demand - 0.11 * weekend).exp().round(),
            market_cap,
            market_cap / realized_cap,
            (exchange + 0.05 * normals[5]).exp(),
            (exchange - 0.05 * normals[5] + 0.05).exp(),
            (MEDIANS[3] + count + users - 0.1 * weekend).exp().round(),
        ];
        for ((_, column), value) in columns.iter_mut().zip(values) {
            column[first] = value;
        }
    }
    columns.into()
}
