//! Several models on the same questions: every score and every test at once.

use super::block_length::block_length_of;
use super::step_down::step_down;
use super::{
    Compares, EfficiencyForm, EliminationStatistic, Encompassing, FORECAST_TESTS, Forecasts, LongRun, Loss,
    Losses, MetricsTable, MincerZarnowitz, ModelConfidenceSet, Pairing, Resamples, Score, ScoreIntervals,
    StationaryBootstrap, Studentisation, SuperiorPredictiveAbility,
};
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::seed::Seed;
use crate::time::Horizon;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How forecasts are to be compared.
///
/// | parameter | meaning | default |
/// | --- | --- | --- |
/// | `loss` | what an error costs | squared error |
/// | `scores` | scores of one's own beside those of [`Score::ALL`](super::Score::ALL) | none |
/// | `long_run` | how the variance of a mean is estimated, in every test | cosine transforms |
/// | `benchmark` | the model SPA tests against | `persistence` if there is one, else the first |
/// | `nested` | (small, large) pairs for Clark-West | none |
/// | `block_length` | expected bootstrap block, origins | Politis-White of the tested differences (median over pairs), at least the overlap |
/// | `replications` | bootstrap replications | 1000 |
/// | `alpha` | one minus the level of the confidence set and of intervals | 0.05 |
/// | `statistic` | of the model confidence set | range |
/// | `seed` | of every draw | 42 |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ComparisonSpec {
    /// What an error costs.
    pub loss: Loss,
    /// Scores of one's own beside those of the table.
    #[serde(skip)]
    pub scores: Vec<Score>,
    /// How the variance of a mean is estimated, in every test.
    pub long_run: LongRun,
    /// The model SPA tests against.
    pub benchmark: Option<String>,
    /// (small, large) pairs for Clark-West.
    pub nested: Vec<(String, String)>,
    /// Expected bootstrap block, origins; `None` chooses it.
    pub block_length: Option<f64>,
    /// Bootstrap replications.
    pub replications: usize,
    /// One minus the level of the confidence set and of intervals.
    pub alpha: f64,
    /// Statistic of the model confidence set.
    pub statistic: EliminationStatistic,
    /// Seed of every draw.
    pub seed: Seed,
}

impl Default for ComparisonSpec {
    fn default() -> Self {
        Self {
            loss: Loss::default(),
            scores: Vec::new(),
            long_run: LongRun::default(),
            benchmark: None,
            nested: Vec::new(),
            block_length: None,
            replications: 1000,
            alpha: 0.05,
            statistic: EliminationStatistic::default(),
            seed: Seed::default(),
        }
    }
}

impl ComparisonSpec {
    /// Origins that every test between models needs at a horizon: the closed forms of superior predictive ability
    /// and the t distribution of Diebold-Mariano both ask for them.
    pub fn fewest_origins(horizon: Horizon) -> usize {
        (horizon.get() as usize + 2).max(16)
    }
}

/// A test between two models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairTest {
    /// The first model; a positive Diebold-Mariano statistic speaks against it.
    pub first: String,
    /// The second model.
    pub second: String,
    /// The outcome.
    #[serde(flatten)]
    pub test: TestResult,
    /// The Romano-Wolf step-down p-value among all pairs of a comparison: at a level, any true null is rejected with
    /// that probability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjusted_p: Option<f64>,
}

/// A test of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelTest {
    /// The model.
    pub model: String,
    /// The outcome.
    #[serde(flatten)]
    pub test: TestResult,
}

/// Everything that is said about several models on the same questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The forecast distance.
    pub horizon: Horizon,
    /// Origins.
    pub n: usize,
    /// What an error costs.
    pub loss: Loss,
    /// The expected bootstrap block of intervals, step-down p-values and the confidence set, origins; superior
    /// predictive ability has its own.
    pub block_length: f64,
    /// The scores, one entry a model.
    pub metrics: MetricsTable,
    /// Their intervals, one entry a model.
    pub intervals: Vec<ScoreIntervals>,
    /// Equal accuracy, each pair once.
    pub diebold_mariano: Vec<PairTest>,
    /// Equal conditional accuracy, each pair once.
    pub giacomini_white: Vec<PairTest>,
    /// The nested pairs asked for.
    pub clark_west: Vec<PairTest>,
    /// Whether each model holds what each other knows.
    pub encompassing: Vec<Encompassing>,
    /// Whether each model's forecast changes are unbiased and efficient.
    pub mincer_zarnowitz: Vec<MincerZarnowitz>,
    /// Whether directions beat chance: plain and overlap-robust.
    pub directions: Vec<ModelTest>,
    /// The models not worse than the best; `None` for a single model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_confidence_set: Option<ModelConfidenceSet>,
    /// Whether any model beats the benchmark; `None` for a single model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superior_predictive_ability: Option<SuperiorPredictiveAbility>,
    /// Tests that are undefined here, with the reason.
    pub notes: Vec<String>,
}

