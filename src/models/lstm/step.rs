//! One optimiser step, alone or shared with other workers.

use super::loss;
use super::trainer::Trainer;
use super::workers::Workers;
use crate::error::Result;
use tch::{Kind, Tensor};

impl Trainer {
    /// Gradient, clipping and, when both loss and norm are finite, one optimiser step. `None`: some worker
    /// wants to stop, and nothing was changed.
    pub(super) fn step(&mut self, positions: &Tensor) -> Result<Option<(f64, f64)>> {
        let (loss, gradient, stops) = match &self.workers {
            None => {
                let loss = self.batch_loss(positions, 0, positions.size()[0])?;
                let gradient = self.network.gradient(&loss, &[])?;
                (loss.double_value(&[]), gradient, 0.0)
            }
            Some(workers) => self.shared_gradient(workers, positions)?,
        };
        if stops > 0.0 {
            return Ok(None);
        }
        if !loss.is_finite() {
            return Ok(Some((loss, f64::NAN)));
        }
        let (lr, limit) = (self.schedule.lr(), self.spec.clip_norm);
        let norm = self.optimiser.step(self.network.flat(), &gradient, lr, limit)?;
        Ok(Some((loss, norm)))
    }

    /// Sum of the weighted costs at `positions`, over `count` origins: a worker's part of the batch's mean.
    fn batch_loss(&self, positions: &Tensor, rank: usize, count: i64) -> Result<Tensor> {
        let batch = self.train.batch(positions)?;
        let mut name = format!("dropout {} {}", self.position.epoch, self.position.step);
        if rank > 0 {
            name = format!("{name} {rank}");
        }
        let outputs = self.network.forward_training(&batch.windows, self.spec.seed.stage(&name))?;
        let costs = loss::per_origin(self.spec.loss, &self.spec.quantiles, &outputs, &batch);
        Ok((costs * &batch.weight).sum(Kind::Float) / count as f64)
    }

    /// Loss and gradient of the whole batch from every worker's share, and how many workers want to stop.
    fn shared_gradient(&self, workers: &Workers, positions: &Tensor) -> Result<(f64, Tensor, f64)> {
        let (rank, parameters) = (workers.place().rank, self.network.flat().size()[0]);
        let (from, to) = workers.share(positions.size()[0] as usize);
        let place = (Kind::Float, self.network.device());
        let stop = Tensor::full([1], f64::from(u8::from(self.stop_wanted)), place);
        let flat = if from == to {
            Tensor::cat(&[Tensor::zeros([parameters + 1], place), stop], 0)
        } else {
            let share = positions.narrow(0, from as i64, (to - from) as i64);
            let loss = self.batch_loss(&share, rank, positions.size()[0])?;
            self.network.gradient(&loss, &[loss.view([1]), stop])?
        };
        // One exchange a step: gradient, loss and stop travel together.
        workers.sum(&flat)?;
        let (loss, stops) = (flat.double_value(&[parameters]), flat.double_value(&[parameters + 1]));
        Ok((loss, flat.narrow(0, 0, parameters), stops))
    }
}
