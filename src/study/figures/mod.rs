//! The figure stage: figures are shown by whoever asks, and kept here.

use crate::data::audit;
use crate::error::{Error, Result};
use crate::evaluation::{Comparison, Fluctuation, ImportanceTables, Loss};
use crate::features::known;
use crate::figures::audit::audit_findings;
use crate::figures::comparison::model_confidence_set;
use crate::figures::data::{coverage, dvol_over_time, implied_and_realized_volatility};
use crate::figures::descriptive::{correlation, hour_of_week, predictors};
use crate::figures::fluctuation::fluctuation;
use crate::figures::forecasts::{NextForecast, next_forecast};
use crate::figures::har::{coefficients, persistence_by_horizon};
use crate::figures::importance::feature_importance;
use crate::figures::jump_tests::event_study;
use crate::figures::jumps::{jump_detection, jump_distributions};
use crate::figures::training::scaling;
use crate::figures::{Browser, Figure};
use crate::identity::Identity;
use crate::market::Market;
use crate::study::{Outlook, Reads, Recorded, ScalingStudy, Study};
use serde::de::DeserializeOwned;

/// A figure that needs nothing but a study: its name, what it shows, and what makes it.
#[derive(Debug, Clone, Copy)]
pub struct FigureEntry {
    /// The name, also of its files.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    /// Makes it of a study.
    pub make: fn(&Study) -> Result<Figure>,
}

/// Every figure that [`Study::figure`] knows.
pub const FIGURES: &[FigureEntry] = &[
    FigureEntry {
        name: "dvol_over_time",
        about: "the index with its trend, and the price",
        make: |study| dvol_over_time(study.dataset().panel(), &study.market()),
    },
    FigureEntry {
        name: "coverage",
        about: "which months of which series are complete",
        make: |study| coverage(study.dataset().panel(), &study.market()),
    },
    FigureEntry {
        name: "audit",
        about: "what an audit of the data finds",
        make: |study| audit_findings(&audit(study.dataset(), None, &study.config().audit), &study.market()),
    },
    FigureEntry {
        name: "implied_and_realized_volatility",
        about: "implied beside realized volatility, and the premium between them",
        make: |study| implied_and_realized_volatility(&study.features()?, &study.market()),
    },
    FigureEntry {
        name: "hour_of_week",
        about: "the size of hourly changes by hour of the week",
        make: |study| hour_of_week(study.dataset().panel(), "dvol", &study.market()),
    },
    FigureEntry {
        name: "correlation",
        about: "correlations of the features with the index and one another",
        make: |study| correlation(&study.describe()?.correlation[0], &study.market()),
    },
    FigureEntry {
        name: "predictors",
        about: "the index one horizon ahead against each feature",
        make: |study| predictors(&study.sample(&study.base_features()?, 1)?, &study.market()),
    },
    FigureEntry {
        name: "jump_detection",
        about: "the series with its jumps, and how many a month",
        make: |study| {
            let jumps = study.jumps()?;
            jump_detection(&known(study.dataset().panel())?, &jumps.series, &jumps.test, &study.market())
        },
    },
    FigureEntry {
        name: "jump_distributions",
        about: "sizes, statistics, waiting times and hours of jumps",
        make: |study| jump_distributions(&known(study.dataset().panel())?, &study.jumps()?.test),
    },
    FigureEntry {
        name: "event_study",
        about: "jumps and peaks around the market's events",
        make: |study| event_study(&study.jumps()?.events, &study.market()),
    },
    FigureEntry {
        name: "har_coefficients",
        about: "the coefficients of Corsi's regression with intervals",
        make: |study| coefficients(&[study.har()?.table], &study.market()),
    },
    FigureEntry {
        name: "fluctuation",
        about: "when the last HAR model was better than persistence, on the test part",
        make: |study| {
            let series = study.har()?.forecasts;
            let found = Fluctuation::between(&series[0], &series[series.len() - 1], Loss::Mse)?;
            fluctuation(&found, &study.market().events)
        },
    },
    FigureEntry {
        name: "persistence_by_horizon",
        about: "R2 and error of persistence from an hour to a month",
        make: |study| persistence_by_horizon(&study.persistence_by_horizon(&HORIZONS)?.0),
    },
    FigureEntry {
        name: "recorded_scaling",
        about: "recorded: error by the number of parameters",
        make: |study| {
            recorded(study, "scaling", "recorded_scaling", |sizes: &ScalingStudy| {
                scaling(&sizes.points(), &sizes.persistence)
            })
        },
    },
    FigureEntry {
        name: "recorded_confidence_set",
        about: "recorded: which models of the walk-forward cannot be told from the best",
        make: |study| {
            recorded(study, "backtest/comparison", "recorded_confidence_set", |tests: &Comparison| {
                model_confidence_set(tests.confidence_set()?)
            })
        },
    },
    FigureEntry {
        name: "recorded_importance",
        about: "recorded: what the first model of the importance study leans on",
        make: |study| {
            recorded(study, "importance", "recorded_importance", |tables: &ImportanceTables| {
                // Of which market they are, the file does not say.
                tables.0.first().map_or_else(
                    || Err(Error::too_few("a figure of importance", 1, 0, "run `dvol importance`")),
                    |first| feature_importance(first, &Market::unnamed()),
                )
            })
        },
    },
];

