//! The four ways to specify an LSTM, by name.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// A trainer of the thesis: a named choice of features, target and hyper-parameters that settings are laid over.
///
/// # Examples
/// ```
/// use dvol_core::models::Preset;
/// assert_eq!("rolling".parse::<Preset>()?, Preset::Rolling);
/// assert!("rollingg".parse::<Preset>().is_err());
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Base and jump features; jump hours counted twice.
    JumpAware,
    /// Base features, target normalised by the window ending at the origin.
    Rolling,
    /// Base features, the change over the horizon.
    Differenced,
    /// Base and jump features, the change of the logarithm.
    Anchored,
}

impl Preset {
    /// All, in the order of tables.
    pub const ALL: [Self; 4] = [Self::JumpAware, Self::Rolling, Self::Differenced, Self::Anchored];

    /// The name in files, tables and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JumpAware => "jump_aware",
            Self::Rolling => "rolling",
            Self::Differenced => "differenced",
            Self::Anchored => "anchored",
        }
    }

    /// The names of [`Self::ALL`].
    pub const fn names() -> [&'static str; Self::ALL.len()] {
        let mut names = [""; Self::ALL.len()];
        let mut position = 0;
        while position < names.len() {
            names[position] = Self::ALL[position].name();
            position += 1;
        }
        names
    }
}

impl std::fmt::Display for Preset {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name())
    }
}

impl std::str::FromStr for Preset {
    type Err = Error;
    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|preset| preset.name() == name);
        found.ok_or_else(|| Error::parameter("model", name, format!("one of {}", Self::names().join(", "))))
    }
}