/// Compares models on the same questions; all bootstraps use the same draws.
///
/// # Errors
/// No model, series that are not aligned, a name used twice, losses that are not finite, or a parameter out of its
/// range. A test that is undefined for a model (directions of persistence) becomes a note instead.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{ComparisonSpec, Forecast, Forecasts, compare};
/// use dvol_core::time::{Horizon, Timestamp};
/// let series = |model: &str, error: fn(i64) -> f64| {
///     Forecasts::new(model, (0..200).map(|hour| Forecast {
///         origin: Timestamp::from_hours(hour), horizon: Horizon::hours(1),
///         actual: 50.0, predicted: 50.0 - error(hour), anchor: 49.5,
///     }))
/// };
/// let good = series("good", |hour| 0.1 * ((hour * hour) % 5) as f64)?;
/// let bad = series("bad", |hour| (hour % 7) as f64)?;
/// let comparison = compare(&[good, bad], &ComparisonSpec::default())?;
/// assert_eq!(comparison.model_confidence_set.unwrap().included(), ["good"]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn compare(models: &[Forecasts], spec: &ComparisonSpec) -> Result<Comparison> {
    if !(spec.alpha > 0.0 && spec.alpha < 1.0) {
        return Err(Error::parameter("alpha", spec.alpha, "above 0 and below 1, such as 0.05"));
    }
    let losses = Losses::of(models, spec.loss)?;
    let pairs: Vec<(usize, usize)> = (0..models.len())
        .flat_map(|first| (first + 1..models.len()).map(move |second| (first, second)))
        .collect();
    let draw = |about: &[(usize, usize)]| -> Result<(f64, Resamples)> {
        let block = spec.block_length.map_or_else(|| block_length_of(&losses, about), Ok)?;
        let bootstrap = StationaryBootstrap::new(block, spec.replications, spec.seed.stage("comparison"))?;
        Ok((block, bootstrap.resample(losses.len())?))
    };
    let (mean_block, resamples) = draw(&pairs)?;
    let metrics = MetricsTable::of_scores(models, &spec.scores)?;
    let level = 1.0 - spec.alpha;
    let intervals = models
        .iter()
        .map(|model| ScoreIntervals::of_scores(model, &spec.scores, &resamples, level))
        .collect::<Result<_>>()?;
    let mut notes = Notes::default();
    let between_two = |kind: TestKind| {
        FORECAST_TESTS.iter().filter(move |test| test.kind == kind).filter_map(|test| match test.compares {
            Compares::Two { run, .. } => Some(run),
            Compares::One { .. } | Compares::Several { .. } => None,
        })
    };
    let tested = |place: (usize, usize), run: fn(&Pairing<'_>) -> Result<TestResult>| {
        let (first, second) = (&models[place.0], &models[place.1]);
        let (loss, long_run) = (spec.loss, spec.long_run);
        let test = run(&Pairing { first, second, loss, long_run, losses: &losses, places: place })?;
        let name = |model: usize| models[model].model().to_owned();
        Ok(PairTest { first: name(place.0), second: name(place.1), test, adjusted_p: None })
    };
    let pairwise = |notes: &mut Notes, kind: TestKind| {
        let mut tests = Vec::new();
        for run in between_two(kind) {
            let outcomes: Vec<_> = pairs.par_iter().map(|&place| tested(place, run)).collect();
            tests.extend(outcomes.into_iter().filter_map(|outcome| notes.keep(outcome)));
        }
        tests
    };
    let mut diebold_mariano = pairwise(&mut notes, TestKind::EqualAccuracy);
    adjust(&mut diebold_mariano, &losses, &resamples)?;
    let giacomini_white = pairwise(&mut notes, TestKind::EqualConditionalAccuracy);
    let mut clark_west = Vec::new();
    for (small, large) in &spec.nested {
        let place = (losses.position(small)?, losses.position(large)?);
        for run in between_two(TestKind::NestedAccuracy) {
            clark_west.extend(notes.keep(tested(place, run)));
        }
    }
    let both_ways: Vec<_> =
        pairs.iter().flat_map(|&(first, second)| [(first, second), (second, first)]).collect();
    let outcomes: Vec<_> = both_ways
        .par_iter()
        .map(|&(own, other)| Encompassing::of(&models[own], &models[other], spec.long_run))
        .collect();
    let encompassing = outcomes.into_iter().filter_map(|outcome| notes.keep(outcome)).collect();
    let mut mincer_zarnowitz = Vec::new();
    let mut directions = Vec::new();
    for model in models {
        mincer_zarnowitz.extend(notes.keep(MincerZarnowitz::of(
            model,
            EfficiencyForm::Changes,
            spec.long_run,
        )));
        for test in FORECAST_TESTS.iter().filter(|test| test.kind == TestKind::IndependentDirections) {
            if let Compares::One { run } = test.compares {
                let test = notes.keep(run(model, spec.long_run));
                directions.extend(test.map(|test| ModelTest { model: model.model().to_owned(), test }));
            }
        }
    }
    let several = models.len() > 1;
    let benchmark = benchmark(&losses, spec.benchmark.as_deref())?;
    Ok(Comparison {
        horizon: losses.horizon(),
        n: losses.len(),
        loss: spec.loss,
        block_length: mean_block,
        metrics,
        intervals,
        diebold_mariano,
        giacomini_white,
        clark_west,
        encompassing,
        mincer_zarnowitz,
        directions,
        model_confidence_set: several
            .then(|| ModelConfidenceSet::of(&losses, &resamples, spec.statistic, spec.alpha))
            .transpose()?,
        superior_predictive_ability: if several {
            let place = losses.position(benchmark)?;
            let against: Vec<_> =
                (0..models.len()).filter(|&one| one != place).map(|one| (place, one)).collect();
            let (block, resamples) = draw(&against)?;
            let studentised = Studentisation::Studentised;
            notes.keep(SuperiorPredictiveAbility::of(&losses, benchmark, &resamples, block, studentised))
        } else {
            None
        },
        notes: notes.0,
    })
}

