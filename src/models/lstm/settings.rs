//! Settings of a file or of flags, put into a specification.

use super::spec::{Loss, LstmSpec};
use crate::error::Result;
use crate::models::{LossKind, Settings};

impl LstmSpec {
    /// The same with the given settings in place of its own.
    ///
    /// # Errors
    /// A setting out of range, or an unknown feature.
    ///
    /// # Examples
    /// ```
    /// use dvol::models::lstm::{LstmSpec, Settings};
    /// let file: Settings = toml::from_str("epochs = 7\nlr = 0.01")?;
    /// let flags = Settings { lr: Some(0.5), ..Settings::default() };
    /// let spec = LstmSpec::rolling().with(&file)?.with(&flags)?;
    /// assert_eq!((spec.epochs, spec.lr, spec.batch_size), (7, 0.5, 32));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with(self, settings: &Settings) -> Result<Self> {
        // The loss has a shape of its own here; `seed` stands for the features there are.
        let mut except = vec!["loss", "huber_delta"];
        if settings.features.as_deref().is_some_and(|names| names == [Settings::SEED_FEATURES]) {
            except.push("features");
        }
        let loss = loss(settings, self.loss);
        Ok(Self { loss, ..settings.over(&self, &except)? })
    }
}

fn loss(settings: &Settings, own: Loss) -> Loss {
    match (settings.loss, settings.huber_delta) {
        (Some(LossKind::Mse), _) => Loss::Mse,
        (Some(LossKind::Qlike), _) => Loss::Qlike,
        (Some(LossKind::Huber), delta) => Loss::Huber { delta: delta.unwrap_or(1.0) },
        (None, Some(delta)) if matches!(own, Loss::Huber { .. }) => Loss::Huber { delta },
        (None, _) => own,
    }
}
