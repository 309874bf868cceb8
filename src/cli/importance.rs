//! `dvol importance`: which features a fitted model leans on.

use super::Run;
use super::open_study;
use crate::artifacts::write_json;
use crate::error::Result;
use crate::evaluation::ImportanceTables;
use crate::figures::importance::feature_importance;
use crate::study::{ImportanceSpec, Reads};
use clap::Args;
use std::path::PathBuf;

/// Move blocks of one feature about and measure what the forecasts lose.
#[derive(Debug, Args)]
pub struct ImportanceCommand {
    /// Models of the registry, separated by commas
    #[arg(long = "model", value_name = "A,B,C", value_delimiter = ',', required = true)]
    models: Vec<String>,
    /// Hours of a block; a multiple of 168 keeps the hours of the week in their places
    #[arg(long, value_name = "H", default_value_t = ImportanceSpec::default().block_hours)]
    block: usize,
    /// Permutations a feature
    #[arg(long, value_name = "N", default_value_t = ImportanceSpec::default().repeats)]
    repeats: usize,
    /// Seeds a network is averaged over
    #[arg(long, value_name = "N", default_value_t = ImportanceSpec::default().seeds)]
    seeds: u32,
    /// The experiment [default: thesis.toml where it exists]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of the data set, instead of the configuration's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where the tables go [default: `importance.json` in the results folder]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draw a figure a model into the figures folder
    #[arg(long)]
    figure: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

impl Run for ImportanceCommand {
    fn run(self) -> Result<()> {
        let study = open_study(self.config.as_deref(), self.data.as_deref())?;
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
        let path = self.out.unwrap_or_else(|| study.config().results().join("importance.json"));
        write_json(&path, &tables)?;
        study.record(&path, Reads::Models, &format!("dvol importance --model {}", self.models.join(",")))?;
        if self.json {
            return super::print_json(&tables);
        }
        super::print_text(&format!("{tables}data: {}", study.source()))?;
        Ok(())
    }
}
