//! Angles that are added without a sine.

use std::f64::consts::PI;

/// An angle as its cosine and sine.
#[derive(Clone, Copy)]
pub(super) struct Rotation {
    pub cosine: f64,
    pub sine: f64,
}

impl Rotation {
    pub fn by(angle: f64) -> Self {
        let (sine, cosine) = angle.sin_cos();
        Self { cosine, sine }
    }

    pub fn then(self, other: Self) -> Self {
        Self {
            cosine: self.cosine * other.cosine - self.sine * other.sine,
            sine: self.sine * other.cosine + self.cosine * other.sine,
        }
    }
}

/// `cos(pi j (r + 1/2) / length)` for `r = 0 .. length`.
pub(crate) fn cosine_wave(j: usize, length: usize) -> Vec<f64> {
    let step = PI * j as f64 / length as f64;
    let turn = Rotation::by(step);
    std::iter::successors(Some(Rotation::by(0.5 * step)), |place| Some(place.then(turn)))
        .map(|place| place.cosine)
        .take(length)
        .collect()
}
