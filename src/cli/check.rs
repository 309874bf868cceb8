//! `dvol check`: which results can be trusted.

use super::{ExperimentFlags, Printing, Run};
use crate::error::{Error, Result};
use clap::Args;

/// Compares every recorded result with the configuration, data and bytes that made it.
#[derive(Debug, Args)]
pub struct CheckCommand {
    #[command(flatten)]
    experiment: ExperimentFlags,
    #[command(flatten)]
    printing: Printing,
}

impl Run for CheckCommand {
    fn run(self) -> Result<()> {
        let study = super::open_study(&self.experiment)?;
        let findings = study.check()?;
        if self.printing.json {
            super::print_json(&findings)?;
        }
        for finding in findings.iter().filter(|_| !self.printing.json) {
            super::print_text(&finding.to_string())?;
        }
        match findings.first() {
            None => {
                if !self.printing.json {
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
