//! What the statistics of overlapping forecasts look like when every promise is kept.

use super::overlap::Overlap;
use crate::error::{Error, Result};
use crate::regression::cosine_wave;
use crate::seed::Seed;
use ndarray::{Array1, Array2};
use rand::Rng;
use rayon::prelude::*;
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

/// Simulated histories.
const PATHS: usize = 999;
/// The weight of the known covariance beside the estimated one.
const KNOWN: f64 = 0.5;
/// Stretches without overlap that a test needs.
const FEWEST: usize = 10;
/// The grid on which simulated probabilities are kept.
const UNIT: f64 = 65_536.0;

/// A law that is simulated when it is first asked for; what shares it, simulates it once.
pub(super) type SharedLaw = Arc<OnceLock<OverlapLaw>>;

/// Histories of outcomes that are draws from their forecasts, made `steps` ahead.
///
/// Each outcome is decided by the largest of the `steps` shocks until it comes true: neighbours then share their outcome as
/// often as overlap allows. Errors that are sums of many shocks share it less; a test that keeps its level here keeps it there.
#[derive(Debug)]
pub(super) struct OverlapLaw {
    rows: Vec<usize>,
    steps: usize,
    /// Which row of the grid belongs to which stretch without overlap.
    blocks: usize,
    /// Cosines over the stretches, shape (cosines, blocks).
    waves: Array2<f64>,
    /// The probability integral transforms at the origins, path by path, in units of 1 / 65536.
    paths: Vec<Vec<u16>>,
}

impl OverlapLaw {
    /// Simulates the law at the origins of an overlap.
    ///
    /// # Errors
    /// Fewer than ten stretches without overlap.
    pub fn require(what: &str, overlap: &Overlap) -> Result<()> {
        let needed = FEWEST * overlap.steps;
        let (rows, _) = overlap.grid();
        if rows.len() < needed {
            let remedy = "give more origins for this horizon, or take a shorter one";
            return Err(Error::too_few(what, needed, rows.len(), remedy));
        }
        Ok(())
    }

    /// Simulates the law at the origins of an overlap.
    pub fn of(overlap: &Overlap) -> Self {
        let (rows, length) = overlap.grid();
        let steps = overlap.steps;
        let blocks = (length / steps).max(2);
        let b = blocks as f64;
        let count = ((0.82 * b.powf(2.0 / 3.0)).min(0.4 * b) as usize).clamp(1, 100);
        let columns: Vec<Vec<f64>> = (1..=count).map(|j| cosine_wave(j, blocks)).collect();
        let seed = Seed::new(1998).stage("overlap");
        let path = |index: usize| {
            let mut rng = seed.nth(index).rng();
            let all = transforms(&mut rng, length, steps);
            rows.iter().map(|&row| (UNIT * all[row]).min(UNIT - 1.0) as u16).collect()
        };
        Self {
            rows: rows.to_vec(),
            steps,
            blocks,
            waves: Array2::from_shape_fn((count, blocks), |(j, block)| columns[j][block]),
            paths: (0..PATHS).into_par_iter().map(path).collect(),
        }
    }

    /// `n mean' Omega^-1 mean` of the moments that `fill` writes for each of `places`, whose covariance row by row is `known`
    /// under the null: `Omega` = half the long-run covariance by cosines over stretches without overlap, half `steps` times
    /// `known`, the most that overlap can make of it.
    pub fn statistic(
        &self,
        places: &[usize],
        known: &Array2<f64>,
        fill: impl Fn(usize, &mut [f64]),
    ) -> Option<f64> {
        let (n, k) = (places.len(), known.nrows());
        let (mut moments, mut totals) = (vec![0.0; k], Array1::<f64>::zeros(k));
        let mut sums = vec![0.0; self.blocks * k];
        for (row, &place) in places.iter().enumerate() {
            fill(row, &mut moments);
            totals.iter_mut().zip(&moments).for_each(|(total, value)| *total += value);
            let block = self.rows[place] / self.steps;
            if block < self.blocks {
                let own = &mut sums[block * k..(block + 1) * k];
                own.iter_mut().zip(&moments).for_each(|(sum, value)| *sum += value);
            }
        }
        let mut projected = Array2::<f64>::zeros((self.waves.nrows(), k));
        for (wave, mut out) in self.waves.rows().into_iter().zip(projected.rows_mut()) {
            for (share, block) in wave.iter().zip(sums.chunks_exact(k)) {
                out.iter_mut().zip(block).for_each(|(sum, value)| *sum += share * value);
            }
        }
        let scale = 2.0 / (n * self.waves.nrows()) as f64;
        let estimated = projected.t().dot(&projected) * scale;
        let omega = estimated * (1.0 - KNOWN) + known * (KNOWN * self.steps as f64);
        let means = totals / n as f64;
        Some(n as f64 * means.dot(&solve(&omega, &means)?))
    }

