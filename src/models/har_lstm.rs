//! A hybrid: the linear forecast, and a network that learns what the line leaves over.

use super::hold_out;
use super::lstm::{self, Leftover, Loss, LstmSpec, ResidualNetworks};
use super::{FittedHarTwoStage, Forecaster, HalfLife, HarTwoStage, Model, Predictions, Recency};
use crate::error::{Error, Result};
use crate::features::{
    CALENDAR_FEATURES, CHANGE_FEATURES, DISTANCE_FEATURES, MOVE_FEATURES, PREMIUM_FEATURES,
    ROUGHNESS_FEATURES,
};
use crate::identity::ModelIdentity;
use crate::sample::{Inputs, Sample};
use crate::seed::Seed;
use crate::statistics::mean;
use serde::{Deserialize, Serialize};

/// The share of the training sample on which length and share of the correction are chosen.
const HELD_OUT: f64 = 0.25;
/// Every so many held-out origins are asked: neighbours share all but an hour of their outcome.
const STRIDE: i64 = 3;
/// Optimiser steps between two looks at the held-out part.
const EVERY: usize = 20;

/// [`HarTwoStage`] plus `k` times the mean of small LSTMs trained on its log errors.
///
/// # Formula
/// `f(t) = exp(k q(t)) mean_i y(t) exp(c_i(t) + u_i / 2)`: `c_i` the linear forecasts of log(y(t+h) / y(t)), one for each
/// sample that `recency` asks for, `u_i` the variances of their errors, `q` the networks' forecast of the log ratio of
/// what comes true to `mean_i y(t) exp(c_i(t))`.
///
/// How long the networks train and how far they are believed is decided on the last quarter of the training
/// sample, which a linear model and networks fitted on the rest forecast: after every 20 optimiser steps
/// `k = clip(sum w q e / (2 sum w q^2), 0, 1)`, half the least-squares share, and the number of steps with the
/// smallest weighted squared error wins, none at all included. Then everything is fitted again on the whole
/// sample with that number. Origins weigh in by `exp(-2 (v - mean v))`, `v` the log volatility of DVOL, in training times
/// `2^(-age / half_life)`.
///
/// A line that forgets is refitted as often as lines are, its networks with it; one that does not, as seldom as networks.
///
/// | field | default | range |
/// | --- | --- | --- |
/// | `linear` | [`HarTwoStage`] | |
/// | `recency` | expanding | |
/// | `half_life` | none | days, of the networks' loss |
/// | `network` | 1 layer of 16, 24 hours, Huber 2, batch 256, rate 1e-3, no dropout | one output, log ratio |
/// | `longest` | 200 | optimiser steps, a multiple of 20 |
/// | `seeds` | 1 | at least one |
///
/// # References
/// Zhang (2003), "Time series forecasting using a hybrid ARIMA and neural network model", Neurocomputing 50;
/// Prechelt (1998), "Early stopping - but when?"; Granger and Ramanathan (1984) for the share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HarLstm {
    /// The linear part.
    pub linear: HarTwoStage,
    /// How much of the past it is fitted on.
    pub recency: Recency,
    /// How fast the networks' loss forgets; `None`: not at all.
    pub half_life: Option<HalfLife>,
    /// The networks' shape and training; epochs, patience and seed are not used.
    pub network: LstmSpec,
    /// Most optimiser steps.
    pub longest: usize,
    /// One network a seed.
    pub seeds: Vec<Seed>,
}

impl Default for HarLstm {
    fn default() -> Self {
        let features = [
            &DISTANCE_FEATURES[..],
            &CHANGE_FEATURES[..1],
            &PREMIUM_FEATURES,
            &MOVE_FEATURES,
            &ROUGHNESS_FEATURES,
            &CALENDAR_FEATURES,
        ];
        let network = LstmSpec {
            name: "har_lstm".to_owned(),
            features: features.concat().into_iter().map(str::to_owned).collect(),
            hidden_size: 16,
            num_layers: 1,
            dropout: 0.0,
            loss: Loss::Huber { delta: 2.0 },
            lr: 1e-3,
            weight_decay: 0.0,
            batch_size: 256,
            ..LstmSpec::anchored()
        };
        let (recency, seeds) = (Recency::Expanding, vec![Seed::default()]);
        Self { linear: HarTwoStage::default(), recency, half_life: None, network, longest: 200, seeds }
    }
}

/// The linear part: the mean of one line for each sample of its recency.
#[derive(Debug)]
struct Lines(Vec<FittedHarTwoStage>);

impl Lines {
    fn median(&self, inputs: &Inputs) -> Result<Vec<f64>> {
        self.mean(inputs, |line| {
            let changes = line.log_changes(inputs)?;
            Ok(changes.iter().enumerate().map(|(i, change)| inputs.level(i) * change.exp()).collect())
        })
    }

    fn point(&self, inputs: &Inputs) -> Result<Vec<f64>> {
        self.mean(inputs, |line| Ok(line.predict(inputs)?.point))
    }

    fn mean(
        &self,
        inputs: &Inputs,
        forecasts: impl Fn(&FittedHarTwoStage) -> Result<Vec<f64>>,
    ) -> Result<Vec<f64>> {
        let mut sums = vec![0.0; inputs.len()];
        for line in &self.0 {
            sums.iter_mut().zip(forecasts(line)?).for_each(|(sum, forecast)| *sum += forecast);
        }
        let count = self.0.len() as f64;
        Ok(sums.into_iter().map(|sum| sum / count).collect())
    }
}

/// How long to train, and how much of the correction to believe.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Choice {
    steps: usize,
    share: f64,
}

