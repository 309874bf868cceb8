//! The one shape of a source: who is asked, about what, by which readers.

use super::reader::Reader;
use super::settings::{FetchPlan, FetchSettings, Host};
use crate::data::subject::Subject;
use crate::error::Result;

/// The readers of a plan, in the order of their series.
pub(super) type Readers = Result<Vec<Box<dyn Reader>>>;

/// A source of series: one line of [`SOURCES`](super::SOURCES).
#[derive(Debug, Clone, Copy)]
pub struct DataSource {
    /// Its name, which no other entry has.
    pub name: &'static str,
    /// The server asked.
    pub host: Host,
    /// What it can tell.
    pub subjects: &'static [Subject],
    /// The readers a plan needs of it; none where the plan does not.
    pub(super) readers: fn(&FetchPlan, &FetchSettings) -> Readers,
}

impl DataSource {
    /// The series it gives under a plan: the name of each (and of its file) and what it is about.
    ///
    /// # Errors
    /// Settings that name no column of ours.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::data::{Asset, FetchPlan, FetchSettings, PriceSource, SOURCES};
    /// let (from, until) = ("2021-04-01".parse()?, "2021-05-01".parse()?);
    /// let plan = FetchPlan { asset: Asset::Eth, price: PriceSource::Deribit, funding: None, from, until };
    /// let series: Vec<String> = SOURCES.iter()
    ///     .flat_map(|source| source.series(&plan, &FetchSettings::default()).unwrap_or_default())
    ///     .map(|(name, _)| name)
    ///     .collect();
    /// assert_eq!(series, ["deribit_dvol", "deribit_perpetual", "coin_metrics"]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn series(&self, plan: &FetchPlan, settings: &FetchSettings) -> Result<Vec<(String, Subject)>> {
        let readers = (self.readers)(plan, settings)?;
        Ok(readers.iter().map(|reader| (reader.name().to_owned(), reader.subject())).collect())
    }
}
