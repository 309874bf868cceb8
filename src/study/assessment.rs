//! What a finished walk-forward is judged by: goals, deflation, market states.

use super::goals::Goals;
use super::{Reads, Study};
use crate::artifacts::{read_json, write_json};
use crate::error::Result;
use crate::evaluation::{
    Comparison, Deflation, DeflationSpec, Forecasts, Metrics, Promises, RegimeScores, Trial, TrialRecord,
};
use crate::regimes::{AnyLabels, StandardLabels};
use crate::report::{Report, Reported};
use crate::time::Horizon;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// Bootstrap replications of the deflation: p-values down to one in ten thousand.
const REPLICATIONS: usize = 10_000;
/// Models whose residuals are sorted by market state.
const BEST: usize = 3;
/// The model everything is set against.
pub(super) const BENCHMARK: &str = "persistence";

/// The verdicts over one walk-forward.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assessment {
    /// Each line of the goal, for the best network.
    pub goals: Goals,
    /// The best model once the search is paid for.
    pub deflation: Deflation,
    /// The best models, and the best network, in every market state.
    pub regimes: RegimeScores,
    /// Whether the intervals of the same models hold what they promise.
    pub promises: Promises,
}

impl Study {
    /// Judges models walked forward over the same origins; `tried` lists configurations that are not among them.
    ///
    /// `None` without persistence or without a rival to it.
    ///
    /// # Errors
    /// Series that are not aligned, fewer than 16 origins.
    pub fn assess(
        &self,
        series: &[Forecasts],
        comparison: &Comparison,
        tried: &[Trial],
    ) -> Result<Option<Assessment>> {
        let Some(candidate) = Goals::candidate(series) else { return Ok(None) };
        if series.iter().all(|one| one.model() != BENCHMARK) {
            return Ok(None);
        }
        let ranked = rivals_by_error(series)?;
        let mut best: Vec<Forecasts> = ranked.iter().take(BEST).map(|one| (*one).clone()).collect();
        if best.iter().all(|one| one.model() != candidate.model()) {
            best.push(candidate.clone());
        }
        let regimes = RegimeScores::of(&best, &self.state_labels(candidate.horizon())?)?;
        let goals = Goals::of(candidate, &Metrics::of(candidate)?, comparison, &regimes);
        let spec = DeflationSpec {
            benchmark: BENCHMARK,
            tried,
            mean_block: comparison.block_length,
            replications: REPLICATIONS,
            seed: self.config().seed.stage("assess"),
        };
        let deflation = Deflation::of(series, &spec)?;
        Ok(Some(Assessment { goals, deflation, regimes, promises: Promises::of(&best) }))
    }

    /// Calendar years, crises, jump hours, jumps before and at the target, terciles, rising and falling markets.
    ///
    /// # Errors
    /// A missing feature.
    pub fn state_labels(&self, horizon: Horizon) -> Result<Vec<AnyLabels>> {
        let standard = StandardLabels {
            events: self.market().events,
            horizon,
            at_target: true,
            ..StandardLabels::default()
        };
        standard.of(&self.state_panel()?)
    }
}

impl Assessment {
    /// Writes `goals.json`, `deflated.json`, `promises.json` and `regimes.json` and enters them in the ledger.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, study: &Study, out: &Path) -> Result<()> {
        keep(study, out, "goals.json", &self.goals)?;
        keep(study, out, "deflated.json", &self.deflation)?;
        keep(study, out, "promises.json", &self.promises)?;
        keep(study, out, "regimes.json", &self.regimes)
    }
}

/// The models other than persistence, the smallest error first.
pub(super) fn rivals_by_error(series: &[Forecasts]) -> Result<Vec<&Forecasts>> {
    let rivals = series.iter().filter(|one| one.model() != BENCHMARK);
    let mut ranked = rivals.map(|one| Ok((Metrics::of(one)?.rmse(), one))).collect::<Result<Vec<_>>>()?;
    ranked.sort_by(|one, other| one.0.total_cmp(&other.0));
    Ok(ranked.into_iter().map(|(_, one)| one).collect())
}

fn keep(study: &Study, out: &Path, name: &str, value: &impl Serialize) -> Result<()> {
    let path = out.join(name);
    write_json(&path, value)?;
    study.record(&path, Reads::ModelsAndEvents, "dvol backtest")
}

/// The record of what was tried, `tried.json` in the folder of the walk-forward; no file is an empty record.
///
/// # Errors
/// When the file is there and is not such a record.
pub fn read_trials(out: &Path) -> Result<TrialRecord> {
    let path = out.join("tried.json");
    if path.exists() { read_json(&path) } else { Ok(TrialRecord::default()) }
}

impl Reported for Assessment {
    fn report(&self) -> Report {
        let own = self.regimes.of_model(&self.goals.model).cloned().collect();
        let mut report = RegimeScores { rows: own, ..self.regimes.clone() }.report();
        report.gap().include(&self.goals).gap().include(&self.promises).gap().include(&self.deflation);
        report
    }
}

impl fmt::Display for Assessment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
