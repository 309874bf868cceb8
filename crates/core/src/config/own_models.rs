//! Models by name: those of the table, and those that a configuration describes.

use super::Config;
use super::own::{is_name, refusal};
use crate::error::{Error, Result};
use crate::feature_table::feature_names;
use crate::models::ModelEntry;

impl Config {
    /// The names of all models: of the table [`MODELS`](crate::models::MODELS), then of `[models]`.
    pub fn model_names(&self) -> Vec<String> {
        let own = self.models.keys().cloned();
        ModelEntry::names().into_iter().map(str::to_owned).chain(own).collect()
    }

    /// Every model that is named is one of these.
    pub(super) fn check_names(&self) -> Result<()> {
        let names = self.model_names();
        let known = |key: &str, name: &String| {
            let expected = || format!("one of {}", names.join(", "));
            if names.contains(name) { Ok(()) } else { Err(Error::parameter(key, name, expected())) }
        };
        self.backtest.models.iter().try_for_each(|name| known("backtest.models", name))?;
        known("predict.model", &self.predict.model)
    }

    /// Every model of one's own has a name of its own, and reads features that there are.
    pub(super) fn check_models(&self, text: &str) -> Result<()> {
        for (name, model) in &self.models {
            if !is_name(name) || ModelEntry::find(name).is_some() {
                let expected = "letters, digits and `_`, and no other model's name".to_owned();
                return Err(refusal(text, &["models", name], name, expected));
            }
            let known = |feature: &&String| {
                feature_names().any(|other| other == feature.as_str()) || self.features.contains_key(*feature)
            };
            if let Some(feature) = model.features.iter().find(|feature| !known(feature)) {
                let own: Vec<&str> = self.features.keys().map(String::as_str).collect();
                let own = if own.is_empty() { "there is none".to_owned() } else { own.join(", ") };
                let expected =
                    format!("a feature of the table, such as `dvol_rv_spread`, or of [features]: {own}");
                return Err(refusal(text, &["models", name, "features"], feature, expected));
            }
        }
        Ok(())
    }
}