    /// The share of simulated histories whose statistic is at least the observed one, itself among them.
    pub fn p_value(&self, observed: f64, statistic: impl Fn(&[u16]) -> Option<f64> + Sync) -> f64 {
        let beyond = self
            .paths
            .par_iter()
            .filter(|path| statistic(path).is_none_or(|value| value >= observed * (1.0 - 1e-12)))
            .count();
        (beyond + 1) as f64 / (self.paths.len() + 1) as f64
    }

    /// The distribution, in words.
    pub fn describe(&self) -> String {
        format!("simulated, {} histories", self.paths.len())
    }
}

/// A probability on the grid of simulated transforms.
pub(super) fn on_grid(share: f64) -> u32 {
    (UNIT * share).round() as u32
}

/// Transforms of outcomes that are each decided by the largest of `steps` shocks: of the largest size to the power of
/// `steps`, which is uniform, on the side of that shock's sign.
fn transforms(rng: &mut impl Rng, length: usize, steps: usize) -> Vec<f64> {
    let shocks: Vec<f64> = (0..length + steps - 1).map(|_| 2.0 * rng.random::<f64>() - 1.0).collect();
    // places of the window in decreasing order of size
    let mut window: VecDeque<usize> = VecDeque::with_capacity(steps + 1);
    let mut out = Vec::with_capacity(length);
    for (now, shock) in shocks.iter().enumerate() {
        while window.back().is_some_and(|&place| shocks[place].abs() <= shock.abs()) {
            window.pop_back();
        }
        window.push_back(now);
        if window.front().is_some_and(|&place| place + steps <= now) {
            window.pop_front();
        }
        if let (true, Some(&place)) = (now + 1 >= steps, window.front()) {
            let size = shocks[place].abs().powi(steps as i32);
            out.push(0.5 + 0.5 * size * shocks[place].signum());
        }
    }
    out
}

/// `matrix^-1 vector` of a positive definite matrix by Cholesky; `None` of a singular one.
pub(super) fn solve(matrix: &Array2<f64>, vector: &Array1<f64>) -> Option<Array1<f64>> {
    let k = vector.len();
    let mut lower = Array2::<f64>::zeros((k, k));
    for i in 0..k {
        for j in 0..=i {
            let rest = matrix[[i, j]] - (0..j).map(|c| lower[[i, c]] * lower[[j, c]]).sum::<f64>();
            if i == j {
                if rest <= 1e-12 * matrix[[i, i]].abs() || !rest.is_finite() {
                    return None;
                }
                lower[[i, i]] = rest.sqrt();
            } else {
                lower[[i, j]] = rest / lower[[j, j]];
            }
        }
    }
    let mut out = vector.clone();
    for i in 0..k {
        let known: f64 = (0..i).map(|c| lower[[i, c]] * out[c]).sum();
        out[i] = (out[i] - known) / lower[[i, i]];
    }
    for i in (0..k).rev() {
        let known: f64 = (i + 1..k).map(|c| lower[[c, i]] * out[c]).sum();
        out[i] = (out[i] - known) / lower[[i, i]];
    }
    Some(out)
}
