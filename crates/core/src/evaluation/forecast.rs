//! The series every comparison, figure and table reads.

use crate::error::{Error, Result};
use crate::models::{Band, Coverage, Level, Predictions, QuantileForecasts};
use crate::sample::Sample;
use crate::time::{Horizon, Timestamp};

/// One point forecast and what became of it. The target's time is `origin + horizon`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
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
}

impl Forecast {
    /// The time the forecast is about.
    pub fn target(&self) -> Timestamp {
        self.origin + self.horizon
    }

    /// Actual minus predicted, index points.
    pub fn residual(&self) -> f64 {
        self.actual - self.predicted
    }
}

/// The forecasts of one model at one horizon as columns, in order of origin, with any number of interval bands.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts};
/// use dvol_core::models::{Band, Coverage};
/// use dvol_core::time::{Horizon, Timestamp};
/// let records = [(51.0, 52.0), (51.0, 49.0)].into_iter().enumerate().map(|(hour, (predicted, actual))| Forecast {
///     origin: Timestamp::from_hours(hour as i64), horizon: Horizon::hours(24), actual, predicted, anchor: 50.0,
/// });
/// let forecasts = Forecasts::new("ours", records)?
///     .with_band(Band::new(Coverage::P80, vec![50.0; 2], vec![53.0; 2])?)?;
/// assert_eq!(forecasts.residuals(), [1.0, -2.0]);
/// let narrow = forecasts.band(Coverage::P80).unwrap();
/// assert!(narrow.get(0).unwrap().contains(forecasts.actual()[0]));
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Forecasts {
    model: String,
    horizon: Horizon,
    origins: Vec<Timestamp>,
    anchors: Vec<f64>,
    actual: Vec<f64>,
    predicted: Vec<f64>,
    /// In order of coverage, each coverage once, as many rows as origins.
    bands: Vec<Band>,
    /// Quantiles that are no ends of a band, in order of level, each level once.
    pub(super) single: Vec<QuantileForecasts>,
}

impl Forecasts {
    /// The records of one model, without intervals.
    ///
    /// # Errors
    /// No record, mixed horizons, or origins out of order.
    pub fn new(model: impl Into<String>, records: impl IntoIterator<Item = Forecast>) -> Result<Self> {
        let mut records = records.into_iter();
        let model = model.into();
        let Some(first) = records.next() else {
            return Err(Error::too_few("a forecast series", 1, 0, "give at least one record"));
        };
        let mut series = Self {
            model,
            horizon: first.horizon,
            origins: vec![first.origin],
            anchors: vec![first.anchor],
            actual: vec![first.actual],
            predicted: vec![first.predicted],
            bands: Vec::new(),
            single: Vec::new(),
        };
        for record in records {
            if record.horizon != series.horizon {
                return Err(one_series((&series.model, series.horizon), (&series.model, record.horizon)));
            }
            series.origins.push(record.origin);
            series.anchors.push(record.anchor);
            series.actual.push(record.actual);
            series.predicted.push(record.predicted);
        }
        require_increasing("a forecast series", &series.origins)?;
        Ok(series)
    }

    /// The same forecasts with intervals of one more nominal coverage; a band without an interval is left out.
    ///
    /// # Errors
    /// Another number of intervals than of origins, or a coverage that the series has already.
    pub fn with_band(mut self, band: Band) -> Result<Self> {
        let (coverage, model) = (band.coverage, &self.model);
        if band.len() != self.len() || band.upper.len() != self.len() {
            return Err(Error::Mismatch {
                what: format!("{coverage} intervals of {model}"),
                left: format!("{} intervals", band.len()),
                right: format!("{} origins", self.len()),
                remedy: "give one interval an origin".to_owned(),
            });
        }
        match self.bands.binary_search_by_key(&coverage, |own| own.coverage) {
            Ok(_) => Err(Error::Mismatch {
                what: format!("{coverage} intervals of {model}"),
                left: "one band".to_owned(),
                right: "a second one of the same coverage".to_owned(),
                remedy: "give each nominal coverage once".to_owned(),
            }),
            Err(_) if band.iter().all(|interval| interval.is_none()) => Ok(self),
            Err(place) => {
                self.bands.insert(place, band);
                Ok(self)
            }
        }
    }

