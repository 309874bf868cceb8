//! Long-run covariance from the lowest cosine transforms: few numbers, and a test that knows how few.

use super::rotation::Rotation;
use crate::error::{Error, Result};
use crate::tails::f_upper;
use ndarray::{Array2, ArrayView1, Axis, s};
use std::f64::consts::PI;

/// Rows that share one table of cosines.
const STRETCH: usize = 64;

/// A block of low frequencies that stands out at this level halves the number of frequencies.
const FLATNESS_LEVEL: f64 = 0.2;

/// Memory beyond the overlap is looked for up to so many rows, a month of hours.
const LONGEST_MEMORY: usize = 720;

/// The equal-weighted cosine estimate of the long-run covariance of a series, and the degrees of freedom of a test
/// that uses it.
///
/// With rows `x_t`, `t = 1..n`, and transforms `L_j = sqrt(2 / n) sum_t x_t cos(pi j (t - 1/2) / n)`:
/// `S = (1 / B) sum_{j=1..B} L_j L_j'`. The transforms do not see the mean of the series. Under the null `L_1..L_B` are
/// near independent with covariance `S`, so that `sqrt(n) mean / sqrt(S)` is Student's t with `B` degrees, and
/// `(B - q + 1) / (B q) n mean' S^-1 mean` of `q` columns is F with `q` and `B - q + 1`: the noise of `S` is in the
/// distribution, as in Kiefer and Vogelsang's (2005) fixed-b asymptotics, and needs no table.
///
/// `B` starts from `ceil(min(0.4 n^(2/3), (n / h)^(2/3)))`, `h` the overlap: the first is Lazarus, Lewis, Stock and
/// Watson's rule, the second the same rate in stretches that share no shock. While the lowest `B / 2`, `B / 4`, ... of
/// the frequencies hold more than the others up to `B` (variance ratio, F, level 0.2), the spectrum is not flat where
/// it is averaged: the series remembers longer than `h`, and `B` is halved. Heavy tails and clustered volatility make a
/// flat spectrum look uneven now and then; hence `B` is kept at one in 720 rows or more where the first rule gives that
/// many, so that a month's memory is looked for and no longer one. The rule was chosen by the table that
/// `dvol compare --monte-carlo` writes.
///
/// # References
/// Mueller (2004, 2007, Journal of Econometrics 141); Phillips (2005), Econometric Theory 21; Lazarus, Lewis, Stock and
/// Watson (2018), "HAR inference: recommendations for practice", JBES 36, 541-559; Kiefer and Vogelsang (2005),
/// Econometric Theory 21; Coroneo and Iacone (2020), Journal of Applied Econometrics 35 (fixed-smoothing
/// Diebold-Mariano).
///
/// # Examples
/// ```
/// use dvol_core::{ndarray::Array2, regression::CosineVariance};
/// // a fast cycle: nothing at low frequencies, so the mean is known far better than by chance
/// let series = Array2::from_shape_fn((400, 1), |(t, _)| if t % 2 == 0 { 1.0 } else { -1.0 });
/// let found = CosineVariance::of(&series, 1)?;
/// assert!(found.long_run()[[0, 0]] < 0.01);
/// assert_eq!(found.most(), 22); // 0.4 * 400^(2/3) = 21.7
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CosineVariance {
    long_run: Array2<f64>,
    frequencies: usize,
    most: usize,
}

impl CosineVariance {
    /// The estimate for `series`, shape (rows, columns), of which neighbours up to `overlap - 1` rows apart share
    /// shocks.
    ///
    /// # Errors
    /// No column, or fewer rows than `max(3, columns + 1)`.
    pub fn of(series: &Array2<f64>, overlap: usize) -> Result<Self> {
        let (rows, columns) = series.dim();
        let needed = (columns + 1).max(3);
        if columns == 0 || rows < needed {
            return Err(Error::too_few("a long-run covariance", needed, rows, "give a longer series"));
        }
        let most = Self::most_frequencies(rows, overlap).max(columns).min(rows - 1);
        let transforms = transforms(series, most);
        let level = FLATNESS_LEVEL / columns as f64;
        let flat = transforms.columns().into_iter().map(|column| flat(column, level)).min();
        let fewest = (rows / LONGEST_MEMORY).min(most).max(columns);
        Ok(Self::averaged(&transforms, flat.unwrap_or(most).max(fewest), most))
    }

    /// The estimate from so many frequencies, as another series has them.
    ///
    /// # Errors
    /// As [`CosineVariance::of`], and fewer rows than frequencies.
    pub fn with_frequencies(series: &Array2<f64>, frequencies: usize) -> Result<Self> {
        let (rows, columns) = series.dim();
        let needed = frequencies.max(columns + 1).max(3);
        if columns == 0 || frequencies == 0 || rows < needed {
            return Err(Error::too_few("a long-run covariance", needed, rows, "give a longer series"));
        }
        Ok(Self::averaged(&transforms(series, frequencies), frequencies, frequencies))
    }

