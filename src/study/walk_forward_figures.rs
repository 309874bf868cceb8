//! The pictures of a finished walk-forward.

use super::Study;
use super::assessment::{BENCHMARK, rivals_by_error};
use crate::error::Result;
use crate::evaluation::{Comparison, Fluctuation, Forecasts, Loss};
use crate::figures::Figure;
use crate::figures::comparison::{diebold_mariano, model_comparison, model_confidence_set, skill_over_time};
use crate::figures::fluctuation::fluctuation;
use crate::figures::intervals::coverage_over_time;
use crate::models::{Band, Coverage};

/// Series that can be told apart in one picture.
const MOST: usize = 4;

impl Study {
    /// Scores with their intervals, skill over time of the best models, when the best was better than persistence, the confidence set, Diebold-Mariano between
    /// all pairs, and the coverage of the best model's 80 % interval over time.
    ///
    /// Figures are named `walk_forward_...`; their captions begin with the index's name.
    ///
    /// # Errors
    /// Series that are not aligned.
    pub fn walk_forward_figures(&self, series: &[Forecasts], comparison: &Comparison) -> Result<Vec<Figure>> {
        let ranked = rivals_by_error(series)?;
        let best: Vec<Forecasts> = ranked.iter().take(MOST).map(|one| (*one).clone()).collect();
        let mut figures = vec![
            model_comparison(&comparison.metrics, &comparison.intervals)?.named("walk_forward_scores")?,
            diebold_mariano(&comparison.diebold_mariano)?.named("walk_forward_diebold_mariano")?,
        ];
        if !best.is_empty() {
            figures
                .push(skill_over_time(&best, &self.market().events)?.named("walk_forward_skill_over_time")?);
        }
        let benchmark = series.iter().find(|one| one.model() == BENCHMARK);
        if let (Some(one), Some(benchmark)) = (best.first(), benchmark) {
            // too few origins, or losses that are alike, have no test and hence no figure
            if let Ok(found) = Fluctuation::between(benchmark, one, Loss::Mse) {
                figures.push(fluctuation(&found, &self.market().events)?.named("walk_forward_fluctuation")?);
            }
        }
        if let Some(set) = &comparison.model_confidence_set {
            figures.push(model_confidence_set(set)?.named("walk_forward_confidence_set")?);
        }
        let complete = |band: &Band| band.iter().all(|interval| interval.is_some());
        let calibrated = ranked.iter().find(|one| one.band(Coverage::P80).is_some_and(complete));
        if let Some(one) = calibrated {
            figures.push(coverage_over_time(one, Coverage::P80.get())?.named("walk_forward_coverage")?);
        }
        let index = self.market().index;
        Ok(figures.into_iter().map(|figure| figure.about(&index)).collect())
    }
}
