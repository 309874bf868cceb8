//! What the public sources know, as a loopback server tells it.

use dvol::data::{Simulation, Table, simulate};
use dvol::time::{HOUR_MS, Timestamp};
use std::collections::BTreeMap;
use std::path::Path;

pub const DAY_MS: i64 = 24 * HOUR_MS;

/// What the sources know: rows by milliseconds.
#[derive(Clone, Default)]
pub struct World {
    /// Open, high, low, close.
    pub dvol: BTreeMap<i64, [f64; 4]>,
    /// Open, high, low, close, volume.
    pub price: BTreeMap<i64, [f64; 5]>,
    /// Active addresses, MVRV, market capitalisation, inflow, outflow, transactions.
    pub days: BTreeMap<i64, [f64; 6]>,
    /// Reported transaction volume.
    pub volume: BTreeMap<i64, f64>,
    /// Rate of the last eight hours.
    pub funding: BTreeMap<i64, f64>,
}

pub const METRICS: [&str; 6] =
    ["AdrActCnt", "CapMVRVCur", "CapMrktCurUSD", "FlowInExUSD", "FlowOutExUSD", "TxCnt"];

impl World {
    /// From 2021-01-01; the index from 2021-03-24 on.
    pub fn simulated(days: usize) -> Self {
        let start: Timestamp = "2021-01-01".parse().unwrap();
        let hours = 24 * days;
        let panel = simulate(&Simulation { hours, start, ..Simulation::default() }).unwrap();
        let column = |name: &str| panel.values(name).unwrap();
        let mut world = Self::default();
        let first_dvol: Timestamp = "2021-03-24".parse().unwrap();
        for row in 0..hours {
            let time = panel.at(row).millis();
            let (level, price) = (column("dvol")[row], column("price")[row]);
            if time >= first_dvol.millis() {
                world.dvol.insert(time, [level, level * 1.01, level * 0.99, level]);
            }
            world.funding.insert(time, 1e-4 * (row as f64 / 5.0).sin());
            world.price.insert(time, [price, price * 1.002, price * 0.998, price, column("volume")[row]]);
            if time % DAY_MS == 0 {
                let names = [
                    "active_addresses",
                    "mvrv",
                    "market_cap_usd",
                    "exchange_inflow_usd",
                    "exchange_outflow_usd",
                    "transaction_count",
                ];
                world.days.insert(time, names.map(|name| column(name)[row]));
                world.volume.insert(time, column("transaction_volume_usd")[row]);
            }
        }
        world
    }

    /// The real series of a folder of files.
    pub fn real(folder: &Path) -> Self {
        let read = |name: &str, columns: &[&str]| -> Vec<(i64, Vec<f64>)> {
            let table = Table::read(folder.join(name)).unwrap();
            let times = table.times(&table.time_column().unwrap()).unwrap();
            let columns: Vec<Vec<f64>> =
                columns.iter().map(|column| table.numbers(column).unwrap()).collect();
            let row = |row: usize| columns.iter().map(|column| column[row]).collect();
            times.iter().enumerate().map(|(place, time)| (time.millis(), row(place))).collect()
        };
        let mut world = Self::default();
        for (time, row) in read("dvol_close_1h.csv", &["dvol"]) {
            world.dvol.insert(time, [row[0]; 4]);
        }
        for (time, row) in
            read("dvol_ohlc_1h_gappy.csv", &["dvol_open", "dvol_high", "dvol_low", "dvol_close"])
        {
            world.dvol.insert(time, row.try_into().unwrap());
        }
        for (time, row) in read("btcusdt_1h.csv", &["open", "high", "low", "close", "volume"]) {
            world.price.insert(time, row.try_into().unwrap());
        }
        world.days = read("coinmetrics_btc_1d.csv", &METRICS)
            .into_iter()
            .map(|(time, row)| (time, row.try_into().unwrap()))
            .collect();
        world.volume = read("blockchaincom_tx_volume_usd_1d.csv", &["estimated_transaction_volume_usd"])
            .into_iter()
            .map(|(time, row)| (time, row[0]))
            .collect();
        world
    }
}
