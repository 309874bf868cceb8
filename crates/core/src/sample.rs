//! From panels to what models eat: inputs known at each origin, and samples that add the targets.

use crate::artifacts::hexadecimal;
use crate::error::{Error, Result};
use crate::panel::{Grid, Panel, Step};
use crate::time::{Horizon, Timestamp};
use ndarray::{Array2, Array3, ArrayView1, ArrayView2, s};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Features up to each origin, and never a target: all that predicting code is given.
///
/// Row `i` stands for origin `i`. [`Inputs::window`] ends at the origin; there is no way to rows after it.
#[derive(Debug, Clone)]
pub struct Inputs {
    grid: Grid,
    names: Arc<[String]>,
    // (rows of the grid, features); shared by all samples cut from one panel
    rows: Arc<Array2<f64>>,
    level: Arc<[f64]>,
    origins: Arc<[usize]>,
    // every origin that has a whole window, whichever are chosen
    complete: Arc<[usize]>,
    window: usize,
}

impl Inputs {
    /// Inputs for every origin of `features` at which the whole window and the level are known.
    ///
    /// `features` must be a panel of known values (row `t` uses only what is known at `t`), `level` names
    /// the column that is forecast (its value at the origin is the anchor), `window` is in hours.
    ///
    /// # Errors
    /// A missing column, a column not known at its own row, a window of 0, or no complete origin.
    pub fn new(features: &Panel, names: &[&str], level: &str, window: usize) -> Result<Self> {
        if window == 0 {
            return Err(Error::parameter("window", 0, "at least 1 hour"));
        }
        for name in names.iter().chain([&level]) {
            let column = features.column(name)?;
            if column.known_after_hours() != 0 {
                return Err(Error::parameter(
                    "feature",
                    name,
                    "a column of known values; pass the panel through features::known first",
                ));
            }
        }
        let mut rows = Array2::zeros((features.len(), names.len()));
        for (position, name) in names.iter().enumerate() {
            rows.column_mut(position).assign(&ArrayView1::from(features.values(name)?));
        }
        let level: Arc<[f64]> = features.values(level)?.into();
        let mut complete = 0;
        let mut origins = Vec::with_capacity(features.len());
        for row in 0..features.len() {
            complete = if rows.row(row).iter().all(|value| value.is_finite()) { complete + 1 } else { 0 };
            if complete >= window && level[row].is_finite() {
                origins.push(row);
            }
        }
        if origins.is_empty() {
            return Err(Error::too_few(
                "building inputs",
                window,
                0,
                "no origin has a full window of features; look at the gaps with `dvol data audit`",
            ));
        }
        let origins: Arc<[usize]> = origins.into();
        Ok(Self {
            grid: features.grid().clone(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            rows: Arc::new(rows),
            level,
            complete: Arc::clone(&origins),
            origins,
            window,
        })
    }

    /// The number of origins.
    pub fn len(&self) -> usize {
        self.origins.len()
    }

    /// Whether there is no origin.
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// The feature names, in column order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The window's length in hours.
    pub fn window_length(&self) -> usize {
        self.window
    }

    /// The time of origin `i`.
    pub fn origin(&self, i: usize) -> Timestamp {
        self.grid.at(self.origins[i])
    }

    /// The time that origin `i` forecasts.
    pub fn target(&self, i: usize, horizon: Horizon) -> Timestamp {
        self.grid.at(self.origins[i] + self.grid.rows(horizon))
    }

    /// From one row to the next.
    pub fn step(&self) -> Step {
        self.grid.step()
    }

    /// Rows from an origin to its target.
    pub fn rows(&self, horizon: Horizon) -> usize {
        self.grid.rows(horizon)
    }

    /// Each origin's row of the grid: two neighbouring ones differ by 1.
    pub fn places(&self) -> &[usize] {
        &self.origins
    }

    /// All origins.
    pub fn origins(&self) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        (0..self.len()).map(|i| self.origin(i))
    }

    /// The forecast variable's value known at origin `i`.
    pub fn level(&self, i: usize) -> f64 {
        self.level[self.origins[i]]
    }

    /// The forecast variable's values known at the origins.
    pub fn levels(&self) -> Vec<f64> {
        self.origins.iter().map(|&row| self.level[row]).collect()
    }

    /// The forecast variable's history up to and including origin `i`, oldest first, at most `length` hours.
    pub fn level_history(&self, i: usize, length: usize) -> &[f64] {
        let end = self.origins[i] + 1;
        &self.level[end.saturating_sub(length)..end]
    }

