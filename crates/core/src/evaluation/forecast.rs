//! The record every comparison, figure and table reads.

use crate::error::{Error, Result};
use crate::models::Predictions;
use crate::sample::Sample;
use crate::time::{Horizon, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One forecast and what became of it. The target's time is `origin + horizon`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// The model's name.
    #[serde(with = "shared_text")]
    pub model: Arc<str>,
    /// When the forecast was made: only what was known then went into it.
    pub origin: Timestamp,
    /// How far ahead.
    pub horizon: Horizon,
    /// What came true, index points.
    pub actual: f64,
    /// What was forecast, index points.
    pub predicted: f64,
    /// The level known at the origin, index points: persistence's forecast.
    pub anchor: f64,
    /// Lower end of the 80 % interval, when the model gives one.
    pub lower: Option<f64>,
    /// Upper end of the 80 % interval, when the model gives one.
    pub upper: Option<f64>,
    /// Lower end of the 95 % interval, when the model gives one.
    #[serde(default)]
    pub lower_95: Option<f64>,
    /// Upper end of the 95 % interval, when the model gives one.
    #[serde(default)]
    pub upper_95: Option<f64>,
}

impl Forecast {
    /// The nominal coverages of the intervals that a record keeps.
    pub const COVERAGES: [f64; 2] = [0.8, 0.95];

    /// The time the forecast is about.
    pub fn target(&self) -> Timestamp {
        self.origin + self.horizon
    }

    /// The ends of the interval of a nominal coverage among [`Self::COVERAGES`], when the model gives it.
    pub fn interval(&self, coverage: f64) -> Option<(f64, f64)> {
        let [narrow, wide] = Self::COVERAGES;
        if coverage == narrow {
            self.lower.zip(self.upper)
        } else if coverage == wide {
            self.lower_95.zip(self.upper_95)
        } else {
            None
        }
    }

    /// Actual minus predicted, index points.
    pub fn residual(&self) -> f64 {
        self.actual - self.predicted
    }
}

/// The forecasts of one model at one horizon, in order of origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecasts {
    records: Vec<Forecast>,
}

impl Forecasts {
    /// Checks that model and horizon are one and origins strictly increase.
    ///
    /// # Errors
    /// An empty list, mixed models or horizons, or origins out of order.
    pub fn new(records: Vec<Forecast>) -> Result<Self> {
        let Some(first) = records.first() else {
            return Err(Error::too_few("a forecast series", 1, 0, "give at least one record"));
        };
        for (before, after) in records.iter().zip(&records[1..]) {
            if after.horizon != first.horizon || after.model != first.model {
                return Err(Error::Mismatch {
                    what: "a forecast series".to_owned(),
                    left: format!("{} at {}", first.model, first.horizon),
                    right: format!("{} at {}", after.model, after.horizon),
                    remedy: "keep one model and one horizon a series".to_owned(),
                });
            }
            if after.origin <= before.origin {
                return Err(Error::Mismatch {
                    what: "a forecast series".to_owned(),
                    left: format!("origin {}", before.origin),
                    right: format!("origin {}", after.origin),
                    remedy: "sort by origin and keep each origin once".to_owned(),
                });
            }
        }
        Ok(Self { records })
    }

    /// Joins a model's predictions to the sample they were made on, with its intervals of
    /// [`Forecast::COVERAGES`] where it gives them.
    ///
    /// # Errors
    /// When the lengths differ or the sample is empty.
    pub fn join(model: &str, sample: &Sample, predictions: &Predictions) -> Result<Self> {
        if predictions.point.len() != sample.len() {
            return Err(Error::Mismatch {
                what: format!("joining forecasts of {model}"),
                left: format!("{} predictions", predictions.point.len()),
                right: format!("{} origins", sample.len()),
                remedy: "predict on the inputs of this very sample".to_owned(),
            });
        }
        let name: Arc<str> = model.into();
        let [narrow, wide] = Forecast::COVERAGES.map(|coverage| {
            predictions.intervals.iter().find(|interval| (interval.coverage - coverage).abs() < 1e-9)
        });
        let records = (0..sample.len())
            .map(|i| Forecast {
                model: Arc::clone(&name),
                origin: sample.inputs().origin(i),
                horizon: sample.horizon(),
                actual: sample.targets()[i],
                predicted: predictions.point[i],
                anchor: sample.inputs().level(i),
                lower: narrow.map(|interval| interval.lower[i]),
                upper: narrow.map(|interval| interval.upper[i]),
                lower_95: wide.map(|interval| interval.lower[i]),
                upper_95: wide.map(|interval| interval.upper[i]),
            })
            .collect();
        Self::new(records)
    }

    /// The records in order of origin.
    pub fn records(&self) -> &[Forecast] {
        &self.records
    }

    /// The model's name.
    pub fn model(&self) -> &str {
        &self.records[0].model
    }

    /// The common horizon.
    pub fn horizon(&self) -> Horizon {
        self.records[0].horizon
    }

    /// The number of records, at least 1.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Always false: a series has at least one record.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Actual minus predicted, index points, in order of origin.
    pub fn residuals(&self) -> Vec<f64> {
        self.records.iter().map(Forecast::residual).collect()
    }

    /// What came true.
    pub fn actual(&self) -> Vec<f64> {
        self.records.iter().map(|record| record.actual).collect()
    }

    /// What was forecast.
    pub fn predicted(&self) -> Vec<f64> {
        self.records.iter().map(|record| record.predicted).collect()
    }

    /// The levels known at the origins.
    pub fn anchors(&self) -> Vec<f64> {
        self.records.iter().map(|record| record.anchor).collect()
    }

    /// Checks that two series answer the same questions: same horizon, same origins, same outcomes.
    ///
    /// # Errors
    /// Names the first difference: comparing them would be a wrong number.
    pub fn aligned_with(&self, other: &Self) -> Result<()> {
        let mismatch = |left: String, right: String| Error::Mismatch {
            what: format!("comparing {} with {}", self.model(), other.model()),
            left,
            right,
            remedy: "compare forecasts of the same variable, origins and horizon only".to_owned(),
        };
        if self.horizon() != other.horizon() {
            return Err(mismatch(
                format!("horizon {}", self.horizon()),
                format!("horizon {}", other.horizon()),
            ));
        }
        if self.len() != other.len() {
            return Err(mismatch(format!("{} origins", self.len()), format!("{} origins", other.len())));
        }
        for (mine, theirs) in self.records.iter().zip(&other.records) {
            if mine.origin != theirs.origin {
                return Err(mismatch(format!("origin {}", mine.origin), format!("origin {}", theirs.origin)));
            }
            // what came true may have passed through single precision on its way here
            if (mine.actual - theirs.actual).abs() > 1e-6 * mine.actual.abs().max(theirs.actual.abs()) {
                return Err(mismatch(
                    format!("{} came true for origin {}", mine.actual, mine.origin),
                    format!("{}", theirs.actual),
                ));
            }
        }
        Ok(())
    }

    /// The part of the series for which `keep` says so, `None` when nothing is left.
    pub fn filter(&self, keep: impl Fn(&Forecast) -> bool) -> Option<Self> {
        let records: Vec<Forecast> = self.records.iter().filter(|record| keep(record)).cloned().collect();
        (!records.is_empty()).then_some(Self { records })
    }
}

/// Serde for `Arc<str>`: one name shared by thousands of records.
mod shared_text {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::sync::Arc;

    pub fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Arc::from)
    }
}
