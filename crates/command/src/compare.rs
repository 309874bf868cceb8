//! `dvol compare`: which of several forecasts is better, and how surely.

use crate::forecast_table::ForecastFile;
use crate::reading;
use crate::{ConfigFlag, Printing, Run, plain, print_text};
use clap::Args;
use dvol_core::artifacts::write_json;
use dvol_core::data::Understood;
use dvol_core::error::{Error, Result};
use dvol_core::evaluation::{
    Comparison, ComparisonSpec, ConfidenceSetColumns, CoverageSizes, EliminationStatistic, Forecasts,
    LongRun, Loss, ModelConfidenceSet, Promises, RankingByRegime, SuperiorPredictiveAbility, TestSizes,
    compare, ranking_by_regime,
};
use dvol_core::models::ModelEntry;
use dvol_core::range::{Range, Within};
use dvol_core::regression::Kernel;
use dvol_core::seed::Seed;
use dvol_core::time::Horizon;
use serde::Serialize;
use std::fmt;
use std::ops::Bound;
use std::path::PathBuf;

/// Rows of an expected block; it need not be a whole number.
const BLOCK: Range = Range::Real(Bound::Included(1.0), Bound::Included(1e6));

/// Compare forecasts: scores with intervals, Diebold-Mariano, model confidence set, superior predictive ability
///
/// Tests on errors count the overlap of forecasts: h - 1 lags in steps between origins.
// Help text is not Markdown.
#[allow(clippy::doc_markdown)]
#[derive(Debug, Args)]
#[command(mut_arg("input", |flag| flag
    .required_unless_present("monte_carlo")
    .required(false)
    .default_value_if("monte_carlo", "true", "none")
    .conflicts_with("monte_carlo")))]
pub(crate) struct CompareCommand {
    #[command(flatten)]
    file: ForecastFile,
    #[command(flatten)]
    experiment: ConfigFlag,
    /// Columns of forecasts, separated by commas; `a_lower` and `a_upper` are the interval of `a` [default for a
    /// table of `dvol backtest`: all its models]
    #[arg(long, value_name = "A,B,C", value_delimiter = ',')]
    models: Vec<String>,
    /// What an error costs
    #[arg(long, value_enum, default_value_t)]
    loss: Loss,
    /// Bootstrap replications
    #[arg(long, value_name = "N", default_value_t = ComparisonSpec::default().replications,
        value_parser = Within::<usize>::range(Range::DRAWS))]
    reps: usize,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// One minus the level of the confidence set and of intervals
    #[arg(long, default_value_t = ComparisonSpec::default().alpha, value_parser = Within::<f64>::range(Range::LEVEL))]
    alpha: f64,
    /// Expected bootstrap block, rows [default: Politis and White's, at least the overlap]
    #[arg(long, value_name = "ROWS", value_parser = Within::<f64>::range(BLOCK))]
    block: Option<f64>,
    /// Long-run variance from h - 1 lags with these weights, as in the literature [default: from cosine transforms at
    /// the lowest frequencies, which keeps the level of every test]
    #[arg(long, value_enum)]
    kernel: Option<Kernel>,
    /// Statistic of the model confidence set
    #[arg(long, value_enum, default_value_t)]
    statistic: EliminationStatistic,
    /// Model that superior predictive ability tests against [default: `persistence` if named, else the first]
    #[arg(long, value_name = "NAME")]
    benchmark: Option<String>,
    /// A model nested in another, for Clark-West; may be repeated [default for a table of `dvol backtest`: the pairs
    /// its models are known to be]
    #[arg(long, value_name = "SMALL:LARGE")]
    nested: Vec<String>,
    /// Test what intervals promise: Kupiec, Christoffersen, dynamic quantile, Knueppel's calibration
    #[arg(long)]
    promises: bool,
    /// Column of states, one a row: ranks the models in each, with Diebold-Mariano within it
    #[arg(long, value_name = "NAME")]
    labels: Option<String>,
    /// Simulate the sizes of the tests between forecasts instead, into RESULTS_DIR/forecast_test_sizes.json; with
    /// --promises those of the tests of promises, into RESULTS_DIR/coverage_test_sizes.json
    #[arg(long)]
    monte_carlo: bool,
    /// Simulated samples of up to 1,000 origins; of longer ones 1,000 / n as many
    #[arg(long, value_name = "N", default_value_t = TestSizes::default().replications)]
    replications: usize,
    /// Longer simulated samples are left out
    #[arg(long, value_name = "N", default_value_t = TestSizes::default().most_origins)]
    most_origins: usize,
    /// Folder of the simulation's table [default: the experiment's results folder]
    #[arg(long, value_name = "DIR")]
    results_dir: Option<PathBuf>,
    #[command(flatten)]
    printing: Printing,
}

#[derive(Debug, Serialize)]
struct Report<'a> {
    input: String,
    seed: u64,
    replications: usize,
    mcs: Option<ConfidenceSetColumns<'a>>,
    spa: Option<SuperiorPredictiveAbility>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_regime: Option<RankingByRegime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    promises: Option<Promises>,
    #[serde(flatten)]
    comparison: Comparison,
}

