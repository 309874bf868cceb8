//! Bai and Perron's multiple structural breaks.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::Design;
use crate::statistics::centred;
use crate::validation::report::Group;
use crate::validation::require_series;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::sup_f::sup_f_largest;
use crate::validation::sup_f_of_means::{SupFOfMeans, margin};
use serde::Serialize;

/// Bai and Perron's search for breaks in the coefficients of a regression at unknown dates.
///
/// For 0, 1, ..., `max_breaks` the dates that minimise the sum of squares, by dynamic programming over all
/// segments; BIC and LWZ for each number; and the sequential tests sup F(l + 1 | l).
///
/// | parameter | default | meaning |
/// | --- | --- | --- |
/// | `max_breaks` | 5 | the most breaks considered |
/// | `trimming` | 0.15 | the least share of the rows in a segment |
/// | `grid` | 400 | dates considered; a longer series is searched every `n / grid` rows, and the result says so |
/// | `overlap` | none | rows over which values share a shock, for tests of a mean under autocorrelation |
///
/// With `overlap` the variance in sup F is the long-run variance from few cosines
/// ([`CosineVariance`](crate::regression::CosineVariance)) about the means between the breaks, the
/// further one included, and the p-value comes from 4,999 simulated series of the same length, breaks and number of
/// cosines. Of moving averages of order 23 it rejects 3.9, 3.7 and 5.5 % at 5 % for n = 720, 1,500 and 3,000 (1,500 to
/// 2,000 draws), where Bartlett weights and Hansen's law reject 8 to 12 %.
///
/// # Examples
/// ```
/// use dvol_core::validation::BaiPerron;
/// let step: Vec<f64> = (0..100).map(|t| f64::from(t * 7919 % 11) + if t < 40 { 0.0 } else { 20.0 }).collect();
/// let breaks = BaiPerron::default().mean(&step)?;
/// assert_eq!(breaks.by_bic(), [40]); // a new regime starts at row 40
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Bai and Perron (1998), Econometrica 66; Bai and Perron (2003), Journal of Applied Econometrics 18; Liu, Wu
/// and Zidek (1997), Statistica Sinica 7; p-values: Hansen (1997), Journal
/// of Business and Economic Statistics 15.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaiPerron {
    /// The most breaks considered.
    pub max_breaks: usize,
    /// The least share of the rows in a segment, in (0, 0.5).
    pub trimming: f64,
    /// The most dates considered.
    pub grid: usize,
    /// Rows over which values share a shock, for tests on a mean.
    pub overlap: Option<usize>,
}

impl Default for BaiPerron {
    fn default() -> Self {
        Self { max_breaks: 5, trimming: 0.15, grid: 400, overlap: None }
    }
}

/// The best dates for one number of breaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Partition {
    /// First rows of the regimes after the first.
    pub breaks: Vec<usize>,
    /// Sum of squared residuals.
    pub sum_of_squares: f64,
    /// Bayesian criterion.
    pub bic: f64,
    /// Liu, Wu and Zidek's criterion.
    pub lwz: f64,
}

/// What the search found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Breaks {
    /// For 0, 1, ... breaks.
    pub partitions: Vec<Partition>,
    /// sup F(l + 1 | l) for l = 0, 1, ...
    pub sequential: Vec<TestResult>,
    /// Rows between the dates considered.
    pub step: usize,
}

impl Breaks {
    /// The break dates with the least BIC.
    pub fn by_bic(&self) -> &[usize] {
        self.partitions.iter().min_by(|a, b| a.bic.total_cmp(&b.bic)).map_or(&[], |best| &best.breaks)
    }

    /// The break dates of the sequential procedure at level `alpha`: the first `l` whose test of one more
    /// break does not reject.
    pub fn sequential_at(&self, alpha: f64) -> &[usize] {
        let count = self.sequential.iter().take_while(|test| test.rejects(alpha)).count();
        self.partitions.get(count).map_or(&[], |partition| &partition.breaks)
    }
}

impl BaiPerron {
    /// Breaks in the mean of a series.
    ///
    /// # Errors
    /// A value that is not finite, a constant series, too few values, or parameters out of range.
    pub fn mean(&self, series: &[f64]) -> Result<Breaks> {
        require_series("Bai and Perron's breaks", series, 10)?;
        self.search(&Design::constant(series.len()), &centred(series), "the mean has")
    }

    /// Breaks in all coefficients of a regression.
    ///
    /// # Errors
    /// As [`BaiPerron::mean`], lengths that differ, or `overlap` together with regressors.
    pub fn regression(&self, design: &Design, target: &[f64]) -> Result<Breaks> {
        if self.overlap.is_some() {
            return Err(Error::parameter("overlap", "given", "absent: HAC tests are for breaks in a mean"));
        }
        require_series("Bai and Perron's breaks", target, 10)?;
        if design.len() != target.len() {
            return Err(Error::Mismatch {
                what: "Bai and Perron's breaks".to_owned(),
                left: format!("{} rows of regressors", design.len()),
                right: format!("{} values of the target", target.len()),
                remedy: "give both the same rows".to_owned(),
            });
        }
        self.search(design, target, "the coefficients have")
    }

