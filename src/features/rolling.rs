//! Trailing moments in one pass.

/// Trailing mean and standard deviation of a series, one a row.
#[derive(Debug, Clone, PartialEq)]
pub struct RollingMoments {
    /// Mean of the present values in the window; NaN where too few are present.
    pub mean: Vec<f64>,
    /// Standard deviation (divisor n - 1) in the window; NaN where too few are present.
    pub standard_deviation: Vec<f64>,
}

/// Trailing moments over rows `t - window + 1 ..= t`, nulls left out.
///
/// A row needs at least `minimum` (and two) present values. Sums are kept around a local origin and rebuilt
/// from the window itself every `window` rows, so rounding does not pile up over long series: the cost stays
/// linear. Rebuilding starts from the first row, so truncating a series never changes an earlier value.
///
/// # Examples
/// ```
/// let moments = dvol::features::rolling_moments(&[1.0, 2.0, 3.0, 4.0], 3, 3);
/// assert!(moments.mean[1].is_nan());
/// assert_eq!(moments.mean[3], 3.0);
/// assert_eq!(moments.standard_deviation[3], 1.0);
/// ```
pub fn rolling_moments(series: &[f64], window: usize, minimum: usize) -> RollingMoments {
    let window = window.max(1);
    let minimum = minimum.max(2);
    let mut mean = Vec::with_capacity(series.len());
    let mut standard_deviation = Vec::with_capacity(series.len());
    let mut sums = Sums::default();
    for row in 0..series.len() {
        if row % window == 0 {
            sums = Sums::of(&series[(row + 1).saturating_sub(window)..=row]);
        } else {
            sums.add(series[row]);
            if let Some(leaving) = row.checked_sub(window) {
                sums.remove(series[leaving]);
            }
        }
        let (m, s) = if sums.count >= minimum { sums.moments() } else { (f64::NAN, f64::NAN) };
        mean.push(m);
        standard_deviation.push(s);
    }
    RollingMoments { mean, standard_deviation }
}

#[derive(Default)]
struct Sums {
    origin: f64,
    count: usize,
    first: f64,
    second: f64,
}

impl Sums {
    fn of(values: &[f64]) -> Self {
        let present = values.iter().copied().filter(|value| value.is_finite());
        let mut sums = Self { origin: present.clone().next().unwrap_or(0.0), ..Self::default() };
        present.for_each(|value| sums.add(value));
        sums
    }

    fn add(&mut self, value: f64) {
        if value.is_finite() {
            if self.count == 0 {
                *self = Self { origin: value, ..Self::default() };
            }
            let distance = value - self.origin;
            self.count += 1;
            self.first += distance;
            self.second += distance * distance;
        }
    }

    fn remove(&mut self, value: f64) {
        if value.is_finite() {
            let distance = value - self.origin;
            self.count -= 1;
            self.first -= distance;
            self.second -= distance * distance;
        }
    }

    fn moments(&self) -> (f64, f64) {
        let n = self.count as f64;
        let shift = self.first / n;
        let squares = (self.second - self.first * shift).max(0.0);
        // What is left of a constant window after cancellation is rounding, not spread.
        let noise = f64::EPSILON * n * (self.second.abs() + self.first.abs() * shift.abs());
        let variance = if squares <= noise { 0.0 } else { squares / (n - 1.0) };
        (self.origin + shift, variance.sqrt())
    }
}