/// Series of a table with one column a model, their ranking by state, and what the file was taken for.
type Wide = (Vec<Forecasts>, Option<RankingByRegime>, Option<Understood>);

impl Run for CompareCommand {
    fn run(self) -> Result<()> {
        if self.monte_carlo {
            return self.simulate();
        }
        let mut spec = self.spec()?;
        let (series, by_regime, understood) = match self.file.read_long(&self.models)? {
            Some(_) if self.labels.is_some() => {
                let range = "used with a table of one row an origin; `dvol backtest` tells regimes itself";
                return Err(Error::parameter("labels", self.labels.as_deref().unwrap_or_default(), range));
            }
            Some(series) => {
                // models of our own table: which is nested in which is known
                let names: Vec<&str> = series.iter().map(Forecasts::model).collect();
                let known = ModelEntry::nested_among(&names);
                spec.nested.extend(known.into_iter().filter(|pair| !self.names(pair)));
                (series, None, None)
            }
            None => self.read_wide(spec.loss)?,
        };
        let mut comparison = compare(&series, &spec)?;
        let promises = self.promises.then(|| Promises::of(&series));
        if !self.printing.json {
            let ranking = by_regime.iter().map(ToString::to_string);
            let told = understood.iter().map(ToString::to_string);
            let tested = promises.iter().map(ToString::to_string);
            let parts: Vec<String> =
                told.chain([comparison.to_string()]).chain(ranking).chain(tested).collect();
            return print_text(&parts.join("\n"));
        }
        // said once, in the form of columns
        let set = comparison.model_confidence_set.take();
        let report = Report {
            input: self.file.input.display().to_string(),
            seed: self.seed,
            replications: self.reps,
            mcs: set.as_ref().map(ModelConfidenceSet::columns),
            spa: comparison.superior_predictive_ability.take(),
            by_regime,
            promises,
            comparison,
        };
        reading::print_as(self.printing, understood.as_ref(), &report, String::new)
    }
}

impl CompareCommand {
    fn simulate(&self) -> Result<()> {
        let (replications, most_origins) = (self.replications, self.most_origins);
        let seed = Seed::new(self.seed);
        if self.promises {
            let mut designs = CoverageSizes::designs();
            designs.retain(|(origins, ..)| *origins <= most_origins);
            let table = CoverageSizes::simulate(&designs, replications, seed)?;
            return self.write("coverage_test_sizes.json", &table);
        }
        let table = TestSizes { replications, most_origins, seed }.run()?;
        self.write("forecast_test_sizes.json", &table)
    }

    fn write(&self, name: &str, table: &(impl Serialize + fmt::Display)) -> Result<()> {
        let folder = match &self.results_dir {
            Some(folder) => folder.clone(),
            None => plain(self.experiment.configuration()?.results()),
        };
        let path = folder.join(name);
        write_json(&path, table)?;
        self.printing.print_as(table, || format!("{table}\nwritten to {}", path.display()))
    }

    /// Series of a table with one column a model, ranked by the states of `--labels` when there are any.
    fn read_wide(&self, loss: Loss) -> Result<Wide> {
        if self.models.is_empty() {
            return Err(Error::parameter("models", "none", "columns of forecasts, separated by commas"));
        }
        let needed = ComparisonSpec::fewest_origins(Horizon::hours(self.file.horizon));
        let table = self.file.read(needed)?;
        let series = self
            .models
            .iter()
            .map(|model| {
                let (lower, upper) = (format!("{model}_lower"), format!("{model}_upper"));
                table.series(model, table.interval(&lower, &upper))
            })
            .collect::<Result<Vec<Forecasts>>>()?;
        if loss == Loss::Qlike {
            let columns = self.models.iter().chain([&self.file.actual]).map(String::as_str);
            table.require_positive(&columns.collect::<Vec<_>>())?;
        }
        table.require_different(&series)?;
        let by_regime = match &self.labels {
            Some(column) => Some(ranking_by_regime(&series, &table.labels(column)?, loss)?),
            None => None,
        };
        Ok((series, by_regime, Some(table.table.understood())))
    }

    /// Whether `--nested` has the pair.
    fn names(&self, (small, large): &(String, String)) -> bool {
        self.nested.contains(&format!("{small}:{large}"))
    }

    fn spec(&self) -> Result<ComparisonSpec> {
        let nested = self
            .nested
            .iter()
            .map(|pair| {
                let parts =
                    pair.split_once(':').filter(|(small, large)| !small.is_empty() && !large.is_empty());
                let (small, large) = parts
                    .ok_or_else(|| Error::parameter("nested", pair, "two models such as small:large"))?;
                Ok((small.to_owned(), large.to_owned()))
            })
            .collect::<Result<_>>()?;
        Ok(ComparisonSpec {
            loss: self.loss,
            long_run: self.kernel.map_or(LongRun::Cosine, LongRun::Lags),
            benchmark: self.benchmark.clone(),
            nested,
            block_length: self.block,
            replications: self.reps,
            alpha: self.alpha,
            statistic: self.statistic,
            seed: Seed::new(self.seed),
            ..ComparisonSpec::default()
        })
    }
}
