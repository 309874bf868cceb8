//! Lengths of time as a person writes them: `90d`.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// More than a century of hours.
const LONGEST: u32 = 1_000_000;

/// A duration of whole hours, written `90d`, `24h` or `2w`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duration(pub u32);

impl std::str::FromStr for Duration {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::parameter("duration", text, "a number and a unit h, d or w, such as 90d, up to a century")
        };
        let (number, hours) = match text.trim().char_indices().last() {
            Some((end, 'h')) => (&text.trim()[..end], 1),
            Some((end, 'd')) => (&text.trim()[..end], 24),
            Some((end, 'w')) => (&text.trim()[..end], 168),
            _ => return Err(wrong()),
        };
        let number: u32 = number.trim().parse().map_err(|_| wrong())?;
        number.checked_mul(hours).filter(|hours| *hours <= LONGEST).map(Self).ok_or_else(wrong)
    }
}

impl TryFrom<String> for Duration {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Duration> for String {
    fn from(duration: Duration) -> Self {
        match duration.0 {
            hours if hours % 24 == 0 && hours > 24 => format!("{}d", hours / 24),
            hours => format!("{hours}h"),
        }
    }
}
