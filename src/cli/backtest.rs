//! `dvol backtest`: the walk-forward evaluation.

use super::share::{self, Role};
use super::{ExperimentFlags, Output, Run, progress_bar};
use crate::artifacts::Hold;
use crate::config::{self, Config, Window};
use crate::error::{Error, Result};
use crate::evaluation::WalkForward;
use crate::figures::Browser;
use crate::market::{Asset, Market};
use crate::range::{Range, Within};
use crate::study::Study;
use crate::time::Timestamp;
use clap::Args;
use std::path::Path;
use std::time::Duration;

/// Walk forward: refit on the past, forecast the next stretch, move on.
#[derive(Debug, Args)]
#[command(mut_arg("out", |flag| flag
    .value_name("DIR")
    .help("Where results go [default: `backtest` in the experiment's results folder]")))]
pub struct BacktestCommand {
    #[command(flatten)]
    experiment: ExperimentFlags,
    /// Models, separated by commas [default: the experiment's list, or all that the data have columns for].
    #[arg(long, value_delimiter = ',')]
    models: Vec<String>,
    /// Whose volatility [default: what the data set is about]. Results and figures of another asset than Bitcoin land
    /// in folders of its name.
    #[arg(long, value_enum, ignore_case = true)]
    asset: Option<Asset>,
    /// First origin, such as 2022-07-01.
    #[arg(long)]
    from: Option<Timestamp>,
    /// Last origin, such as 2025-10-13T23:00Z.
    #[arg(long)]
    to: Option<Timestamp>,
    /// Time between refits, such as 30d; networks are refitted no oftener than `refit_networks` says.
    #[arg(long)]
    refit: Option<config::Duration>,
    /// `expanding`, or `rolling:N` such as rolling:365d.
    #[arg(long)]
    window: Option<Window>,
    /// Time between the last training target and a fold, such as 24h.
    #[arg(long)]
    embargo: Option<config::Duration>,
    /// Seeds a network is averaged over.
    #[arg(long, value_parser = Within::<u32>::range(Range::SEEDS))]
    seeds: Option<u32>,
    /// Several horizons in hours, such as 1,6,24,72,168, in one table; embargo and lags follow each.
    #[arg(long, value_delimiter = ',', value_name = "H,H,...", value_parser = Within::<u32>::range(Range::HOURS_AHEAD))]
    horizons: Vec<u32>,
    /// Processes that share the folds (torchrun's environment is obeyed too).
    #[arg(long, default_value_t = 1, value_parser = Within::<usize>::range(Range::WORKERS))]
    workers: usize,
    /// Make no figures.
    #[arg(long)]
    no_figures: bool,
    #[command(flatten)]
    output: Output,
}

