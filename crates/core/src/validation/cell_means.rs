//! Means of a series that shares shocks: their long-run variance, and draws of both under a stable mean.

use crate::error::Result;
use crate::regression::CosineVariance;
use crate::statistics::centred;
use crate::validation::zero_mean::require_overlaps;
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::PI;

/// A series in cells of rows. Regimes begin at cells; their means leave residuals, whose long-run variance comes from
/// cosines: as many as the overlap leaves, on the rows of the series and on the cells of a draw.
pub(super) struct CellMeans {
    // first rows of the cells, and the number of rows
    edges: Vec<usize>,
    // (cosines, cells)
    table: Array2<f64>,
}

impl CellMeans {
    /// # Errors
    /// An overlap of 0, or fewer than 12 overlaps.
    pub(super) fn new(what: &str, edges: Vec<usize>, overlap: usize) -> Result<Self> {
        let rows = edges.last().copied().unwrap_or(0);
        require_overlaps(what, rows, overlap)?;
        let centre = |cell: usize| f64::midpoint(edges[cell] as f64, edges[cell + 1] as f64);
        let cells = edges.len() - 1;
        // cells cannot follow a cosine with fewer of them to a half-wave than four
        let count = CosineVariance::most_frequencies(rows, overlap).min((cells / 4).max(1));
        let (height, rows) = ((2.0 / rows as f64).sqrt(), rows as f64);
        let table = Array2::from_shape_fn((count, cells), |(j, cell)| {
            height * (PI * (j + 1) as f64 * centre(cell) / rows).cos()
        });
        Ok(Self { edges, table })
    }

    pub(super) fn cosines(&self) -> usize {
        self.table.nrows()
    }

    /// What draws depend on.
    pub(super) fn describe(&self) -> String {
        format!("{} frequencies, cells {:?}", self.cosines(), self.edges)
    }

    /// The first row of a cell.
    pub(super) fn edge(&self, cell: usize) -> f64 {
        self.edges[cell] as f64
    }

    /// The long-run variance of a series about its means in regimes that begin at these cells.
    pub(super) fn variance(&self, series: &[f64], regimes: &[usize]) -> Result<f64> {
        let rows = regimes.windows(2).map(|pair| self.edges[pair[0]]..self.edges[pair[1]]);
        let residuals: Vec<f64> = rows.flat_map(|rows| centred(&series[rows])).collect();
        let column = ArrayView1::from(&residuals).insert_axis(Axis(1)).to_owned();
        Ok(CosineVariance::with_frequencies(&column, self.cosines())?.long_run()[[0, 0]])
    }

    /// Partial sums of independent normal values before each cell, and of all.
    pub(super) fn draw(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        let mut sums = vec![0.0; self.edges.len()];
        for cell in 1..sums.len() {
            let shock: f64 = StandardNormal.sample(rng);
            sums[cell] = sums[cell - 1] + shock * (self.edge(cell) - self.edge(cell - 1)).sqrt();
        }
        sums
    }

    /// [`CellMeans::variance`] of a draw.
    pub(super) fn variance_of_draw(&self, sums: &[f64], regimes: &[usize]) -> f64 {
        let residuals = regimes.windows(2).flat_map(|pair| {
            let (from, to) = (pair[0], pair[1]);
            let mean = (sums[to] - sums[from]) / (self.edge(to) - self.edge(from));
            (from..to)
                .map(move |cell| sums[cell + 1] - sums[cell] - mean * (self.edge(cell + 1) - self.edge(cell)))
        });
        let projections = self.table.dot(&Array1::from_iter(residuals));
        projections.dot(&projections) / self.cosines() as f64
    }
}
