//! Means of a series that shares shocks: their long-run variance, and draws of both under a stable mean.

use crate::error::{Error, Result};
use crate::regression::{cosine_long_run_variance, cosine_table, cosines};
use crate::statistics::centred;
use ndarray::{Array1, Array2};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// The fewest cosines a long-run variance is made of.
const FEWEST: usize = 4;

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
        if overlap == 0 {
            return Err(Error::parameter("overlap", 0, "at least 1"));
        }
        let rows = edges.last().copied().unwrap_or(0);
        let centres: Vec<f64> =
            edges.windows(2).map(|edge| f64::midpoint(edge[0] as f64, edge[1] as f64)).collect();
        // a cosine of fewer cells to a half-wave is none
        let count = cosines(what, rows, overlap, FEWEST)?.min((centres.len() / 4).max(1));
        Ok(Self { table: cosine_table(&centres, rows, count), edges })
    }

    pub(super) fn cosines(&self) -> usize {
        self.table.nrows()
    }

    /// The first row of a cell.
    pub(super) fn edge(&self, cell: usize) -> f64 {
        self.edges[cell] as f64
    }

    /// The long-run variance of a series about its means in regimes that begin at these cells.
    pub(super) fn variance(&self, series: &[f64], regimes: &[usize]) -> Result<f64> {
        let rows = regimes.windows(2).map(|pair| self.edges[pair[0]]..self.edges[pair[1]]);
        let residuals: Vec<f64> = rows.flat_map(|rows| centred(&series[rows])).collect();
        cosine_long_run_variance(&residuals, self.cosines())
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
