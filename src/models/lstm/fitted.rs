//! The fitted model: network, scalers and intervals.

use super::dataset::Windows;
use super::forecasting::outputs;
use super::network::Network;
use super::scaling::{Link, Scaling};
use super::spec::LstmSpec;
use crate::error::{Error, Result};
use crate::models::{Band, Coverage, Forecaster, Level, Predictions, QuantileForecasts, split_conformal};
use crate::sample::{Inputs, Sample};
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};

// The nominal coverages of a mean head's intervals.
const COVERAGES: [Coverage; 4] = [Coverage::P50, Coverage::P80, Coverage::P90, Coverage::P95];

/// An interval around the point forecast as factors, from errors on origins that nothing was chosen on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Nominal coverage.
    pub coverage: Coverage,
    /// Lower end / point forecast.
    pub lower: f64,
    /// Upper end / point forecast.
    pub upper: f64,
}

/// A trained LSTM. It reads features up to each origin and answers in index points.
///
/// Intervals: a quantile head gives its own; a mean head takes those of `actual / forecast` by
/// [`split_conformal`] on the last third of the validation origins, which neither trained nor stopped it.
#[derive(Debug)]
pub struct FittedLstm {
    spec: LstmSpec,
    scaling: Scaling,
    calibration: Vec<Calibration>,
    // libtorch tensors may move between threads, but not be shared by them.
    network: Mutex<Network>,
}

impl FittedLstm {
    /// `actual` and `predicted` of the origins kept for calibrating, which may be none.
    pub(super) fn new(
        spec: LstmSpec,
        scaling: Scaling,
        network: Network,
        actual: &[f64],
        predicted: &[f64],
    ) -> Self {
        let mut ratios: Vec<f64> = actual.iter().zip(predicted).map(|(y, f)| y / f).collect();
        ratios.retain(|ratio| ratio.is_finite() && *ratio > 0.0);
        ratios.sort_by(f64::total_cmp);
        let calibration = COVERAGES
            .into_iter()
            .filter_map(|coverage| {
                let (lower, upper) = split_conformal(&ratios, coverage)?;
                Some(Calibration { coverage, lower, upper })
            })
            .collect();
        Self { spec, scaling, calibration, network: Mutex::new(network) }
    }

    /// Puts saved parts together again.
    pub(super) fn from_parts(
        spec: LstmSpec,
        scaling: Scaling,
        calibration: Vec<Calibration>,
        network: Network,
    ) -> Self {
        Self { spec, scaling, calibration, network: Mutex::new(network) }
    }

    /// The specification it was trained from.
    pub fn spec(&self) -> &LstmSpec {
        &self.spec
    }

    /// The scalers estimated in the training fold.
    pub fn scaling(&self) -> &Scaling {
        &self.scaling
    }

    /// The intervals of a mean head.
    pub fn calibration(&self) -> &[Calibration] {
        &self.calibration
    }

    /// All weights, in the order of [`super::Architecture::parameters`].
    ///
    /// # Errors
    /// When libtorch cannot copy them.
    pub fn weights(&self) -> Result<Vec<f32>> {
        self.network.lock().unwrap_or_else(PoisonError::into_inner).values()
    }

    /// The links a training sample is given: honest ones, or the original's leaky ones.
    pub(super) fn training_links(spec: &LstmSpec, scaling: &Scaling, sample: &Sample) -> Vec<Link> {
        (0..sample.len())
            .map(|i| {
                if spec.is_leaky() {
                    scaling.rolling_link(sample.history_to_target(i, spec.window_size))
                } else {
                    scaling.link(sample.inputs(), i)
                }
            })
            .collect()
    }

    /// Forecasts as the 2025 original made them: rescaled with statistics of the window that ends at the
    /// TARGET hour. It needs a [`Sample`], because inputs hold nothing of the future.
    ///
    /// # Errors
    /// When the model was not trained with that protocol, or a feature is missing.
    pub fn predict_leaky(&self, sample: &Sample) -> Result<Predictions> {
        if !self.spec.is_leaky() {
            return Err(Error::parameter(
                "protocol",
                "honest",
                "original-2025 for a leaky prediction; use predict",
            ));
        }
        let links = Self::training_links(&self.spec, &self.scaling, sample);
        self.forecast(sample.inputs(), &links)
    }

    fn forecast(&self, inputs: &Inputs, links: &[Link]) -> Result<Predictions> {
        let network = self.network.lock().unwrap_or_else(PoisonError::into_inner);
        let windows = Windows::new(inputs, &self.scaling, self.spec.sequence_length, network.device())?;
        let width = self.spec.quantiles.len().max(1);
        let mut levels = vec![Vec::with_capacity(links.len()); width];
        for (row, link) in outputs(&windows, &network)?.chunks_exact(width).zip(links) {
            for (level, &output) in levels.iter_mut().zip(row) {
                level.push(link.level(f64::from(output)));
            }
        }
        Ok(self.with_intervals(levels))
    }

    fn with_intervals(&self, mut levels: Vec<Vec<f64>>) -> Predictions {
        let quantiles = &self.spec.quantiles;
        if quantiles.is_empty() {
            let point = levels.swap_remove(0);
            let band = |factor: f64| point.iter().map(|value| value * factor).collect();
            let intervals = self
                .calibration
                .iter()
                .map(|c| Band { coverage: c.coverage, lower: band(c.lower), upper: band(c.upper) })
                .collect();
            return Predictions { point, intervals, ..Predictions::default() };
        }
        // Quantiles learnt separately may cross; sorting never makes the pinball loss worse
        // (Chernozhukov, Fernandez-Val and Galichon 2010).
        for i in 0..levels[0].len() {
            let mut row: Vec<f64> = levels.iter().map(|level| level[i]).collect();
            row.sort_by(f64::total_cmp);
            for (level, value) in levels.iter_mut().zip(row) {
                level[i] = value;
            }
        }
        let middle = quantiles.iter().position(|&level| level == 0.5).unwrap_or(0);
        // a level with its mirror image is an interval, one without stays a quantile
        let partner = |level: f64| quantiles.iter().position(|&other| (other - (1.0 - level)).abs() < 1e-9);
        let (mut intervals, mut single) = (Vec::new(), Vec::new());
        for (position, (&share, values)) in quantiles.iter().zip(&levels).enumerate() {
            match (partner(share).filter(|&other| other != position), Level::new(share)) {
                (None, Ok(level)) => single.push(QuantileForecasts { level, values: values.clone() }),
                (Some(other), Ok(level)) if other > position => {
                    let bands = level.coverage().map(|coverage| Band {
                        coverage,
                        lower: values.clone(),
                        upper: levels[other].clone(),
                    });
                    intervals.extend(bands);
                }
                _ => {}
            }
        }
        Predictions { point: levels[middle].clone(), intervals, quantiles: single }
    }
}

impl Forecaster for FittedLstm {
    fn name(&self) -> String {
        self.spec.name.clone()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        if self.spec.is_leaky() {
            return Err(Error::parameter(
                "protocol",
                "original-2025",
                "honest to predict from inputs alone: this model's rescaling needs the target's hour \
                 (use predict_leaky on a past sample)",
            ));
        }
        let links: Vec<Link> = (0..inputs.len()).map(|i| self.scaling.link(inputs, i)).collect();
        self.forecast(inputs, &links)
    }
}
