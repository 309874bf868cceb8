//! A state for every hour, and whether it was known then.

use super::Scheme;
use crate::error::{Error, Result};
use crate::panel::{Column, Grid, Panel};
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Whether a label at an hour uses only what was known at that hour.
pub trait Knowledge: fmt::Debug + Clone + Copy + PartialEq + Send + Sync + 'static {
    /// True when the label needs the future.
    const HINDSIGHT: bool;
}

/// The label at an hour uses only what was known then: it may steer a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known;

/// The label was given afterwards: it may sort results, never feed a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hindsight;

impl Knowledge for Known {
    const HINDSIGHT: bool = false;
}

impl Knowledge for Hindsight {
    const HINDSIGHT: bool = true;
}

/// One state a row of a complete grid; rows without a state (no history yet, a gap) have none.
///
/// [`Labels::column`], which turns labels into a feature, exists for [`Known`] labels only:
///
/// ```compile_fail
/// use dvol_core::{events::Event, regimes::event_windows, time::Timestamp};
/// let crises = event_windows(Timestamp::from_hours(0), 24, &Event::thesis()).unwrap();
/// crises.column("FTX"); // a crisis is named afterwards: no such method
/// ```
///
/// # Examples
/// ```
/// use dvol_core::{regimes::calendar_years, time::Timestamp};
/// let start: Timestamp = "2022-12-31T23:00".parse()?;
/// let years = calendar_years(start, 2)?;
/// assert_eq!(years.states(), ["2022", "2023"]);
/// assert_eq!(years.at(start), Some("2022"));
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Labels<K: Knowledge> {
    scheme: Scheme,
    states: Arc<[String]>,
    grid: Grid,
    codes: Arc<[Option<u16>]>,
    knowledge: PhantomData<K>,
}

impl<K: Knowledge> Labels<K> {
    pub(super) fn new(scheme: Scheme, states: Vec<String>, grid: Grid, codes: Vec<Option<u16>>) -> Self {
        Self { scheme, states: states.into(), grid, codes: codes.into(), knowledge: PhantomData }
    }

    /// What the labels tell apart.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// The states in their order.
    pub fn states(&self) -> &[String] {
        &self.states
    }

    /// Whether the labels need the future.
    pub fn is_hindsight(&self) -> bool {
        K::HINDSIGHT
    }

    /// The state's position at a time; `None` outside the grid and where there is no state.
    pub fn position(&self, time: Timestamp) -> Option<usize> {
        let code = self.codes.get(self.grid.row_before(time)?)?;
        code.map(usize::from)
    }

    /// The state at a time; between two rows that of the earlier one.
    pub fn at(&self, time: Timestamp) -> Option<&str> {
        self.position(time).map(|position| self.states[position].as_str())
    }

    /// The number of labelled hours in each state, in order.
    pub fn hours(&self) -> Vec<usize> {
        let mut counts = vec![0; self.states.len()];
        self.codes.iter().flatten().for_each(|&code| counts[usize::from(code)] += 1);
        counts
    }

    /// The same labels, treated as given afterwards.
    pub fn as_hindsight(&self) -> Labels<Hindsight> {
        Labels {
            scheme: self.scheme.clone(),
            states: Arc::clone(&self.states),
            grid: self.grid.clone(),
            codes: Arc::clone(&self.codes),
            knowledge: PhantomData,
        }
    }
}

