//! The training loop: a state that advances one step at a time.

use super::adam::Adam;
use super::dataset::Dataset;
use super::device;
use super::fitted::FittedLstm;
use super::history::{Ending, EpochRecord, History, StepRecord};
use super::loss;
use super::network::{Network, host};
use super::observer::{Control, Observer};
use super::resume::fingerprint;
use super::scaling::Scaling;
use super::schedule::{EarlyStopping, Plateau, Verdict};
use super::spec::{LstmSpec, Target};
use super::workers::Workers;
use crate::error::{Error, Result};
use crate::models::{OnDivergence, hold_out};
use crate::sample::Sample;
use rand::seq::SliceRandom;
use std::time::Instant;
use tch::{Kind, Tensor};

// A batch loss this many times the first one (or 1, if that is more) is an explosion.
const EXPLOSION: f64 = 1000.0;
// Origins evaluated at a time: large enough to fill the machine, small enough for any GPU.
const EVALUATION_BATCH: usize = 1024;
// The last part of the validation origins, which does not stop the training.
const CALIBRATING: f64 = 1.0 / 3.0;
// Split conformal intervals of 95 % need so many.
const FEWEST: usize = 40;

/// Where a run stands within its epochs.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Position {
    /// Completed epochs.
    pub epoch: usize,
    /// Completed steps of the current epoch.
    pub step: usize,
    /// Sum over origins of the training loss in the current epoch.
    pub loss_sum: f64,
    /// Sum over steps of the gradient norm in the current epoch.
    pub norm_sum: f64,
    /// Seconds spent in the current epoch.
    pub seconds: f64,
    /// The very first batch loss.
    pub first_loss: Option<f64>,
    /// Divergences overcome.
    pub setbacks: usize,
}

/// A training run in progress: network, optimiser, schedule, data and position.
#[derive(Debug)]
pub struct Trainer {
    pub(super) spec: LstmSpec,
    pub(super) scaling: Scaling,
    pub(super) network: Network,
    pub(super) optimiser: Adam,
    pub(super) schedule: Plateau,
    pub(super) stopping: EarlyStopping,
    pub(super) position: Position,
    pub(super) epochs: Vec<EpochRecord>,
    pub(super) best: Option<Tensor>,
    pub(super) best_epoch: usize,
    /// Weights at the start of the current epoch.
    pub(super) last_good: Tensor,
    pub(super) train_sha256: String,
    pub(super) validation_sha256: String,
    pub(super) train: Dataset,
    /// Stops the training.
    validation: Dataset,
    /// Calibrates the intervals of a mean head.
    calibration: Option<Dataset>,
    pub(super) workers: Option<Workers>,
    pub(super) stop_wanted: bool,
}

impl Trainer {
    /// Places network and data on the device, with scalers estimated on `train` alone.
    ///
    /// # Errors
    /// A setting out of range, a missing feature, an empty sample, a device that is not there.
    pub fn new(spec: &LstmSpec, train: &Sample, validation: &Sample) -> Result<Self> {
        spec.validate()?;
        if validation.is_empty() {
            return Err(Error::too_few("early stopping", 1, 0, "give a validation sample"));
        }
        let device = device::parse(&spec.device)?;
        let spec = LstmSpec { forecast_horizon: train.horizon().get(), ..spec.clone() };
        let scaling = Scaling::estimate(&spec, train)?;
        let place = |sample: &Sample| {
            let links = FittedLstm::training_links(&spec, &scaling, sample);
            let weight = spec.weight_jump_periods;
            Dataset::new(sample, &scaling, links, spec.sequence_length, weight, device)
        };
        let (train_sha256, validation_sha256) = (fingerprint(train), fingerprint(validation));
        let (stopping, calibrating) = apart(&spec.quantiles, validation);
        let calibration = calibrating.as_ref().map(place).transpose()?;
        let (train, validation) = (place(train)?, place(&stopping)?);
        let zero_output = spec.target == Target::LogRatio && spec.quantiles.is_empty();
        let network = Network::new(spec.architecture(), spec.dropout, zero_output, spec.seed, device)?
            .with_precision(spec.precision);
        Ok(Self {
            optimiser: Adam::new(network.flat(), spec.weight_decay)?,
            schedule: Plateau::new(spec.lr),
            stopping: EarlyStopping::new(spec.patience),
            position: Position::default(),
            epochs: Vec::new(),
            best: None,
            best_epoch: 0,
            last_good: network.copied()?,
            train_sha256,
            validation_sha256,
            spec,
            scaling,
            network,
            train,
            validation,
            calibration,
            workers: None,
            stop_wanted: false,
        })
    }

    /// The specification, with the sample's horizon.
    pub fn spec(&self) -> &LstmSpec {
        &self.spec
    }

    /// The network as it stands.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The epochs completed so far.
    pub fn epochs(&self) -> &[EpochRecord] {
        &self.epochs
    }

    /// SHA-256 over the training data.
    pub fn data_sha256(&self) -> &str {
        &self.train_sha256
    }

