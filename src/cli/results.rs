//! `dvol results`: recorded results in the format of a document, a page or another program.

use super::{Run, print_text};
use crate::artifacts::read_json;
use crate::error::{Error, Result};
use crate::evaluation::{Comparison, Deflation, ImportanceTables, MetricsTable, RegimeScores};
use crate::report::{RENDERERS, Report, Reported, Text, renderer};
use crate::study::{Goals, HorizonTable, ScalingStudy, ThesisSplit};
use clap::Args;
use clap::builder::PossibleValuesParser;
use dvol_command::ConfigFlag;
use serde::de::DeserializeOwned;
use std::path::Path;

/// Print a recorded result as text, HTML, Markdown, LaTeX, Typst, CSV or JSON.
#[derive(Debug, Args)]
pub struct ResultsCommand {
    /// The result: its path below the results folder, without its ending
    #[arg(value_name = "NAME", value_parser = names())]
    name: String,
    /// The format
    #[arg(long, value_name = "FORMAT", value_parser = formats(), default_value = "txt")]
    format: String,
    #[command(flatten)]
    experiment: ConfigFlag,
}

/// A recorded result: its name, and how its file becomes a report.
type Recorded = (&'static str, fn(&Path) -> Result<Report>);

/// Every result that holds tables.
const RECORDED: &[Recorded] = &[
    ("backtest/metrics", read::<MetricsTable>),
    ("backtest/comparison", read::<Comparison>),
    ("backtest/deflated", read::<Deflation>),
    ("backtest/goals", read::<Goals>),
    ("backtest/horizons", read::<HorizonTable>),
    ("backtest/regimes", read::<RegimeScores>),
    ("importance", read::<ImportanceTables>),
    ("scaling", read::<ScalingStudy>),
    ("thesis_split", read::<ThesisSplit>),
];

fn read<T: DeserializeOwned + Reported>(path: &Path) -> Result<Report> {
    read_json(path).map(|value: T| value.report())
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(RECORDED.iter().map(|(name, _)| *name))
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(RENDERERS.iter().map(|format| format.name()))
}

impl Run for ResultsCommand {
    fn run(self) -> Result<()> {
        let results = self.experiment.configuration()?.results();
        let path = results.join(format!("{}.json", self.name));
        if !path.exists() {
            return Err(Error::file(path, "was not recorded; `dvol backtest` and its kin make results"));
        }
        // clap has held both names against the same tables.
        let read = RECORDED.iter().find(|(name, _)| *name == self.name).map(|(_, read)| read);
        let report = read.map_or_else(|| Ok(Report::new()), |read| read(&path))?;
        print_text(renderer(&self.format).unwrap_or(&Text).render(&report).trim_end())
    }
}