    /// The features at origin `i`, shape (features).
    pub fn row(&self, i: usize) -> ArrayView1<'_, f64> {
        self.rows.row(self.origins[i])
    }

    /// The window that ends at origin `i`, shape (time, features), oldest first.
    pub fn window(&self, i: usize) -> ArrayView2<'_, f64> {
        let end = self.origins[i] + 1;
        self.rows.slice(s![end - self.window..end, ..])
    }

    /// The features at all origins, shape (origins, features).
    pub fn matrix(&self) -> Array2<f64> {
        self.rows.select(ndarray::Axis(0), &self.origins)
    }

    /// The windows of the given origins in single precision, shape (batch, time, features).
    pub fn windows(&self, batch: &[usize]) -> Array3<f32> {
        let mut out = Array3::zeros((batch.len(), self.window, self.names.len()));
        for (position, &i) in batch.iter().enumerate() {
            let mut slot = out.index_axis_mut(ndarray::Axis(0), position);
            slot.zip_mut_with(&self.window(i), |to, &from| *to = from as f32);
        }
        out
    }

    /// The features of every hour up to the last origin, shape (hours, features), and each origin's row.
    ///
    /// For models that gather windows on a device of their own; what they compute at a row may use rows up to
    /// it only.
    #[doc(hidden)]
    pub fn hourly(&self) -> (ArrayView2<'_, f64>, &[usize]) {
        let end = self.origins.last().map_or(0, |row| row + 1);
        (self.rows.slice(s![..end, ..]), &self.origins)
    }

    /// One feature at all origins.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn feature(&self, name: &str) -> Result<Vec<f64>> {
        let position =
            self.names.iter().position(|other| other == name).ok_or_else(|| Error::MissingColumn {
                table: "inputs".to_owned(),
                column: name.to_owned(),
                available: self.names.to_vec(),
            })?;
        Ok(self.origins.iter().map(|&row| self.rows[(row, position)]).collect())
    }

    /// Only the origins for which `keep` says so.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(Timestamp) -> bool) -> Self {
        let origins = (0..self.len()).filter(|&i| keep(self.origin(i))).map(|i| self.origins[i]).collect();
        Self { origins, ..self.clone() }
    }

    /// These origins, and every complete one from `from` up to the last of them: for a model whose answer at an
    /// origin depends on how it fared at earlier ones.
    #[must_use]
    pub fn with_origins_since(&self, from: Timestamp) -> Self {
        let (Some(&first), Some(&last)) = (self.origins.first(), self.origins.last()) else {
            return self.clone();
        };
        let from = self.grid.row_after(from);
        let span = self.complete.iter().copied().filter(|row| (first.min(from)..=last).contains(row));
        let origins = span.filter(|row| *row >= from || self.origins.binary_search(row).is_ok()).collect();
        Self { origins, ..self.clone() }
    }

    /// The inputs together with what happened `horizon` later, where that is known.
    pub fn with_targets(&self, horizon: Horizon) -> Sample {
        let pairs: Vec<(usize, f64)> = self
            .origins
            .iter()
            .filter_map(|&row| Some((row, *self.level.get(row + self.rows(horizon))?)))
            .filter(|(_, target)| target.is_finite())
            .collect();
        let inputs = Self { origins: pairs.iter().map(|pair| pair.0).collect(), ..self.clone() };
        Sample { inputs, horizon, targets: pairs.into_iter().map(|pair| pair.1).collect(), weights: None }
    }
}

/// Inputs and, `horizon` hours after each origin, the value that came true: what fitting is given.
#[derive(Debug, Clone)]
pub struct Sample {
    inputs: Inputs,
    horizon: Horizon,
    targets: Arc<[f64]>,
    // one an origin; `None`: all count the same
    weights: Option<Arc<[f64]>>,
}

impl Sample {
    /// The part that predicting code may see.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The levels at origin + horizon.
    pub fn targets(&self) -> &[f64] {
        &self.targets
    }

    /// How much each origin counts in fitting, from 0 (as if it were not there) to 1; all 1 unless
    /// [`Self::weighted`] said otherwise.
    pub fn weights(&self) -> Vec<f64> {
        self.weights.as_ref().map_or_else(|| vec![1.0; self.len()], |weights| weights.to_vec())
    }

    /// Whether origins count differently.
    pub fn is_weighted(&self) -> bool {
        self.weights.is_some()
    }

