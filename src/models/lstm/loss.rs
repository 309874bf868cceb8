//! What an error costs, as a tensor the backward pass can follow.

use super::dataset::Batch;
use super::spec::Loss;
use tch::{Kind, Tensor};

/// The cost of each origin, (batch, outputs) -> (batch), not yet weighted.
///
/// Mean heads: squared error, Huber or QLIKE. Quantile heads: the pinball loss
/// `max(q e, (q - 1) e)` with `e = actual - forecast`, averaged over the levels.
pub(super) fn per_origin(loss: Loss, quantiles: &[f64], outputs: &Tensor, batch: &Batch) -> Tensor {
    if !quantiles.is_empty() {
        let levels: Vec<f32> = quantiles.iter().map(|&level| level as f32).collect();
        let levels = Tensor::from_slice(&levels).to_device(outputs.device()); // (outputs)
        let error = batch.target.unsqueeze(1) - outputs;
        let pinball = (&error * &levels).maximum(&(&error * (&levels - 1.0)));
        return pinball.mean_dim(1, false, Kind::Float);
    }
    let output = outputs.squeeze_dim(1);
    match loss {
        Loss::Mse => (output - &batch.target).square(),
        Loss::Huber { delta } => output.huber_loss(&batch.target, tch::Reduction::None, delta),
        Loss::Qlike => {
            // ln r, r = actual variance / forecast variance; variance is the squared level.
            let log_ratio = if batch.exponential {
                (&batch.target - output) * &batch.scale * 2.0
            } else {
                let actual = &batch.offset + &batch.scale * &batch.target;
                let forecast = (&batch.offset + &batch.scale * output).clamp_min(1.0);
                (actual / forecast).log() * 2.0
            };
            log_ratio.exp() - &log_ratio - 1.0
        }
    }
}
