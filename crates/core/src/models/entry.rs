//! The one shape of a line of the table of models.

use super::{Calibrated, MODELS, Model};
use serde::{Deserialize, Serialize};

/// What kind of model a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A rule without estimation, or of one mean.
    Naive,
    /// A regression.
    Linear,
    /// A network, alone or on top of a regression; also when averaged over seeds.
    Network,
    /// The average of different models.
    Combination,
}

/// Who makes a model.
#[derive(Debug, Clone, Copy)]
pub enum Maker {
    /// This crate, under default settings.
    Core(fn() -> Box<dyn Model>),
    /// The package that is linked to libtorch: its own table has the maker.
    Networks,
}

/// One row of the table of models.
#[derive(Debug, Clone, Copy)]
pub struct ModelEntry {
    /// The name in tables, files and configurations.
    pub name: &'static str,
    /// What kind of model it is.
    pub family: Family,
    /// Who makes it.
    pub maker: Maker,
    /// The models it turns into at some values of its coefficients.
    pub nests: &'static [&'static str],
}

impl ModelEntry {
    /// The same row of a model that nests these.
    #[must_use]
    pub const fn nesting(mut self, nests: &'static [&'static str]) -> Self {
        self.nests = nests;
        self
    }

    /// The (small, large) pairs among models of the table of which the second nests the first.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::ModelEntry;
    /// let pairs = ModelEntry::nested_among(&["mean", "persistence", "har"]);
    /// assert_eq!(pairs, [("persistence".to_owned(), "har".to_owned()), ("mean".to_owned(), "har".to_owned())]);
    /// ```
    pub fn nested_among(names: &[&str]) -> Vec<(String, String)> {
        let entries = names.iter().filter_map(|name| Self::find(name));
        let pairs = entries.flat_map(|large| {
            let inside = large.nests.iter().filter(|small| names.contains(small));
            inside.map(|small| ((*small).to_owned(), large.name.to_owned()))
        });
        pairs.collect()
    }

    /// The row of a name.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::{Family, ModelEntry};
    /// assert_eq!(ModelEntry::find("har_lstm").map(|entry| entry.family), Some(Family::Network));
    /// assert!(ModelEntry::find("of_my_own").is_none());
    /// ```
    pub fn find(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|entry| entry.name == name)
    }

    /// The names of all models, in the order of tables.
    pub fn names() -> Vec<&'static str> {
        MODELS.iter().map(|entry| entry.name).collect()
    }

    /// The model of this row under default settings and with its intervals, where this crate makes it.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::models::ModelEntry;
    /// let entry = ModelEntry::find("har").unwrap();
    /// assert_eq!(entry.make().unwrap().name(), "har");
    /// ```
    pub fn make(&self) -> Option<Box<dyn Model>> {
        match self.maker {
            Maker::Core(make) => Some(Box::new(Calibrated::new(make()))),
            Maker::Networks => None,
        }
    }

    /// The models of a family that this crate makes, as points without intervals: they read no feature that their
    /// intervals would need.
    pub fn of_family(family: Family) -> impl Iterator<Item = Box<dyn Model>> {
        MODELS.iter().filter(move |entry| entry.family == family).filter_map(|entry| match entry.maker {
            Maker::Core(make) => Some(make()),
            Maker::Networks => None,
        })
    }
}
