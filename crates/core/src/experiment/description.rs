//! The descriptive stage: what the features look like before anything is modelled.

use super::Experiment;
use crate::error::Result;
use crate::features::BASE_FEATURES;
use crate::jumps::JUMP_FEATURES;
use crate::sample::Sample;
use crate::validation::{Description, PredictorReport, describe};

impl Experiment {
    /// Summary statistics, normality and stationarity tests, correlations and variance inflation factors of
    /// DVOL and the eleven features of the thesis, as far as the data have their columns, over the hours at which all
    /// are known.
    ///
    /// # Errors
    /// A missing feature, too few complete hours.
    pub fn describe(&self) -> Result<Description> {
        let names: Vec<&str> = std::iter::once("dvol").chain(BASE_FEATURES).chain(JUMP_FEATURES).collect();
        describe(&columns(&self.sample(&self.held(&names)?, 1)?)?)
    }

    /// The base features of the thesis that the data have columns for.
    ///
    /// # Errors
    /// As [`Self::features`].
    pub fn base_features(&self) -> Result<Vec<&'static str>> {
        self.held(&BASE_FEATURES)
    }

    fn held<'a>(&self, names: &[&'a str]) -> Result<Vec<&'a str>> {
        let features = self.features()?;
        Ok(names.iter().copied().filter(|name| features.has(name)).collect())
    }

    /// Regresses DVOL one horizon ahead on the base features that the data have columns for, with Newey and West's errors.
    ///
    /// # Errors
    /// A missing feature, a singular design.
    pub fn predictors(&self) -> Result<PredictorReport> {
        let sample = self.sample(&self.base_features()?, 1)?;
        let name = format!("{} {} ahead on the base features", self.market().index, sample.horizon());
        let lags = 2 * self.dataset().panel().rows(self.config().horizon);
        PredictorReport::fit(name, columns(&sample)?, sample.targets(), lags)
    }
}

/// The features at all origins by name.
fn columns(sample: &Sample) -> Result<Vec<(String, Vec<f64>)>> {
    let inputs = sample.inputs();
    inputs.names().iter().map(|name| Ok((name.clone(), inputs.feature(name)?))).collect()
}
