//! What is proven: models, features, groups of features.

use super::{ASKED_HOURS, Answers, Prove, Said};
use crate::error::{Error, Result};
use crate::experiment::Experiment;
use crate::feature_table::{Feature, FeatureGroup};
use crate::features::known;
use crate::models::{Model, Predictions};
use crate::panel::Panel;
use crate::sample::Inputs;
use crate::time::Timestamp;

/// Fewest origins that stand before a model's first proof, of those it can be asked about.
const LEARNING: f64 = 0.75;
/// Origins a feature is proven at.
const FEATURE_ORIGINS: usize = 4;

impl<M: Model> Prove for M {
    fn called(&self) -> String {
        self.name()
    }

    fn origins(&self, market: &Experiment) -> Result<Vec<Timestamp>> {
        let complete: Vec<Timestamp> = market.inputs_of(self)?.origins().collect();
        let last = complete.len().saturating_sub(ASKED_HOURS as usize + 1);
        let first = (complete.len() as f64 * LEARNING) as usize;
        if first >= last {
            return Err(Error::too_few(
                format!("a proof of {}", self.name()),
                4 * (ASKED_HOURS as usize + 2),
                complete.len(),
                "give a longer history, or name origins with `prove_at`",
            ));
        }
        Ok(vec![complete[first], complete[last]])
    }

    fn answers(&self, market: &Experiment, origin: Timestamp) -> Result<Answers> {
        let from = Timestamp::from_hours(origin.hours() - ASKED_HOURS);
        let embargo = i64::from(market.config().backtest.protocol().embargo_hours);
        let end = Timestamp::from_hours(from.hours() - embargo);
        let training = market.sample_for(self)?.known_by(end);
        if training.is_empty() {
            return Err(Error::too_few(
                format!("fitting {} for a proof at {origin}", self.name()),
                1,
                0,
                "choose a later origin",
            ));
        }
        let (fitted, inputs) = (self.fit_boxed(&training)?, market.inputs_of(self)?);
        Ok(Box::new(move |to| {
            let asked = inputs.filter(|one| (from..=to).contains(&one));
            let predictions = fitted.predict(&asked)?;
            if predictions.point.len() == asked.len() {
                return Ok(said_by(&asked, &predictions));
            }
            Err(Error::Mismatch {
                what: format!("forecasts of {}", fitted.name()),
                left: format!("{} points", predictions.point.len()),
                right: format!("{} origins", asked.len()),
                remedy: "give one point an origin".to_owned(),
            })
        }))
    }
}

fn said_by(asked: &Inputs, predictions: &Predictions) -> Vec<Said> {
    let said = |what: String, values: &[f64]| Said {
        what,
        at: asked.origins().zip(values.iter().copied()).collect(),
    };
    let Predictions { point, intervals, quantiles } = predictions;
    let mut out = vec![said("forecast".to_owned(), point)];
    for band in intervals {
        out.push(said(format!("{} interval, lower end", band.coverage), &band.lower));
        out.push(said(format!("{} interval, upper end", band.coverage), &band.upper));
    }
    out.extend(quantiles.iter().map(|one| said(format!("quantile at {}", one.level), &one.values)));
    out
}

impl Prove for Feature {
    fn called(&self) -> String {
        self.name().to_owned()
    }

    fn origins(&self, market: &Experiment) -> Result<Vec<Timestamp>> {
        Ok(spread(market.dataset().panel()))
    }

    fn answers(&self, market: &Experiment, _: Timestamp) -> Result<Answers> {
        let known = known(market.dataset().panel())?;
        let column = self.of(&known)?;
        Ok(told_of(known.bare().with(column)?))
    }
}

impl Prove for FeatureGroup {
    fn called(&self) -> String {
        self.name.to_owned()
    }

    fn origins(&self, market: &Experiment) -> Result<Vec<Timestamp>> {
        Ok(spread(market.dataset().panel()))
    }

    fn answers(&self, market: &Experiment, _: Timestamp) -> Result<Answers> {
        let known = known(market.dataset().panel())?;
        Ok(told_of((self.make)(&known, &market.feature_settings()?)?))
    }
}

/// Hours over the last three quarters of the data.
fn spread(raw: &Panel) -> Vec<Timestamp> {
    let quarter = raw.len() / 4;
    let step = ((raw.len() - quarter) / FEATURE_ORIGINS).max(1);
    (quarter..raw.len()).skip(step - 1).step_by(step).map(|row| raw.at(row.max(1))).collect()
}

/// The values of features, each said at its own hour.
fn told_of(features: Panel) -> Answers {
    Box::new(move |to| {
        let rows = |values: &[f64]| {
            features.times().zip(values.iter().copied()).take_while(|(at, _)| *at <= to).collect()
        };
        let columns = features.columns().iter();
        Ok(columns.map(|column| Said { what: column.name().to_owned(), at: rows(column.values()) }).collect())
    })
}
