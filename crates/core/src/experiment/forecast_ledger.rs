//! Forecasts written down before their outcome: a file that only grows, each line sealed to the one before.

use crate::artifacts::sha256;
use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::models::Interval;
use crate::panel::Step;
use crate::time::{Horizon, Timestamp};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// What stands before the seal of a line.
const SEAL: &str = ",\"sha256\":\"";
/// Hexadecimal digits of a seal.
const DIGITS: usize = 64;

/// A forecast as it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProspectiveForecast {
    /// When it was written down.
    pub made: Timestamp,
    /// The model's name.
    pub model: String,
    /// What the model was made of: code, data, protocol, specification.
    pub identity: Identity,
    /// The last hour that went into it.
    pub origin: Timestamp,
    /// How far ahead.
    pub horizon: Horizon,
    /// The level known at the origin, index points.
    pub level: f64,
    /// The forecast, index points.
    pub predicted: f64,
    /// Its intervals, the narrowest first: quantiles of the outcome in pairs.
    pub intervals: Vec<Interval>,
    /// From one row of its data to the next: the outcome of a day is known at the day's end.
    #[serde(default, skip_serializing_if = "Step::is_hour")]
    pub step: Step,
}

impl ProspectiveForecast {
    /// The time it is about.
    pub fn target(&self) -> Timestamp {
        self.step.target(self.origin, self.horizon)
    }

    /// Whether it was made when its outcome was known already.
    pub fn is_late(&self) -> bool {
        let day = if self.step.is_hour() { 0 } else { 24 };
        self.made >= Timestamp::from_hours(self.target().hours() + day)
    }

    fn answers_what(&self, other: &Self) -> bool {
        self.model == other.model && self.origin == other.origin && self.horizon == other.horizon
    }
}

/// What a line holds beside the forecast.
#[derive(Serialize, Deserialize)]
struct Line<F> {
    #[serde(flatten)]
    forecast: F,
    previous: String,
}

/// What became of a forecast that was to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// It is a line now.
    Now,
    /// The model's forecast from that origin was there: the first one counts.
    Before,
}

/// The file of forecasts, one JSON object a line, none ever changed.
///
/// Each line ends in `"previous"`, the seal of the line before (64 zeros in the first), and `"sha256"`, the hash of
/// everything in the line before it: its own seal. A line that is edited, dropped or put in breaks its own seal or
/// the next line's link, and the file is refused. Who keeps a copy of the last seal elsewhere, such as in a commit,
/// can prove that no line was made later.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastLedger {
    path: PathBuf,
    forecasts: Vec<ProspectiveForecast>,
    last: String,
}

impl ForecastLedger {
    /// Reads a file and checks every seal and link; no file is an empty ledger.
    ///
    /// # Errors
    /// When it cannot be read, or a line was changed, lost or put in: the line is named.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text =
            if path.exists() { fs::read_to_string(path).map_err(Error::io(path))? } else { String::new() };
        Self::of_text(path, &text)
    }

    fn of_text(path: &Path, text: &str) -> Result<Self> {
        let mut ledger = Self { path: path.to_path_buf(), forecasts: Vec::new(), last: "0".repeat(DIGITS) };
        for (row, line) in text.lines().enumerate() {
            let wrong = |what: String| {
                let remedy = "bring the file back from where it is kept (its last commit), and add to it with \
                              `dvol predict --record` only";
                Error::file(path, format!("line {}: {what}; {remedy}", row + 1))
            };
            let (body, seal) = sealed(line).ok_or_else(|| wrong("is not a whole, sealed line".to_owned()))?;
            if sha256(body.as_bytes()) != seal {
                return Err(wrong("was edited: it is not what its `sha256` seals".to_owned()));
            }
            let Line { forecast, previous } = serde_json::from_str::<Line<ProspectiveForecast>>(&body)
                .map_err(|error| wrong(format!("is not a forecast ({error})")))?;
            if previous != ledger.last {
                let text = "does not follow the line before it: one was edited, taken out or put in";
                return Err(wrong(text.to_owned()));
            }
            if ledger.forecasts.iter().any(|other| other.answers_what(&forecast)) {
                return Err(wrong(format!(
                    "is a second forecast of {} from {}",
                    forecast.model, forecast.origin
                )));
            }
            ledger.forecasts.push(forecast);
            seal.clone_into(&mut ledger.last);
        }
        Ok(ledger)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The forecasts in the order they were made.
    pub fn forecasts(&self) -> &[ProspectiveForecast] {
        &self.forecasts
    }

    /// The seal of the last line, which stands for all of them; 64 zeros of an empty file.
    pub fn seal(&self) -> &str {
        &self.last
    }

    /// Adds a forecast to a file, which is made if need be. One writer at a time; a line is whole or not there.
    ///
    /// # Errors
    /// A forecast made after its outcome or before its origin, numbers that are not finite, a file whose seals are
    /// broken, what the disk refuses.
    pub fn append(path: impl AsRef<Path>, forecast: &ProspectiveForecast) -> Result<Entered> {
        let path = path.as_ref();
        refuse(forecast)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::io(folder))?;
        }
        let open = || OpenOptions::new().read(true).append(true).create(true).open(path);
        let mut file: File = open().map_err(Error::io(path))?;
        file.lock().map_err(Error::io(path))?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(Error::io(path))?;
        let ledger = Self::of_text(path, &text)?;
        if ledger.forecasts.iter().any(|other| other.answers_what(forecast)) {
            return Ok(Entered::Before);
        }
        let line = Line { forecast, previous: ledger.last };
        let body = serde_json::to_string(&line).map_err(Error::internal("writing a forecast"))?;
        let open_end = body.strip_suffix('}').unwrap_or(&body);
        let begun = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let line = format!("{begun}{open_end}{SEAL}{}\"}}\n", sha256(body.as_bytes()));
        file.write_all(line.as_bytes()).map_err(Error::io(path))?;
        file.sync_all().map_err(Error::io(path))?;
        Ok(Entered::Now)
    }
}

fn refuse(forecast: &ProspectiveForecast) -> Result<()> {
    let ProspectiveForecast { made, origin, .. } = *forecast;
    if forecast.is_late() {
        let expected = format!(
            "before {}, when its outcome is known: only a forecast made before its outcome is written down",
            forecast.target()
        );
        return Err(Error::parameter("forecast made", made, expected));
    }
    if made < origin {
        return Err(Error::parameter("forecast made", made, format!("not before its origin, {origin}")));
    }
    let ends = forecast.intervals.iter().flat_map(|interval| [interval.lower, interval.upper]);
    match [forecast.level, forecast.predicted].into_iter().chain(ends).find(|value| !value.is_finite()) {
        Some(value) => Err(Error::parameter("forecast", value, "a finite number")),
        None => Ok(()),
    }
}

/// A line without its seal, closed again, and the seal.
fn sealed(line: &str) -> Option<(String, &str)> {
    let (body, rest) = line.rsplit_once(SEAL)?;
    let seal = rest.strip_suffix("\"}")?;
    (seal.len() == DIGITS).then(|| (format!("{body}}}"), seal))
}