    /// Joins a model's predictions, with all its intervals, to the sample they were made on.
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
        let records = (0..sample.len()).map(|i| Forecast {
            origin: sample.inputs().origin(i),
            horizon: sample.horizon(),
            actual: sample.targets()[i],
            predicted: predictions.point[i],
            anchor: sample.inputs().level(i),
        });
        let series =
            predictions.intervals.iter().cloned().try_fold(Self::new(model, records)?, Self::with_band)?;
        predictions.quantiles.iter().cloned().try_fold(series, Self::with_quantile)
    }

    /// Several stretches of one model's forecasts as one series, in order of origin. A band that a stretch lacks
    /// has no intervals there.
    ///
    /// # Errors
    /// No stretch, mixed models or horizons, or origins out of order.
    pub fn concatenate<'a>(pieces: impl IntoIterator<Item = &'a Self>) -> Result<Self> {
        let pieces: Vec<&Self> = pieces.into_iter().collect();
        let Some((&first, rest)) = pieces.split_first() else {
            return Err(Error::too_few("a forecast series", 1, 0, "give at least one record"));
        };
        let other = rest.iter().find(|one| one.model != first.model || one.horizon != first.horizon);
        if let Some(other) = other {
            return Err(one_series((&first.model, first.horizon), (&other.model, other.horizon)));
        }
        let series = Self::new(first.model.as_str(), pieces.iter().flat_map(|piece| piece.records()))?;
        let mut coverages: Vec<Coverage> =
            pieces.iter().flat_map(|piece| &piece.bands).map(|band| band.coverage).collect();
        coverages.sort_unstable();
        coverages.dedup();
        let series = coverages.into_iter().try_fold(series, |series, coverage| {
            let ends = |pick: fn(&Band) -> &[f64]| -> Vec<f64> {
                let end = |piece: &&Self| match piece.band(coverage) {
                    Some(band) => pick(band).to_vec(),
                    None => vec![f64::NAN; piece.len()],
                };
                pieces.iter().flat_map(end).collect()
            };
            series.with_band(Band::new(coverage, ends(|band| &band.lower), ends(|band| &band.upper))?)
        })?;
        let mut levels: Vec<Level> =
            pieces.iter().flat_map(|piece| &piece.single).map(|own| own.level).collect();
        levels.sort_unstable();
        levels.dedup();
        // an interval of one stretch may be a single quantile of another
        levels.retain(|&level| series.quantile(level).is_none());
        levels.into_iter().try_fold(series, |series, level| {
            let own = |piece: &&Self| match piece.quantile(level) {
                Some(values) => values.to_vec(),
                None => vec![f64::NAN; piece.len()],
            };
            series.with_quantile(QuantileForecasts { level, values: pieces.iter().flat_map(own).collect() })
        })
    }

    /// What persistence forecasts at the same origins: the levels known there.
    #[must_use]
    pub fn persistence(&self) -> Self {
        Self {
            model: "persistence".to_owned(),
            horizon: self.horizon,
            origins: self.origins.clone(),
            anchors: self.anchors.clone(),
            actual: self.actual.clone(),
            predicted: self.anchors.clone(),
            bands: Vec::new(),
            single: Vec::new(),
        }
    }

    /// The model's name.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The common horizon.
    pub fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// The number of origins, at least 1.
    pub fn len(&self) -> usize {
        self.origins.len()
    }

    /// Always false: a series has at least one record.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The origins, strictly increasing.
    pub fn origins(&self) -> &[Timestamp] {
        &self.origins
    }

    /// The times the forecasts are about, in order of origin.
    pub fn targets(&self) -> impl ExactSizeIterator<Item = Timestamp> + '_ {
        self.origins.iter().map(|&origin| origin + self.horizon)
    }

    /// The times the first and the last forecast are about.
    pub fn span(&self) -> (Timestamp, Timestamp) {
        (self.origins[0] + self.horizon, self.origins[self.len() - 1] + self.horizon)
    }

    /// The levels known at the origins, index points.
    pub fn anchors(&self) -> &[f64] {
        &self.anchors
    }

    /// What came true, index points.
    pub fn actual(&self) -> &[f64] {
        &self.actual
    }

    /// What was forecast, index points.
    pub fn predicted(&self) -> &[f64] {
        &self.predicted
    }

    /// Actual minus predicted, index points, in order of origin.
    pub fn residuals(&self) -> Vec<f64> {
        self.actual.iter().zip(&self.predicted).map(|(actual, predicted)| actual - predicted).collect()
    }

    /// The interval bands in order of coverage.
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// The intervals of one nominal coverage, where the model gives them.
    pub fn band(&self, coverage: Coverage) -> Option<&Band> {
        self.bands.iter().find(|band| band.coverage == coverage)
    }

    /// The point forecasts one by one, in order of origin.
    pub fn records(&self) -> impl ExactSizeIterator<Item = Forecast> + DoubleEndedIterator + Clone + '_ {
        (0..self.len()).map(|row| Forecast {
            origin: self.origins[row],
            horizon: self.horizon,
            actual: self.actual[row],
            predicted: self.predicted[row],
            anchor: self.anchors[row],
        })
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
        if self.horizon != other.horizon {
            return Err(mismatch(format!("horizon {}", self.horizon), format!("horizon {}", other.horizon)));
        }
        if self.len() != other.len() {
            return Err(mismatch(format!("{} origins", self.len()), format!("{} origins", other.len())));
        }
        for (mine, theirs) in self.records().zip(other.records()) {
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
        let rows: Vec<usize> =
            self.records().enumerate().filter(|(_, record)| keep(record)).map(|(row, _)| row).collect();
        (!rows.is_empty()).then(|| self.at(&rows))
    }

    /// The series of some rows, at least one, in increasing order.
    fn at(&self, rows: &[usize]) -> Self {
        let numbers = |values: &[f64]| -> Vec<f64> { rows.iter().map(|&row| values[row]).collect() };
        let bands = self.bands.iter().map(|band| Band {
            coverage: band.coverage,
            lower: numbers(&band.lower),
            upper: numbers(&band.upper),
        });
        let single = self
            .single
            .iter()
            .map(|own| QuantileForecasts { level: own.level, values: numbers(&own.values) });
        Self {
            model: self.model.clone(),
            horizon: self.horizon,
            origins: rows.iter().map(|&row| self.origins[row]).collect(),
            anchors: numbers(&self.anchors),
            actual: numbers(&self.actual),
            predicted: numbers(&self.predicted),
            bands: bands.filter(|band| band.iter().any(|interval| interval.is_some())).collect(),
            single: single.filter(|own| own.values.iter().any(|value| !value.is_nan())).collect(),
        }
    }
}

/// Refuses origins that do not strictly increase.
pub(super) fn require_increasing(what: &str, origins: &[Timestamp]) -> Result<()> {
    match origins.windows(2).find(|pair| pair[1] <= pair[0]) {
        Some(pair) => Err(Error::Mismatch {
            what: what.to_owned(),
            left: format!("origin {}", pair[0]),
            right: format!("origin {}", pair[1]),
            remedy: "sort by origin and keep each origin once".to_owned(),
        }),
        None => Ok(()),
    }
}

fn one_series(left: (&str, Horizon), right: (&str, Horizon)) -> Error {
    Error::Mismatch {
        what: "a forecast series".to_owned(),
        left: format!("{} at {}", left.0, left.1),
        right: format!("{} at {}", right.0, right.1),
        remedy: "keep one model and one horizon a series".to_owned(),
    }
}
