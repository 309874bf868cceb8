//! What a study keeps beside showing it: figures and tables as files for a paper, each in the ledger of its folder.

use super::{Reads, Study};
use crate::artifacts::write_atomic;
use crate::error::{Error, Result};
use crate::figures::{Browser, Figure};
use crate::report::{Csv, Json, Latex, Markdown, Renderer, Report, Reported, Typst};
use std::any::type_name;
use std::io::{self, Write as _};

/// The formats in which a table is kept.
const FORMATS: [&dyn Renderer; 5] = [&Json, &Latex, &Typst, &Markdown, &Csv];

/// The folder of tables below that of results.
const TABLES: &str = "tables";

/// What [`Study::keep`] keeps: a figure, or whatever says what it found in a report.
pub trait Keep: Sized {
    /// Writes it into the study's folders and hands it back.
    ///
    /// # Errors
    /// When the disk refuses or the browser fails.
    fn keep_in(self, study: &Study) -> Result<Self>;
}

/// Figures go to the figures folder with the short hashes of what was drawn in their margin: JSON and HTML always, SVG, PNG
/// and PDF by Chromium; a line says so when it is missing.
impl Keep for Figure {
    fn keep_in(self, study: &Study) -> Result<Self> {
        let browser = match Browser::find() {
            Ok(browser) => Some(browser),
            Err(error) => {
                let name = self.name();
                writeln!(io::stdout(), "{name}: only JSON and HTML were written: {error}")
                    .map_err(Error::io("standard output"))?;
                None
            }
        };
        study.keep_with(self, browser.as_ref())
    }
}

/// Reports go to `tables` in the results folder, once in every format a paper may want, under the name of their kind
/// (`metrics_table`) or the one that is given with it.
impl<T: Reported> Keep for T {
    fn keep_in(self, study: &Study) -> Result<Self> {
        let kind = type_name::<T>();
        study.keep_report(&snake(kind.rsplit("::").next().unwrap_or(kind)), &self.report())?;
        Ok(self)
    }
}

/// A report under a name of its own, which is kept once it is shown or handed to [`Study::keep`].
#[derive(Debug, Clone, PartialEq)]
pub struct Named<T> {
    /// What the report is of.
    pub value: T,
    name: String,
}

/// Gives a report the name under which it is kept.
pub trait Naming: Reported + Sized {
    /// The report under a name: lower-case letters, digits and underscores.
    ///
    /// # Errors
    /// Another character, or none.
    fn named_table(self, name: impl Into<String>) -> Result<Named<Self>> {
        let name = name.into();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(Error::parameter("table", &name, "lower-case letters, digits and underscores"));
        }
        Ok(Named { value: self, name })
    }
}

impl<T: Reported> Naming for T {}

impl<T: Reported> Named<T> {
    /// The report.
    pub fn report(&self) -> Report {
        self.value.report()
    }
}

impl<T: Reported> Keep for Named<T> {
    fn keep_in(self, study: &Study) -> Result<Self> {
        study.keep_report(&self.name, &self.report())?;
        Ok(self)
    }
}

impl Study {
    /// Keeps a figure or a report in files and returns it to be shown: figures as [`Study::keep_with`], reports as `.json`,
    /// `.tex` (`booktabs`, `siunitx`), `.typ`, `.md` and `.csv` in `tables` below the results folder, with what they were
    /// made of in that folder's ledger.
    ///
    /// # Errors
    /// When the disk refuses or the browser fails.
    ///
    /// # Examples
    /// ```
    /// use dvol::prelude::*;
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("study.toml");
    /// std::fs::write(&path, "simulation = { hours = 12000 }")?;
    /// let study = Study::open(&path)?;
    /// study.keep(study.persistence_by_horizon(&[1, 24])?.named_table("persistence")?)?;
    /// assert!(folder.path().join("results/tables/persistence.tex").exists());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn keep<K: Keep>(&self, result: K) -> Result<K> {
        result.keep_in(self)
    }

    fn keep_report(&self, name: &str, report: &Report) -> Result<()> {
        let folder = self.config().results().join(TABLES);
        for format in FORMATS {
            let path = folder.join(format!("{name}.{}", format.name()));
            write_atomic(&path, format.render(report).as_bytes())?;
            self.record_in(&folder, &path, Reads::Figure, &format!("table {name}"))?;
        }
        Ok(())
    }
}

/// `MetricsTable` as `metrics_table`; what is no letter or digit is left out.
fn snake(kind: &str) -> String {
    let mut out = String::new();
    for letter in kind.chars().filter(char::is_ascii_alphanumeric) {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}
