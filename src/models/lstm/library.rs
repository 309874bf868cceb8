//! The LSTM layers as libtorch computes them: by cuDNN on a GPU, by oneDNN in half precision on a CPU.

use super::failure::torch;
use crate::error::Result;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tch::{Kind, TchError, Tensor};

/// One pass through all layers.
pub(super) struct Pass {
    /// The share of units left out between layers.
    pub dropout: f64,
    /// Whether a backward pass follows.
    pub training: bool,
    /// Whether products are in half precision.
    pub half: bool,
    /// Which units are left out.
    pub seed: u64,
}

/// libtorch's random generator, seeded, until the guard is dropped: it draws dropout masks from one generator a process,
/// and seeding and drawing must not interleave.
pub(super) fn seeded(seed: u64) -> MutexGuard<'static, ()> {
    static GENERATOR: Mutex<()> = Mutex::new(());
    let alone = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    tch::manual_seed(seed as i64);
    alone
}

/// Each layer's weights and biases together, as libtorch takes them: `w_ih`, `w_hh`, `b_ih`, `b_hh`. `stored`: weights of
/// all layers, then biases.
pub(super) fn by_layer(stored: &[Tensor]) -> Vec<&Tensor> {
    let layers = stored.len() / 4;
    let order = (0..layers)
        .flat_map(|layer| [2 * layer, 2 * layer + 1, 2 * (layers + layer), 2 * (layers + layer) + 1]);
    order.map(|position| &stored[position]).collect()
}

/// The top layer's state at the last time step, (batch, time, features) -> (batch, hidden). `stored`: weights of all
/// layers, then biases, as `Architecture::parameters` has them.
pub(super) fn last_state(windows: &Tensor, stored: &[Tensor], pass: &Pass) -> Result<Tensor> {
    try_last_state(windows, stored, pass).map_err(torch)
}

fn try_last_state(windows: &Tensor, stored: &[Tensor], pass: &Pass) -> std::result::Result<Tensor, TchError> {
    let layers = stored.len() / 4;
    let kind = if pass.half { Kind::BFloat16 } else { Kind::Float };
    let weights = if pass.half && windows.device().is_cuda() {
        joined(stored, kind)?
    } else {
        stored.iter().map(|weight| weight.f_to_kind(kind)).collect::<std::result::Result<_, _>>()?
    };
    let weights = by_layer(&weights);
    let hidden = weights[1].size()[1];
    let zero = Tensor::f_zeros([layers as i64, windows.size()[0], hidden], (kind, windows.device()))?;
    let windows = windows.f_to_kind(kind)?;
    let _alone = seeded(pass.seed);
    let (steps, _, _) = windows.f_lstm(
        &[&zero, &zero],
        &weights,
        true,
        layers as i64,
        pass.dropout,
        pass.training,
        false,
        true,
    )?; // (batch, time, hidden)
    steps.f_select(1, -1)?.f_to_kind(Kind::Float)
}

/// The same weights in another kind, in one buffer: cuDNN would join them at every call, and say so on standard error.
fn joined(stored: &[Tensor], kind: Kind) -> std::result::Result<Vec<Tensor>, TchError> {
    let flat: std::result::Result<Vec<Tensor>, _> = stored.iter().map(|weight| weight.f_view([-1])).collect();
    let sizes: Vec<i64> = stored.iter().map(|weight| weight.numel() as i64).collect();
    let pieces = Tensor::f_cat(&flat?, 0)?.f_to_kind(kind)?.f_split_with_sizes(&sizes[..], 0)?;
    pieces.iter().zip(stored).map(|(piece, weight)| piece.f_view(&weight.size()[..])).collect()
}
