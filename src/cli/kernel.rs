//! `dvol kernel`: Jupyter's view of this build.

use super::{Printing, Run};
use crate::error::{Error, Result};
use crate::kernel;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Install, remove or examine the Jupyter kernel
#[derive(Debug, Subcommand)]
pub enum KernelCommand {
    /// Tell a Jupyter how to start the kernel "Rust (dvol)"
    Install(Place),
    /// Remove it from a Jupyter
    Uninstall(Place),
    /// Check every part the kernel needs and say how to mend it
    Doctor(Place),
}

/// Which Jupyter.
#[derive(Debug, Args)]
pub struct Place {
    /// The environment that holds Jupyter [default: .venv of the checkout]
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,
    #[command(flatten)]
    printing: Printing,
}

impl Place {
    fn prefix(&self) -> PathBuf {
        self.prefix.clone().unwrap_or_else(kernel::default_prefix)
    }
}

impl Run for KernelCommand {
    fn run(self) -> Result<()> {
        match self {
            KernelCommand::Install(place) => {
                let folder = kernel::install(&place.prefix())?;
                if place.printing.json {
                    return super::print_json(&serde_json::json!({ "kernelspec": folder }));
                }
                super::print_text(&format!("kernel `{}` is in {}", kernel::NAME, folder.display()))?;
            }
            KernelCommand::Uninstall(place) => {
                let removed = kernel::uninstall(&place.prefix())?;
                if place.printing.json {
                    return super::print_json(&serde_json::json!({ "removed": removed }));
                }
                super::print_text(if removed {
                    "the kernel is removed"
                } else {
                    "there was no kernel to remove"
                })?;
            }
            KernelCommand::Doctor(place) => return doctor(&place),
        }
        Ok(())
    }
}

fn doctor(place: &Place) -> Result<()> {
    let findings = kernel::examine(&place.prefix())?;
    let broken = findings.iter().filter(|finding| finding.problem.is_some()).count();
    if place.printing.json {
        super::print_json(&findings)?;
    } else {
        for finding in &findings {
            match &finding.problem {
                None => super::print_text(&format!("ok      {:<15} {}", finding.part, finding.place))?,
                Some(problem) => {
                    super::print_text(&format!("BROKEN  {:<15} {}: {problem}", finding.part, finding.place))?;
                }
            }
        }
    }
    if broken == 0 {
        return Ok(());
    }
    Err(Error::file(
        "the kernel",
        format!("{broken} of {} parts need mending: see the lines above", findings.len()),
    ))
}