impl HarLstm {
    /// The hybrid on the line of [`Recency::windows`] with scheduled events, its networks' loss fading by half in a year.
    pub fn adaptive() -> Self {
        let hybrid = Self::default();
        Self {
            linear: HarTwoStage { events: true, ..HarTwoStage::default() },
            recency: Recency::windows(),
            half_life: Some(HalfLife::days(365)),
            network: LstmSpec { name: "har_events_lstm".to_owned(), ..hybrid.network },
            ..hybrid
        }
    }

    /// Estimates the linear part, chooses the length and the share of the correction, and trains the networks.
    ///
    /// # Errors
    /// A missing feature, too few origins, a level that is not positive, a setting out of range, divergence.
    ///
    /// # Examples
    /// ```
    /// use dvol::models::{HarLstm, Model};
    /// let model = HarLstm::default();
    /// assert_eq!(model.network.architecture().parameter_count(), 2_705);
    /// assert!(model.features().contains(&"week_sine_7".to_owned()));
    /// ```
    pub fn fit(&self, sample: &Sample) -> Result<FittedHarLstm> {
        if self.seeds.is_empty() {
            return Err(Error::parameter("seeds", 0, "at least 1"));
        }
        let choice = self.choose(sample)?;
        let lines = self.lines(sample)?;
        let networks = if choice.steps == 0 {
            None
        } else {
            let faded = self.faded(sample)?;
            let leftover = leftover(&lines, &faded)?;
            Some(ResidualNetworks::train(&self.network, &self.seeds, &leftover, choice.steps, None)?.0)
        };
        Ok(FittedHarLstm { name: self.name(), lines, networks, share: choice.share, steps: choice.steps })
    }

    fn lines(&self, sample: &Sample) -> Result<Lines> {
        let samples = self.recency.samples(sample)?;
        Ok(Lines(samples.iter().map(|sample| self.linear.fit(sample)).collect::<Result<_>>()?))
    }

    /// The sample as the networks' loss counts it.
    fn faded(&self, sample: &Sample) -> Result<Sample> {
        self.half_life.map_or_else(|| Ok(sample.clone()), |half_life| half_life.of(sample))
    }

    fn choose(&self, sample: &Sample) -> Result<Choice> {
        let (head, tail) = hold_out(sample, HELD_OUT, "choosing the network's training")?;
        let tail = tail.keep(|origin| origin.hours() % STRIDE == 0);
        let lines = self.lines(&head)?;
        let probe = Some((tail.inputs(), EVERY));
        let (_, path) = ResidualNetworks::train(
            &self.network,
            &self.seeds,
            &leftover(&lines, &self.faded(&head)?)?,
            self.longest,
            probe,
        )?;
        let held_out = leftover(&lines, &tail)?;
        let (errors, weights) = (held_out.log_ratios(), &held_out.weights);
        let sum = |term: &dyn Fn(usize) -> f64| (0..errors.len()).map(|i| weights[i] * term(i)).sum::<f64>();
        let mut best = (Choice { steps: 0, share: 0.0 }, 0.0);
        for (position, corrections) in path.iter().enumerate() {
            let square = sum(&|i| corrections[i] * corrections[i]);
            let cross = sum(&|i| corrections[i] * errors[i]);
            let share = if square > 0.0 { (cross / (2.0 * square)).clamp(0.0, 1.0) } else { 0.0 };
            let gain = 2.0 * share * cross - share * share * square;
            if gain > best.1 {
                best = (Choice { steps: (position + 1) * EVERY, share }, gain);
            }
        }
        Ok(best.0)
    }
}

/// What the linear part's median forecasts leave over.
fn leftover<'a>(lines: &Lines, sample: &'a Sample) -> Result<Leftover<'a>> {
    let inputs = sample.inputs();
    let forecasts = lines.median(inputs)?;
    let mut weights = HarTwoStage::weights(inputs)?;
    let mean = mean(&weights);
    let counted = sample.weights();
    weights.iter_mut().zip(counted).for_each(|(weight, counted)| *weight *= counted / mean);
    Ok(Leftover { sample, forecasts, weights })
}

impl Model for HarLstm {
    fn name(&self) -> String {
        self.network.name.clone()
    }

    fn features(&self) -> Vec<String> {
        let mut names = self.linear.features();
        for name in &self.network.features {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    fn window(&self) -> usize {
        self.network.sequence_length
    }

    fn is_costly(&self) -> bool {
        self.recency == Recency::Expanding
    }

    fn identity(&self) -> Option<ModelIdentity> {
        let network = self.network.where_it_runs();
        lstm::identity("har_lstm", &Self { network, ..self.clone() })
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        Ok(Box::new(self.fit(sample)?))
    }
}

/// A fitted [`HarLstm`].
#[derive(Debug)]
pub struct FittedHarLstm {
    name: String,
    lines: Lines,
    networks: Option<ResidualNetworks>,
    share: f64,
    steps: usize,
}

impl FittedHarLstm {
    /// The optimiser steps each network was trained for; 0 when the held-out part spoke against any.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The share of the networks' correction that is added, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.share
    }

    /// The linear part: one line for each sample of its recency.
    pub fn lines(&self) -> &[FittedHarTwoStage] {
        &self.lines.0
    }
}

impl Forecaster for FittedHarLstm {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let linear = self.lines.point(inputs)?;
        let Some(networks) = &self.networks else { return Ok(linear.into()) };
        let corrections = networks.corrections(inputs)?;
        let point = linear.iter().zip(corrections).map(|(point, q)| point * (self.share * q).exp());
        Ok(point.collect::<Vec<f64>>().into())
    }
}
