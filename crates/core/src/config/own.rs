//! Columns and features that a configuration describes, checked where they are read.

use super::Config;
use crate::data::{Dataset, frequency_of, is_taken};
use crate::error::{Error, Result};
use crate::feature_table::{Feature, feature_names};
use crate::models::Settings;
use std::path::Path;
use toml::de::{DeTable, DeValue};

impl Config {
    /// The features that the configuration describes.
    pub fn own_features(&self) -> Vec<Feature> {
        self.features.iter().map(|(name, described)| described.named(name)).collect()
    }

    /// The same data with the columns that the configuration describes, each read from its file as it is today.
    ///
    /// # Errors
    /// As [`Dataset::with_column`].
    pub fn with_own_columns(&self, dataset: Dataset) -> Result<Dataset> {
        self.columns.iter().try_fold(dataset, |dataset, (name, column)| {
            dataset.with_column(name, column, &self.root, &self.import)
        })
    }

    /// Every column, feature and list of features of a text can be what it says; files are relative to `root`.
    pub(super) fn check_own(&self, text: &str, root: &Path) -> Result<()> {
        for (name, column) in &self.columns {
            let refuse = |key: &str, value: &str, expected: String| {
                Err(refusal(text, &["columns", name, key], value, expected))
            };
            if !is_name(name) || is_taken(name) {
                return refuse(
                    "",
                    name,
                    "letters, digits and `_`, and no column of the other files".to_owned(),
                );
            }
            if let Some((key, value, expected)) = column.wrong() {
                return refuse(key, &value, expected);
            }
            let path = root.join(&column.file);
            if !path.is_file() {
                let expected = format!("a file: there is none at {}", path.display());
                return refuse("file", &column.file.display().to_string(), expected);
            }
        }
        for (name, described) in &self.features {
            let refuse = |key: &str, value: &str, expected: String| {
                Err(refusal(text, &["features", name, key], value, expected))
            };
            if !is_name(name) || feature_names().chain(Settings::LEVELS).any(|other| other == name) {
                return refuse("", name, "letters, digits and `_`, and no other feature's name".to_owned());
            }
            let own = self.columns.get(&described.column).map(|column| column.frequency);
            let Some(frequency) = own.or_else(|| frequency_of(&described.column)) else {
                let known: Vec<&str> = self.columns.keys().map(String::as_str).collect();
                let expected = format!(
                    "a column of the data, such as `dvol` or `price`, or of [columns]: {}",
                    if known.is_empty() { "there is none".to_owned() } else { known.join(", ") }
                );
                return refuse("column", &described.column, expected);
            };
            if let Some((key, value, expected)) = described.wrong(frequency) {
                return refuse(key, &value, expected);
            }
        }
        let own: Vec<&str> = self.features.keys().map(String::as_str).collect();
        let trainers = self
            .train
            .iter()
            .map(|(preset, settings)| (vec!["train".to_owned(), preset.to_string()], settings));
        let networks = (vec!["backtest".to_owned(), "networks".to_owned()], &self.backtest.networks);
        for (table, settings) in trainers.chain([networks]) {
            let Err(error) = settings.check_features(&own) else { continue };
            let key: Vec<&str> = table.iter().map(String::as_str).chain(["features"]).collect();
            return Err(match (line_of(text, &key), error) {
                (Some(line), Error::Parameter { name, value, expected }) => {
                    Error::Parameter { name: format!("line {line}: {name}"), value, expected }
                }
                (_, error) => error,
            });
        }
        Ok(())
    }
}

/// A name that a column of a table can have.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A value of a key, with its line and what it may be; an empty last key stands for the table.
pub(super) fn refusal(text: &str, key: &[&str], value: &str, expected: String) -> Error {
    let key: Vec<&str> = key.iter().copied().filter(|part| !part.is_empty()).collect();
    let line = line_of(text, &key).map_or_else(String::new, |line| format!("line {line}: "));
    Error::parameter(format!("{line}{}", key.join(".")), value, expected)
}

/// The line of a key, or of the nearest table around it.
fn line_of(text: &str, key: &[&str]) -> Option<usize> {
    let whole = DeTable::parse(text).ok()?;
    let (mut table, mut at) = (whole.get_ref(), None);
    for part in key {
        let Some((name, value)) = table.get_key_value(*part) else { break };
        at = Some(name.span().start);
        let DeValue::Table(inner) = value.get_ref() else { break };
        table = inner;
    }
    Some(text.get(..at?)?.matches('\n').count() + 1)
}
