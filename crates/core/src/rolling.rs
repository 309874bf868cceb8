//! Aggregates over moving windows, without subtraction.
//!
//! A running sum that adds the new and subtracts the old term keeps the rounding error of every large term
//! it ever held: one jump of 10 sd and all later variances are off. Here each window is one suffix of a
//! block joined to one prefix of the next (van Herk 1992; Gil and Werman 1993): O(n), and each window's
//! aggregate is a plain sum of its own terms only.

/// What can be joined in order: an identity and an associative operation.
pub trait Aggregate: Copy {
    const EMPTY: Self;
    fn join(self, next: Self) -> Self;
}

/// A sum of the terms present, and how many they are.
#[derive(Debug, Clone, Copy)]
pub struct Total {
    pub sum: f64,
    pub count: f64,
}

impl Total {
    /// One term; NaN is absent.
    pub fn of(term: f64) -> Self {
        if term.is_nan() { Self::EMPTY } else { Self { sum: term, count: 1.0 } }
    }
}

impl Aggregate for Total {
    const EMPTY: Self = Self { sum: 0.0, count: 0.0 };
    fn join(self, next: Self) -> Self {
        Self { sum: self.sum + next.sum, count: self.count + next.count }
    }
}

/// A plain sum of terms that are all present.
impl Aggregate for f64 {
    const EMPTY: Self = 0.0;
    fn join(self, next: Self) -> Self {
        self + next
    }
}

/// Mean and centred sum of squares of the terms present (Chan, Golub and `LeVeque` 1979).
#[derive(Debug, Clone, Copy)]
pub struct Moments {
    pub count: f64,
    pub mean: f64,
    squares: f64,
}

impl Moments {
    /// One term; NaN is absent.
    pub fn of(term: f64) -> Self {
        if term.is_nan() { Self::EMPTY } else { Self { count: 1.0, mean: term, squares: 0.0 } }
    }

    /// Sample standard deviation, divisor n - 1; NaN below two terms.
    pub fn standard_deviation(self) -> f64 {
        if self.count < 2.0 { f64::NAN } else { (self.squares / (self.count - 1.0)).sqrt() }
    }
}

impl Aggregate for Moments {
    const EMPTY: Self = Self { count: 0.0, mean: 0.0, squares: 0.0 };
    fn join(self, next: Self) -> Self {
        let count = self.count + next.count;
        if count == 0.0 {
            return Self::EMPTY;
        }
        let difference = next.mean - self.mean;
        Self {
            count,
            mean: self.mean + difference * next.count / count,
            squares: self.squares + next.squares + difference * difference * self.count * next.count / count,
        }
    }
}

/// The aggregate of `terms[i + 1 - window ..= i]` for every `i`; windows are cut at the start.
pub fn rolling<A: Aggregate>(terms: &[A], window: usize) -> Vec<A> {
    let mut out = vec![A::EMPTY; terms.len()];
    let mut suffixes = vec![A::EMPTY; window];
    for (block, chunk) in terms.chunks(window).enumerate() {
        let slots = &mut out[block * window..];
        let mut prefix = A::EMPTY;
        for (position, term) in chunk.iter().enumerate() {
            prefix = prefix.join(*term);
            // The rest of the window lies in the block before, from the next position on.
            let before = suffixes.get(position + 1).copied().unwrap_or(A::EMPTY);
            slots[position] = before.join(prefix);
        }
        if chunk.len() == window {
            let mut suffix = A::EMPTY;
            for (slot, term) in suffixes.iter_mut().zip(chunk).rev() {
                suffix = term.join(suffix);
                *slot = suffix;
            }
        }
    }
    out
}
