//! The list of all transforms, so that the look-ahead tests cannot forget one.

use super::{BASE_FEATURES, base_features, calendar_features, rolling_zscore, volatility_features};
use crate::error::Result;
use crate::panel::Panel;

/// One step from a panel of known values to features.
#[derive(Clone, Copy)]
pub struct Transform {
    /// The name in test reports.
    pub name: &'static str,
    /// The step.
    pub apply: fn(&Panel) -> Result<Panel>,
}

/// Every transform of this module. A new one is added here, and is then proved free of look-ahead.
pub fn transforms() -> Vec<Transform> {
    vec![
        Transform { name: "base_features", apply: base_features },
        Transform { name: "volatility_features", apply: volatility_features },
        Transform { name: "calendar_features", apply: calendar_features },
        Transform {
            name: "rolling_zscore",
            apply: |known| rolling_zscore(&base_features(known)?, &BASE_FEATURES, 720),
        },
    ]
}
