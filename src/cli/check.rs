//! `dvol check`: which results can be trusted.

use super::Run;
use crate::error::{Error, Result};
use crate::study::Fault;
use clap::Args;
use std::path::PathBuf;

/// Compares every recorded result with the configuration, data and bytes that made it.
#[derive(Debug, Args)]
pub struct CheckCommand {
    /// The experiment
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of the data set, instead of the configuration's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print the findings as one JSON document
    #[arg(long)]
    json: bool,
}

impl Run for CheckCommand {
    fn run(self) -> Result<()> {
        let study = super::open_study(self.config.as_deref(), self.data.as_deref())?;
        let findings = study.check()?;
        if self.json {
            super::print_json(&findings)?;
        }
        for finding in findings.iter().filter(|_| !self.json) {
            let what = match finding.fault {
                Fault::Missing => "is missing",
                Fault::Edited => "was changed by hand",
                Fault::OtherCode => "was made by other code",
                Fault::OtherProtocol => "was made under another protocol",
                Fault::OtherConfiguration => "was made with another configuration",
                Fault::OtherData => "was made from other data",
            };
            super::print_text(&format!("{} {what}; make it again with `{}`", finding.file, finding.stage))?;
        }
        match findings.first() {
            None => {
                if !self.json {
                    super::print_text("every recorded result is what its stage wrote, from today's inputs")?;
                }
                Ok(())
            }
            Some(first) => Err(Error::file(
                study.config().root().join(&first.file),
                format!("the first of {} results that cannot be trusted", findings.len()),
            )),
        }
    }
}
