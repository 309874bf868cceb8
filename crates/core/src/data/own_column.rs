//! A column that somebody describes: any further series beside the index.

use super::dataset::Dataset;
use super::policy::ImportPolicy;
use super::reading::ReadOptions;
use super::source::{on_grid, read_source};
use super::subject::{Bound, Expected, Sought, Subject};
use crate::error::{Error, Result};
use crate::panel::{Column, Frequency, Panel};
use crate::range::Range;
use crate::time::Duration;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// A series of one's own: where it stands, how often it is observed, and when each value is known.
///
/// | key | meaning | default |
/// | --- | --- | --- |
/// | `file` | CSV or parquet, relative to the configuration's folder | |
/// | `column` | the file's column | |
/// | `frequency` | `"1h"`, `"8h"` or `"1d"`; a stamp belongs to the period it opens | |
/// | `known_after` | how long after its period's END a value is published | |
/// | `unit` | of the values, for readers | none |
/// | `bounds` | lowest and highest value; one outside is refused | any finite value |
///
/// # Formula
/// The value stamped `s` is known at `s + frequency + known_after`, and used from then on.
///
/// # Examples
/// ```
/// use dvol_core::data::{Dataset, ImportPolicy, OwnColumn, Simulation};
/// use dvol_core::panel::Frequency;
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("rates.csv"), "date,rate\n2021-03-24,0.01\n2021-03-25,0.02\n2021-03-26,0.03\n")?;
/// let rates = OwnColumn::new("rates.csv", "rate", Frequency::Daily).published_after("6h".parse()?);
/// let market = Dataset::simulated(&Simulation { hours: 240, ..Simulation::default() })?;
/// let wider = market.with_column("rates", &rates, folder.path(), &ImportPolicy::default())?;
/// assert_eq!(wider.panel().column("rates")?.known_after_hours(), 30);
/// assert_eq!(wider.manifest().sources.last().unwrap().columns["rates"], "rate");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnColumn {
    /// CSV or parquet, relative to the configuration's folder.
    pub file: PathBuf,
    /// The file's column.
    pub column: String,
    /// How often it is observed.
    pub frequency: Frequency,
    /// From the end of a value's period until it is published.
    pub known_after: Duration,
    /// The unit of the values.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The lowest and the highest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 2]>,
}

impl OwnColumn {
    /// A column whose values are known as soon as their period ends, of any finite value.
    pub fn new(file: impl Into<PathBuf>, column: impl Into<String>, frequency: Frequency) -> Self {
        let (file, column, unit) = (file.into(), column.into(), String::new());
        Self { file, column, frequency, known_after: Duration(0), unit, bounds: None }
    }

    /// The same, published so long after each period's end.
    #[must_use]
    pub fn published_after(self, known_after: Duration) -> Self {
        Self { known_after, ..self }
    }

    /// The same, whose values lie in `low ..= high`.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { bounds: Some([low, high]), ..self }
    }

    /// Hours from a value's stamp until it is known.
    pub fn known_after_hours(&self) -> u32 {
        self.frequency.hours() as u32 + self.known_after.0
    }

    /// Checks what a reader of the file takes for granted: the first key that cannot be, with its value and what it may be.
    pub(crate) fn wrong(&self) -> Option<(&'static str, String, String)> {
        if !Range::LAG_HOURS.contains(self.known_after.0.into()) {
            return Some(("known_after", String::from(self.known_after), "at most ten years".to_owned()));
        }
        let [low, high] = self.bounds?;
        let ordered = low.is_finite() && high.is_finite() && low < high;
        let expected = "two finite numbers, the lower one first".to_owned();
        (!ordered).then(|| ("bounds", format!("[{low}, {high}]"), expected))
    }

    fn sought(&self, name: &str) -> Sought {
        let [low, high] = self.bounds.unwrap_or([f64::MIN, f64::MAX]);
        let bound = Bound::Within(low, high);
        let expected = Expected { name: name.to_owned().into(), known_as: &[], required: true, bound };
        Sought {
            subject: Subject::Own,
            time_key: format!("{name}_time").into(),
            frequency: self.frequency,
            expected: vec![expected].into(),
        }
    }
}