/// Step-down p-values of tests between pairs, beside their own.
fn adjust(tests: &mut [PairTest], losses: &Losses, resamples: &Resamples) -> Result<()> {
    let places = tests.iter().map(|pair| Ok((losses.position(&pair.first)?, losses.position(&pair.second)?)));
    let places = places.collect::<Result<Vec<_>>>()?;
    let p: Vec<f64> = tests.iter().map(|pair| pair.test.p_value).collect();
    let adjusted = step_down(&places, &p, resamples, &resamples.means(losses.values())?);
    tests.iter_mut().zip(adjusted).for_each(|(pair, adjusted)| pair.adjusted_p = Some(adjusted));
    Ok(())
}

/// What could not be computed, each reason once.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    fn keep<T>(&mut self, outcome: Result<T>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                let reason = error.to_string();
                if !self.0.contains(&reason) {
                    self.0.push(reason);
                }
                None
            }
        }
    }
}

fn benchmark<'a>(losses: &'a Losses, asked: Option<&'a str>) -> Result<&'a str> {
    let position = match asked {
        Some(name) => losses.position(name)?,
        None => losses.position("persistence").unwrap_or(0),
    };
    Ok(&losses.models()[position])
}

impl Comparison {
    /// The Diebold-Mariano test of two models, whichever order they were given in.
    ///
    /// # Errors
    /// When there is none of these two.
    pub fn pair(&self, one: &str, other: &str) -> Result<&PairTest> {
        let is = |pair: &&PairTest| {
            (pair.first == one && pair.second == other) || (pair.first == other && pair.second == one)
        };
        self.diebold_mariano.iter().find(is).ok_or_else(|| {
            Error::parameter("pair", format!("{one}, {other}"), "two different models of this comparison")
        })
    }
}
