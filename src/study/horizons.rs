//! One table over several horizons.

use super::{FoldReport, Study};
use crate::config::Duration;
use crate::error::{Error, Result};
use crate::evaluation::{Forecasts, LongRun, Loss, Metrics, WalkForward, diebold_mariano};
use crate::report::{Align, Cell, Report, Reported, Table};
use crate::time::Horizon;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;

/// One model at one horizon, walked forward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HorizonScore {
    /// Hours between the last training target and a fold: those of the horizon.
    pub embargo_hours: u32,
    /// The scores on the origins all models of this horizon answer.
    #[serde(flatten)]
    pub metrics: Metrics,
    /// Diebold-Mariano against persistence: positive speaks for the model; `None` for persistence itself.
    pub diebold_mariano: Option<f64>,
    /// Its two-sided p-value.
    pub p_value: Option<f64>,
    /// The lags at which forecasts overlap at this horizon.
    pub lags: Option<usize>,
}

/// Models by horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HorizonTable(pub Vec<HorizonScore>);

impl Study {
    /// Walks the models forward at every horizon; embargo and overlap lags are each horizon's own.
    ///
    /// Folds are kept below `<out>/folds` as in [`Study::backtest`] and read again by the next run.
    ///
    /// # Errors
    /// A horizon of 0 or given twice, and what [`Study::backtest`] returns.
    pub fn horizons(
        &self,
        hours: &[u32],
        models: &[String],
        seeds: u32,
        protocol: &WalkForward,
        out: &Path,
        report: &(dyn Fn(Horizon, &FoldReport) + Sync),
    ) -> Result<HorizonTable> {
        let mut table = Vec::new();
        for (position, &own) in hours.iter().enumerate() {
            if own == 0 || hours[..position].contains(&own) {
                return Err(Error::parameter("horizons", own, "different whole hours, at least 1"));
            }
            let horizon = Horizon::hours(own);
            let study = self.at_horizon(horizon);
            let protocol = WalkForward { embargo_hours: own, ..protocol.clone() };
            let series = study.backtest(models, seeds, &protocol, out, &|fold| report(horizon, fold))?;
            let series = study.on_common_origins(series)?;
            let benchmark = series.iter().find(|one| one.model() == "persistence");
            for one in &series {
                table.push(score(one, benchmark, own)?);
            }
        }
        Ok(HorizonTable(table))
    }

    /// Writes a table of horizons into a folder, as `horizons.json`, and enters it in the ledger.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_horizons(&self, table: &HorizonTable, out: &Path, stage: &str) -> Result<()> {
        self.write_recorded(&out.join("horizons.json"), table, stage)
    }
}

fn score(series: &Forecasts, benchmark: Option<&Forecasts>, embargo_hours: u32) -> Result<HorizonScore> {
    // Losses that differ by a constant have no test; the scores stand without it.
    let test = benchmark
        .filter(|benchmark| benchmark.model() != series.model())
        .and_then(|benchmark| diebold_mariano(benchmark, series, Loss::Mse, LongRun::Cosine).ok());
    Ok(HorizonScore {
        embargo_hours,
        metrics: Metrics::of(series)?,
        diebold_mariano: test.as_ref().map(|test| test.statistic),
        p_value: test.as_ref().map(|test| test.p_value),
        lags: test.map(|_| series.overlap() - 1),
    })
}

impl Reported for HorizonTable {
    fn report(&self) -> Report {
        let mut table = Table::new([
            "horizon",
            "embargo",
            "model",
            "n",
            "RMSE",
            "MAE",
            "skill %",
            "direction %",
            "DM",
            "p",
            "lags",
        ])
        .set(Align::Right, ..2)
        .set(Align::Right, 3..);
        for row in &self.0 {
            let metrics = &row.metrics;
            table.push([
                metrics.horizon.cell(),
                Cell::text(String::from(Duration(row.embargo_hours))),
                Cell::name(&metrics.model),
                Cell::count(metrics.n),
                Cell::number(metrics.rmse(), 4),
                Cell::number(metrics.mae(), 4),
                Cell::percent(metrics.skill(), 2),
                Cell::percent(metrics.directional_accuracy(), 1),
                Cell::optional(row.diebold_mariano, 2),
                Cell::optional(row.p_value, 4),
                row.lags.map_or(Cell::missing(), Cell::count),
            ]);
        }
        table.into()
    }
}

impl fmt::Display for HorizonTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
