//! `dvol figures`: the figures of a study for somebody's paper.

use super::{ExperimentFlags, Run, open_study, print_text};
use crate::error::{Error, Result};
use crate::figures::{Browser, Width, write_figures};
use crate::study::{FIGURES, FigureEntry};
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

/// Draw figures of a study at a paper's width, as SVG, PDF, PNG, HTML and JSON.
///
/// Ordinary text is 8 points at every width; 84mm is a column of a journal, 174mm its page.
#[derive(Debug, Args)]
pub struct FiguresCommand {
    /// The figures; where none is named, all that the data have columns for
    #[arg(value_name = "NAME", value_parser = names())]
    names: Vec<String>,
    /// The width on paper
    #[arg(long, value_name = "WIDTH", default_value_t = Width::PAGE)]
    width: Width,
    /// The typeface, as the drawing browser knows it; without it a serif
    #[arg(long, value_name = "NAME")]
    font: Option<String>,
    /// The folder; without it `paper` in the experiment's figures folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    experiment: ExperimentFlags,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(FIGURES.iter().map(|entry| entry.name))
}

impl Run for FiguresCommand {
    fn run(self) -> Result<()> {
        // Before anything is computed: without a browser nothing is drawn.
        let browser = Browser::find()?;
        let study = open_study(&self.experiment)?;
        let chosen =
            |entry: &&FigureEntry| self.names.is_empty() || self.names.iter().any(|name| name == entry.name);
        let mut figures = Vec::new();
        for entry in FIGURES.iter().filter(chosen) {
            match (entry.make)(&study) {
                Ok(figure) => figures.push(study.stamped(figure)?.printed(self.width, self.font.as_deref())),
                Err(error @ Error::MissingColumn { .. }) if self.names.is_empty() => {
                    eprintln!("dvol: left out: `{}`: {error}", entry.name);
                }
                Err(error) => return Err(error),
            }
        }
        let folder = self.out.unwrap_or_else(|| study.config().figures().join("paper"));
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        let written = write_figures(&figures, &folder, Some(&browser))?;
        print_text(&format!(
            "{} figures, {} wide, {} files in {}",
            figures.len(),
            self.width,
            written.len(),
            folder.display()
        ))
    }
}
