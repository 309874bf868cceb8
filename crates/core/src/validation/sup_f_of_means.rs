//! sup F of a mean whose values share shocks: its variance and its law.

use crate::error::Result;
use crate::hypothesis::PBound;
use crate::validation::cell_means::CellMeans;
use crate::validation::simulated_law;
use rand_chacha::ChaCha8Rng;

/// One break more than some, searched at the edges of cells.
pub(super) struct SupFOfMeans {
    cells: CellMeans,
    // cells at which regimes begin, and the number of cells
    bounds: Vec<usize>,
    trimming: f64,
}

impl SupFOfMeans {
    pub(super) fn new(edges: Vec<usize>, bounds: Vec<usize>, trimming: f64, overlap: usize) -> Result<Self> {
        let cells = CellMeans::new("breaks of a mean under autocorrelation", edges, overlap)?;
        Ok(Self { cells, bounds, trimming })
    }

    pub(super) fn cosines(&self) -> usize {
        self.cells.cosines()
    }

    /// The long-run variance of the series about its means between the breaks, the one at cell `place` included.
    pub(super) fn variance(&self, series: &[f64], place: usize) -> Result<f64> {
        self.cells.variance(series, &self.regimes(place))
    }

    pub(super) fn p_value(&self, statistic: f64) -> (f64, PBound) {
        let law = format!("sup F, trimming {}, {:?}, {}", self.trimming, self.bounds, self.cells.describe());
        simulated_law::p_value(statistic, &law, |rng| self.draw(rng))
    }

    fn regimes(&self, place: usize) -> Vec<usize> {
        let mut regimes = self.bounds.clone();
        regimes.push(place);
        regimes.sort_unstable();
        regimes
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> f64 {
        let sums = self.cells.draw(rng);
        let edge = |cell: usize| self.cells.edge(cell);
        let mut best = (0.0, self.bounds[0]);
        for pair in self.bounds.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let (rows, total) = (edge(to) - edge(from), sums[to] - sums[from]);
            let margin = margin(from, to, self.trimming);
            for cut in from + margin..=to.saturating_sub(margin) {
                let first = edge(cut) - edge(from);
                let apart = sums[cut] - sums[from] - total * first / rows;
                let gain = apart * apart * rows / (first * (rows - first));
                if gain > best.0 {
                    best = (gain, cut);
                }
            }
        }
        let mut regimes = self.regimes(best.1);
        regimes.dedup();
        best.0 / self.cells.variance_of_draw(&sums, &regimes)
    }
}

/// Cells at either end of a regime in which no further break is searched.
pub(super) fn margin(from: usize, to: usize, trimming: f64) -> usize {
    (((to - from) as f64 * trimming).ceil() as usize).max(1)
}
