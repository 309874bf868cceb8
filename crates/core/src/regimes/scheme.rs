//! What a set of labels tells apart.

use crate::time::Horizon;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a set of labels tells apart: code decides by it, people and files read its name.
///
/// A name becomes a scheme once, by [`Scheme::from`]; a name that is none of ours is that of labels given by hand.
///
/// # Examples
/// ```
/// use dvol_core::regimes::Scheme;
/// assert_eq!(Scheme::from("jump hour"), Scheme::JumpHours { hours: 1 });
/// assert_eq!(Scheme::TercileSoFar { column: "dvol".into() }.to_string(), "tercile of dvol so far");
/// assert_eq!(Scheme::from("mood"), Scheme::ByHand { name: "mood".into() });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Scheme {
    /// Calendar years in UTC.
    CalendarYear,
    /// Windows of dated events.
    Crisis,
    /// Whether a jump was seen within the past `hours` hours, the row's own included.
    JumpHours {
        /// Hours a jump counts.
        hours: usize,
    },
    /// Whether a jump comes between origin and target.
    JumpsOnTheWay {
        /// Hours from origin to target.
        hours: u32,
    },
    /// Whether the target's own hour holds a jump.
    JumpAtTarget,
    /// Low, middle or high against the column's past.
    TercileSoFar {
        /// The column.
        column: String,
    },
    /// Low, middle or high against all of the column.
    TercileFullSample {
        /// The column.
        column: String,
    },
    /// Whether the column is above its value `hours` hours ago.
    RisingAndFalling {
        /// The column.
        column: String,
        /// Hours looked back.
        hours: usize,
    },
    /// The likelier state given the changes so far.
    MarkovSwitching {
        /// The column of changes.
        changes: String,
    },
    /// The likelier state given all changes.
    MarkovSwitchingSmoothed {
        /// The column of changes.
        changes: String,
    },
    /// Labels that somebody gave.
    ByHand {
        /// Their name.
        name: String,
    },
}

impl Scheme {
    /// The scheme of jumps between an origin and its target.
    pub(super) fn jumps_on_the_way(horizon: Horizon) -> Self {
        Self::JumpsOnTheWay { hours: horizon.get() }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CalendarYear => f.write_str("calendar year"),
            Self::Crisis => f.write_str("crisis"),
            Self::JumpHours { hours: 1 } => f.write_str("jump hour"),
            Self::JumpHours { hours } => write!(f, "jump in the past {hours} h"),
            Self::JumpsOnTheWay { hours } => write!(f, "jump within the next {hours} h"),
            Self::JumpAtTarget => f.write_str("jump at the target hour"),
            Self::TercileSoFar { column } => write!(f, "tercile of {column} so far"),
            Self::TercileFullSample { column } => write!(f, "tercile of {column}, full sample"),
            Self::RisingAndFalling { column, hours } => write!(f, "{column} over {hours} h"),
            Self::MarkovSwitching { changes } => write!(f, "Markov switching of {changes}"),
            Self::MarkovSwitchingSmoothed { changes } => write!(f, "Markov switching of {changes}, smoothed"),
            Self::ByHand { name } => f.write_str(name),
        }
    }
}

impl From<&str> for Scheme {
    fn from(name: &str) -> Self {
        // a name that would be written otherwise is somebody's own
        parametric(name).filter(|scheme| scheme.to_string() == name).unwrap_or_else(|| match name {
            "calendar year" => Self::CalendarYear,
            "crisis" => Self::Crisis,
            "jump hour" => Self::JumpHours { hours: 1 },
            "jump at the target hour" => Self::JumpAtTarget,
            _ => Self::ByHand { name: name.to_owned() },
        })
    }
}

impl From<String> for Scheme {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<Scheme> for String {
    fn from(scheme: Scheme) -> Self {
        scheme.to_string()
    }
}

/// The schemes whose names hold a column or a number of hours.
fn parametric(name: &str) -> Option<Scheme> {
    let hours = |text: &str| text.strip_suffix(" h")?.parse().ok();
    if let Some(rest) = name.strip_prefix("jump in the past ") {
        return Some(Scheme::JumpHours { hours: hours(rest)? });
    }
    if let Some(rest) = name.strip_prefix("jump within the next ") {
        return Some(Scheme::JumpsOnTheWay { hours: u32::try_from(hours(rest)?).ok()? });
    }
    if let Some(rest) = name.strip_prefix("tercile of ") {
        let so_far = rest.strip_suffix(" so far");
        let full = rest.strip_suffix(", full sample");
        return so_far
            .map(|column| Scheme::TercileSoFar { column: column.to_owned() })
            .or(full.map(|column| Scheme::TercileFullSample { column: column.to_owned() }));
    }
    if let Some(rest) = name.strip_prefix("Markov switching of ") {
        return Some(match rest.strip_suffix(", smoothed") {
            Some(changes) => Scheme::MarkovSwitchingSmoothed { changes: changes.to_owned() },
            None => Scheme::MarkovSwitching { changes: rest.to_owned() },
        });
    }
    let (column, rest) = name.rsplit_once(" over ")?;
    Some(Scheme::RisingAndFalling { column: column.to_owned(), hours: hours(rest)? })
}