impl Labels<Hindsight> {
    /// Labels given by hand, as (time, state), in order of time: nothing is known about when they were known.
    ///
    /// States are ordered by name; an empty state is no state.
    ///
    /// # Errors
    /// No row, times out of order, or not on full hours.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::{regimes::Labels, time::Timestamp};
    /// let hour = Timestamp::from_hours;
    /// let labels = Labels::by_hand("mood", [(hour(0), "calm"), (hour(3), "wild")])?;
    /// assert_eq!((labels.at(hour(3)), labels.at(hour(1))), (Some("wild"), None));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn by_hand<S: Into<String>>(
        scheme: impl Into<Scheme>,
        rows: impl IntoIterator<Item = (Timestamp, S)>,
    ) -> Result<Self> {
        let scheme = scheme.into();
        let rows: Vec<(Timestamp, String)> =
            rows.into_iter().map(|(time, state)| (time, state.into())).collect();
        let (Some((start, _)), Some((last, _))) = (rows.first(), rows.last()) else {
            return Err(Error::too_few(scheme.to_string(), 1, 0, "give at least one labelled hour"));
        };
        let mut names: BTreeMap<&str, u16> =
            rows.iter().filter(|row| !row.1.is_empty()).map(|row| (row.1.as_str(), 0)).collect();
        if names.is_empty() || names.len() > usize::from(u16::MAX) {
            return Err(Error::parameter(
                "labels",
                format!("{} different states", names.len()),
                "a column of a few states; numbers are not labels",
            ));
        }
        names.values_mut().enumerate().for_each(|(position, code)| *code = position as u16);
        let length = (last.hours() - start.hours() + 1).max(0) as usize;
        let mut codes = vec![None; length];
        let mut before = None;
        for (time, state) in &rows {
            if !time.is_full_hour() || before.is_some_and(|before| before >= *time) {
                return Err(Error::parameter("label time", time, "full hours in increasing order"));
            }
            before = Some(*time);
            codes[(time.hours() - start.hours()) as usize] = names.get(state.as_str()).copied();
        }
        let states = names.keys().map(|&name| name.to_owned()).collect();
        Ok(Self::new(scheme, states, Grid::hours(*start, length)?, codes))
    }
}

impl Labels<Known> {
    /// Labels made of a column of known values, such as a feature: the state that `state` names for each value, none
    /// where it names none and where the value is null. States are ordered by name.
    ///
    /// # Errors
    /// A missing column, one not known at its own row, no hour with a state.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::panel::{Column, Panel};
    /// use dvol_core::regimes::Labels;
    /// let panel = Panel::new("2022-11-01".parse()?, 3)?.with(Column::known("dvol", vec![55.0, 90.0, 61.0]))?;
    /// let labels = Labels::of_column("alarm", &panel, "dvol", |dvol| Some(if dvol > 80.0 { "high" } else { "calm" }))?;
    /// assert_eq!((labels.at(panel.at(1)), labels.hours()), (Some("high"), vec![2, 1]));
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of_column<S: Into<String>>(
        scheme: impl Into<Scheme>,
        panel: &Panel,
        column: &str,
        state: impl Fn(f64) -> Option<S>,
    ) -> Result<Self> {
        let values = known_values(panel, column)?.iter();
        let states = values.map(|value| Some(*value).filter(|value| !value.is_nan()).and_then(&state));
        let states = states.map(|state| state.map_or_else(String::new, Into::into));
        let by_hand = Labels::<Hindsight>::by_hand(scheme, panel.times().zip(states))?;
        let codes = panel.times().map(|time| by_hand.position(time).map(|place| place as u16)).collect();
        let Labels { scheme, states, .. } = by_hand;
        Ok(Self { scheme, states, grid: panel.grid().clone(), codes, knowledge: PhantomData })
    }

    /// The state as a feature: 1 in `state`, 0 in another one, null where there is none.
    ///
    /// # Errors
    /// When there is no such state.
    pub fn column(&self, state: &str) -> Result<Column> {
        let position =
            self.states.iter().position(|other| other == state).ok_or_else(|| Error::MissingColumn {
                table: format!("labels `{}`", self.scheme),
                column: state.to_owned(),
                available: self.states.to_vec(),
            })?;
        let values: Vec<f64> = self
            .codes
            .iter()
            .map(|code| code.map_or(f64::NAN, |code| f64::from(u8::from(usize::from(code) == position))))
            .collect();
        Ok(Column::known(format!("{}: {state}", self.scheme), values))
    }
}

impl<K: Knowledge> fmt::Display for Labels<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}):", self.scheme, if K::HINDSIGHT { "hindsight" } else { "known" })?;
        for (state, hours) in self.states.iter().zip(self.hours()) {
            write!(f, " {state} {hours} h")?;
        }
        Ok(())
    }
}

/// The values of a column that is known at its own row.
pub(super) fn known_values<'a>(panel: &'a Panel, column: &str) -> Result<&'a [f64]> {
    let column = panel.column(column)?;
    if column.known_after_hours() != 0 {
        return Err(Error::parameter(
            "column",
            column.name(),
            "a column of known values; pass the panel through features::known first",
        ));
    }
    Ok(column.values())
}

/// Position of a condition's state: `yes` is 1, `no` is 0.
pub(super) fn code(condition: bool) -> u16 {
    u16::from(condition)
}
