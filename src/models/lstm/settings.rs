//! Settings of a file or of flags, put into a specification.

use super::spec::{Loss, LstmSpec};
use crate::models::{LossKind, Settings};
use crate::seed::Seed;

impl LstmSpec {
    /// The same with the given settings in place of its own.
    ///
    /// # Examples
    /// ```
    /// use dvol::models::lstm::{LstmSpec, Settings};
    /// let file: Settings = toml::from_str("epochs = 7\nlr = 0.01")?;
    /// let flags = Settings { lr: Some(0.5), ..Settings::default() };
    /// let spec = LstmSpec::rolling().with(&file).with(&flags);
    /// assert_eq!((spec.epochs, spec.lr, spec.batch_size), (7, 0.5, 32));
    /// # Ok::<(), toml::de::Error>(())
    /// ```
    #[must_use]
    pub fn with(mut self, settings: &Settings) -> Self {
        apply(settings, &mut self);
        self
    }
}

fn apply(settings: &Settings, spec: &mut LstmSpec) {
    fn put<T: Clone>(given: Option<&T>, place: &mut T) {
        if let Some(value) = given {
            place.clone_from(value);
        }
    }
    put(settings.epochs.as_ref(), &mut spec.epochs);
    put(settings.batch_size.as_ref(), &mut spec.batch_size);
    put(settings.lr.as_ref(), &mut spec.lr);
    put(settings.hidden_size.as_ref(), &mut spec.hidden_size);
    put(settings.num_layers.as_ref(), &mut spec.num_layers);
    put(settings.dropout.as_ref(), &mut spec.dropout);
    put(settings.patience.as_ref(), &mut spec.patience);
    put(settings.sequence_length.as_ref(), &mut spec.sequence_length);
    put(settings.window_size.as_ref(), &mut spec.window_size);
    put(settings.forecast_horizon.as_ref(), &mut spec.forecast_horizon);
    put(settings.weight_jump_periods.as_ref(), &mut spec.weight_jump_periods);
    put(settings.weight_decay.as_ref(), &mut spec.weight_decay);
    put(settings.clip_norm.as_ref(), &mut spec.clip_norm);
    put(settings.quantiles.as_ref(), &mut spec.quantiles);
    put(settings.layer_norm.as_ref(), &mut spec.layer_norm);
    put(settings.seed.map(Seed::new).as_ref(), &mut spec.seed);
    put(settings.device.as_ref(), &mut spec.device);
    put(settings.precision.as_ref(), &mut spec.precision);
    put(settings.on_divergence.as_ref(), &mut spec.on_divergence);
    if settings.features.as_deref().is_none_or(|names| names != ["seed"]) {
        put(settings.features.as_ref(), &mut spec.features);
    }
    put(settings.protocol.as_ref(), &mut spec.protocol);
    match (settings.loss, settings.huber_delta) {
        (Some(LossKind::Mse), _) => spec.loss = Loss::Mse,
        (Some(LossKind::Qlike), _) => spec.loss = Loss::Qlike,
        (Some(LossKind::Huber), delta) => spec.loss = Loss::Huber { delta: delta.unwrap_or(1.0) },
        (None, Some(delta)) if matches!(spec.loss, Loss::Huber { .. }) => {
            spec.loss = Loss::Huber { delta };
        }
        (None, _) => {}
    }
}
