//! What a network answers at many origins.

use super::dataset::Windows;
use super::failure::torch;
use super::network::{Network, host};
use crate::error::Result;
use tch::{Device, Tensor};

// Origins at a time on a CPU: their states stay in the cache.
const ON_A_CPU: usize = 1024;
// On a GPU: enough to fill it, and no more than so many states of all hours.
const ON_A_GPU: usize = 8192;
const STATES: usize = 1 << 27;

/// Outputs without dropout, one row an origin, (origins, outputs).
///
/// # Errors
/// When libtorch fails (out of memory).
pub(super) fn outputs(windows: &Windows, network: &Network) -> Result<Vec<f32>> {
    let step = match network.device() {
        Device::Cpu => ON_A_CPU,
        _ => (STATES / (windows.time() * network.architecture().hidden_size)).clamp(1, ON_A_GPU),
    };
    let mut parts = Vec::with_capacity(windows.len() / step + 1);
    for from in (0..windows.len()).step_by(step) {
        let to = windows.len().min(from + step);
        parts.push(network.forward(&windows.gather(&windows.span(from, to))?)?);
    }
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    // A GPU is waited for once.
    host(&Tensor::f_cat(&parts, 0).map_err(torch)?)
}