    fn averaged(transforms: &Array2<f64>, frequencies: usize, most: usize) -> Self {
        let lowest = transforms.slice(s![..frequencies, ..]);
        Self { long_run: lowest.t().dot(&lowest) / frequencies as f64, frequencies, most }
    }

    /// The frequencies averaged when the spectrum is flat among them.
    pub fn most_frequencies(rows: usize, overlap: usize) -> usize {
        let rate = |count: f64| count.powf(2.0 / 3.0);
        let stretches = rows as f64 / overlap.max(1) as f64;
        (0.4 * rate(rows as f64)).min(rate(stretches)).ceil().max(1.0) as usize
    }

    /// The long-run covariance, shape (columns, columns); that of the mean is this over the number of rows.
    pub fn long_run(&self) -> &Array2<f64> {
        &self.long_run
    }

    /// `B`, the frequencies averaged: the degrees of freedom of a test of one mean.
    pub fn frequencies(&self) -> usize {
        self.frequencies
    }

    /// The frequencies that would have been averaged under a flat spectrum.
    pub fn most(&self) -> usize {
        self.most
    }
}

/// How many of the transforms have a flat spectrum: halved while a block of the lowest stands out at `level`.
fn flat(transforms: ArrayView1<'_, f64>, level: f64) -> usize {
    let mut energy = Vec::with_capacity(transforms.len() + 1);
    let mut total = 0.0;
    energy.push(total);
    for value in transforms {
        total += value * value;
        energy.push(total);
    }
    let mut count = transforms.len();
    while count >= 4 {
        let stands_out = |low: usize| {
            let rest = (count - low) as f64;
            let ratio = energy[low] / low as f64 / ((energy[count] - energy[low]) / rest);
            f_upper(ratio, low as f64, rest) < level
        };
        let blocks = std::iter::successors(Some(count / 2), |low| Some(low / 2)).take_while(|&low| low >= 2);
        if !blocks.into_iter().any(stands_out) {
            break;
        }
        count /= 2;
    }
    count
}

/// `L_1 .. L_count` of each column, shape (count, columns).
///
/// Rows are taken in stretches: `cos(a + b) = cos a cos b - sin a sin b`, `a` the stretch's place and `b` the row's
/// inside it, so that one small table of `cos b` and `sin b` serves all of them as one matrix product.
fn transforms(series: &Array2<f64>, count: usize) -> Array2<f64> {
    let (rows, columns) = series.dim();
    let stretches = rows.div_ceil(STRETCH);
    let angle = |j: usize| PI * (j + 1) as f64 / rows as f64;
    // (rows inside a stretch, cosines then sines)
    let mut table = Array2::zeros((STRETCH, 2 * count));
    for j in 0..count {
        let (turn, mut place) = (Rotation::by(angle(j)), Rotation::by(0.5 * angle(j)));
        for row in 0..STRETCH {
            (table[[row, j]], table[[row, count + j]]) = (place.cosine, place.sine);
            place = place.then(turn);
        }
    }
    let mut padded = vec![0.0; stretches * STRETCH];
    let mut found = Array2::zeros((count, columns));
    let scale = (2.0 / rows as f64).sqrt();
    for (column, mut out) in series.columns().into_iter().zip(found.axis_iter_mut(Axis(1))) {
        padded[..rows].iter_mut().zip(column).for_each(|(slot, value)| *slot = *value);
        let cut = ndarray::ArrayView2::from_shape((stretches, STRETCH), &padded);
        let Ok(cut) = cut else { continue };
        let inside = cut.dot(&table);
        for j in 0..count {
            let (turn, mut place) = (Rotation::by(angle(j) * STRETCH as f64), Rotation::by(0.0));
            let mut sum = 0.0;
            for stretch in inside.rows() {
                sum += place.cosine * stretch[j] - place.sine * stretch[count + j];
                place = place.then(turn);
            }
            out[j] = scale * sum;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transforms_are_their_sums() {
        let rows = 3 * STRETCH + 7;
        let series = Array2::from_shape_fn((rows, 2), |(t, c)| ((t * t + 3 * c * t) % 17) as f64 - 5.0);
        let found = transforms(&series, 30);
        for column in 0..2 {
            for j in 1..=30 {
                let term =
                    |t: usize| series[[t, column]] * (PI * j as f64 * (t as f64 + 0.5) / rows as f64).cos();
                let direct = (2.0 / rows as f64).sqrt() * (0..rows).map(term).sum::<f64>();
                assert!((found[[j - 1, column]] - direct).abs() < 1e-10, "{j}");
            }
        }
    }

    #[test]
    fn a_slow_series_gets_fewer_frequencies_than_a_fast_one() {
        let slow = Array2::from_shape_fn((2_000, 1), |(t, _)| (t as f64 / 150.0).sin() + (t % 7) as f64);
        let fast = Array2::from_shape_fn((2_000, 1), |(t, _)| ((t * t * 7919) % 101) as f64);
        let frequencies = |series| CosineVariance::of(series, 1).map(|found| found.frequencies()).ok();
        assert!(frequencies(&slow) < Some(20), "{:?}", frequencies(&slow));
        assert!(frequencies(&fast) > Some(30), "{:?}", frequencies(&fast));
    }
}