/// Whether a name is one that a data set of the files of [`Subject::ALL`] may use.
///
/// # Examples
/// ```
/// assert!(dvol_core::data::is_taken("mvrv") && !dvol_core::data::is_taken("funding"));
/// ```
pub fn is_taken(name: &str) -> bool {
    frequency_of(name).is_some() || ["timestamp", "transaction_volume_source"].contains(&name)
}

/// How often a column of the files of [`Subject::ALL`] is observed; the shortest, where files differ.
pub fn frequency_of(name: &str) -> Option<Frequency> {
    let holds = |subject: &Subject| subject.expected().iter().any(|expected| expected.name == name);
    Subject::ALL.into_iter().find(holds).map(Subject::frequency)
}

impl Dataset {
    /// The same data with one more column, read from its file; a column of one's own of that name is replaced.
    ///
    /// `root` is what the file is relative to. The manifest holds the file's hash beside the description.
    ///
    /// # Errors
    /// A file that cannot be read, another step than the one described, a value outside the bounds within the data's
    /// hours, no value within them, a name that another column has.
    pub fn with_column(
        self,
        name: &str,
        column: &OwnColumn,
        root: &Path,
        policy: &ImportPolicy,
    ) -> Result<Self> {
        if let Some((key, value, expected)) = column.wrong() {
            return Err(Error::parameter(format!("columns.{name}.{key}"), value, expected));
        }
        let step = self.panel().step();
        if !step.is_hour() && column.frequency != Frequency::Daily {
            let expected = format!("\"1d\", as the index is {step}");
            return Err(Error::parameter(
                format!("columns.{name}.frequency"),
                column.frequency.word(),
                expected,
            ));
        }
        let path = root.join(&column.file);
        let bytes = fs::read(&path).map_err(Error::io(&path))?;
        let columns = [(name.to_owned(), column.column.clone())].into();
        let policy = ImportPolicy { columns, ..policy.clone() };
        let (_, (mut source, observed)) =
            read_source(&path, bytes, &column.sought(name), &policy, &ReadOptions::default())?;
        let panel = self.panel();
        let hours = panel.start()..=panel.grid().known_by(panel.len() - 1);
        if let Some(fault) = observed.faults.iter().find(|fault| hours.contains(&fault.time)) {
            return Err(fault.error());
        }
        let series = observed.series.first().into_iter().flat_map(|series| &series.values);
        let by_hour = observed.times.iter().map(|time| time.hours()).zip(series.copied());
        let values = on_grid(panel, by_hour);
        if values.iter().all(|value| value.is_nan()) {
            return Err(Error::Mismatch {
                what: format!("column `{name}` of {}", path.display()),
                left: format!("values from {} to {}", source.first, source.last),
                right: format!("data from {} to {}", panel.start(), panel.last()),
                remedy: "give a file that overlaps in time".to_owned(),
            });
        }
        source.own = Some(column.clone());
        let manifest = self.manifest();
        let replaced = |source: &&super::Source| source.own.is_some() && source.columns.contains_key(name);
        let known = manifest.sources.iter().any(|source| replaced(&source));
        let kept = panel.columns().iter().filter(|other| !(known && other.name() == name)).cloned();
        let own = Column::new(name, values, column.frequency, column.known_after_hours());
        let wider = kept.chain([own]).try_fold(panel.bare(), Panel::with)?;
        let sources = manifest.sources.iter().filter(|source| !replaced(source)).cloned();
        let sources = sources.chain([source]).collect();
        let repairs = manifest.repairs.iter().cloned().chain(observed.repairs).collect();
        Ok(Self::new(wider, manifest.provenance.clone(), sources, repairs))
    }
}
