//! The figure stage: figures are shown by whoever asks, and kept here.

use super::{Outlook, Reads, Study};
use crate::data::audit;
use crate::error::{Error, Result};
use crate::features::{BASE_FEATURES, known};
use crate::figures::audit::audit_findings;
use crate::figures::data::{coverage, dvol_over_time, implied_and_realized_volatility};
use crate::figures::descriptive::{correlation, hour_of_week, predictors};
use crate::figures::forecasts::next_forecast;
use crate::figures::har::{coefficients, persistence_by_horizon};
use crate::figures::jump_tests::event_study;
use crate::figures::jumps::{jump_detection, jump_distributions};
use crate::figures::{Browser, Figure};
use crate::identity::Identity;
use std::io::{self, Write as _};

/// From an hour to a month.
const HORIZONS: [u32; 10] = [1, 3, 6, 12, 24, 48, 96, 168, 336, 720];

/// Hexadecimal digits of a hash that identify it in a margin.
const SHORT: usize = 8;

impl Study {
    /// The names [`Study::figure`] knows: figures that need nothing but the study's data.
    pub const FIGURES: [&str; 12] = [
        "01_dvol_over_time",
        "01_coverage",
        "01_audit",
        "01_implied_and_realized_volatility",
        "02_hour_of_week",
        "02_correlation",
        "02_predictors",
        "03_jump_detection",
        "03_jump_distributions",
        "03_event_study",
        "04_har_coefficients",
        "04_persistence_by_horizon",
    ];

    /// Makes a figure by name, keeps it in the figures folder and returns it to be shown.
    ///
    /// # Errors
    /// An unknown name (the known ones are listed), missing columns, a full disk.
    pub fn figure(&self, name: &str) -> Result<Figure> {
        let panel = self.dataset().panel();
        let events = &self.config().events;
        let figure = match name {
            "01_dvol_over_time" => dvol_over_time(panel, events)?,
            "01_coverage" => coverage(panel)?,
            "01_audit" => audit_findings(&audit(self.dataset(), None, &self.config().audit))?,
            "01_implied_and_realized_volatility" => {
                implied_and_realized_volatility(&self.features()?, events)?
            }
            "02_hour_of_week" => hour_of_week(panel, "dvol")?,
            "02_correlation" => correlation(&self.describe()?.correlation[0])?,
            "02_predictors" => predictors(&self.sample(&BASE_FEATURES, 1)?)?,
            "03_jump_detection" => {
                let jumps = self.jumps()?;
                jump_detection(&known(panel)?, &jumps.series, &jumps.test, events)?
            }
            "03_jump_distributions" => jump_distributions(&known(panel)?, &self.jumps()?.test)?,
            "03_event_study" => event_study(&self.jumps()?.events)?,
            "04_har_coefficients" => coefficients(&[self.har()?.table])?,
            "04_persistence_by_horizon" => {
                persistence_by_horizon(&self.persistence_by_horizon(&HORIZONS)?.0)?
            }
            _ => {
                return Err(Error::parameter("figure", name, format!("one of {}", Self::FIGURES.join(", "))));
            }
        };
        self.keep(figure)
    }

    /// The latest weeks of DVOL and a forecast beyond them with its intervals.
    ///
    /// # Errors
    /// When the forecast's origin lies outside the data.
    pub fn outlook_figure(&self, outlook: &Outlook) -> Result<Figure> {
        let known = known(self.dataset().panel())?;
        next_forecast(&known, "dvol", outlook.origin, outlook.horizon, outlook.predicted, &outlook.intervals)
    }

    /// Writes a figure into the figures folder with the short hashes of configuration and data in its margin,
    /// enters it in `figures/manifest.json` and returns it to be shown.
    ///
    /// JSON and HTML are always written; SVG, PNG and PDF need Chromium, and a line says so when it is missing.
    ///
    /// # Errors
    /// When the disk refuses or the browser fails.
    pub fn keep(&self, figure: Figure) -> Result<Figure> {
        let browser = match Browser::find() {
            Ok(browser) => Some(browser),
            Err(error) => {
                let name = figure.name();
                writeln!(io::stdout(), "{name}: only JSON and HTML were written: {error}")
                    .map_err(Error::io("standard output"))?;
                None
            }
        };
        self.keep_with(figure, browser.as_ref())
    }

    /// The same by a browser found before, or without one as JSON and HTML only.
    ///
    /// # Errors
    /// When the disk refuses or the browser fails.
    pub fn keep_with(&self, figure: Figure, browser: Option<&Browser>) -> Result<Figure> {
        let Identity { data, spec, .. } = self.result_identity(Reads::Figure)?;
        let source = if self.is_simulated() { "simulated data" } else { "data" };
        let short = |hash: &str| hash[..SHORT.min(hash.len())].to_owned();
        let note = format!("config {} · {source} {}", short(&spec), short(&data));
        let figure = figure.with_margin_note(note.trim_end());
        for path in figure.write(self.config().figures(), browser)? {
            self.record_in(
                &self.config().figures(),
                &path,
                Reads::Figure,
                &format!("figure {}", figure.name()),
            )?;
        }
        Ok(figure)
    }
}
