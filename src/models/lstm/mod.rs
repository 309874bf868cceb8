//! Long short-term memory networks on libtorch: specification, training, fitted model.

mod adam;
mod architecture;
mod checkpoint;
mod dataset;
pub mod device;
mod environment;
mod failure;
mod fault;
mod fitted;
mod forecasting;
mod history;
mod library;
mod loss;
mod network;
mod observer;
mod residual;
mod resume;
mod scaling;
mod schedule;
mod sealed;
mod settings;
mod shim;
mod spec;
mod step;
mod trainer;
mod workers;

pub use adam::Adam;
pub use architecture::{Architecture, ParameterShape};
pub use checkpoint::Card;
pub use dvol_core::models::{LossKind, OnDivergence, Precision, Protocol, Settings};
pub use fault::{Fault, FaultKind};
pub use fitted::{Calibration, FittedLstm};
pub use history::{Ending, EpochRecord, History, StepRecord};
pub use network::Network;
pub use observer::{Control, Observer};
pub(super) use residual::{Leftover, ResidualNetworks};
pub use scaling::{Link, Scaling};
pub use schedule::{EarlyStopping, Plateau, Verdict};
pub use spec::{Loss, LstmSpec, Normalisation, PRESETS, Target};
pub use trainer::Trainer;
pub use workers::{Place, Workers};

use crate::error::Result;
use crate::identity::{FORECAST_CODE, ModelIdentity};
use crate::models::{Forecaster, Model, hold_out};
use crate::sample::Sample;

// The last part of a sample that `fit_boxed` keeps for early stopping.
const HELD_OUT: f64 = 0.15;

impl LstmSpec {
    /// Trains on `train`, stops early on `validation`, and returns the best weights' model.
    ///
    /// # Errors
    /// A setting out of range, a missing feature, an empty sample, divergence.
    pub fn fit(
        &self,
        train: &Sample,
        validation: &Sample,
        observer: &mut dyn Observer,
    ) -> Result<(FittedLstm, History)> {
        let mut trainer = Trainer::new(self, train, validation)?;
        let ending = trainer.run(observer)?;
        trainer.finish(ending)
    }

    /// Cuts a sample into a training part and the last 15 % for early stopping, purged: every training
    /// target is known before the first held-out origin.
    ///
    /// # Errors
    /// When nothing is left to train on.
    pub fn hold_out(sample: &Sample) -> Result<(Sample, Sample)> {
        hold_out(sample, HELD_OUT, "holding out for early stopping")
    }
}

/// The code that decides a network's forecast: that of the core, and a hash of networks, shim and libtorch's version.
pub const NETWORK_CODE: &str = concat!(env!("DVOL_CODE_NETWORKS"), "+", env!("DVOL_TORCH_VERSION"));

/// The identity of a model whose code is among the networks.
pub(super) fn identity(kind: &str, spec: &impl serde::Serialize) -> Option<ModelIdentity> {
    let code = crate::artifacts::sha256(format!("{FORECAST_CODE}{NETWORK_CODE}").as_bytes());
    ModelIdentity::of_code(&code, kind, spec)
}

impl Model for LstmSpec {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn features(&self) -> Vec<String> {
        self.features.clone()
    }

    fn window(&self) -> usize {
        self.sequence_length
    }

    fn is_costly(&self) -> bool {
        true
    }

    fn identity(&self) -> Option<ModelIdentity> {
        identity("lstm", &self.where_it_runs())
    }

    fn spared(&self, sample: &Sample) -> Result<Option<Sample>> {
        let (_, validation) = Self::hold_out(sample)?;
        Ok(trainer::apart(&self.quantiles, &validation).1)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        let (train, validation) = Self::hold_out(sample)?;
        Ok(Box::new(self.fit(&train, &validation, &mut ())?.0))
    }
}
