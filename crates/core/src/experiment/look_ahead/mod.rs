//! The proof that nothing said at an hour leans on what became known after it.

mod proof;
mod subjects;
mod worlds;

pub use proof::{Future, Moved, Proof};

use super::Experiment;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use worlds::{altered_after, cut_at};

/// Numbers of one kind that somebody said, each with the hour whose knowledge it may use.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// What they are: a feature's name, `forecast`, an end of an interval.
    pub what: String,
    /// The hours and the numbers; NaN is null.
    pub at: Vec<(Timestamp, f64)>,
}

/// Says everything about the hours up to one, on one market.
pub type Answers = Box<dyn Fn(Timestamp) -> Result<Vec<Said>>>;

/// What can be proven to look at nothing ahead: models, features, groups of features.
pub trait Prove {
    /// Its name in the proof.
    fn called(&self) -> String;

    /// Origins at which a proof changes the future, where none are named.
    ///
    /// # Errors
    /// Too short a history.
    fn origins(&self, market: &Experiment) -> Result<Vec<Timestamp>>;

    /// Prepares it on a market, for questions around an origin.
    ///
    /// # Errors
    /// What fitting a model or making a feature returns.
    fn answers(&self, market: &Experiment, origin: Timestamp) -> Result<Answers>;
}

/// Hours around an origin that a model is asked about: what it says before the origin may not move.
const ASKED_HOURS: i64 = 48;

impl Experiment {
    /// Proves that a model or a feature looks at nothing ahead, at origins spread over the data; see [`Self::prove_at`].
    ///
    /// # Errors
    /// What fitting, predicting or making the feature returns. A look ahead is no error but what the proof says.
    ///
    /// # Examples
    /// A model that takes tomorrow's level, which the inputs hold when many origins are asked at once:
    /// ```
    /// use dvol_core::config::Config;
    /// use dvol_core::experiment::Experiment;
    /// use dvol_core::models::{Fitted, Naive};
    /// use dvol_core::prelude::*;
    /// struct Peeks;
    /// impl Model for Peeks {
    ///     fn name(&self) -> String {
    ///         "peeks".to_owned()
    ///     }
    ///     fn fit_boxed(&self, _: &Sample) -> Result<Box<dyn Forecaster>> {
    ///         Ok(Fitted::boxed("peeks", |inputs| {
    ///             let levels = inputs.levels();
    ///             (0..levels.len()).map(|i| levels[(i + 24).min(levels.len() - 1)]).collect()
    ///         }))
    ///     }
    /// }
    /// let config = Config::parse("simulation = { hours = 3000 }\nfolders = { data = 'nowhere' }")?;
    /// let experiment = Experiment::new(config)?;
    /// assert!(experiment.prove(&Naive::Drift)?.holds());
    /// let proof = experiment.prove(&Peeks)?;
    /// assert!(!proof.holds());
    /// println!("{proof}");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn prove<P: Prove>(&self, subject: &P) -> Result<Proof> {
        self.prove_at(subject, &subject.origins(self)?)
    }

    /// Proves that a model or a feature looks at nothing ahead of the origins given.
    ///
    /// For each origin everything is made three times: on the data as they are; with every raw value that becomes known
    /// after the origin replaced by another; and on the data as they stood at the origin, with no later row and no later
    /// publication. A model is fitted each time, as a walk-forward fits it for the hours around the origin, and asked
    /// about two days before and after it at once. Nothing that is said about an hour up to the origin may differ in
    /// one bit. Then every value is replaced, past and future: what moves not even then holds numbers of its own, about
    /// which the proof says nothing ([`Proof::reads_the_data`]).
    ///
    /// # Errors
    /// As [`Self::prove`]; an origin outside the data or without a history to learn from.
    pub fn prove_at<P: Prove>(&self, subject: &P, origins: &[Timestamp]) -> Result<Proof> {
        // Its events are published before they come: every market has the same.
        self.schedule()?;
        let raw = self.dataset().panel();
        let mut proof = Proof::about(subject.called(), origins);
        for &origin in origins {
            if origin <= raw.start() || origin > raw.at(raw.len()) {
                let expected = format!("after {} and up to {}", raw.start(), raw.at(raw.len()));
                return Err(Error::parameter("origin", origin, expected));
            }
            let later = Timestamp::from_hours(origin.hours() + ASKED_HOURS);
            let own = subject.answers(self, origin)?;
            let altered = subject.answers(&self.on_panel(altered_after(raw, origin)?), origin)?;
            let whole = own(later)?;
            proof.compare(origin, Future::Altered, &whole, &altered(later)?);
            let cut = subject.answers(&self.on_panel(cut_at(raw, origin)?), origin)?;
            proof.compare(origin, Future::Cut, &own(origin)?, &cut(origin)?);
            if !proof.reads_the_data {
                let before = Timestamp::from_hours(raw.start().hours() - 1);
                let other = self.on_panel(altered_after(raw, before)?);
                // A model that cannot be fitted on other data reads them.
                match subject.answers(&other, origin).and_then(|answers| answers(later)) {
                    Ok(other) => proof.control(&whole, &other),
                    Err(_) => proof.reads_the_data = true,
                }
            }
        }
        Ok(proof)
    }
}
