//! Adam on one flat buffer, with PyTorch's arithmetic, in one pass over memory.

use super::failure::torch;
use super::shim::{AdamBuffers, fused_adam};
use crate::error;
use tch::{Kind, TchError, Tensor, no_grad};

const BETAS: (f64, f64) = (0.9, 0.999);
const EPSILON: f64 = 1e-8;

/// Adam's two moments and its step count, for one flat parameter buffer.
///
/// `g <- g / max(1, norm(g) / limit) + decay p`; `m <- b1 m + (1-b1) g`; `v <- b2 v + (1-b2) g^2`;
/// `p <- p - lr/(1-b1^t) m / (sqrt(v)/sqrt(1-b2^t) + eps)`
///
/// # References
/// Kingma and Ba (2015), *Adam: a method for stochastic optimization*.
#[derive(Debug)]
pub struct Adam {
    pub(super) first: Tensor,
    pub(super) second: Tensor,
    pub(super) step: u64,
    weight_decay: f64,
}

impl Adam {
    /// An optimiser at rest for the parameters of `flat`, shape (parameters).
    ///
    /// # Errors
    /// When libtorch has no room for the moments.
    pub fn new(flat: &Tensor, weight_decay: f64) -> error::Result<Self> {
        let zeros = || flat.f_zeros_like().map_err(torch);
        Ok(Self { first: zeros()?, second: zeros()?, step: 0, weight_decay })
    }

    /// One step along `gradient`, shape (parameters), clipped to the Euclidean norm `limit`; returns the norm
    /// before clipping. With a norm that is not finite nothing is changed.
    ///
    /// `gradient` is scratch afterwards.
    ///
    /// # Errors
    /// When libtorch fails.
    pub fn step(&mut self, flat: &Tensor, gradient: &Tensor, lr: f64, limit: f64) -> error::Result<f64> {
        let norm = norm(gradient).map_err(torch)?;
        if !norm.is_finite() {
            return Ok(norm);
        }
        self.step += 1;
        let place = (Kind::Float, flat.device());
        let buffers = AdamBuffers {
            parameters: flat,
            gradient,
            first: &self.first,
            second: &self.second,
            step: &Tensor::full([1], self.step as f64, place),
            // PyTorch's clip_grad_norm_ adds 1e-6 to the norm.
            scale: &Tensor::full([1], ((norm + 1e-6) / limit).max(1.0), place),
        };
        no_grad(|| fused_adam(&buffers, lr, BETAS, self.weight_decay, EPSILON))?;
        Ok(norm)
    }
}

/// Elements of a piece whose norm one thread takes. libtorch takes that of a whole vector on one thread.
const PIECE: i64 = 1 << 14;
/// Vectors up to so long are taken whole.
const SHORT: i64 = 1 << 17;

/// The Euclidean norm of a vector, whatever the number of threads.
fn norm(vector: &Tensor) -> Result<f64, TchError> {
    let count = vector.numel() as i64;
    let total = if count <= SHORT {
        vector.f_norm()?
    } else {
        let rows = count / PIECE;
        let pieces = vector.f_narrow(0, 0, rows * PIECE)?.f_view([rows, PIECE])?;
        let rest = vector.f_narrow(0, rows * PIECE, count - rows * PIECE)?.f_norm()?.f_view([1])?;
        Tensor::f_cat(&[pieces.f_norm_scalaropt_dim(2.0, [1], false)?, rest], 0)?.f_norm()?
    };
    total.f_to_kind(Kind::Double)?.f_double_value(&[])
}
