//! The network itself: weights in one flat buffer, and the forward pass.

use super::architecture::Architecture;
use super::failure::torch;
use super::library::{self, Pass, by_layer, seeded};
use super::shim::{has_lstm, keep_freed_pages, lstm_last};
use crate::error::{Error, Result};
use crate::models::Precision;
use crate::seed::Seed;
use rand::Rng;
use std::sync::OnceLock;
use tch::{Device, Tensor, no_grad};

/// LSTM and head. Every parameter is a view into one flat buffer, so that the optimiser, gradient clipping
/// and all-reduce each touch one tensor.
#[derive(Debug)]
pub struct Network {
    architecture: Architecture,
    dropout: f64,
    precision: Precision,
    names: Vec<String>,
    flat: Tensor,
    parameters: Vec<Tensor>,
}

impl Network {
    /// A network with PyTorch's initialisation, drawn from a portable generator: uniform on
    /// (-1/sqrt(hidden), 1/sqrt(hidden)) for the LSTM, (-1/sqrt(inputs), 1/sqrt(inputs)) for linear layers.
    ///
    /// `zero_output` sets the last layer to 0: the untrained network then answers 0 everywhere.
    ///
    /// # Errors
    /// When libtorch cannot place the weights on the device.
    pub fn new(
        architecture: Architecture,
        dropout: f64,
        zero_output: bool,
        seed: Seed,
        device: Device,
    ) -> Result<Self> {
        let mut random = seed.stage("weights").rng();
        let mut values = Vec::with_capacity(architecture.parameter_count());
        for parameter in architecture.parameters() {
            let count = parameter.len();
            match parameter.fan {
                Some(_) if zero_output && parameter.name.starts_with("fc2.") => {
                    values.extend(std::iter::repeat_n(0.0, count));
                }
                Some(fan) => {
                    let bound = 1.0 / (fan.max(1) as f32).sqrt();
                    values.extend((0..count).map(|_| random.random_range(-bound..bound)));
                }
                None => {
                    let value = if parameter.name.ends_with("weight") { 1.0 } else { 0.0 };
                    values.extend(std::iter::repeat_n(value, count));
                }
            }
        }
        Self::from_values(architecture, dropout, &values, device)
    }

    /// A network with given weights, in the order of [`Architecture::parameters`].
    ///
    /// # Errors
    /// When the number of values differs from the architecture's, or libtorch cannot place them.
    pub fn from_values(
        architecture: Architecture,
        dropout: f64,
        values: &[f32],
        device: Device,
    ) -> Result<Self> {
        if values.len() != architecture.parameter_count() {
            return Err(Error::Mismatch {
                what: "building the network".to_owned(),
                left: format!("{} weights", values.len()),
                right: format!("{} in the architecture", architecture.parameter_count()),
                remedy: "load weights saved with this very configuration".to_owned(),
            });
        }
        let flat =
            Tensor::f_from_slice(values).and_then(|tensor| tensor.f_to_device(device)).map_err(torch)?;
        let mut names = Vec::new();
        let mut parameters = Vec::new();
        let mut offset = 0;
        for parameter in architecture.parameters() {
            let count = parameter.len() as i64;
            let view = flat
                .f_narrow(0, offset, count)
                .and_then(|part| part.f_view(&parameter.shape[..])?.f_detach()?.f_set_requires_grad(true))
                .map_err(torch)?;
            parameters.push(view);
            names.push(parameter.name);
            offset += count;
        }
        Ok(Self { architecture, dropout, precision: Precision::Float32, names, flat, parameters })
    }

    /// The shape.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The flat buffer behind all parameters, shape (parameters). Writing into it changes the network.
    pub fn flat(&self) -> &Tensor {
        &self.flat
    }

    /// A copy of the flat buffer.
    ///
    /// # Errors
    /// When libtorch has no room for it.
    pub(super) fn copied(&self) -> Result<Tensor> {
        let copied = self.flat.f_zeros_like().and_then(|mut copy| copy.f_copy_(&self.flat).map(|()| copy));
        copied.map_err(torch)
    }