/// A figure of a recorded result: its margin says so, whatever data the study reads.
fn recorded<T: DeserializeOwned>(
    study: &Study,
    file: &str,
    name: &str,
    draw: impl FnOnce(&T) -> Result<Figure>,
) -> Result<Figure> {
    let recorded: Recorded<T> = study.recorded(file)?;
    draw(&recorded.value)?.with_origin(recorded.origin()).named(name)
}

/// From an hour to a month.
const HORIZONS: [u32; 10] = [1, 3, 6, 12, 24, 48, 96, 168, 336, 720];

/// Hexadecimal digits of a hash that identify it in a margin.
const SHORT: usize = 8;

impl Study {
    /// Makes a figure of [`FIGURES`] by name, keeps it in the figures folder and returns it to be shown.
    ///
    /// # Errors
    /// An unknown name (the known ones are listed), missing columns, a full disk.
    pub fn figure(&self, name: &str) -> Result<Figure> {
        let entry = FIGURES.iter().find(|entry| entry.name == name).ok_or_else(|| {
            let known: Vec<&str> = FIGURES.iter().map(|entry| entry.name).collect();
            Error::parameter("figure", name, format!("one of {}", known.join(", ")))
        })?;
        self.keep((entry.make)(self)?)
    }

    /// The latest weeks of the index and a forecast beyond them with its intervals.
    ///
    /// # Errors
    /// When the forecast's origin lies outside the data.
    pub fn outlook_figure(&self, outlook: &Outlook) -> Result<Figure> {
        let known = known(self.dataset().panel())?;
        let Outlook { origin, horizon, predicted, intervals, .. } = outlook;
        let next = NextForecast { origin: *origin, horizon: *horizon, predicted: *predicted, intervals };
        next_forecast(&known, "dvol", &next, &self.market())
    }

    /// Writes a figure into the figures folder with what was drawn in its margin (the short hashes of configuration and
    /// data, or of the recorded result), enters it in `figures/manifest.json` and returns it to be shown.
    ///
    /// JSON and HTML are always written, SVG, PNG and PDF by the browser given.
    ///
    /// # Errors
    /// When the disk refuses or the browser fails.
    pub fn keep_with(&self, figure: Figure, browser: Option<&Browser>) -> Result<Figure> {
        let figure = self.stamped(figure)?;
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

    /// The figure with what was drawn in its margin.
    ///
    /// # Errors
    /// When the configuration cannot be written as JSON.
    pub fn stamped(&self, figure: Figure) -> Result<Figure> {
        let note = if let Some(origin) = figure.drawn_from() {
            origin.to_owned()
        } else {
            let Identity { data, spec, .. } = self.result_identity(Reads::Figure)?;
            let source = if self.is_simulated() { "simulated data" } else { "data" };
            let short = |hash: &str| hash[..SHORT.min(hash.len())].to_owned();
            format!("config {} · {source} {}", short(&spec), short(&data))
        };
        Ok(figure.with_margin_note(note.trim_end()))
    }
}
