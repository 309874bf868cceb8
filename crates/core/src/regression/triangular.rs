//! The triangular factor of a tall matrix, block by block.

use crate::error::{Error, Result};
use linfa_linalg::qr::QRInto as _;
use ndarray::{Array2, ArrayView2, Axis, ShapeBuilder, concatenate, s};
use rayon::prelude::*;

/// The factor `R` of `X = QR`, shape (columns, columns), for at least as many rows as columns.
///
/// Blocks of rows that fit in cache are factored by Householder reflections on all cores, and so are their
/// stacked factors, until one is left (TSQR). As stable as one QR of the whole, and several times as fast on
/// tall matrices; the blocks do not depend on the number of threads, so neither does the result.
///
/// # References
/// Demmel, Grigori, Hoemmen and Langou (2012), SIAM Journal on Scientific Computing 34.
pub(crate) fn triangular_factor(matrix: ArrayView2<f64>) -> Result<Array2<f64>> {
    let (rows, columns) = matrix.dim();
    // a stack of factors is at most a quarter as tall as what they came from
    let blocks = (rows / (4 * columns).max(512)).max(1);
    let one = |block: usize| -> Result<Array2<f64>> {
        let part = matrix.slice(s![block * rows / blocks..(block + 1) * rows / blocks, ..]);
        // column-major: reflections walk down columns
        let mut owned = Array2::zeros(part.raw_dim().f());
        owned.assign(&part);
        Ok(owned.qr_into().map_err(Error::internal("factoring a matrix by QR"))?.into_r())
    };
    if blocks == 1 {
        return one(0);
    }
    let factors = (0..blocks).into_par_iter().map(one).collect::<Result<Vec<_>>>()?;
    let views: Vec<_> = factors.iter().map(Array2::view).collect();
    let stacked = concatenate(Axis(0), &views).map_err(Error::internal("stacking triangular factors"))?;
    triangular_factor(stacked.view())
}
