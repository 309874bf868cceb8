//! `dvol score`: the thesis's split, all models beside the original's numbers.

use super::{ExperimentFlags, Output, Run, open_study};
use crate::artifacts::write_json;
use crate::error::Result;
use crate::models::ModelEntry;
use crate::models::lstm::Settings;
use crate::range::{Range, Within};
use crate::study::Reads;
use clap::Args;

/// Fit on three fifths of the thesis's window, score on the last one, beside what the original printed.
#[derive(Debug, Args)]
#[command(mut_arg("out", |flag| flag
    .value_name("FILE")
    .help("Where the table goes [default: `thesis_split.json` in the experiment's results folder]")))]
pub struct ScoreCommand {
    #[command(flatten)]
    experiment: ExperimentFlags,
    /// Models, separated by commas [default: all]
    #[arg(long, value_name = "A,B,C", value_delimiter = ',')]
    models: Vec<String>,
    /// Seeds a model that depends on one is averaged over [default: the configuration's]
    #[arg(long, value_name = "N", value_parser = Within::<u32>::range(Range::SEEDS))]
    seeds: Option<u32>,
    /// Most epochs of a network of the thesis [default: its own]
    #[arg(long, value_name = "N", value_parser = Within::<usize>::range(Range::Whole(1, 100_000)))]
    epochs: Option<usize>,
    #[command(flatten)]
    output: Output,
}

impl Run for ScoreCommand {
    fn run(self) -> Result<()> {
        let study = open_study(&self.experiment)?;
        let models = if self.models.is_empty() {
            ModelEntry::names().into_iter().map(str::to_owned).collect()
        } else {
            self.models
        };
        self.output.spares(&self.experiment.inputs()?)?;
        let seeds = self.seeds.unwrap_or(study.config().backtest.seeds);
        let usual = study.config().results().join("thesis_split.json");
        let path = self.output.place(usual.clone());
        let settings = Settings { epochs: self.epochs, ..Settings::default() };
        // Models share the cores; a network keeps to one, which also makes it bit-exact.
        tch::set_num_threads(1);
        let beside = if self.output.is_standard_output() { &usual } else { &path };
        let cache = beside.with_extension("");
        let table =
            study.thesis_split(&models, seeds, &settings, &cache, &|model| eprintln!("fitted {model}"))?;
        let _alone = self.output.hold(&path)?;
        write_json(&path, &table)?;
        if self.output.is_standard_output() {
            return Ok(());
        }
        let command =
            self.epochs.map_or("dvol score".to_owned(), |epochs| format!("dvol score --epochs {epochs}"));
        study.record(&path, Reads::Models, &command)?;
        self.output.printing.print_as(&table, || format!("data: {}\n{table}", study.source()))
    }
}
