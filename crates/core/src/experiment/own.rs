//! Columns and features that somebody brings to an experiment.

use super::Experiment;
use crate::data::OwnColumn;
use crate::error::{Error, Result};
use crate::feature_table::Feature;
use std::sync::OnceLock;

impl Experiment {
    /// The same experiment with one more column, read from its file, which features may name.
    ///
    /// The file is relative to the configuration's folder, or to the working folder where there is none.
    ///
    /// # Errors
    /// As [`Dataset::with_column`](crate::data::Dataset::with_column).
    ///
    /// # Examples
    /// ```
    /// use dvol_core::config::Config;
    /// use dvol_core::data::OwnColumn;
    /// use dvol_core::experiment::Experiment;
    /// use dvol_core::feature_table::{Described, Transform};
    /// use dvol_core::models::Har;
    /// use dvol_core::panel::Frequency;
    /// let experiment = Experiment::new(Config::parse("simulation = { hours = 9000 }\nfolders = { data = 'nowhere' }")?)?;
    /// let folder = tempfile::tempdir()?;
    /// let file = folder.path().join("rates.csv");
    /// let first = experiment.panel().start().hours() / 24;
    /// let row = |day: i64| {
    ///     let stamp = dvol_core::time::Timestamp::from_hours((first + day) * 24);
    ///     format!("{stamp},{}\n", 0.001 * (day as f64 / 9.0).sin())
    /// };
    /// std::fs::write(&file, format!("time,rate\n{}", (0..375).map(row).collect::<String>()))?;
    ///
    /// let rates = OwnColumn::new(&file, "rate", Frequency::Daily).published_after("1h".parse()?).within(-1.0, 1.0);
    /// let z = Described::new("rates", Transform::ZScore, "30d".parse()?).named("rates_z");
    /// let wider = experiment.with_column("rates", &rates)?.with_feature(z)?;
    /// assert!(wider.forecast(&Har::with_exogenous(["rates_z"]))?.len() > 1_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_column(&self, name: &str, column: &OwnColumn) -> Result<Self> {
        let (root, policy) = (self.config.root(), &self.config.import);
        let dataset = self.dataset.clone().with_column(name, column, root, policy)?;
        Ok(Self { dataset, features: OnceLock::new(), ..self.clone() })
    }

    /// The names of the features beside those of the table, of the configuration and of [`Self::with_feature`].
    pub fn own_feature_names(&self) -> Vec<&str> {
        self.own.iter().map(Feature::name).collect()
    }

    /// The same experiment with a feature of its own, which any model may name, once it is proven to look at nothing
    /// ahead.
    ///
    /// # Errors
    /// A name that another feature has; a feature that looks ahead: the hour that moved is named.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::config::Config;
    /// use dvol_core::experiment::Experiment;
    /// use dvol_core::feature_table::Feature;
    /// let experiment = Experiment::new(Config::parse("simulation = { hours = 3000 }\nfolders = { data = 'nowhere' }")?)?;
    /// let change = |known: &[f64], back: isize| -> Vec<f64> {
    ///     let other = |row: usize| row.checked_add_signed(-back).and_then(|row| known.get(row).copied());
    ///     known.iter().enumerate().map(|(row, value)| value - other(row).unwrap_or(f64::NAN)).collect()
    /// };
    /// let day = Feature::new("dvol_day", move |known| Ok(change(known.values("dvol")?, 24)));
    /// assert!(experiment.with_feature(day)?.features()?.has("dvol_day"));
    /// let tomorrow = Feature::new("dvol_tomorrow", move |known| Ok(change(known.values("dvol")?, -24)));
    /// assert!(experiment.with_feature(tomorrow).unwrap_err().to_string().contains("looks ahead"));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn with_feature(&self, feature: Feature) -> Result<Self> {
        if self.features()?.has(feature.name()) {
            return Err(Error::parameter("feature", feature.name(), "a name that no other feature has"));
        }
        self.prove(&feature)?.required()?;
        let own = self.own.iter().cloned().chain([feature]).collect();
        Ok(Self { own, features: OnceLock::new(), ..self.clone() })
    }
}
