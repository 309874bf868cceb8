//! A line of the HAR family as a configuration describes it.

use super::{CORSI_LAGS, Har, Model, Recency, Recent, Scale};
use serde::{Deserialize, Serialize};

/// Corsi's regression with features of one's own, under a name of its own.
///
/// | key | meaning | default |
/// | --- | --- | --- |
/// | `features` | features beside the means, with their value at the origin | none |
/// | `scale` | `"level"`, `"square_root"` or `"log"` | level |
/// | `lags` | days averaged over, increasing | 1, 5, 22 |
/// | `differenced` | changes on mean changes | false |
/// | `recency` | how much of the past it is fitted on: `"expanding"`, `{ rolling = { days = 365 } }`, `{ half_life = 180 }`, or `{ average = [..] }` of several | expanding |
///
/// See [`Har`] for the formula and [`Recency`] for the samples.
///
/// # Examples
/// ```
/// use dvol_core::models::{Model, OwnHar};
/// let own: OwnHar = toml::from_str("features = ['funding_z']\nscale = 'log'\nrecency = { half_life = 180 }")?;
/// let model = own.named("har_funding");
/// assert_eq!((model.name(), model.features()), ("har_funding".to_owned(), vec!["funding_z".to_owned()]));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OwnHar {
    /// Features beside the means.
    pub features: Vec<String>,
    /// Scale of the regression.
    pub scale: Scale,
    /// Days averaged over.
    pub lags: Vec<usize>,
    /// Whether changes are regressed on changes.
    pub differenced: bool,
    /// How much of the past it is fitted on.
    pub recency: Recency,
}

impl Default for OwnHar {
    fn default() -> Self {
        Self {
            features: Vec::new(),
            scale: Scale::default(),
            lags: CORSI_LAGS.into(),
            differenced: false,
            recency: Recency::Expanding,
        }
    }
}

impl OwnHar {
    /// The model, under its name.
    pub fn named(&self, name: &str) -> Box<dyn Model> {
        let Self { features, scale, lags, differenced, recency } = self.clone();
        let line = Har { lags, scale, differenced, exogenous: features, insanity_filter: false };
        Box::new(Recent::new(name, Box::new(line), recency))
    }
}
