//! Adam on one flat buffer, with PyTorch's arithmetic.

use tch::{Kind, Tensor, no_grad};

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// Adam's two moments and its step count, for one flat parameter buffer.
///
/// `g <- g + decay p`; `m <- b1 m + (1-b1) g`; `v <- b2 v + (1-b2) g^2`;
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

    /// One step along `gradient`, shape (parameters), which is overwritten.
    pub fn step(&mut self, flat: &Tensor, gradient: &mut Tensor, lr: f64) {
        self.step += 1;
        let correction1 = 1.0 - BETA1.powi(self.step as i32);
        let correction2 = 1.0 - BETA2.powi(self.step as i32);
        no_grad(|| {
            if self.weight_decay != 0.0 {
                let _ = gradient.g_add_(&(flat * self.weight_decay));
            }
            let _ = self.first.lerp_(gradient, 1.0 - BETA1);
            let _ = self.second.g_mul_scalar_(BETA2);
            let _ = self.second.g_add_(&(gradient.square() * (1.0 - BETA2)));
            let denominator = (self.second.sqrt() / correction2.sqrt()) + EPSILON;
            let mut parameters = flat.shallow_clone();
            let update = (&self.first / denominator) * (-lr / correction1);
            let _ = parameters.g_add_(&update);
        });
    }

    /// Scales `gradient` in place so that its Euclidean norm is at most `limit`; returns the norm before.
    pub fn clip(gradient: &mut Tensor, limit: f64) -> f64 {
        let norm = gradient.norm().to_kind(Kind::Double).double_value(&[]);
        let factor = limit / (norm + 1e-6);
        if norm.is_finite() && factor < 1.0 {
            let _ = gradient.g_mul_scalar_(factor);
        }
        norm
    }
}
