//! Fits that are made once, where several models ask for the same.

use super::{Forecaster, Model, Naive, Predictions};
use crate::artifacts::sha256;
use crate::error::Result;
use crate::identity::ModelIdentity;
use crate::sample::{Inputs, Sample};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Fitted = Arc<dyn Forecaster>;
type Slot = Arc<Mutex<Option<Fitted>>>;

/// Fitted models by what they are made of: what a model is, and every number of the sample that it was given.
///
/// Rows of a table may have members in common, as an average has the row that it averages with another. A model that
/// does not say what it is ([`Model::identity`]) is fitted each time. Threads that want the same fit wait for it.
///
/// # Examples
/// ```
/// use dvol_core::prelude::*;
/// use dvol_core::models::{Combined, Fits, HarTwoStage, Naive, Weighting};
/// let panel = Panel::new("2021-03-24".parse()?, 96)?.with(Column::known("dvol", vec![60.0; 96]))?;
/// let sample = Inputs::new(&panel, &[], "dvol", 1)?.with_targets(Horizon::hours(24));
/// let fits = Fits::default();
/// for name in ["one", "another"] {
///     let mut mean = Combined::new(name, vec![Box::new(Naive::Mean)], Weighting::Equal);
///     mean.share(&fits);
///     mean.fit(&sample)?;
/// }
/// assert_eq!(fits.len(), 1);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Fits(Arc<Mutex<HashMap<String, Slot>>>);

impl Fits {
    /// The number of models that were fitted.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether nothing was fitted yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes fits of a model, and of its members, once.
    pub fn share(&self, model: &mut Box<dyn Model>) {
        model.share(self);
        let own = std::mem::replace(model, Box::new(Naive::Persistence));
        *model = Box::new(Shared { model: own, fits: self.clone() });
    }

    fn slot(&self, key: String) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(key).or_default())
    }
}

struct Shared {
    model: Box<dyn Model>,
    fits: Fits,
}

impl Model for Shared {
    fn name(&self) -> String {
        self.model.name()
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

    fn identity(&self) -> Option<ModelIdentity> {
        self.model.identity()
    }

    fn is_costly(&self) -> bool {
        self.model.is_costly()
    }

    fn spared(&self, sample: &Sample) -> Result<Option<Sample>> {
        self.model.spared(sample)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        let Some(ModelIdentity { code, spec }) = self.model.identity() else {
            return self.model.fit_boxed(sample);
        };
        let slot = self.fits.slot(sha256(format!("{code} {spec} {}", sample.fingerprint()).as_bytes()));
        let mut fitted = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = match &*fitted {
            Some(kept) => Arc::clone(kept),
            None => Arc::from(self.model.fit_boxed(sample)?),
        };
        *fitted = Some(Arc::clone(&kept));
        Ok(Box::new(Kept(kept)))
    }
}

struct Kept(Fitted);

impl Forecaster for Kept {
    fn name(&self) -> String {
        self.0.name()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        self.0.predict(inputs)
    }
}
