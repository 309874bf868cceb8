//! Prewhitening of regression scores.

use crate::error::{Error, Result};
use linfa_linalg::eigh::Eigh as _;
use linfa_linalg::qr::{LeastSquaresQr as _, QR as _};
use ndarray::{Array1, Array2, Axis, s};
use serde::{Deserialize, Serialize};

/// The largest singular value that a capped VAR(1) may have (Andrews and Monahan 1992, section 4).
const CAP: f64 = 0.97;

/// Whether the scores `s_t = u_t x_t` are filtered by a VAR(1) before their autocovariances are weighted.
///
/// `s_t = A s_{t-1} + e_t` by least squares without constant; kernel sums are taken of `e` and recoloured by
/// `(I - A)^-1`.
///
/// | variant | A | convention |
/// | --- | --- | --- |
/// | `None` | 0 | statsmodels, R's `sandwich` with `prewhite = 0` |
/// | `Uncapped` | as estimated | R's `sandwich` with `prewhite = 1`: explodes where A is near a unit root |
/// | `Capped` | singular values kept at or below 0.97, `e` taken afterwards | Andrews and Monahan (1992) |
///
/// `Capped` scales every score by its root mean square first: singular values of raw scores depend on the
/// regressors' units, and so would standard errors.
///
/// # References
/// Andrews and Monahan (1992), Econometrica 60.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prewhitening {
    /// Scores as they are.
    #[default]
    None,
    /// R's: the VAR(1) as estimated.
    Uncapped,
    /// The VAR(1) kept away from a unit root, whatever the units.
    Capped,
}

/// Scores after the filter, and the way back.
pub(super) struct Whitened {
    pub(super) innovations: Array2<f64>,
    recolour: Option<Array2<f64>>,
}

impl Prewhitening {
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Uncapped => ", prewhitened",
            Self::Capped => ", prewhitened, capped",
        }
    }
}

impl Whitened {
    /// Scores of shape (rows, columns) after the filter.
    pub(super) fn new(scores: Array2<f64>, prewhitening: Prewhitening) -> Result<Self> {
        if prewhitening == Prewhitening::None {
            return Ok(Self { innovations: scores, recolour: None });
        }
        let (n, k) = scores.dim();
        if n < 2 * k + 2 {
            return Err(Error::too_few(
                "a prewhitened covariance",
                2 * k + 2,
                n,
                "give more rows, or do not prewhiten",
            ));
        }
        let (past, present) = (scores.slice(s![..n - 1, ..]), scores.slice(s![1.., ..]));
        // present = past A', shape (n - 1, k)
        let mut transposed = past
            .to_owned()
            .least_squares(&present.to_owned())
            .map_err(Error::internal("prewhitening scores by a VAR(1)"))?;
        if prewhitening == Prewhitening::Capped {
            transposed = capped(&transposed, &scores)?;
        }
        let innovations = &present - &past.dot(&transposed);
        let recolour = (Array2::eye(k) - transposed.t())
            .qr()
            .and_then(|factor| factor.inverse())
            .map_err(Error::internal("recolouring prewhitened scores"))?;
        Ok(Self { innovations, recolour: Some(recolour) })
    }

    /// Long-run sums of the scores from those of the innovations.
    pub(super) fn recolour(&self, sums: Array2<f64>) -> Array2<f64> {
        match &self.recolour {
            None => sums,
            Some(back) => back.dot(&sums).dot(&back.t()),
        }
    }
}

/// `A'` with the singular values of `S^-1 A S` kept at or below the cap, `S` the scores' root mean squares.
fn capped(transposed: &Array2<f64>, scores: &Array2<f64>) -> Result<Array2<f64>> {
    let n = scores.nrows() as f64;
    let scale: Array1<f64> = scores
        .columns()
        .into_iter()
        .map(|column| (column.dot(&column) / n).sqrt())
        .map(|root| if root > 0.0 { root } else { 1.0 })
        .collect();
    let (down, across) = (scale.view().insert_axis(Axis(1)), scale.view().insert_axis(Axis(0)));
    // (S^-1 A S)' = S A' S^-1
    let standard = transposed * &down / across.view();
    // With A' = U D V', A' shrunk = A' V min(1, cap / D) V'.
    let (squares, vectors) =
        standard.t().dot(&standard).eigh().map_err(Error::internal("the singular values of a VAR(1)"))?;
    let shrink = squares.mapv(|square| (CAP / square.max(0.0).sqrt()).min(1.0));
    let shrunk = standard.dot(&(&vectors * &shrink.insert_axis(Axis(0)))).dot(&vectors.t());
    Ok(shrunk * across / down)
}
