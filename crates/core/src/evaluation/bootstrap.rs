//! The stationary bootstrap: resampling a dependent series in blocks of random length.

use crate::error::{Error, Result};
use crate::seed::Seed;
use ndarray::parallel::prelude::*;
use ndarray::{Array2, Axis};
use rand::Rng;

/// The stationary bootstrap of Politis and Romano: blocks start anywhere, their lengths are geometric with mean
/// `mean_block`, and the series is taken as a circle.
///
/// | parameter | meaning | range |
/// | --- | --- | --- |
/// | `mean_block` | expected block length, observations | 1 or more |
/// | `replications` | resampled series | 1 or more |
/// | `seed` | replication `i` draws from `seed.nth(i)` | any |
///
/// Each replication has a seed of its own, so the numbers do not depend on the number of threads.
///
/// # References
/// Politis and Romano (1994), "The stationary bootstrap", JASA 89, 1303-1313.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::StationaryBootstrap;
/// use dvol_core::seed::Seed;
/// let resamples = StationaryBootstrap::new(5.0, 200, Seed::new(1))?.resample(100)?;
/// assert_eq!(resamples.len(), 200);
/// assert_eq!(resamples.indices(0).len(), 100);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StationaryBootstrap {
    mean_block: f64,
    replications: usize,
    seed: Seed,
}

impl StationaryBootstrap {
    /// A bootstrap with the given expected block length.
    ///
    /// # Errors
    /// A block length below 1 or not finite, or no replications.
    pub fn new(mean_block: f64, replications: usize, seed: Seed) -> Result<Self> {
        if !(mean_block >= 1.0 && mean_block.is_finite()) {
            return Err(Error::parameter("block length", mean_block, "at least 1 observation"));
        }
        if replications == 0 {
            return Err(Error::parameter("replications", 0, "at least 1; 1000 are usual"));
        }
        Ok(Self { mean_block, replications, seed })
    }

    /// The expected block length, observations.
    pub fn mean_block(&self) -> f64 {
        self.mean_block
    }

    /// Draws every replication for a series of `n` observations.
    ///
    /// # Errors
    /// Fewer than 2 observations, or more than 2^32.
    pub fn resample(&self, n: usize) -> Result<Resamples> {
        if n < 2 {
            return Err(Error::too_few("a bootstrap", 2, n, "give a longer series"));
        }
        let length = u32::try_from(n).map_err(|_| Error::parameter("observations", n, "fewer than 2^32"))?;
        let replications = (0..self.replications)
            .into_par_iter()
            .map(|replication| self.blocks(length, self.seed.nth(replication)))
            .collect();
        Ok(Resamples { n, replications })
    }

    fn blocks(&self, n: u32, seed: Seed) -> Vec<Block> {
        let mut rng = seed.rng();
        // P(length > l) = (1 - 1 / mean)^l
        let log_survival = (-1.0 / self.mean_block).ln_1p();
        let mut blocks = Vec::with_capacity((1.2 * f64::from(n) / self.mean_block) as usize + 8);
        let mut missing = n;
        while missing > 0 {
            let start = rng.random_range(0..n);
            let uniform = 1.0 - rng.random::<f64>();
            // `as` saturates: a mean block of 1 divides by -inf and gives 0
            let length = ((uniform.ln() / log_survival) as u32).saturating_add(1).min(missing);
            let before_end = length.min(n - start);
            blocks.push(Block { start, length: before_end });
            if length > before_end {
                blocks.push(Block { start: 0, length: length - before_end });
            }
            missing -= length;
        }
        blocks
    }
}

/// Consecutive observations: `start .. start + length`, never past the series' end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    start: u32,
    length: u32,
}

/// Drawn replications of a series' positions: drawn once, shared by every statistic computed on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resamples {
    n: usize,
    replications: Vec<Vec<Block>>,
}

impl Resamples {
    /// Replications given as positions, from 0: another program's draws, or a permutation.
    ///
    /// # Errors
    /// No replications, one that has not `n` positions, or a position past the end.
    pub fn from_indices(n: usize, replications: &[Vec<usize>]) -> Result<Self> {
        if replications.is_empty() {
            return Err(Error::parameter("replications", 0, "at least 1"));
        }
        let blocks = replications.iter().map(|positions| runs(n, positions)).collect::<Result<_>>()?;
        Ok(Self { n, replications: blocks })
    }

