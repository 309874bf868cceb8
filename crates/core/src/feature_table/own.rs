//! Features that somebody adds to a study: a closure from what was known to one value an hour.

use crate::error::{Error, Result};
use crate::panel::{Column, Panel};
use std::fmt;
use std::sync::Arc;

/// Makes one value an hour of a panel of known values.
type Make = dyn Fn(&Panel) -> Result<Vec<f64>> + Send + Sync;

/// A feature outside the table: a name, and a closure from the panel of known values to one value an hour.
///
/// Row `t` of that panel holds what was known at `t`, so the closure may read rows up to its own, and no later one: the
/// study that takes the feature proves it.
///
/// # Examples
/// ```
/// use dvol_core::feature_table::Feature;
/// use dvol_core::panel::{Column, Panel};
/// let week = Feature::new("dvol_week_high", |known| {
///     let dvol = known.values("dvol")?;
///     let high = |row: usize| dvol[row.saturating_sub(167)..=row].iter().copied().fold(f64::MIN, f64::max);
///     Ok((0..dvol.len()).map(high).collect())
/// });
/// let known = Panel::new("2021-03-24".parse()?, 3)?.with(Column::known("dvol", vec![60.0, 64.0, 62.0]))?;
/// assert_eq!(week.of(&known)?.values(), [60.0, 64.0, 64.0]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Feature {
    name: Arc<str>,
    make: Arc<Make>,
    code: Option<String>,
}

impl Feature {
    /// A feature made by a closure, which is given the raw series, each value at the hour it became known, and returns
    /// one value an hour; NaN is null.
    pub fn new(
        name: impl Into<Arc<str>>,
        make: impl Fn(&Panel) -> Result<Vec<f64>> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), make: Arc::new(make), code: None }
    }

    /// The same, whose code is known by a version or a hash of its own: forecasts of models that read it are kept and
    /// used again as long as that stays. Without it they are made anew.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The column's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its code is known by.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Its column of a panel of known values.
    ///
    /// # Errors
    /// What the closure returns; another number of values than hours.
    pub fn of(&self, known: &Panel) -> Result<Column> {
        let values = (self.make)(known)?;
        if values.len() != known.len() {
            return Err(Error::Mismatch {
                what: format!("feature `{}`", self.name),
                left: format!("{} values", values.len()),
                right: format!("{} hours", known.len()),
                remedy: "return one value an hour, NaN where there is none".to_owned(),
            });
        }
        Ok(Column::known(Arc::clone(&self.name), values))
    }
}

impl fmt::Debug for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feature").field("name", &self.name).field("code", &self.code).finish_non_exhaustive()
    }
}