    /// Names and tensors in storage order.
    pub fn named_parameters(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.names.iter().map(String::as_str).zip(&self.parameters)
    }

    /// The tensors in storage order.
    pub fn parameters(&self) -> &[Tensor] {
        &self.parameters
    }

    /// The device the weights are on.
    pub fn device(&self) -> Device {
        self.flat.device()
    }

    /// All weights, in storage order.
    ///
    /// # Errors
    /// When libtorch cannot copy them to the host.
    pub fn values(&self) -> Result<Vec<f32>> {
        host(&self.flat)
    }

    /// Overwrites all weights with those of `flat`, shape (parameters).
    pub fn assign(&mut self, flat: &Tensor) {
        no_grad(|| self.flat.copy_(flat));
    }

    /// The outputs without dropout: (batch, time, features) -> (batch, outputs).
    ///
    /// # Errors
    /// When libtorch fails (out of memory).
    pub fn forward(&self, windows: &Tensor) -> Result<Tensor> {
        no_grad(|| self.head(self.last_state(windows, None)?, false))
    }

    /// The same network whose training passes use `precision` in the LSTM layers.
    #[must_use]
    pub fn with_precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// The outputs with dropout, recorded for the backward pass. The masks follow from `dropout_seed` alone.
    ///
    /// # Errors
    /// When libtorch fails (out of memory).
    pub fn forward_training(&self, windows: &Tensor, dropout_seed: Seed) -> Result<Tensor> {
        let last = self.last_state(windows, Some(dropout_seed))?;
        let _alone = seeded(dropout_seed.get());
        self.head(last, true)
    }

    /// The top layer's state at the last time step, (batch, hidden); with dropout between layers when there is a
    /// seed for it.
    fn last_state(&self, windows: &Tensor, training: Option<Seed>) -> Result<Tensor> {
        let layers = self.architecture.num_layers;
        let between = if training.is_some() && layers > 1 { self.dropout } else { 0.0 };
        let seed = training.map_or(0, |seed| seed.stage("layers").get());
        let stored = &self.parameters[..4 * layers];
        // Forecasts are always made in single precision.
        let half = training.is_some() && self.is_half();
        if !half && self.has_own_lstm()? {
            let room = self.flat.numel() + ROOM;
            return lstm_last(windows, &by_layer(stored), between, seed, room);
        }
        let pass = Pass { dropout: between, training: training.is_some(), half, seed };
        library::last_state(windows, stored, &pass)
    }

    /// Whether training passes use half precision in the LSTM layers.
    fn is_half(&self) -> bool {
        self.precision == Precision::Bfloat16
    }

    /// Whether passes in single precision are our own LSTM's: elsewhere libtorch's.
    fn has_own_lstm(&self) -> Result<bool> {
        Ok(self.device() == Device::Cpu && own_lstm()?)
    }

    /// (batch, hidden) -> (batch, outputs).
    fn head(&self, last: Tensor, training: bool) -> Result<Tensor> {
        self.try_head(last, training).map_err(torch)
    }

    fn try_head(&self, mut last: Tensor, training: bool) -> std::result::Result<Tensor, tch::TchError> {
        let mut next = 4 * self.architecture.num_layers;
        if self.architecture.layer_norm {
            let (weight, bias) = (&self.parameters[next], &self.parameters[next + 1]);
            let hidden = self.architecture.hidden_size as i64;
            last = last.f_layer_norm([hidden], Some(weight), Some(bias), 1e-5, true)?;
            next += 2;
        }
        let head = &self.parameters[next..];
        let middle = last
            .f_dropout(self.dropout, training)?
            .f_linear(&head[0], Some(&head[1]))?
            .f_relu()?
            .f_dropout(self.dropout, training)?; // (batch, hidden/2)
        middle.f_linear(&head[2], Some(&head[3]))
    }

