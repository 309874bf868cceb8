//! The table of features: what a study makes, what models may name, and what the look-ahead tests prove.

mod described;
mod own;

pub use described::{Described, Transform};
pub use own::Feature;

use crate::data::{Simulation, simulate};
use crate::error::Result;
use crate::features::{
    BASE_FEATURES, CALENDAR_FEATURES, CHANGE_FEATURES, DISTANCE_FEATURES, MOVE_FEATURES, PREMIUM_FEATURES,
    ROUGHNESS_FEATURES, SCHEDULE_FEATURES, base_features, calendar_features, known, schedule_features,
    volatility_features,
};
use crate::jumps::{JUMP_FEATURES, JumpFeatureSpec, jump_features};
use crate::panel::{Column, Panel};
use crate::schedule::Schedule;
use crate::time::Horizon;
use serde::Serialize;

/// What features read of a configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FeatureSettings {
    /// How jumps are found.
    pub jumps: JumpFeatureSpec,
    /// The events that are known ahead.
    pub schedule: Schedule,
    /// How far ahead forecasts are; `None` where no feature depends on it.
    pub horizon: Option<Horizon>,
}

/// Related features by name, such as are moved together when a model's use of them is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureFamily {
    /// What they have in common.
    pub name: &'static str,
    /// Their columns.
    pub columns: &'static [&'static str],
}

const fn family(name: &'static str, columns: &'static [&'static str]) -> FeatureFamily {
    FeatureFamily { name, columns }
}

/// What decides the values of a group of features, beside the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decides {
    /// Its code alone.
    Code,
    /// [`FeatureSettings::jumps`] too.
    Jumps,
    /// [`FeatureSettings::schedule`] and the horizon too.
    Schedule,
}

/// One row of the table: a step from the panel of known values to features.
#[derive(Debug, Clone, Copy)]
pub struct FeatureGroup {
    /// The name in reports.
    pub name: &'static str,
    /// Its columns, sorted into families.
    pub families: &'static [FeatureFamily],
    /// What decides its values.
    pub decides: Decides,
    /// The step.
    pub make: fn(&Panel, &FeatureSettings) -> Result<Panel>,
}

/// Every group of features, in the order of a study's columns. A group is one file and one line here.
pub const FEATURES: &[FeatureGroup] = &[
    FeatureGroup {
        name: "base",
        families: &[family("base features", &BASE_FEATURES)],
        decides: Decides::Code,
        make: |known, _| base_features(known),
    },
    FeatureGroup {
        name: "jumps",
        families: &[family("jump features", &JUMP_FEATURES)],
        decides: Decides::Jumps,
        make: |known, settings| jump_features(known, &settings.jumps),
    },
    FeatureGroup {
        name: "volatility",
        families: &[
            family("distances to means", &DISTANCE_FEATURES),
            family("recent changes", &CHANGE_FEATURES),
            family("volatility premia", &PREMIUM_FEATURES),
            family("falls and large moves", &MOVE_FEATURES),
            family("roughness of the index", &ROUGHNESS_FEATURES),
        ],
        decides: Decides::Code,
        make: |known, _| volatility_features(known),
    },
    FeatureGroup {
        name: "calendar",
        families: &[family("calendar", &CALENDAR_FEATURES)],
        decides: Decides::Code,
        make: |known, _| calendar_features(known),
    },
    FeatureGroup {
        name: "schedule",
        families: &[family("scheduled events", &SCHEDULE_FEATURES)],
        decides: Decides::Schedule,
        make: |known, settings| {
            let horizon = settings.horizon.unwrap_or(Horizon::hours(24));
            schedule_features(known, &settings.schedule, horizon)
        },
    },
];

impl FeatureGroup {
    /// Its columns.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.families.iter().flat_map(|family| family.columns.iter().copied())
    }
}

/// All features of a panel of known values, group after group.
///
/// # Errors
/// When a raw column that a group reads is missing.
pub fn all_features(known: &Panel, settings: &FeatureSettings) -> Result<Panel> {
    let mut panel = known.bare();
    for group in FEATURES {
        panel = panel.join(&(group.make)(known, settings)?)?;
    }
    Ok(panel)
}

/// The names of all features.
pub fn feature_names() -> impl Iterator<Item = &'static str> {
    FEATURES.iter().flat_map(FeatureGroup::columns)
}

/// The features that lean on a column of the panel, found by changing it on a small simulated market.
///
/// # Errors
/// When features of a simulated market cannot be made.
///
/// # Examples
/// ```
/// use dvol_core::feature_table::features_that_read;
/// assert_eq!(features_that_read("active_addresses")?, ["active_addresses"]);
/// assert_eq!(features_that_read("mvrv")?, ["nvrv"]);
/// assert!(features_that_read("transaction_count")?.is_empty());
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn features_that_read(column: &str) -> Result<Vec<&'static str>> {
    let raw = simulate(&Simulation { hours: 1_200, ..Simulation::default() })?;
    let mut changed = raw.bare();
    for own in raw.columns() {
        // another change in every row: one factor for all leaves ratios and returns as they are
        let shifted = |(row, value): (usize, &f64)| value * (1.0 + 0.01 * (row as f64).sin());
        let values: Vec<f64> = own.values().iter().enumerate().map(shifted).collect();
        let other = Column::new(own.name(), values, own.frequency(), own.known_after_hours());
        changed = changed.with(if own.name() == column { other } else { own.clone() })?;
    }
    let settings = FeatureSettings::default();
    let (before, after) =
        (all_features(&known(&raw)?, &settings)?, all_features(&known(&changed)?, &settings)?);
    let differs = |name: &&str| {
        let pairs =
            before.values(name).unwrap_or_default().iter().zip(after.values(name).unwrap_or_default());
        pairs.into_iter().any(|(one, other)| one != other && !(one.is_nan() && other.is_nan()))
    };
    Ok(feature_names().filter(differs).collect())
}

/// The settings that decide the named features: what a model that reads them depends on.
pub fn settings_read(names: &[String], settings: &FeatureSettings) -> FeatureSettings {
    let reads = |decides: Decides| {
        let mut groups = FEATURES.iter().filter(|group| group.decides == decides);
        groups.any(|group| group.columns().any(|column| names.iter().any(|name| name == column)))
    };
    let mut read = FeatureSettings::default();
    if reads(Decides::Jumps) {
        read.jumps = settings.jumps.clone();
    }
    if reads(Decides::Schedule) {
        read.schedule = settings.schedule.clone();
        read.horizon = settings.horizon;
    }
    read
}
