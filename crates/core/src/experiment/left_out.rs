//! What data without some columns leave out.

use super::Experiment;
use crate::error::{Error, Result};
use crate::feature_table::{feature_names, features_that_read};
use crate::models::Model;
use crate::panel::Panel;
use serde::Serialize;
use std::fmt;

/// A column that no file gave, and the features that are not made without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AbsentColumn {
    /// The column of the panel.
    pub column: &'static str,
    /// The features that read it.
    pub features: Vec<&'static str>,
}

impl AbsentColumn {
    /// The columns of these that a panel lacks and features read.
    ///
    /// # Errors
    /// When features of a simulated market cannot be made.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::experiment::AbsentColumn;
    /// use dvol_core::panel::{Column, Panel};
    /// let panel = Panel::new("2021-03-24".parse()?, 2)?.with(Column::bars("dvol", vec![60.0, 61.0]))?;
    /// let absent = AbsentColumn::of(&panel)?;
    /// assert_eq!(absent[2].to_string(), "no column `active_addresses`: left out `active_addresses`");
    /// assert_eq!(absent[3].features, ["nvrv"]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn of(panel: &Panel) -> Result<Vec<Self>> {
        let absent = READ.into_iter().filter(|column| !panel.has(column));
        absent.map(|column| Ok(Self { column, features: features_that_read(column)? })).collect()
    }

    /// The column, and what is left out, for [`Audit::with_absent`](crate::data::Audit::with_absent).
    pub fn noted(self) -> (String, String) {
        (self.column.to_owned(), format!("no file gave it; features left out: {}", self.features.join(", ")))
    }
}

/// The columns beside the index that features read.
const READ: [&str; 4] = ["price", "transaction_volume_usd", "active_addresses", "mvrv"];

impl fmt::Display for AbsentColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no column `{}`: left out `{}`", self.column, self.features.join("`, `"))
    }
}

/// A model that is not fitted, because a feature it reads cannot be made of the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelLeftOut {
    /// The model.
    pub model: String,
    /// The first feature it lacks.
    pub feature: String,
    /// The column that the feature needs; `None` where it needs hours, and rows are days.
    pub column: Option<&'static str>,
}

impl fmt::Display for ModelLeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, feature, column } = self;
        write!(f, "left out: `{model}` reads `{feature}`, which needs ")?;
        match column {
            Some(column) => write!(f, "column `{column}`"),
            None => f.write_str("an index of every hour"),
        }
    }
}

type Models = Vec<Box<dyn Model>>;

impl Experiment {
    /// The columns that no file gave, with the features that are left out for want of them.
    ///
    /// # Errors
    /// When features of a simulated market cannot be made.
    pub fn absent_columns(&self) -> Result<Vec<AbsentColumn>> {
        AbsentColumn::of(self.dataset().panel())
    }

    /// Why a model cannot be fitted on these data, when it reads a feature that they do not give.
    ///
    /// # Errors
    /// As [`Self::features`].
    pub fn lacking(&self, model: &dyn Model) -> Result<Option<ModelLeftOut>> {
        let (features, dispensable) = (self.features()?, model.dispensable());
        let lacks = |name: &String| {
            let known = feature_names().any(|feature| feature == name);
            known && !features.has(name) && !dispensable.contains(name)
        };
        let Some(feature) = model.features().into_iter().find(lacks) else { return Ok(None) };
        let absent = self.absent_columns()?;
        let reads = |column: &&AbsentColumn| column.features.iter().any(|name| *name == feature);
        let column = absent.iter().find(reads).map(|absent| absent.column);
        let lacking = column.is_some() || !features.step().is_hour();
        Ok(lacking.then(|| ModelLeftOut { model: model.name(), feature, column }))
    }

    /// The models that these data have the columns for, and the others.
    ///
    /// # Errors
    /// As [`Self::features`].
    pub fn possible(&self, models: Models) -> Result<(Models, Vec<ModelLeftOut>)> {
        let (mut possible, mut left_out) = (Vec::new(), Vec::new());
        for model in models {
            match self.lacking(model.as_ref())? {
                Some(lacking) => left_out.push(lacking),
                None => possible.push(model),
            }
        }
        Ok((possible, left_out))
    }

    /// The features that a model reads of these data.
    pub(super) fn features_of(&self, model: &dyn Model) -> Result<Vec<String>> {
        if let Some(ModelLeftOut { model, feature, column }) = self.lacking(model)? {
            let expected = match column {
                Some(column) => format!(
                    "a model whose features these data have: `{feature}` needs column `{column}`, which no file gave; \
                     import one that holds it, or name another model"
                ),
                None => format!(
                    "a model whose features these data have: `{feature}` needs an index of every hour"
                ),
            };
            return Err(Error::parameter("model", model, expected));
        }
        let (features, dispensable) = (self.features()?, model.dispensable());
        let read = |name: &String| features.has(name) || !dispensable.contains(name);
        Ok(model.features().into_iter().filter(read).collect())
    }
}
