//! `dvol runs`: the results of training, listed and compared.

use super::{ExperimentFlags, Printing, Run, plain, spares};
use crate::artifacts::write_json;
use crate::error::{Error, Result};
use crate::report::{self, Align, Cell, Table};
use crate::study::{Reads, ScalingStudy, Study};
use crate::training::{Report, list_reports};
use clap::Args;
use std::path::PathBuf;

/// List training results, the best test error first among equals of horizon and test part.
#[derive(Debug, Args)]
#[command(mut_arg("config", |flag| flag.alias("study")))]
pub struct RunsCommand {
    /// Where results lie [default: `cli_training` in the experiment's results folder]
    #[arg(long, value_name = "DIR")]
    results_dir: Option<PathBuf>,
    /// Compare only runs of these names; they must answer the same question
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    compare: Vec<String>,
    /// Show runs that use the future too (--protocol original-2025)
    #[arg(long)]
    include_leaky: bool,
    /// Also leave these runs' sizes and errors, smallest network first, such as results/scaling.json
    #[arg(long, value_name = "FILE")]
    scaling: Option<PathBuf>,
    #[command(flatten)]
    experiment: ExperimentFlags,
    #[command(flatten)]
    printing: Printing,
}

impl Run for RunsCommand {
    fn run(self) -> Result<()> {
        let mut reports: Vec<Report> = Vec::new();
        let config = self.experiment.configuration()?;
        let folder = self.results_dir.clone().unwrap_or_else(|| plain(config.results().join("cli_training")));
        if folder.exists() {
            reports.extend(list_reports(&folder)?.into_iter().map(|(_, report)| report));
        }
        if !self.compare.is_empty() {
            reports = self.chosen(reports)?;
        }
        let hidden = reports.iter().filter(|report| report.leaky && !self.include_leaky).count();
        reports.retain(|report| self.include_leaky || !report.leaky);
        if let Some(path) = &self.scaling {
            spares(path, &self.experiment.inputs()?)?;
            let study = Study::new(config)?;
            let mut sizes: Vec<&Report> = reports.iter().collect();
            sizes.sort_by_key(|report| report.parameters);
            write_json(path, &ScalingStudy::of(sizes)?)?;
            study.record(path, Reads::Models, "dvol train, dvol runs --scaling")?;
        }
        self.printing.print_as(&reports, || {
            let mut text = report::Report::from(table(&reports));
            if hidden > 0 {
                text.line(format!("{hidden} leaky runs are hidden; --include-leaky shows them"));
            }
            text.to_string()
        })
    }
}

impl RunsCommand {
    /// The newest run of each name, when they may be compared.
    fn chosen(&self, reports: Vec<Report>) -> Result<Vec<Report>> {
        let known: Vec<String> = reports.iter().map(|report| report.name.clone()).collect();
        let mut chosen: Vec<Report> = Vec::new();
        for name in &self.compare {
            let newest = reports.iter().rfind(|report| report.name == *name);
            let report = newest
                .ok_or_else(|| Error::parameter("compare", name, format!("one of {}", known.join(", "))))?;
            if report.leaky && !self.include_leaky {
                return Err(Error::parameter(
                    "compare",
                    name,
                    "an honest run: this one rescales with the target hour's statistics (--include-leaky overrides)",
                ));
            }
            chosen.push(report.clone());
        }
        if let Some(first) = chosen.first()
            && let Some(other) = chosen.iter().find(|other| {
                other.metrics.test.horizon != first.metrics.test.horizon || other.test != first.test
            })
        {
            let side = |report: &Report| {
                format!(
                    "{}: {} ahead, {} origins from {}",
                    report.name, report.metrics.test.horizon, report.test.origins, report.test.first
                )
            };
            return Err(Error::Mismatch {
                what: "comparing runs".to_owned(),
                left: side(first),
                right: side(other),
                remedy: "compare runs of the same horizon and test part only".to_owned(),
            });
        }
        Ok(chosen)
    }
}

fn table(reports: &[Report]) -> Table {
    let mut table = Table::new([
        "run",
        "model",
        "horizon",
        "parameters",
        "epochs",
        "n",
        "RMSE",
        "MAE",
        "R2",
        "skill",
        "seconds",
        "ended",
    ])
    .set(Align::Right, 2..11);
    for report in reports {
        let test = &report.metrics.test;
        let mark = if report.leaky { " (leaky)" } else { "" };
        table.push([
            Cell::text(format!("{}{mark}", report.name)),
            Cell::name(&report.config.name),
            test.horizon.cell(),
            Cell::count(report.parameters),
            Cell::count(report.history.epochs.len()),
            Cell::count(test.n),
            Cell::number(test.rmse(), 3),
            Cell::number(test.mae(), 3),
            Cell::optional(test.r2(), 4),
            Cell::optional(test.skill(), 4),
            Cell::number(report.seconds, 0),
            Cell::text(report.created.to_string()),
        ]);
    }
    table
}
