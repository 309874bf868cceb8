//! Networks that learn what another model left over.

use super::adam::Adam;
use super::dataset::{Dataset, Windows};
use super::device;
use super::forecasting::outputs;
use super::loss;
use super::network::Network;
use super::scaling::{Link, Scaling};
use super::spec::{LstmSpec, Target};
use crate::error::{Error, Result};
use crate::sample::{Inputs, Sample};
use crate::seed::Seed;
use rand::Rng;
use std::sync::{Mutex, PoisonError};
use tch::{Kind, Tensor};

/// What is to be learnt: the log ratio of what came true to another model's forecast.
pub(in crate::models) struct Leftover<'a> {
    /// Origins and what came true.
    pub sample: &'a Sample,
    /// The other model's forecasts, one an origin, above zero.
    pub forecasts: Vec<f64>,
    /// The weight of each origin, above zero.
    pub weights: Vec<f64>,
}

impl Leftover<'_> {
    /// The log ratios, one an origin.
    pub fn log_ratios(&self) -> Vec<f64> {
        let pairs = self.sample.targets().iter().zip(&self.forecasts);
        pairs.map(|(actual, forecast)| (actual / forecast).ln()).collect()
    }

    fn root_mean_square(&self) -> f64 {
        let squares =
            self.log_ratios().iter().zip(&self.weights).map(|(u, weight)| weight * u * u).sum::<f64>();
        (squares / self.weights.iter().sum::<f64>()).sqrt()
    }
}

/// Networks of one shape under several seeds; their answer is their mean.
#[derive(Debug)]
pub(in crate::models) struct ResidualNetworks {
    spec: LstmSpec,
    scaling: Scaling,
    // libtorch tensors may move between threads, but not be shared by them.
    members: Vec<Mutex<Network>>,
}

impl ResidualNetworks {
    /// Trains a network a seed for `steps` optimiser steps, on batches drawn with replacement. Untrained, every
    /// network answers 0. Scalers are estimated on `leftover` alone.
    ///
    /// With a probe (inputs and a stride) the mean corrections there are returned too, one row every so many steps.
    ///
    /// # Errors
    /// A setting out of range, a missing feature, divergence.
    pub fn train(
        spec: &LstmSpec,
        seeds: &[Seed],
        leftover: &Leftover<'_>,
        steps: usize,
        probe: Option<(&Inputs, usize)>,
    ) -> Result<(Self, Vec<Vec<f64>>)> {
        spec.validate()?;
        if !spec.quantiles.is_empty() || spec.target != Target::LogRatio {
            let expected =
                "one with a mean head and a log ratio as target: it corrects another model's forecast";
            return Err(Error::parameter("network", &spec.name, expected));
        }
        let device = device::parse(&spec.device)?;
        let mut scaling = Scaling::estimate(spec, leftover.sample)?;
        let scale = leftover.root_mean_square();
        scaling.target_scale = if scale > 0.0 && scale.is_finite() { scale } else { 1.0 };
        let links = leftover.forecasts.iter();
        let links =
            links.map(|&offset| Link { offset, scale: scaling.target_scale, exponential: true }).collect();
        let data = Dataset::new(leftover.sample, &scaling, links, spec.sequence_length, 1.0, device)?;
        let data = data.weighted(&leftover.weights);
        let every = probe.map_or(usize::MAX, |probe| probe.1.max(1));
        let probe = probe
            .map(|(inputs, _)| Windows::new(inputs, &scaling, spec.sequence_length, device))
            .transpose()?;
        let mut path = vec![vec![0.0; probe.as_ref().map_or(0, Windows::len)]; steps / every];
        let mut members = Vec::with_capacity(seeds.len());
        for &seed in seeds {
            let mut own = Member {
                optimiser_steps: 0,
                network: Network::new(spec.architecture(), spec.dropout, true, seed, device)?,
                seed,
            };
            let mut optimiser = Adam::new(own.network.flat(), spec.weight_decay)?;
            let mut draw = seed.stage("batches").rng();
            for step in 1..=steps {
                let positions: Vec<i64> =
                    (0..spec.batch_size).map(|_| draw.random_range(0..data.len() as i64)).collect();
                own.step(spec, &data, &Tensor::from_slice(&positions).to_device(device), &mut optimiser)?;
                if let Some(windows) = &probe
                    && step % every == 0
                {
                    let answers = corrections(windows, &own.network, scaling.target_scale)?;
                    let mean = path[step / every - 1].iter_mut().zip(answers);
                    mean.for_each(|(sum, answer)| *sum += answer / seeds.len() as f64);
                }
            }
            members.push(Mutex::new(own.network));
        }
        Ok((Self { spec: spec.clone(), scaling, members }, path))
    }

    /// The mean correction of all members in log points, one an origin.
    ///
    /// # Errors
    /// A missing feature or libtorch's failure.
    pub fn corrections(&self, inputs: &Inputs) -> Result<Vec<f64>> {
        let mut mean = vec![0.0; inputs.len()];
        for member in &self.members {
            let network = member.lock().unwrap_or_else(PoisonError::into_inner);
            let windows = Windows::new(inputs, &self.scaling, self.spec.sequence_length, network.device())?;
            let answers = corrections(&windows, &network, self.scaling.target_scale)?;
            let count = self.members.len() as f64;
            mean.iter_mut().zip(answers).for_each(|(sum, answer)| *sum += answer / count);
        }
        Ok(mean)
    }
}

/// One network on its way.
struct Member {
    network: Network,
    seed: Seed,
    optimiser_steps: usize,
}

impl Member {
    fn step(
        &mut self,
        spec: &LstmSpec,
        data: &Dataset,
        positions: &Tensor,
        optimiser: &mut Adam,
    ) -> Result<()> {
        self.optimiser_steps += 1;
        let batch = data.batch(positions)?;
        let dropout = self.seed.stage(&format!("dropout {}", self.optimiser_steps));
        let outputs = self.network.forward_training(&batch.windows, dropout)?;
        let costs = loss::per_origin(spec.loss, &[], &outputs, &batch);
        let gradient = self.network.gradient(&(costs * &batch.weight).mean(Kind::Float), &[])?;
        let norm = optimiser.step(self.network.flat(), &gradient, spec.lr, spec.clip_norm)?;
        if norm.is_finite() {
            return Ok(());
        }
        Err(Error::Divergence {
            what: format!("training `{}`", spec.name),
            detail: format!("step {}: gradient norm {norm}", self.optimiser_steps),
            remedy: "give it a smaller learning rate".to_owned(),
        })
    }
}

/// One network's corrections in log points, one an origin.
fn corrections(windows: &Windows, network: &Network, scale: f64) -> Result<Vec<f64>> {
    Ok(outputs(windows, network)?.into_iter().map(|output| scale * f64::from(output)).collect())
}
