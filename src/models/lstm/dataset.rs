//! A sample as tensors on the training device, from which batches are gathered without a copy on the host.

use super::failure::torch;
use super::scaling::{Link, Scaling};
use crate::error::{Error, Result};
use crate::sample::{Inputs, Sample};
use tch::{Device, Kind, Tensor};

/// Windows to be gathered: the normalised hours and the row of each origin.
#[derive(Debug)]
pub(super) struct Windows {
    hours: Tensor, // (hours, features)
    last: Tensor,  // (origins), row of the origin
    back: Tensor,  // (time), -time+1 ..= 0
    count: usize,
}

impl Windows {
    pub(super) fn new(inputs: &Inputs, scaling: &Scaling, sequence: usize, device: Device) -> Result<Self> {
        if inputs.window_length() < sequence {
            return Err(Error::Mismatch {
                what: "building windows".to_owned(),
                left: format!("inputs with windows of {} hours", inputs.window_length()),
                right: format!("a network that reads {sequence} hours"),
                remedy: "build the inputs with the model's window".to_owned(),
            });
        }
        let matrix = scaling.normalise(inputs)?;
        let shape = [matrix.nrows() as i64, matrix.ncols() as i64];
        let values = matrix.as_slice().unwrap_or_default();
        let (_, origins) = inputs.hourly();
        let rows: Vec<i64> = origins.iter().map(|&row| row as i64).collect();
        let back: Vec<i64> = (0..sequence as i64).map(|step| step + 1 - sequence as i64).collect();
        Ok(Self {
            hours: Tensor::f_from_slice(values)
                .and_then(|tensor| tensor.view(shape).f_to_device(device))
                .map_err(torch)?,
            last: Tensor::from_slice(&rows).to_device(device),
            back: Tensor::from_slice(&back).to_device(device),
            count: rows.len(),
        })
    }

    /// The windows of the given origins, (batch) -> (batch, time, features).
    ///
    /// # Errors
    /// When libtorch has no room for them.
    pub(super) fn gather(&self, positions: &Tensor) -> Result<Tensor> {
        let (batch, time) = (positions.size()[0], self.back.size()[0]);
        let rows =
            self.last.f_index_select(0, positions).and_then(|last| last.f_unsqueeze(1)?.f_add(&self.back));
        rows.and_then(|rows| self.hours.f_index_select(0, &rows.f_view([-1])?)?.f_view([batch, time, -1]))
            .map_err(torch)
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Hours of a window.
    pub(super) fn time(&self) -> usize {
        self.back.numel()
    }

    /// The positions `from .. to` as an index on the device.
    pub(super) fn span(&self, from: usize, to: usize) -> Tensor {
        Tensor::arange_start(from as i64, to as i64, (Kind::Int64, self.device()))
    }

    pub(super) fn device(&self) -> Device {
        self.hours.device()
    }
}

/// A batch of origins with what came true, all on one device.
#[derive(Debug)]
pub(super) struct Batch {
    pub windows: Tensor, // (batch, time, features)
    pub target: Tensor,  // (batch), network units
    pub offset: Tensor,  // (batch), the link's
    pub scale: Tensor,   // (batch), the link's
    pub weight: Tensor,  // (batch)
    pub exponential: bool,
}

/// A sample on the device.
#[derive(Debug)]
pub(super) struct Dataset {
    pub windows: Windows,
    target: Tensor,
    offset: Tensor,
    scale: Tensor,
    weight: Tensor,
    pub links: Vec<Link>,
    pub actual: Vec<f64>,
    pub anchor: Vec<f64>,
}

impl Dataset {
    pub(super) fn new(
        sample: &Sample,
        scaling: &Scaling,
        links: Vec<Link>,
        sequence: usize,
        jump_weight: f64,
        device: Device,
    ) -> Result<Self> {
        let windows = Windows::new(sample.inputs(), scaling, sequence, device)?;
        let single = |values: Vec<f64>| {
            let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
            Tensor::from_slice(&values).to_device(device)
        };
        let mut weight = sample.weights();
        if jump_weight != 1.0 {
            let jumps = sample.inputs().feature("jump_indicator")?;
            let jumped = weight.iter_mut().zip(jumps).filter(|(_, jump)| *jump == 1.0);
            jumped.for_each(|(weight, _)| *weight *= jump_weight);
        }
        let target = links.iter().zip(sample.targets()).map(|(link, &level)| link.output(level)).collect();
        Ok(Self {
            windows,
            target: single(target),
            offset: single(links.iter().map(|link| link.offset).collect()),
            scale: single(links.iter().map(|link| link.scale).collect()),
            weight: single(weight),
            links,
            actual: sample.targets().to_vec(),
            anchor: sample.inputs().levels(),
        })
    }

    /// The same with a weight of its own for every origin.
    pub(super) fn weighted(self, weights: &[f64]) -> Self {
        let weights: Vec<f32> = weights.iter().map(|&weight| weight as f32).collect();
        Self { weight: Tensor::from_slice(&weights).to_device(self.windows.device()), ..self }
    }

    pub(super) fn len(&self) -> usize {
        self.windows.len()
    }

    /// The batch of the given origins.
    ///
    /// # Errors
    /// When libtorch has no room for it.
    pub(super) fn batch(&self, positions: &Tensor) -> Result<Batch> {
        let pick = |from: &Tensor| from.f_index_select(0, positions).map_err(torch);
        Ok(Batch {
            windows: self.windows.gather(positions)?,
            target: pick(&self.target)?,
            offset: pick(&self.offset)?,
            scale: pick(&self.scale)?,
            weight: pick(&self.weight)?,
            exponential: self.links.first().is_some_and(|link| link.exponential),
        })
    }
}
