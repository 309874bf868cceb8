//! Any model, fitted on what of its past still counts.

use super::average::FittedAverage;
use super::{Forecaster, Model, Recency};
use crate::error::Result;
use crate::identity::ModelIdentity;
use crate::sample::Sample;

/// A model under a name of its own, fitted as a [`Recency`] says.
///
/// # Examples
/// ```
/// use dvol_core::models::{HarTwoStage, Model, Recency, Recent};
/// let model = Recent::new("of_windows", Box::new(HarTwoStage::default()), Recency::windows());
/// assert_eq!(model.name(), "of_windows");
/// ```
pub struct Recent {
    name: String,
    model: Box<dyn Model>,
    recency: Recency,
}

impl Recent {
    /// A model that forgets.
    pub fn new(name: impl Into<String>, model: Box<dyn Model>, recency: Recency) -> Self {
        Self { name: name.into(), model, recency }
    }
}

impl Model for Recent {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn features(&self) -> Vec<String> {
        self.model.features()
    }

    fn dispensable(&self) -> Vec<String> {
        self.model.dispensable()
    }

    fn window(&self) -> usize {
        self.model.window()
    }

    fn is_costly(&self) -> bool {
        self.model.is_costly()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        let ModelIdentity { code, spec } = self.model.identity()?;
        ModelIdentity::of_code(&code, "recent", &(&self.recency, spec))
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        let parts = self.recency.samples(sample)?;
        let members = parts.iter().map(|part| self.model.fit_boxed(part)).collect::<Result<_>>()?;
        Ok(Box::new(FittedAverage { name: self.name.clone(), members }))
    }
}