    /// The same sample, whose origins count by `weight` (at least 0) times what they counted before.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::prelude::*;
    /// let panel = Panel::new("2021-03-24".parse()?, 48)?.with(Column::known("dvol", vec![60.0; 48]))?;
    /// let sample = Inputs::new(&panel, &[], "dvol", 1)?.with_targets(Horizon::hours(24));
    /// let half = sample.weighted(|_| 0.5).weighted(|_| 0.5);
    /// assert_eq!(half.weights(), vec![0.25; 24]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    #[must_use]
    pub fn weighted(&self, weight: impl Fn(Timestamp) -> f64) -> Self {
        let own = self.weights().into_iter().zip(self.inputs.origins());
        Self { weights: Some(own.map(|(before, origin)| before * weight(origin)).collect()), ..self.clone() }
    }

    /// The level's history up to and including the TARGET hour of origin `i`, at most `length` hours: what the
    /// leaky protocol of the 2025 original rescaled with. A sample holds the target, inputs never do.
    #[doc(hidden)]
    pub fn history_to_target(&self, i: usize, length: usize) -> &[f64] {
        let end = self.inputs.origins[i] + self.inputs.rows(self.horizon) + 1;
        &self.inputs.level[end.saturating_sub(length)..end]
    }

    /// SHA-256 of every number that a model can read of the sample, with the names of the features and the times.
    pub fn fingerprint(&self) -> String {
        let Inputs { grid, names, rows, level, origins, complete, window } = &self.inputs;
        let end = origins.last().map_or(0, |row| row + 1);
        let mut hasher = Sha256::new();
        hasher.update(format!("{names:?} {window} {} {end} {:?}", self.horizon, grid.step()));
        let mut numbers = |values: &mut dyn Iterator<Item = u64>| {
            hasher.update(values.flat_map(u64::to_le_bytes).collect::<Vec<u8>>());
        };
        numbers(&mut (0..end).map(|row| grid.at(row).millis() as u64));
        numbers(&mut rows.slice(s![..end, ..]).iter().map(|value| value.to_bits()));
        numbers(&mut level[..end].iter().map(|value| value.to_bits()));
        numbers(&mut origins.iter().map(|row| *row as u64));
        numbers(&mut complete.iter().filter(|row| **row < end).map(|row| *row as u64));
        numbers(&mut self.targets.iter().map(|value| value.to_bits()));
        numbers(&mut self.weights.iter().flat_map(|weights| weights.iter()).map(|weight| weight.to_bits()));
        hexadecimal(&hasher.finalize())
    }

    /// The forecast distance.
    pub fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// The number of origins.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is no origin.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The origins whose TARGET lies in `from ..= to`.
    #[must_use]
    pub fn targets_between(&self, from: Timestamp, to: Timestamp) -> Self {
        self.keep_pairs(|_, target| (from..=to).contains(&target))
    }

    /// The origins whose target is known at `end`: training data for a model used from `end` on (purged).
    #[must_use]
    pub fn known_by(&self, end: Timestamp) -> Self {
        self.keep_pairs(|_, target| target <= end)
    }

    /// The origins in `from ..= to`.
    #[must_use]
    pub fn origins_between(&self, from: Timestamp, to: Timestamp) -> Self {
        self.keep(|origin| (from..=to).contains(&origin))
    }

    /// Only the origins for which `keep` says so.
    #[must_use]
    pub fn keep(&self, keep: impl Fn(Timestamp) -> bool) -> Self {
        self.keep_pairs(|origin, _| keep(origin))
    }

    /// The time that origin `i` forecasts.
    pub fn target(&self, i: usize) -> Timestamp {
        self.inputs.target(i, self.horizon)
    }

    /// Only the pairs of origin and target for which `keep` says so.
    #[must_use]
    pub fn keep_pairs(&self, keep: impl Fn(Timestamp, Timestamp) -> bool) -> Self {
        let kept = |&i: &usize| keep(self.inputs.origin(i), self.target(i));
        let chosen: Vec<usize> = (0..self.len()).filter(kept).collect();
        let origins = chosen.iter().map(|&i| self.inputs.origins[i]).collect();
        let targets = chosen.iter().map(|&i| self.targets[i]).collect();
        let weights = self.weights.as_ref().map(|weights| chosen.iter().map(|&i| weights[i]).collect());
        Self { inputs: Inputs { origins, ..self.inputs.clone() }, horizon: self.horizon, targets, weights }
    }
}