impl Run for BacktestCommand {
    fn run(self) -> Result<()> {
        let mut config = self.experiment.configuration()?;
        let given = &mut config.backtest;
        given.from = self.from.unwrap_or(given.from);
        given.to = self.to.unwrap_or(given.to);
        given.refit = self.refit.unwrap_or(given.refit);
        given.window = self.window.unwrap_or(given.window);
        given.embargo = self.embargo.unwrap_or(given.embargo);
        given.seeds = self.seeds.unwrap_or(given.seeds);
        let (seeds, protocol) = (given.seeds, given.protocol());
        let study = self.study(config)?;
        let out = self.output.place(study.config().results().join("backtest"));
        let declared = &study.config().backtest.models;
        let models = match (self.models.is_empty(), declared.is_empty()) {
            (false, _) => self.models.clone(),
            (true, false) => declared.clone(),
            (true, true) => {
                let names = study.config().model_names();
                let every = names.iter().map(|name| study.model_of_seeds(name, seeds));
                let (models, left_out) = study.possible(every.collect::<Result<_>>()?)?;
                left_out.iter().for_each(|model| eprintln!("dvol: {model}"));
                models.iter().map(|model| model.name()).collect()
            }
        };
        // Folds share the cores; a network inside a fold keeps to one, which also makes it bit-exact.
        tch::set_num_threads(1);
        let role = share::meet(self.workers, &study, &models, seeds)?;
        // Tables of two backtests at once would not fit one another. Workers' folds do, whoever makes them.
        let leads = match &role {
            Role::Alone => true,
            Role::Shared(workers) => workers.place().rank == 0,
            Role::Finished => false,
        };
        let _alone = if leads { Some(Hold::to_write(&out, Duration::MAX)?) } else { None };
        match role {
            Role::Alone => {}
            Role::Finished => return Ok(()),
            Role::Shared(workers) => {
                share::work(&study, (&models, seeds), &protocol, &self.horizons, &out, &workers)?;
                if workers.place().rank > 0 {
                    return Ok(());
                }
            }
        }
        if !self.horizons.is_empty() {
            return self.horizon_table(&study, &models, seeds, &protocol, &out);
        }
        let bar = progress_bar("folds");
        let series = study.backtest(&models, seeds, &protocol, &out, &|report| {
            bar.set_length(report.total as u64);
            bar.set_position(report.done as u64);
            let how = if report.resumed { "kept" } else { "done" };
            bar.set_message(format!("{} from {} {how}", report.model, report.fold.start));
        })?;
        bar.finish_and_clear();
        let asked = self.asset.map(|asset| format!(" --asset {}", asset.ticker().to_lowercase()));
        let command = format!("dvol backtest{}", asked.unwrap_or_default());
        let results = study.write_walk_forward(series, &out, &command)?;
        if let (Some(comparison), false) = (&results.comparison, self.no_figures) {
            let browser = Browser::find()
                .inspect_err(|error| eprintln!("dvol: figures are JSON and HTML only: {error}"));
            for figure in study.walk_forward_figures(&results.series, comparison)? {
                study.keep_with(figure, browser.as_ref().ok())?;
            }
        }
        self.output
            .printing
            .print_as(&results, || format!("{}, data: {}\n{results}", study.market().index, study.source()))
    }
}

impl BacktestCommand {
    /// The study, of the asset that was asked for.
    fn study(&self, mut config: Config) -> Result<Study> {
        let Some(asset) = self.asset else { return Study::new(config) };
        if asset != Asset::default() {
            let own = asset.ticker().to_lowercase();
            config.folders.results.push(&own);
            config.folders.figures.push(&own);
        }
        let study = Study::new(config.clone())?;
        let found = study.market().asset;
        if found == asset {
            return Ok(study);
        }
        if study.is_simulated() && config.market.is_none() {
            config.market = Some(Market::new(asset));
            return Study::new(config);
        }
        let (wanted, folder) = (asset.ticker(), config.data());
        let expected = format!(
            "the asset of the data: {} is about {}; name another folder with --data, such as one made by \
             `dvol data fetch --asset {wanted} --out DIR`",
            folder.display(),
            found.name(),
        );
        Err(Error::parameter("asset", wanted, expected))
    }

    /// Walks every horizon forward and leaves `horizons.json` and `multi_horizon.json`.
    fn horizon_table(
        &self,
        study: &Study,
        models: &[String],
        seeds: u32,
        protocol: &WalkForward,
        out: &Path,
    ) -> Result<()> {
        let bar = progress_bar("folds");
        let found = study.horizons(&self.horizons, models, seeds, protocol, out, &|horizon, fold| {
            bar.set_length(fold.total as u64);
            bar.set_position(fold.done as u64);
            bar.set_message(format!("{horizon}: {} from {}", fold.model, fold.fold.start));
        })?;
        bar.finish_and_clear();
        study.write_horizons(&found, out, &self.command())?;
        self.output
            .printing
            .print_as(&found, || format!("{}, data: {}\n{found}", study.market().index, study.source()))
    }

    /// What makes the table of horizons again.
    fn command(&self) -> String {
        let hours: Vec<String> = self.horizons.iter().map(u32::to_string).collect();
        let models = if self.models.is_empty() {
            String::new()
        } else {
            format!(" --models {}", self.models.join(","))
        };
        format!("dvol backtest --horizons {}{models}", hours.join(","))
    }
}