    fn search(&self, design: &Design, target: &[f64], subject: &str) -> Result<Breaks> {
        if !(self.trimming > 0.0 && self.trimming < 0.5) {
            return Err(Error::parameter("trimming", self.trimming, "in (0, 0.5)"));
        }
        let segments = Segments::new(design, target, self.grid.max(10));
        let (n, q) = (target.len(), design.width());
        let least = ((self.trimming * segments.cells as f64) as usize).max(1);
        if least * segments.step <= q {
            return Err(Error::too_few(
                "Bai and Perron's breaks",
                ((q + 1) as f64 / self.trimming).ceil() as usize,
                n,
                "give a longer series or fewer regressors",
            ));
        }
        let possible = (segments.cells / least).saturating_sub(1).min(self.max_breaks);
        let table = segments.best(least, possible);
        let partitions: Vec<Partition> =
            table.iter().map(|(sum, cells)| segments.partition(*sum, cells)).collect();
        let sequential = (0..possible)
            .filter_map(|l| self.sequential(&segments, &table[l].1, target, subject))
            .collect::<Result<Vec<_>>>()?;
        Ok(Breaks { partitions, sequential, step: segments.step })
    }

    /// sup F of one break more than `cells`, `None` when no segment can be split.
    fn sequential(
        &self,
        segments: &Segments,
        cells: &[usize],
        target: &[f64],
        subject: &str,
    ) -> Option<Result<TestResult>> {
        let mut bounds = vec![0];
        bounds.extend_from_slice(cells);
        bounds.push(segments.cells);
        let (gain, place) = bounds
            .windows(2)
            .flat_map(|pair| {
                let (from, to) = (pair[0], pair[1]);
                let whole = segments.sum(from, to);
                let margin = margin(from, to, self.trimming);
                (from + margin..=to.saturating_sub(margin))
                    .map(move |cut| (whole - segments.sum(from, cut) - segments.sum(cut, to), cut))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        let null: f64 = bounds.windows(2).map(|pair| segments.sum(pair[0], pair[1])).sum();
        let degrees = (segments.rows - (bounds.len()) * segments.columns) as f64;
        let Some(overlap) = self.overlap else {
            let statistic = gain * degrees / (null - gain);
            let (p_value, bound) = sup_f_largest(statistic, segments.columns, self.trimming, cells.len() + 1);
            let law = format!("{} coefficients", segments.columns);
            return Some(Ok(Self::result(segments, cells.len(), place, subject, (statistic, p_value, &law))
                .with_bound(bound)));
        };
        let edges = (0..=segments.cells).map(|cell| segments.row(cell)).collect();
        let tested = SupFOfMeans::new(edges, bounds, self.trimming, overlap);
        Some(tested.and_then(|tested| {
            let statistic = gain / tested.variance(target, place)?;
            let (p_value, bound) = tested.p_value(statistic);
            let law = format!("{} cosines, simulated", tested.cosines());
            Ok(Self::result(segments, cells.len(), place, subject, (statistic, p_value, &law))
                .with_bound(bound)
                .with_lags(tested.cosines()))
        }))
    }

    fn result(
        segments: &Segments,
        l: usize,
        place: usize,
        subject: &str,
        (statistic, p_value, law): (f64, f64, &str),
    ) -> TestResult {
        let result =
            TestResult::new(TestKind::StableCoefficients.named(format!("Bai-Perron sup F({}|{l})", l + 1)))
                .with_null(
                    match l {
                        0 => format!("{subject} no break"),
                        1 => format!("{subject} one break"),
                        _ => format!("{subject} {l} breaks"),
                    },
                    "there is one more",
                )
                .with_statistic(statistic, format!("sup F({}|{l}), {law}", l + 1))
                .with_p_value(p_value)
                .with_observations(segments.rows)
                .with_note(format!("the best further break is at row {}", segments.row(place) + 1));
        if segments.step > 1 {
            result.with_note(format!("dates searched every {} rows", segments.step))
        } else {
            result
        }
    }
}

/// Sums of squared residuals of all segments between grid cells, from prefix cross-products.
struct Segments {
    rows: usize,
    columns: usize,
    cells: usize,
    step: usize,
    // cell -> cross-products of [columns, target] over the rows before it, row-major
    prefix: Vec<Vec<f64>>,
}

impl Segments {
    fn new(design: &Design, target: &[f64], grid: usize) -> Self {
        let (rows, columns) = design.values().dim();
        let step = rows.div_ceil(grid);
        let cells = rows / step;
        let size = columns + 1;
        let mut running = vec![0.0; size * size];
        let mut prefix = vec![running.clone()];
        let mut row_values = vec![0.0; size];
        for (row, (regressors, own_target)) in design.values().rows().into_iter().zip(target).enumerate() {
            for (value, own) in row_values.iter_mut().zip(regressors) {
                *value = *own;
            }
            row_values[columns] = *own_target;
            for i in 0..size {
                for j in 0..size {
                    running[i * size + j] += row_values[i] * row_values[j];
                }
            }
            // rows left over at the end belong to the last cell
            let cell = (row + 1) / step;
            if (row + 1) % step == 0 && cell < cells || row + 1 == rows {
                prefix.push(running.clone());
            }
        }
        Self { rows, columns, cells, step, prefix }
    }

    fn partition(&self, sum: f64, cells: &[usize]) -> Partition {
        let (n, q, m) = (self.rows as f64, self.columns as f64, cells.len() as f64);
        let parameters = (m + 1.0) * q + m;
        Partition {
            breaks: cells.iter().map(|&cell| self.row(cell)).collect(),
            sum_of_squares: sum,
            bic: (sum / n).ln() + parameters * n.ln() / n,
            lwz: (sum / (n - parameters)).ln() + parameters / n * 0.299 * n.ln().powf(2.1),
        }
    }

    /// The first row of a cell.
    fn row(&self, cell: usize) -> usize {
        if cell == self.cells { self.rows } else { cell * self.step }
    }

    fn sum(&self, from: usize, to: usize) -> f64 {
        let mut gram: Vec<f64> =
            self.prefix[to].iter().zip(&self.prefix[from]).map(|(end, start)| end - start).collect();
        let size = self.columns + 1;
        // Gaussian elimination leaves the residual sum of squares in the last corner
        for pivot in 0..self.columns {
            let value = gram[pivot * size + pivot];
            if value <= 0.0 {
                continue;
            }
            for i in pivot + 1..size {
                let ratio = gram[i * size + pivot] / value;
                for j in pivot + 1..size {
                    gram[i * size + j] -= ratio * gram[pivot * size + j];
                }
            }
        }
        gram[size * size - 1].max(0.0)
    }

    /// The least sum and its break cells for 0..=`breaks` breaks, segments of at least `least` cells.
    fn best(&self, least: usize, breaks: usize) -> Vec<(f64, Vec<usize>)> {
        let cells = self.cells;
        // best[m][end]: least sum over cells 0..end with m breaks, and the last break
        let mut best: Vec<Vec<(f64, usize)>> = vec![
            (0..=cells)
                .map(|end| if end < least { (f64::INFINITY, 0) } else { (self.sum(0, end), 0) })
                .collect(),
        ];
        for m in 1..=breaks {
            let previous = &best[m - 1];
            let row = (0..=cells)
                .map(|end| {
                    (m * least..=end.saturating_sub(least))
                        .filter(|&cut| previous[cut].0.is_finite())
                        .map(|cut| (previous[cut].0 + self.sum(cut, end), cut))
                        .min_by(|a, b| a.0.total_cmp(&b.0))
                        .unwrap_or((f64::INFINITY, 0))
                })
                .collect();
            best.push(row);
        }
        (0..=breaks)
            .map(|m| {
                let mut cuts = Vec::with_capacity(m);
                let mut end = cells;
                for level in (1..=m).rev() {
                    end = best[level][end].1;
                    cuts.push(end);
                }
                cuts.reverse();
                (best[m][cells].0, cuts)
            })
            .collect()
    }
}

/// sup F(1|0) of the mean on a grid of 200 dates.
fn one_break_of_the_mean(residuals: &[f64], overlap: Option<usize>) -> Result<TestResult> {
    let search = BaiPerron { max_breaks: 1, grid: 200, overlap, ..BaiPerron::default() };
    let found = search.mean(residuals)?.sequential.into_iter().next();
    found.ok_or_else(|| {
        Error::too_few("a break of the mean", 10, residuals.len(), "give a series that can be split")
    })
}

/// Its line of the table of residual tests.
pub(super) const RESIDUAL_TEST: ResidualTest = ResidualTest {
    name: "Bai-Perron sup F",
    kind: TestKind::StableCoefficients,
    group: Group::StructuralBreaks,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| one_break_of_the_mean(residuals.values(), None),
};

/// The same for overlapping forecasts.
pub(super) const OVERLAP_ROBUST: ResidualTest = ResidualTest {
    name: "Bai-Perron sup F (HAC)",
    kind: TestKind::StableCoefficients,
    group: Group::StructuralBreaks,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| one_break_of_the_mean(residuals.values(), Some(residuals.overlap())),
};