    /// Steps an epoch.
    pub fn steps(&self) -> usize {
        self.train.len().div_ceil(self.batch())
    }

    /// Origins a step, over all workers.
    pub fn batch(&self) -> usize {
        self.spec.batch_size * self.workers.as_ref().map_or(1, |workers| workers.place().world)
    }

    /// Shares every batch with other processes: `batch_size` origins each. All take rank 0's weights.
    ///
    /// # Errors
    /// When a worker is lost.
    pub fn with_workers(mut self, workers: Workers) -> Result<Self> {
        workers.broadcast(self.network.flat())?;
        self.last_good = self.network.copied()?;
        self.workers = Some(workers);
        Ok(self)
    }

    /// The processes that share the batches, when there are several.
    pub fn workers(&self) -> Option<&Workers> {
        self.workers.as_ref()
    }

    /// Training and validation origins.
    pub fn origins(&self) -> (usize, usize) {
        (self.train.len(), self.validation.len())
    }

    /// Trains until the epochs are run, patience is used up, or `observer` says stop. The network then holds
    /// the best weights, unless it was interrupted.
    ///
    /// # Errors
    /// Divergence, after the last good weights were put back; libtorch's and the observer's errors.
    pub fn run(&mut self, observer: &mut dyn Observer) -> Result<Ending> {
        while self.position.epoch < self.spec.epochs {
            if self.stopping.is_exhausted() {
                self.restore_best();
                return Ok(Ending::EarlyStopped);
            }
            if self.run_epoch(observer)? == Control::Stop {
                return Ok(Ending::Interrupted);
            }
            self.close_epoch(observer)?;
            if let Some(record) = self.epochs.last().copied()
                && observer.epoch(self, &record)? == Control::Stop
            {
                return Ok(Ending::Interrupted);
            }
        }
        self.restore_best();
        Ok(if self.stopping.is_exhausted() { Ending::EarlyStopped } else { Ending::Completed })
    }

    fn run_epoch(&mut self, observer: &mut dyn Observer) -> Result<Control> {
        let order = self.order();
        if self.position.step == 0 {
            self.last_good = self.network.copied()?;
        }
        while self.position.step < self.steps() {
            let clock = Instant::now();
            let from = self.position.step * self.batch();
            let count = self.batch().min(self.train.len() - from);
            let Some((loss, norm)) = self.step(&order.narrow(0, from as i64, count as i64))? else {
                observer.stop(self)?;
                return Ok(Control::Stop);
            };
            let limit = EXPLOSION * self.position.first_loss.unwrap_or(loss).max(1.0);
            if !(loss.is_finite() && norm.is_finite()) || loss > limit {
                self.overcome(loss, norm, observer)?;
                continue;
            }
            self.position.first_loss.get_or_insert(loss);
            self.position.step += 1;
            self.position.loss_sum += loss * count as f64;
            self.position.norm_sum += norm;
            self.position.seconds += clock.elapsed().as_secs_f64();
            let record = StepRecord {
                epoch: self.position.epoch + 1,
                step: self.position.step,
                steps: self.steps(),
                loss,
                gradient_norm: norm,
            };
            if observer.step(self, &record)? == Control::Stop {
                if self.workers.is_none() {
                    observer.stop(self)?;
                    return Ok(Control::Stop);
                }
                // The others must stop at the same step: the next exchange tells them.
                self.stop_wanted = true;
            }
        }
        Ok(Control::Continue)
    }

    fn overcome(&mut self, loss: f64, norm: f64, observer: &mut dyn Observer) -> Result<()> {
        let detail = format!(
            "epoch {}, step {}: loss {loss}, gradient norm {norm}, learning rate {}",
            self.position.epoch + 1,
            self.position.step + 1,
            self.schedule.lr()
        );
        let good = self.best.as_ref().unwrap_or(&self.last_good).copy();
        self.network.assign(&good);
        // Ten halvings are a factor of a thousand: then the data, not the rate, are at fault.
        if self.spec.on_divergence == OnDivergence::Stop || self.position.setbacks >= 10 {
            return Err(Error::Divergence {
                what: format!("training `{}`", self.spec.name),
                detail,
                remedy: format!(
                    "the last good weights are kept; try --lr {}, a smaller --clip-norm, or \
                     --on-divergence halve-lr",
                    self.schedule.lr() / 10.0
                ),
            });
        }
        self.optimiser = Adam::new(self.network.flat(), self.spec.weight_decay)?;
        self.schedule.halve();
        self.position.setbacks += 1;
        self.position.step += 1;
        observer.note(&format!("{detail}; back to the last good weights at half the learning rate"))
    }

