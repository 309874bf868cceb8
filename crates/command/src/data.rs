//! `dvol data`: bring series in, look at them, compare them.

use crate::data_fetch::FetchArguments;
use crate::import_flags::ImportFlags;
use crate::{ConfigFlag, ExperimentFlags, Output, Printing, Run, spares};
use clap::{Args, Subcommand};
use dvol_core::data::{
    Audit, ColumnRecord, Dataset, Manifest, Severity, Simulation, Sources, audit, diff, import_with, load,
    previous_manifest,
};
use dvol_core::error::Result;
use dvol_core::experiment::AbsentColumn;
use dvol_core::feature_table::features_that_read;
use dvol_core::market::Asset;
use dvol_core::range::{Range, Within};
use dvol_core::report::{Align, Cell, Report, Table, Tone};
use dvol_core::seed::Seed;
use dvol_core::time::Timestamp;
use std::path::{Path, PathBuf};

/// Bring series in, look at them, compare them.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Make a data set from CSV or parquet files
    Import(Box<ImportArguments>),
    /// Make a data set from the built-in market, whose truth is known
    Simulate(SimulateArguments),
    /// Fetch the real series from their public sources; resumes where it broke off
    Fetch(FetchArguments),
    /// Say what is in a data set, and what is missing, stale, out of scale, contradictory or revised
    Audit(AuditArguments),
    /// Say what changed from data set A to data set B
    Diff(DiffArguments),
}

/// Flags of `dvol data import`.
#[derive(Debug, Args)]
#[command(mut_arg("out", |flag| flag.value_name("DIR").help("Where the data set goes [default: the experiment's data folder]")))]
pub struct ImportArguments {
    /// The index, hourly or daily; given twice, the second file fills what the first lacks
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    dvol: Vec<PathBuf>,
    /// Price at the index's step, with traded volume where the file has it; what needs it is left out without
    #[arg(long, value_name = "FILE", num_args = 1..)]
    price: Vec<PathBuf>,
    /// Hourly price of the perpetual future, a second opinion for the audit
    #[arg(long, value_name = "FILE", num_args = 1..)]
    perpetual: Vec<PathBuf>,
    /// Funding rate of the perpetual future, hourly or every eight hours: a column beside the others
    #[arg(long, value_name = "FILE", num_args = 1..)]
    funding: Vec<PathBuf>,
    /// Daily on-chain metrics; what needs them is left out without
    #[arg(long, value_name = "FILE", num_args = 1..)]
    onchain: Vec<PathBuf>,
    /// Daily reported on-chain transaction volume; exchange flows stand in where it has no day
    #[arg(long, value_name = "FILE", num_args = 1..)]
    volume: Vec<PathBuf>,
    /// Whose volatility the files are about
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    asset: Asset,
    #[command(flatten)]
    experiment: ConfigFlag,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    format: ImportFlags,
}

/// Flags of `dvol data simulate`.
#[derive(Debug, Args)]
#[command(mut_arg("out", |flag| flag.value_name("DIR").help("Where the data set goes [default: the experiment's data folder]")))]
pub struct SimulateArguments {
    /// Hourly rows [default: the experiment's, 37949]
    #[arg(long, value_name = "N", value_parser = Within::<usize>::range(Range::HOURS))]
    hours: Option<usize>,
    /// Seed of all randomness [default: the experiment's, 42]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    experiment: ConfigFlag,
    #[command(flatten)]
    output: Output,
}

/// Flags of `dvol data audit`.
#[derive(Debug, Args)]
pub struct AuditArguments {
    #[command(flatten)]
    experiment: ExperimentFlags,
    #[command(flatten)]
    printing: Printing,
}

/// Flags of `dvol data diff`.
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The older data set's folder
    a: PathBuf,
    /// The newer data set's folder
    b: PathBuf,
    #[command(flatten)]
    printing: Printing,
}

