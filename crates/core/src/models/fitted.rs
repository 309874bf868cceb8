//! A fitted model that is a closure.

use super::{Forecaster, Predictions};
use crate::error::Result;
use crate::sample::Inputs;

/// A fitted model made of its name and a closure from inputs to predictions: what [`Model::fit_boxed`] of a model of
/// one's own may return.
///
/// [`Model::fit_boxed`]: super::Model::fit_boxed
///
/// # Examples
/// ```
/// use dvol_core::models::Fitted;
/// use dvol_core::prelude::*;
/// let panel = Panel::new("2021-03-24".parse()?, 2)?.with(Column::known("dvol", vec![60.0, 62.0]))?;
/// let inputs = Inputs::new(&panel, &[], "dvol", 1)?;
/// let halfway = Fitted::boxed("halfway", |inputs| inputs.levels().into_iter().map(|level| 30.0 + level / 2.0).collect());
/// assert_eq!(halfway.predict(&inputs)?.point, [60.0, 61.0]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub struct Fitted<F> {
    name: String,
    predict: F,
}

impl Fitted<()> {
    /// A fitted model whose point forecasts are what the closure makes of the inputs, one an origin.
    pub fn boxed(
        name: impl Into<String>,
        points: impl Fn(&Inputs) -> Vec<f64> + Send + Sync + 'static,
    ) -> Box<dyn Forecaster> {
        Box::new(Fitted { name: name.into(), predict: move |inputs: &Inputs| Ok(points(inputs).into()) })
    }

    /// The same of a closure that may fail, or that gives intervals too.
    pub fn predicting(
        name: impl Into<String>,
        predict: impl Fn(&Inputs) -> Result<Predictions> + Send + Sync + 'static,
    ) -> Box<dyn Forecaster> {
        Box::new(Fitted { name: name.into(), predict })
    }
}

impl<F: Fn(&Inputs) -> Result<Predictions> + Send + Sync> Forecaster for Fitted<F> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        (self.predict)(inputs)
    }
}