    /// The number of replications.
    pub fn len(&self) -> usize {
        self.replications.len()
    }

    /// Always false: there is at least one replication.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The p-value of a statistic that so many replications exceed: their share, and at least `1 / (len + 1)`, the
    /// smallest that so many replications can support.
    ///
    /// # References
    /// Davison and Hinkley (1997), Bootstrap methods and their application, section 4.2.
    pub fn p_value(&self, exceeding: usize) -> f64 {
        let count = self.len() as f64;
        (exceeding as f64 / count).max(1.0 / (count + 1.0))
    }

    /// Observations in the series and in each replication.
    pub fn observations(&self) -> usize {
        self.n
    }

    /// The positions of one replication, in the order drawn; empty past the last one.
    pub fn indices(&self, replication: usize) -> Vec<usize> {
        let blocks = self.replications.get(replication).map_or(&[][..], Vec::as_slice);
        blocks.iter().flat_map(|block| block.start as usize..(block.start + block.length) as usize).collect()
    }

    /// The mean of each column in each replication, shape (replications, columns).
    ///
    /// A block's sum is a difference of two cumulative sums: the work grows with the number of blocks, not of
    /// observations. Columns are centred first, so the differences keep their digits.
    ///
    /// # Errors
    /// When `columns`, shape (observations, columns), has another number of rows than the replications.
    pub fn means(&self, columns: &Array2<f64>) -> Result<Array2<f64>> {
        if columns.nrows() != self.n {
            return Err(Error::Mismatch {
                what: "bootstrap means".to_owned(),
                left: format!("{} rows", columns.nrows()),
                right: format!("replications of {} observations", self.n),
                remedy: "resample the series whose means are wanted".to_owned(),
            });
        }
        let width = columns.ncols();
        let n = self.n as f64;
        let centre: Vec<f64> = columns.columns().into_iter().map(|column| column.sum() / n).collect();
        // row-major (observations + 1, columns): one block touches two short runs of memory
        let mut cumulative = vec![0.0; (self.n + 1) * width];
        for (row, values) in columns.rows().into_iter().enumerate() {
            let (done, next) = cumulative.split_at_mut((row + 1) * width);
            let before = &done[row * width..];
            for (position, value) in values.iter().enumerate() {
                next[position] = before[position] + (value - centre[position]);
            }
        }
        let mut means = Array2::zeros((self.len(), width));
        means.axis_iter_mut(Axis(0)).into_par_iter().zip(&self.replications).for_each(|(mut row, blocks)| {
            for block in blocks {
                let first = block.start as usize * width;
                let last = first + block.length as usize * width;
                let (low, high) = (&cumulative[first..first + width], &cumulative[last..last + width]);
                for (sum, (low, high)) in row.iter_mut().zip(low.iter().zip(high)) {
                    *sum += high - low;
                }
            }
            for (sum, centre) in row.iter_mut().zip(&centre) {
                *sum = *sum / n + centre;
            }
        });
        Ok(means)
    }
}

/// Positions as runs of consecutive ones.
fn runs(n: usize, positions: &[usize]) -> Result<Vec<Block>> {
    if positions.len() != n {
        return Err(Error::Mismatch {
            what: "a bootstrap replication".to_owned(),
            left: format!("{} positions", positions.len()),
            right: format!("{n} observations"),
            remedy: "draw as many positions as there are observations".to_owned(),
        });
    }
    let mut blocks: Vec<Block> = Vec::new();
    for &position in positions {
        let start = u32::try_from(position).ok().filter(|_| position < n).ok_or_else(|| {
            Error::parameter("bootstrap position", position, format!("a position below {n}"))
        })?;
        match blocks.last_mut() {
            Some(block) if block.start + block.length == start => block.length += 1,
            _ => blocks.push(Block { start, length: 1 }),
        }
    }
    Ok(blocks)
}
