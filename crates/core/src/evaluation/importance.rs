//! What a fitted model's forecasts owe to each of its features.

use super::{Forecasts, Metrics};
use crate::error::{Error, Result};
use crate::report::{Cell, Report, Reported, Table};
use crate::seed::Seed;
use crate::statistics::{mean, sum_of_squares};
use crate::time::Horizon;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the mean squared error gains when one feature, or a group of them, tells about another week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureImportance {
    /// The feature's or group's name.
    pub feature: String,
    /// The columns that were moved together; empty for the calendar.
    pub members: Vec<String>,
    /// Mean rise of the mean squared error over the repeats, index points squared; negative when the model is
    /// better without it.
    pub mse_increase: f64,
    /// Standard deviation of the rise over the repeats.
    pub std_dev: f64,
    /// Mean loss of skill against persistence, in points of skill (0.01 is one per cent of persistence's MSE).
    pub skill_loss: f64,
}

/// Permutation importance of a fitted model on hours it was not fitted on.
///
/// Whole blocks of consecutive hours change places, the same way for all columns of a group, so that the
/// autocorrelation of a feature survives within each block while its link to the outcome is cut. The model is not
/// fitted again: what is measured is how much the FITTED model leans on a feature, not what the feature could tell.
/// Correlated features stand in for each other, which is why groups are moved too.
///
/// # References
/// Breiman (2001), "Random forests", Machine Learning 45, 5-32; Künsch (1989), Annals of Statistics 17 (blocks).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PermutationImportance {
    /// The model.
    pub model: String,
    /// The forecast distance.
    pub horizon: Horizon,
    /// Forecasts scored.
    pub n: usize,
    /// Hours of a block.
    pub block_hours: usize,
    /// Permutations a feature.
    pub repeats: usize,
    /// The model's mean squared error with nothing moved, index points squared.
    pub mse: f64,
    /// Its skill against persistence.
    pub skill: Option<f64>,
    /// Single features, the one that matters most first.
    pub features: Vec<FeatureImportance>,
    /// Groups of related features, the one that matters most first.
    pub groups: Vec<FeatureImportance>,
    /// What cannot be moved, and why.
    pub notes: Vec<String>,
}

impl FeatureImportance {
    /// From the forecasts as they were and the forecasts of each repeat, matched by origin.
    ///
    /// # Errors
    /// No repeat, or no origin in common.
    pub fn of(feature: &str, members: &[String], base: &Forecasts, repeats: &[Forecasts]) -> Result<Self> {
        let mut rises = Vec::with_capacity(repeats.len());
        let mut losses = Vec::with_capacity(repeats.len());
        for moved in repeats {
            let pair = super::common_origins([base, moved])?;
            let (before, after) = (Metrics::of(&pair[0])?, Metrics::of(&pair[1])?);
            rises.push(after.rmse().powi(2) - before.rmse().powi(2));
            losses.extend(before.skill().zip(after.skill()).map(|(before, after)| before - after));
        }
        if rises.is_empty() {
            return Err(Error::parameter("repeats", 0, "at least 1 permutation"));
        }
        let centre = mean(&rises);
        let spread = sum_of_squares(&rises, centre);
        Ok(Self {
            feature: feature.to_owned(),
            members: members.to_vec(),
            mse_increase: centre,
            std_dev: (spread / (rises.len().max(2) - 1) as f64).sqrt(),
            skill_loss: mean(&losses),
        })
    }
}

/// The row each row takes its values from when blocks of `block` rows in `from .. to` change places at random.
///
/// Rows outside stay; so do those of a last block that is not whole. Blocks keep their inner order.
///
/// # Errors
/// A block of 0 rows, or fewer than two whole blocks.
///
/// # Examples
/// ```
/// use dvol_core::{evaluation::permuted_blocks, seed::Seed};
/// let rows = permuted_blocks(10, 1, 10, 3, Seed::new(4))?;
/// assert_eq!(rows[0], 0);
/// let mut blocks: Vec<&[usize]> = rows[1..].chunks(3).collect();
/// blocks.sort();
/// assert_eq!(blocks, [&[1, 2, 3], &[4, 5, 6], &[7, 8, 9]]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn permuted_blocks(
    length: usize,
    from: usize,
    to: usize,
    block: usize,
    seed: Seed,
) -> Result<Vec<usize>> {
    if block == 0 {
        return Err(Error::parameter("block", 0, "at least 1 hour, such as 168"));
    }
    let count = to.min(length).saturating_sub(from) / block;
    if count < 2 {
        return Err(Error::too_few(
            "permuting blocks",
            2 * block,
            to.saturating_sub(from),
            "give shorter blocks or a longer test part",
        ));
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut seed.rng());
    let mut rows: Vec<usize> = (0..length).collect();
    for (place, source) in order.into_iter().enumerate() {
        for offset in 0..block {
            rows[from + place * block + offset] = from + source * block + offset;
        }
    }
    Ok(rows)
}

/// The importance tables of several models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImportanceTables(pub Vec<PermutationImportance>);

impl Reported for ImportanceTables {
    fn report(&self) -> Report {
        let mut report = Report::new();
        for table in &self.0 {
            report.include(table).gap();
        }
        report
    }
}

impl fmt::Display for ImportanceTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

impl Reported for PermutationImportance {
    fn report(&self) -> Report {
        let skill = self.skill.map_or("-".to_owned(), |skill| format!("{:.2} %", 100.0 * skill));
        let mut report = Report::new();
        report.line(format!(
            "{} at {}: mean squared error {:.4}, skill {skill}, {} forecasts; blocks of {} h, {} permutations each",
            self.model, self.horizon, self.mse, self.n, self.block_hours, self.repeats
        ));
        report.gap();
        for (title, rows) in [("group", &self.groups), ("feature", &self.features)] {
            if rows.is_empty() {
                continue;
            }
            let mut table = Table::new([title, "columns", "MSE rises by", "sd", "skill lost %"]);
            for row in rows {
                table.push([
                    Cell::name(&row.feature),
                    Cell::count(row.members.len()),
                    Cell::number(row.mse_increase, 4),
                    Cell::number(row.std_dev, 4),
                    Cell::percent(Some(row.skill_loss), 2),
                ]);
            }
            report.table(table).gap();
        }
        for note in &self.notes {
            report.note(note);
        }
        report
    }
}

impl fmt::Display for PermutationImportance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
