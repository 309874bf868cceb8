//! Which features a fitted model leans on.

use super::Study;
use crate::error::{Error, Result};
use crate::evaluation::{
    FeatureImportance, Forecast, Forecasts, Metrics, PermutationImportance, permuted_blocks,
};
use crate::feature_table::{FEATURES, FeatureFamily};
use crate::features::{CALENDAR_FEATURES, calendar_features};
use crate::models::{Forecaster, Model};
use crate::panel::{Column, Panel};
use crate::sample::{Inputs, Sample};
use crate::time::Timestamp;
use rand::Rng;

/// The calendar as a feature: the model is told another hour of the week.
const CALENDAR: &str = "hour of the week";

/// How the importance of features is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportanceSpec {
    /// Hours of a block; a multiple of 168 keeps the hours of the week in their places.
    pub block_hours: usize,
    /// Permutations a feature.
    pub repeats: usize,
    /// Seeds a network is averaged over.
    pub seeds: u32,
}

impl Default for ImportanceSpec {
    fn default() -> Self {
        Self { block_hours: 168, repeats: 10, seeds: 1 }
    }
}

impl Study {
    /// Fits a model of the registry on the training part and measures, on the test part, how much its error rises
    /// when blocks of one feature change places.
    ///
    /// Columns are moved on the panel, so a network's whole windows move with them. The level's own history cannot
    /// be moved (each forecast starts from it); the hour of the week is moved by telling the model a time that is a
    /// random number of hours later.
    ///
    /// # Errors
    /// An unknown model, 0 repeats, a test part shorter than two blocks.
    pub fn importance(&self, name: &str, spec: ImportanceSpec) -> Result<PermutationImportance> {
        if spec.repeats == 0 {
            return Err(Error::parameter("repeats", 0, "at least 1 permutation"));
        }
        let model = self.model_of_seeds(name, spec.seeds)?;
        let features = self.features()?;
        let parts = self.split(&self.sample_for(model.as_ref())?)?;
        let names = parts.test.inputs().names().to_vec();
        let fitted = model.fit_boxed(&parts.train)?;
        let trial =
            Trial { name, model: model.as_ref(), fitted: fitted.as_ref(), features, test: parts.test };
        let base = trial.forecasts(&trial.features, 0)?;
        let seed = self.config().seed.stage("importance").stage(name);
        let measure = |feature: &str, members: &[String]| {
            let moved = (0..spec.repeats)
                .map(|repeat| trial.permuted(members, spec.block_hours, seed.stage(feature).nth(repeat)))
                .collect::<Result<Vec<_>>>()?;
            FeatureImportance::of(feature, members, &base, &moved)
        };
        // The calendar's own columns repeat every week: they move with the clock below, not in blocks.
        let mut singles = names
            .iter()
            .filter(|name| !CALENDAR_FEATURES.contains(&name.as_str()))
            .map(|name| measure(name, std::slice::from_ref(name)))
            .collect::<Result<Vec<_>>>()?;
        let mut groups = Vec::new();
        // The calendar is moved as a clock, not in blocks.
        let movable = |family: &&FeatureFamily| family.columns != CALENDAR_FEATURES;
        for family in FEATURES.iter().flat_map(|group| group.families).filter(movable) {
            let columns = family.columns.iter().map(|&column| column.to_owned());
            let members: Vec<String> = columns.filter(|column| names.contains(column)).collect();
            if members.len() > 1 {
                groups.push(measure(family.name, &members)?);
            }
        }
        let mut rng = seed.stage(CALENDAR).rng();
        let later = (0..spec.repeats)
            .map(|_| trial.forecasts(&trial.features, rng.random_range(1..168)))
            .collect::<Result<Vec<_>>>()?;
        singles.push(FeatureImportance::of(CALENDAR, &[], &base, &later)?);
        let idle = |row: &FeatureImportance| row.mse_increase == 0.0 && row.std_dev == 0.0;
        let unmoved: Vec<String> =
            singles.iter().filter(|row| idle(row)).map(|row| row.feature.clone()).collect();
        for rows in [&mut singles, &mut groups] {
            rows.retain(|row| !idle(row));
            rows.sort_by(|one, other| other.mse_increase.total_cmp(&one.mse_increase));
        }
        let metrics = Metrics::of(&base)?;
        let mut notes =
            vec!["the level's own history is not moved: every forecast starts from it".to_owned()];
        if !unmoved.is_empty() {
            notes
                .push(format!("read for weights or intervals, not for the forecast: {}", unmoved.join(", ")));
        }
        Ok(PermutationImportance {
            model: name.to_owned(),
            horizon: metrics.horizon,
            n: metrics.n,
            block_hours: spec.block_hours,
            repeats: spec.repeats,
            mse: metrics.rmse().powi(2),
            skill: metrics.skill(),
            features: singles,
            groups,
            notes,
        })
    }
}

/// A fitted model and the origins it is tried on.
struct Trial<'a> {
    name: &'a str,
    model: &'a dyn Model,
    fitted: &'a dyn Forecaster,
    features: Panel,
    test: Sample,
}

impl Trial<'_> {
    /// The forecasts when blocks of `columns` change places among the hours the test part reads.
    fn permuted(&self, columns: &[String], block: usize, seed: crate::seed::Seed) -> Result<Forecasts> {
        let panel = &self.features;
        let origins = self.test.inputs();
        let row = |time: Timestamp| (time.hours() - panel.start().hours()).max(0) as usize;
        let from = row(origins.origin(0)).saturating_sub(self.model.window() - 1);
        let to = row(origins.origin(origins.len() - 1)) + 1;
        let rows = permuted_blocks(panel.len(), from, to, block, seed)?;
        let moved = panel.columns().iter().try_fold(panel.bare(), |moved, column| {
            if !columns.iter().any(|name| name == column.name()) {
                return moved.with(column.clone());
            }
            let values: Vec<f64> = rows.iter().map(|&row| column.values()[row]).collect();
            moved.with(Column::known(column.name(), values))
        })?;
        self.forecasts(&moved, 0)
    }

    /// The forecasts on a panel whose clock runs `later` hours ahead, at the test part's origins.
    ///
    /// A gap that was moved into a window leaves its origins out.
    fn forecasts(&self, panel: &Panel, later: u32) -> Result<Forecasts> {
        let shift = i64::from(later);
        let calendar = |column: &Column| CALENDAR_FEATURES.contains(&column.name());
        let clock = Panel::new(Timestamp::from_hours(panel.start().hours() + shift), panel.len())?;
        let times = calendar_features(&clock)?;
        let panel = panel.columns().iter().try_fold(clock, |out, column| {
            out.with(if calendar(column) { times.column(column.name())?.clone() } else { column.clone() })
        })?;
        let names = self.test.inputs().names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let inputs = Inputs::new(&panel, &names, "dvol", self.model.window())?;
        let tested = self.test.inputs();
        let (first, last) = (tested.origin(0), tested.origin(tested.len() - 1));
        let back = |time: Timestamp| Timestamp::from_hours(time.hours() - shift);
        let sample =
            inputs.with_targets(self.test.horizon()).keep(|origin| (first..=last).contains(&back(origin)));
        let predictions = self.fitted.predict(sample.inputs())?;
        let told = Forecasts::join(self.name, &sample, &predictions)?;
        Forecasts::new(
            self.name,
            told.records().map(|record| Forecast { origin: back(record.origin), ..record }),
        )
    }
}