    /// The gradient of a scalar `loss`, flattened in storage order, shape (parameters); `extra` is appended.
    ///
    /// # Errors
    /// When libtorch fails (out of memory).
    pub fn gradient(&self, loss: &Tensor, extra: &[Tensor]) -> Result<Tensor> {
        // cuDNN's gradients too lie in storage order, without our room behind them.
        let may_have_room = !self.is_half() && self.has_own_lstm()?;
        self.try_gradient(loss, extra, may_have_room).map_err(torch)
    }

    fn try_gradient(
        &self,
        loss: &Tensor,
        extra: &[Tensor],
        may_have_room: bool,
    ) -> std::result::Result<Tensor, tch::TchError> {
        let gradients = Tensor::f_run_backward(&[loss], &self.parameters, false, false)?;
        // tch's own message needs memory: without any, a failure looks like success that left nothing.
        if gradients.iter().any(|gradient| gradient.as_ptr().is_null()) {
            return Err(tch::TchError::Torch("out of memory in the backward pass".to_owned()));
        }
        if may_have_room && self.is_in_place(&gradients) {
            return self.in_place(&gradients, extra);
        }
        let pieces = gradients.iter().map(|gradient| gradient.f_reshape([-1]));
        let pieces = pieces.chain(extra.iter().map(Tensor::f_detach));
        Tensor::f_cat(&pieces.collect::<std::result::Result<Vec<Tensor>, _>>()?, 0)
    }

    /// Whether the LSTM's gradients lie in storage order in one buffer with room for the rest, as ours leaves them.
    fn is_in_place(&self, gradients: &[Tensor]) -> bool {
        let start = gradients[0].data_ptr() as usize;
        let mut offset = 0;
        gradients[..4 * self.architecture.num_layers].iter().all(|gradient| {
            let place = start + size_of::<f32>() * offset;
            offset += gradient.numel();
            gradient.data_ptr() as usize == place
        })
    }

    /// Then only the head's gradients and `extra` are copied.
    fn in_place(&self, gradients: &[Tensor], extra: &[Tensor]) -> std::result::Result<Tensor, tch::TchError> {
        let total = self.flat.numel() + extra.iter().map(Tensor::numel).sum::<usize>();
        let lstm = 4 * self.architecture.num_layers;
        let mut offset = gradients[..lstm].iter().map(Tensor::numel).sum::<usize>();
        let flat = gradients[0].f_as_strided([total as i64], [1], 0)?;
        for piece in gradients[lstm..].iter().chain(extra) {
            let count = piece.numel();
            let mut place = flat.f_narrow(0, offset as i64, count as i64)?;
            place.f_copy_(&piece.f_detach()?.f_reshape([-1])?)?;
            offset += count;
        }
        Ok(flat)
    }
}

/// The end of the flat gradient that our LSTM leaves free for what travels with it.
const ROOM: usize = 2;

/// Whether our LSTM runs on this processor.
///
/// The first answer of a process that is yes also sets malloc of the WHOLE PROCESS, once: [`keep_freed_pages`].
fn own_lstm() -> Result<bool> {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    if let Some(answer) = ANSWER.get() {
        return Ok(*answer);
    }
    let answer = has_lstm()?;
    if answer {
        // Where malloc does not take the setting, steps are slower and nothing else.
        keep_freed_pages()?;
    }
    Ok(*ANSWER.get_or_init(|| answer))
}

/// A tensor's values on the host.
pub(super) fn host(tensor: &Tensor) -> Result<Vec<f32>> {
    let count = tensor.numel();
    let mut values = vec![0.0; count];
    tensor
        .f_detach()
        .and_then(|values| values.f_to_device(Device::Cpu)?.f_contiguous())
        .and_then(|tensor| tensor.f_copy_data(&mut values, count))
        .map_err(torch)?;
    Ok(values)
}