impl Run for DataCommand {
    fn run(self) -> Result<()> {
        match self {
            DataCommand::Import(arguments) => {
                let arguments = *arguments;
                let config = arguments.experiment.configuration()?;
                let sources = Sources {
                    asset: arguments.asset,
                    dvol: arguments.dvol,
                    price: arguments.price,
                    perpetual: arguments.perpetual,
                    funding: arguments.funding,
                    onchain: arguments.onchain,
                    volume: arguments.volume,
                };
                let folder = arguments.output.place(config.data());
                let own: Vec<PathBuf> =
                    config.columns.values().map(|column| config.root().join(&column.file)).collect();
                let read: Vec<&PathBuf> = sources.all().into_iter().chain(&own).collect();
                for file in ["panel.parquet", "manifest.json"] {
                    spares(&folder.join(file), &read)?;
                }
                let options = |subject| arguments.format.options(subject);
                let dataset = import_with(&sources, &arguments.format.policy(&config.import), &options)?;
                let dataset = config.with_own_columns(dataset)?.save(&folder)?;
                for absent in AbsentColumn::of(dataset.panel())? {
                    eprintln!("dvol: {absent}");
                }
                show(dataset.manifest(), &folder, arguments.output.printing)
            }
            DataCommand::Simulate(arguments) => {
                let config = arguments.experiment.configuration()?;
                let own = &config.simulation;
                let seed = arguments.seed.map_or(own.seed, Seed::new);
                let simulation =
                    Simulation { hours: arguments.hours.unwrap_or(own.hours), seed, ..own.clone() };
                let folder = arguments.output.place(config.data());
                let dataset = Dataset::simulated(&simulation)?.save(&folder)?;
                show(dataset.manifest(), &folder, arguments.output.printing)
            }
            DataCommand::Fetch(arguments) => arguments.run(),
            DataCommand::Audit(arguments) => {
                let config = arguments.experiment.configuration()?;
                let folder = arguments.experiment.data_folder()?;
                let dataset = load(&folder)?;
                let previous = previous_manifest(&folder)?;
                let audit = audit(&dataset, previous.as_ref(), &config.audit);
                let audit = audit.with_features(|column| features_that_read(column).unwrap_or_default());
                let absent = AbsentColumn::of(dataset.panel())?;
                let audit = audit.with_absent(absent.into_iter().map(AbsentColumn::noted));
                arguments.printing.print_as(&audit, || audit_text(&audit))
            }
            DataCommand::Diff(arguments) => {
                let difference = diff(&load(&arguments.a)?, &load(&arguments.b)?);
                arguments.printing.print(&difference)
            }
        }
    }
}

/// Prints a manifest: JSON, or a table with what was repaired.
pub(crate) fn show(manifest: &Manifest, folder: &Path, printing: Printing) -> Result<()> {
    printing.print_as(manifest, || manifest_text(manifest, folder))
}

fn manifest_text(manifest: &Manifest, folder: &Path) -> String {
    let mut report = Report::from(column_table(manifest.columns.iter(), |_| Vec::new(), &[]));
    report.line(format!(
        "{} {}, {} .. {}, in {}",
        manifest.rows,
        manifest.step.rows_called(),
        manifest.first,
        manifest.last,
        folder.join("panel.parquet").display()
    ));
    for source in manifest.sources.iter().filter(|source| !source.understood.is_empty()) {
        report.line(&source.understood);
    }
    for source in &manifest.sources {
        for (column, early) in &source.preliminary {
            report.line(format!(
                "{}: `{column}`: preliminary values, {} .. {}: {}",
                source.path, early.first, early.last, early.count
            ));
        }
    }
    for repair in &manifest.repairs {
        report.line(format!("{}: `{}`: {}: {}", repair.source, repair.column, repair.what, repair.count));
    }
    report.to_string()
}

/// One row a column: what the manifest says, then `extra` cells under `extra_header`.
fn column_table<'a>(
    records: impl Iterator<Item = &'a ColumnRecord>,
    extra: impl Fn(usize) -> Vec<Cell>,
    extra_header: &[&str],
) -> Table {
    let header = ["column", "every", "known after", "values", "gaps", "longest gap", "first", "last"];
    let mut table = Table::new(header.iter().chain(extra_header).copied()).set(Align::Left, 2..3);
    let time = |time: Option<Timestamp>| {
        time.map(|time| time.civil().strftime("%Y-%m-%d %H:%M").to_string()).map_or(Cell::empty(), Cell::text)
    };
    for (place, record) in records.enumerate() {
        let cells = [
            Cell::name(&record.name),
            Cell::text(record.frequency.word()),
            Cell::number(record.known_after_hours.into(), 0).with_unit(" h"),
            Cell::count(record.present),
            Cell::count(record.gaps),
            Cell::count(record.longest_gap),
            time(record.first),
            time(record.last),
        ];
        table.push(cells.into_iter().chain(extra(place)));
    }
    table
}

fn audit_text(audit: &Audit) -> String {
    let spread = |place: usize| {
        let summary = &audit.columns[place];
        [summary.minimum, summary.median, summary.maximum].map(|value| Cell::number(value, 4)).to_vec()
    };
    let records = audit.columns.iter().map(|summary| &summary.record);
    let columns = column_table(records, spread, &["minimum", "median", "maximum"]);
    let mut findings =
        Table::new(["severity", "check", "column", "count", "worst at", "what"]).set(Align::Left, ..);
    for finding in &audit.findings {
        let tone = match finding.severity {
            Severity::Note => Tone::Neutral,
            Severity::Warning => Tone::Unsure,
            Severity::Serious => Tone::Bad,
        };
        findings.push([
            Cell::verdict(finding.severity.to_string(), tone),
            Cell::text(finding.check.to_string()),
            Cell::name(&finding.column),
            Cell::count(finding.count),
            finding.at.map_or(Cell::empty(), |at| Cell::text(at.to_string())),
            Cell::text(&finding.detail),
        ]);
    }
    let hours = format!("{} {}, {} .. {}", audit.rows, audit.step.rows_called(), audit.first, audit.last);
    let verdict = audit.worst().map_or("no finding".to_owned(), |worst| format!("worst finding: {worst}"));
    let mut report = Report::from(columns);
    report.gap().table(findings).line(format!("{hours}; {verdict}"));
    report.to_string()
}
