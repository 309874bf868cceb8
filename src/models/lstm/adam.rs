//! Adam on one flat buffer, with PyTorch's arithmetic, in one pass over memory.

use super::shim::{AdamBuffers, fused_adam};
use crate::error::Result;
use tch::{Kind, Tensor, no_grad};

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
    pub fn new(flat: &Tensor, weight_decay: f64) -> Self {
        Self { first: flat.zeros_like(), second: flat.zeros_like(), step: 0, weight_decay }
    }

    /// One step along `gradient`, shape (parameters), clipped to the Euclidean norm `limit`; returns the norm
    /// before clipping. With a norm that is not finite nothing is changed.
    ///
    /// `gradient` is scratch afterwards.
    ///
    /// # Errors
    /// When libtorch fails.
    pub fn step(&mut self, flat: &Tensor, gradient: &Tensor, lr: f64, limit: f64) -> Result<f64> {
        let norm = gradient.norm().to_kind(Kind::Double).double_value(&[]);
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
