//! From features and levels to the network's units and back, with nothing from after the origin.

use super::spec::{LstmSpec, Normalisation, Target};
use crate::error::{Error, Result};
use crate::features::rolling_moments;
use crate::sample::{Inputs, Sample};
use crate::statistics::{mean, population_variance};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

// A scale below this is a constant series.
const SMALLEST: f64 = 1e-9;

/// Everything the model learnt about units inside its training fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scaling {
    /// Feature names in the network's order.
    pub features: Vec<String>,
    /// How features are normalised.
    pub normalisation: Normalisation,
    /// What the network's output means.
    pub target: Target,
    /// Hours of rolling statistics.
    pub window: usize,
    /// Means of the features in the training fold; empty when rolling.
    pub feature_mean: Vec<f64>,
    /// Standard deviations of the features in the training fold; empty when rolling.
    pub feature_scale: Vec<f64>,
    /// Mean of the target in the training fold, index points; 0 unless the target is the level.
    pub target_mean: f64,
    /// Scale of the target in the training fold; 1 when rolling.
    pub target_scale: f64,
}

/// The map between the network's output at one origin and the level in index points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Level that output 0 stands for, index points.
    pub offset: f64,
    /// Index points (or log points, when exponential) a unit of output.
    pub scale: f64,
    /// Whether the level is `offset * exp(scale * output)` instead of `offset + scale * output`.
    pub exponential: bool,
}

impl Link {
    /// The level an output stands for.
    pub fn level(self, output: f64) -> f64 {
        if self.exponential {
            self.offset * (self.scale * output).exp()
        } else {
            self.offset + self.scale * output
        }
    }

    /// The output a level corresponds to.
    pub fn output(self, level: f64) -> f64 {
        if self.exponential {
            (level / self.offset).ln() / self.scale
        } else {
            (level - self.offset) / self.scale
        }
    }
}

impl Scaling {
    /// Estimates all constants on the training sample alone.
    ///
    /// # Errors
    /// A feature the sample lacks, or fewer than two origins.
    pub fn estimate(spec: &LstmSpec, train: &Sample) -> Result<Self> {
        if train.len() < 2 {
            return Err(Error::too_few("fitting an LSTM", 2, train.len(), "train on a longer sample"));
        }
        let mut scaling = Self {
            features: spec.features.clone(),
            normalisation: spec.normalisation,
            target: spec.target,
            window: spec.window_size,
            feature_mean: Vec::new(),
            feature_scale: Vec::new(),
            target_mean: 0.0,
            target_scale: 1.0,
        };
        if spec.normalisation == Normalisation::TrainingFold {
            for name in &spec.features {
                let (mean, scale) = moments(&train.inputs().feature(name)?);
                scaling.feature_mean.push(mean);
                scaling.feature_scale.push(scale);
            }
        }
        let pairs = || train.targets().iter().zip(train.inputs().levels());
        match spec.target {
            Target::Level => {
                (scaling.target_mean, scaling.target_scale) = moments(train.targets());
            }
            Target::Difference => {
                scaling.target_scale = moments(&pairs().map(|(y, level)| y - level).collect::<Vec<_>>()).1;
            }
            Target::LogRatio => {
                let changes: Vec<f64> = pairs().map(|(y, level)| (y / level).ln()).collect();
                scaling.target_scale = moments(&changes).1;
            }
            Target::RollingLevel => {}
        }
        Ok(scaling)
    }

    /// The link at origin `i`, from what is known there.
    pub fn link(&self, inputs: &Inputs, i: usize) -> Link {
        if self.target == Target::RollingLevel {
            self.rolling_link(inputs.level_history(i, self.window))
        } else {
            self.fixed_link(inputs.level(i))
        }
    }

    /// The link of a rolling target whose statistics come from `history`.
    pub fn rolling_link(&self, history: &[f64]) -> Link {
        let (offset, scale) = moments(history);
        Link { offset, scale, exponential: false }
    }

    fn fixed_link(&self, anchor: f64) -> Link {
        match self.target {
            Target::Difference => Link { offset: anchor, scale: self.target_scale, exponential: false },
            Target::LogRatio => Link { offset: anchor, scale: self.target_scale, exponential: true },
            Target::Level | Target::RollingLevel => {
                Link { offset: self.target_mean, scale: self.target_scale, exponential: false }
            }
        }
    }

    /// The normalised features of every hour up to the last origin, shape (hours, features); gaps are 0.
    ///
    /// # Errors
    /// A feature the inputs lack.
    pub fn normalise(&self, inputs: &Inputs) -> Result<Array2<f32>> {
        let (hours, _) = inputs.hourly();
        let mut out = Array2::zeros((hours.nrows(), self.features.len()));
        for (position, name) in self.features.iter().enumerate() {
            let column = position_of(inputs, name)?;
            let values = hours.column(column);
            match self.normalisation {
                Normalisation::TrainingFold => {
                    let (mean, scale) = (self.feature_mean[position], self.feature_scale[position]);
                    for (to, from) in out.column_mut(position).iter_mut().zip(values) {
                        *to = finite((from - mean) / scale);
                    }
                }
                Normalisation::Rolling => {
                    let values = values.to_vec();
                    let moments = rolling_moments(&values, self.window, 2);
                    let scales = moments.mean.iter().zip(&moments.standard_deviation);
                    for ((to, from), (mean, scale)) in
                        out.column_mut(position).iter_mut().zip(values).zip(scales)
                    {
                        *to = finite((from - mean) / scale);
                    }
                }
            }
        }
        Ok(out)
    }
}

// The network never reads a gap (windows are complete); a constant window has no z-score. Both become 0.
// Beyond 20 standard deviations there is a flaw in the data, not information.
fn finite(value: f64) -> f32 {
    if value.is_finite() { value.clamp(-20.0, 20.0) as f32 } else { 0.0 }
}

fn position_of(inputs: &Inputs, name: &str) -> Result<usize> {
    inputs.names().iter().position(|other| other == name).ok_or_else(|| Error::MissingColumn {
        table: "inputs".to_owned(),
        column: name.to_owned(),
        available: inputs.names().to_vec(),
    })
}

/// Mean and standard deviation of the finite values; a constant series has scale 1.
fn moments(values: &[f64]) -> (f64, f64) {
    let present: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    if present.is_empty() {
        return (0.0, 1.0);
    }
    let (mean, scale) = (mean(&present), population_variance(&present).sqrt());
    (mean, if scale > SMALLEST * mean.abs().max(1.0) { scale } else { 1.0 })
}
