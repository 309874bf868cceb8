//! The thesis's set of labels on one panel.

use super::{Hindsight, Known, LABEL_SETS, Labels, Scheme};
use crate::error::Result;
use crate::events::Event;
use crate::panel::Panel;
use crate::time::{Horizon, Timestamp};

/// Labels of either knowledge, for lists of both.
#[derive(Debug, Clone, PartialEq)]
pub enum AnyLabels {
    /// Known at each hour.
    Known(Labels<Known>),
    /// Given afterwards.
    Hindsight(Labels<Hindsight>),
}

impl AnyLabels {
    /// What the labels tell apart.
    pub fn scheme(&self) -> &Scheme {
        match self {
            Self::Known(labels) => labels.scheme(),
            Self::Hindsight(labels) => labels.scheme(),
        }
    }

    /// The state at a time, as [`Labels::at`].
    pub fn at(&self, time: Timestamp) -> Option<&str> {
        match self {
            Self::Known(labels) => labels.at(time),
            Self::Hindsight(labels) => labels.at(time),
        }
    }

    /// Whether the labels need the future.
    pub fn is_hindsight(&self) -> bool {
        matches!(self, Self::Hindsight(_))
    }
}

impl From<Labels<Known>> for AnyLabels {
    fn from(labels: Labels<Known>) -> Self {
        Self::Known(labels)
    }
}

impl From<Labels<Hindsight>> for AnyLabels {
    fn from(labels: Labels<Hindsight>) -> Self {
        Self::Hindsight(labels)
    }
}

/// Labels that belong together: one line of [`LABEL_SETS`].
///
/// # Examples
/// ```
/// use dvol_core::panel::Panel;
/// use dvol_core::regimes::{LABEL_SETS, StandardLabels};
/// let bare = Panel::new("2022-11-01".parse()?, 100)?;
/// for set in LABEL_SETS {
///     println!("{}: {} scheme(s)", set.name, (set.make)(&StandardLabels::default(), &bare)?.len());
/// }
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct LabelSet {
    /// Its name, which no other entry has.
    pub name: &'static str,
    /// Makes the labels of a panel of known values; none where the panel lacks the column or they are not asked for.
    pub make: fn(&StandardLabels, &Panel) -> Result<Vec<AnyLabels>>,
}

/// Which labels to make of a panel of known values.
///
/// | parameter | meaning | default |
/// | --- | --- | --- |
/// | `level` | column that is forecast: terciles, its changes | `dvol` |
/// | `market` | column that rises and falls | `price` |
/// | `indicator` | column of jumps | `jump_indicator` |
/// | `events` | crises | the six of the thesis |
/// | `horizon` | how far the next jump counts | 24 h |
/// | `past` | hours over which the market rises or falls, and least history of terciles | 720 |
/// | `training_end` | last hour the Markov-switching model is estimated on | none: no such labels |
/// | `at_target` | whether to label by jumps in the target's own hour | no |
#[derive(Debug, Clone, PartialEq)]
pub struct StandardLabels {
    /// Column that is forecast.
    pub level: String,
    /// Column that rises and falls.
    pub market: String,
    /// Column of jumps.
    pub indicator: String,
    /// Crises.
    pub events: Vec<Event>,
    /// How far the next jump counts.
    pub horizon: Horizon,
    /// Hours over which the market rises or falls, and least history of terciles.
    pub past: usize,
    /// Last hour the Markov-switching model is estimated on.
    pub training_end: Option<Timestamp>,
    /// Whether to label by jumps in the target's own hour.
    pub at_target: bool,
}

impl Default for StandardLabels {
    fn default() -> Self {
        Self {
            level: "dvol".to_owned(),
            market: "price".to_owned(),
            indicator: "jump_indicator".to_owned(),
            events: Event::thesis(),
            horizon: Horizon::hours(24),
            past: 720,
            training_end: None,
            at_target: false,
        }
    }
}

impl StandardLabels {
    /// All labels the panel's columns allow: those on a column it has not are left out.
    ///
    /// # Errors
    /// Columns that are not known at their own row, or a training window too short for the Markov-switching model.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::panel::{Column, Panel};
    /// use dvol_core::regimes::StandardLabels;
    /// let dvol = (0..2_000).map(|hour| 60.0 + (f64::from(hour) / 50.0).sin()).collect::<Vec<f64>>();
    /// let panel = Panel::new("2022-11-01".parse()?, 2_000)?.with(Column::known("dvol", dvol))?;
    /// let labels = StandardLabels::default().of(&panel)?;
    /// let schemes: Vec<String> = labels.iter().map(|labels| labels.scheme().to_string()).collect();
    /// assert_eq!(schemes, ["calendar year", "crisis", "tercile of dvol so far", "tercile of dvol, full sample"]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(&self, panel: &Panel) -> Result<Vec<AnyLabels>> {
        let mut labels = Vec::new();
        for set in LABEL_SETS {
            labels.extend((set.make)(self, panel)?);
        }
        Ok(labels)
    }
}
