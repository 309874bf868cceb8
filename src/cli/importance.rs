//! `dvol importance`: which features a fitted model leans on.

use super::{ExperimentFlags, Output, Run, open_study};
use crate::artifacts::write_json;
use crate::error::Result;
use crate::evaluation::ImportanceTables;
use crate::figures::importance::feature_importance;
use crate::range::{Range, Within};
use crate::study::{ImportanceSpec, Reads};
use clap::Args;

/// Move blocks of one feature about and measure what the forecasts lose.
#[derive(Debug, Args)]
#[command(mut_arg("out", |flag| flag
    .value_name("FILE")
    .help("Where the tables go [default: `importance.json` in the experiment's results folder]")))]
pub struct ImportanceCommand {
    /// Models of the registry, separated by commas
    #[arg(long = "model", value_name = "A,B,C", value_delimiter = ',', required = true)]
    models: Vec<String>,
    /// Hours of a block; a multiple of 168 keeps the hours of the week in their places
    #[arg(long, value_name = "H", default_value_t = ImportanceSpec::default().block_hours,
        value_parser = Within::<usize>::range(Range::ROWS))]
    block: usize,
    /// Permutations a feature
    #[arg(long, value_name = "N", default_value_t = ImportanceSpec::default().repeats,
        value_parser = Within::<usize>::range(Range::DRAWS))]
    repeats: usize,
    /// Seeds a network is averaged over
    #[arg(long, value_name = "N", default_value_t = ImportanceSpec::default().seeds,
        value_parser = Within::<u32>::range(Range::SEEDS))]
    seeds: u32,
    #[command(flatten)]
    experiment: ExperimentFlags,
    /// Draw a figure a model into the figures folder
    #[arg(long)]
    figure: bool,
    #[command(flatten)]
    output: Output,
}

impl Run for ImportanceCommand {
    fn run(self) -> Result<()> {
        let study = open_study(&self.experiment)?;
        let path = self.output.place(study.config().results().join("importance.json"));
        self.output.spares(&self.experiment.inputs()?)?;
        let spec = ImportanceSpec { block_hours: self.block, repeats: self.repeats, seeds: self.seeds };
        let mut tables = Vec::with_capacity(self.models.len());
        for model in &self.models {
            eprintln!("fitting {model}");
            let table = study.importance(model, spec)?;
            if self.figure {
                study.keep(
                    feature_importance(&table, &study.market())?.named(format!("importance_{model}"))?,
                )?;
            }
            tables.push(table);
        }
        let tables = ImportanceTables(tables);
        let _alone = self.output.hold(&path)?;
        write_json(&path, &tables)?;
        if self.output.is_standard_output() {
            return Ok(());
        }
        study.record(&path, Reads::Models, &format!("dvol importance --model {}", self.models.join(",")))?;
        self.output
            .printing
            .print_as(&tables, || format!("data: {}\n{tables}", study.source()).trim_end().to_owned())
    }
}