    fn close_epoch(&mut self, observer: &mut dyn Observer) -> Result<()> {
        let clock = Instant::now();
        let (mut validation_loss, mut predicted) = self.validate()?;
        if !validation_loss.is_finite() {
            self.overcome(validation_loss, self.position.norm_sum / self.steps() as f64, observer)?;
            (validation_loss, predicted) = self.validate()?;
        }
        let squares = |forecast: &[f64]| -> f64 {
            forecast.iter().zip(&self.validation.actual).map(|(f, y)| (y - f).powi(2)).sum()
        };
        let (ours, persistence) = (squares(&predicted), squares(&self.validation.anchor));
        let verdict = self.stopping.observe(validation_loss);
        let record = EpochRecord {
            epoch: self.position.epoch + 1,
            train_loss: self.position.loss_sum / self.train.len() as f64,
            validation_loss,
            validation_rmse: (ours / predicted.len().max(1) as f64).sqrt(),
            validation_skill: if persistence > 0.0 { 1.0 - ours / persistence } else { 0.0 },
            lr: self.schedule.lr(),
            gradient_norm: self.position.norm_sum / self.steps() as f64,
            best: verdict == Verdict::Better,
            seconds: self.position.seconds + clock.elapsed().as_secs_f64(),
        };
        if record.best {
            self.best = Some(self.network.copied()?);
            self.best_epoch = record.epoch;
        }
        self.epochs.push(record);
        if self.schedule.observe(validation_loss) < record.lr {
            observer.note(&format!(
                "learning rate {:e} from epoch {}",
                self.schedule.lr(),
                record.epoch + 1
            ))?;
        }
        let (first_loss, setbacks) = (self.position.first_loss, self.position.setbacks);
        self.position = Position { epoch: record.epoch, first_loss, setbacks, ..Position::default() };
        Ok(())
    }

    /// The order in which the current epoch visits the training origins: a function of seed and epoch.
    fn order(&self) -> Tensor {
        let mut order: Vec<i64> = (0..self.train.len() as i64).collect();
        let mut random = self.spec.seed.stage("shuffle").nth(self.position.epoch).rng();
        order.shuffle(&mut random);
        Tensor::from_slice(&order).to_device(self.network.device())
    }

    /// Loss and point forecasts on the validation origins. With several workers rank 0 evaluates, and the
    /// others learn its loss, but no forecasts.
    fn validate(&self) -> Result<(f64, Vec<f64>)> {
        let Some(workers) = &self.workers else { return self.evaluate() };
        let (loss, predicted) = if workers.place().rank == 0 { self.evaluate()? } else { (0.0, Vec::new()) };
        let shared = Tensor::full([1], loss, (Kind::Double, self.network.device()));
        workers.broadcast(&shared)?;
        Ok((shared.double_value(&[0]), predicted))
    }

    fn evaluate(&self) -> Result<(f64, Vec<f64>)> {
        self.evaluate_on(&self.validation)
    }

    fn evaluate_on(&self, data: &Dataset) -> Result<(f64, Vec<f64>)> {
        let count = data.len();
        let (mut total, mut predicted) = (0.0, Vec::with_capacity(count));
        let point = self.spec.quantiles.iter().position(|&level| level == 0.5).unwrap_or(0) as i64;
        for from in (0..count).step_by(EVALUATION_BATCH) {
            let to = count.min(from + EVALUATION_BATCH);
            let batch = data.batch(&data.windows.span(from, to))?;
            let outputs = self.network.forward(&batch.windows)?;
            let costs = loss::per_origin(self.spec.loss, &self.spec.quantiles, &outputs, &batch);
            total += (costs * &batch.weight).sum(Kind::Double).double_value(&[]);
            let values = host(&outputs.select(1, point))?;
            let links = &data.links[from..to];
            predicted.extend(links.iter().zip(values).map(|(link, value)| link.level(f64::from(value))));
        }
        Ok((total / count as f64, predicted))
    }

    fn restore_best(&mut self) {
        if let Some(best) = &self.best {
            self.network.assign(best);
        }
    }

    /// The fitted model with the network's present weights, calibrated on the validation origins that did not
    /// stop it, and the history.
    ///
    /// # Errors
    /// When libtorch fails.
    pub fn finish(self, ending: Ending) -> Result<(FittedLstm, History)> {
        let (actual, predicted) = match &self.calibration {
            Some(data) => (data.actual.as_slice(), self.evaluate_on(data)?.1),
            None => (&[][..], Vec::new()),
        };
        let actual = actual.to_vec();
        let history = History {
            best_epoch: self.best_epoch,
            ending,
            parameters: self.spec.architecture().parameter_count(),
            seconds: self.epochs.iter().map(|epoch| epoch.seconds).sum(),
            epochs: self.epochs,
        };
        let fitted = FittedLstm::new(self.spec, self.scaling, self.network, &actual, &predicted);
        Ok((fitted, history))
    }
}

/// The first two thirds of a validation sample, which stop the training, and the last third, which calibrates
/// intervals: purged, so that every stopping target is known before the first calibrating origin. All of a sample
/// stops that is too short for intervals of 95 %, and all of it where quantiles are learnt.
pub(super) fn apart(quantiles: &[f64], validation: &Sample) -> (Sample, Option<Sample>) {
    match hold_out(validation, CALIBRATING, "calibrating intervals") {
        Ok((stopping, calibrating)) if quantiles.is_empty() && calibrating.len() >= FEWEST => {
            (stopping, Some(calibrating))
        }
        _ => (validation.clone(), None),
    }
}
