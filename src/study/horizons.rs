//! Models at several horizons: one table, and one test over all of them.

use super::assessment::BENCHMARK;
use super::{FoldReport, Study};
use crate::config::Duration;
use crate::error::{Error, Result};
use crate::evaluation::{
    Forecasts, LongRun, Loss, Metrics, MultiHorizon, MultiHorizonTable, WalkForward, diebold_mariano,
};
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

/// Bootstrap replications of the test over all horizons.
const REPLICATIONS: usize = 1_000;

/// Models walked forward at several horizons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HorizonStudy {
    /// Each model at each horizon.
    pub table: HorizonTable,
    /// Each model against persistence over all of them; empty for one horizon.
    pub over_all: MultiHorizonTable,
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
    ) -> Result<HorizonStudy> {
        let mut table = Vec::new();
        let mut walked: Vec<Vec<Forecasts>> = Vec::new();
        for (position, &own) in hours.iter().enumerate() {
            if own == 0 || hours[..position].contains(&own) {
                return Err(Error::parameter("horizons", own, "different whole hours, at least 1"));
            }
            let horizon = Horizon::hours(own);
            let study = self.at_horizon(horizon);
            let protocol = WalkForward { embargo_hours: own, ..protocol.clone() };
            let series = study.backtest(models, seeds, &protocol, out, &|fold| report(horizon, fold))?;
            let series = study.on_common_origins(series)?;
            let benchmark = series.iter().find(|one| one.model() == BENCHMARK);
            for one in &series {
                table.push(score(one, benchmark, own)?);
            }
            walked.push(series);
        }
        Ok(HorizonStudy { table: HorizonTable(table), over_all: self.over_all(&walked)? })
    }

    /// Each model against persistence over all horizons; what is walked forward has the same models at each.
    fn over_all(&self, walked: &[Vec<Forecasts>]) -> Result<MultiHorizonTable> {
        let (Some(first), true) = (walked.first(), walked.len() > 1) else {
            return Ok(MultiHorizonTable::default());
        };
        let seed = self.config().seed.stage("multi_horizon");
        let rivals = (0..first.len()).filter(|&place| first[place].model() != BENCHMARK);
        let test = |place: usize| {
            let pair = |series: &Vec<Forecasts>| (series[place].persistence(), series[place].clone());
            let pairs: Vec<(Forecasts, Forecasts)> = walked.iter().map(pair).collect();
            MultiHorizon::of(&pairs, Loss::Mse, REPLICATIONS, seed)
        };
        Ok(MultiHorizonTable(rivals.map(test).collect::<Result<_>>()?))
    }

    /// Writes what was found at several horizons into a folder, as `horizons.json` and `multi_horizon.json`, and enters
    /// both in the ledger.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write_horizons(&self, found: &HorizonStudy, out: &Path, stage: &str) -> Result<()> {
        self.write_recorded(&out.join("horizons.json"), &found.table, stage)?;
        if found.over_all.0.is_empty() {
            return Ok(());
        }
        self.write_recorded(&out.join("multi_horizon.json"), &found.over_all, stage)
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

impl Reported for HorizonStudy {
    fn report(&self) -> Report {
        let mut report = self.table.report();
        if !self.over_all.0.is_empty() {
            report.gap().include(&self.over_all);
        }
        report
    }
}

impl fmt::Display for HorizonStudy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
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
