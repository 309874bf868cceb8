//! Chronological splits without overlap between what is learned and what is asked.

use crate::error::{Error, Result};
use crate::sample::Sample;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Shares of the hours in order of time; the rest is the test part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChronologicalSplit {
    /// Share of the hours in the training part.
    pub train: f64,
    /// Share of the hours in the validation part.
    pub validation: f64,
}

impl Default for ChronologicalSplit {
    fn default() -> Self {
        Self { train: 0.6, validation: 0.2 }
    }
}

/// The three parts of a sample. Origins and targets of a part lie in its own hours, so that every outcome of a part is
/// known before the first origin of the next (purged): what training and stopping saw, no later origin forecasts.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What models are fitted on.
    pub train: Sample,
    /// What choices are made on.
    pub validation: Sample,
    /// What is reported.
    pub test: Sample,
}

impl ChronologicalSplit {
    /// The first target times of the validation and of the test part, for hours `first ..= last`.
    ///
    /// # Errors
    /// Shares that are not positive or leave no test part.
    pub fn boundaries(&self, first: Timestamp, last: Timestamp) -> Result<(Timestamp, Timestamp)> {
        let rest = 1.0 - self.train - self.validation;
        if !(self.train > 0.0 && self.validation > 0.0 && rest > 1e-9) {
            return Err(Error::parameter(
                "split",
                format!("train {} validation {}", self.train, self.validation),
                "positive shares that leave a test part, such as 0.6 and 0.2",
            ));
        }
        let hours = (last.hours() - first.hours() + 1) as f64;
        let at = |share: f64| Timestamp::from_hours(first.hours() + (hours * share + 1e-6).floor() as i64);
        Ok((at(self.train), at(self.train + self.validation)))
    }

    /// Cuts a sample by the hours its origins and its targets lie in.
    ///
    /// An origin of a part satisfies `start <= origin` and `origin + horizon <` the start of the next part: a target of
    /// one part is neither learned in another nor lies between a later part's origin and its own target. The origins
    /// of the last `horizon` hours before a boundary belong to no part. Features of a later part may look back into
    /// earlier hours: they were known.
    ///
    /// # Errors
    /// As [`Self::boundaries`], or when a part is empty.
    pub fn cut(&self, sample: &Sample, first: Timestamp, last: Timestamp) -> Result<Parts> {
        let (validation_from, test_from) = self.boundaries(first, last)?;
        let inside = |from: Timestamp, to: Timestamp| {
            sample.keep_pairs(|origin, target| from <= origin && target < to)
        };
        let end = Timestamp::from_hours(last.hours() + 1);
        let parts = Parts {
            train: inside(first, validation_from),
            validation: inside(validation_from, test_from),
            test: inside(test_from, end),
        };
        for (name, part) in
            [("train", &parts.train), ("validation", &parts.validation), ("test", &parts.test)]
        {
            if part.is_empty() {
                return Err(Error::too_few(
                    format!("the {name} part"),
                    1,
                    0,
                    format!(
                        "no origin there has its target inside as well, {} later; check the range from {first} to \
                         {last}",
                        sample.horizon()
                    ),
                ));
            }
        }
        Ok(parts)
    }
}
