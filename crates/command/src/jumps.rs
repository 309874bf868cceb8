//! `dvol jumps`: where a series jumps.

use crate::Run;
use crate::open_experiment;
use crate::series::{self, Series, SeriesFile};
use clap::{Args, ValueEnum};
use dvol_core::artifacts::{write_atomic, write_json};
use dvol_core::error::{Error, Result};
use dvol_core::events::Event;
use dvol_core::jumps::{
    Agreement, Composite, DailyMeasures, DatedJump, DescriptiveFactors, EventStudy, LeeMykland,
    LeeMyklandResult, LocalVolatility, MonteCarlo, Reading, change_z_score, event_study, largest_jumps,
    lee_mykland, lee_mykland_periodic, level_threshold, log_returns, window_for,
};
use dvol_core::seed::Seed;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Find the jumps of a series: Lee and Mykland's test, two simple detectors, and the six events
///
/// A jump is a log return too large for the volatility of the returns before it. `p_value` in OUT is per
/// return; `jump` and `critical_value` follow --reading.
// Flags are independent switches, and help text is not Markdown.
#[allow(clippy::struct_excessive_bools, clippy::doc_markdown)]
#[derive(Debug, Args)]
pub(crate) struct JumpsCommand {
    #[command(flatten)]
    file: SeriesFile,
    /// Observations in the window of local volatility [default: ceil(sqrt(observations in a year))]
    #[arg(long, value_name = "K")]
    window: Option<usize>,
    /// Level of the test
    #[arg(long, default_value_t = 0.01)]
    alpha: f64,
    /// What alpha promises
    #[arg(long, value_enum, default_value_t = ReadingChoice::FamilyWise)]
    reading: ReadingChoice,
    /// Returns in one family [default: all of the series]
    #[arg(long, value_name = "N")]
    family: Option<usize>,
    /// Estimator of local volatility
    #[arg(long, value_enum, default_value_t = VolatilityChoice::Bipower)]
    volatility: VolatilityChoice,
    /// Divide returns by the volatility of their hour of the week first (Boudt, Croux and Laurent 2011)
    #[arg(long)]
    periodicity: bool,
    /// Write timestamp, return, sigma, statistic, p_value, jump as CSV
    #[arg(long, value_name = "OUT.csv")]
    out: Option<PathBuf>,
    /// Simulate size and power of the tests instead, into RESULTS_DIR/jumps_size_power.json
    #[arg(long, conflicts_with_all = ["input", "out"])]
    monte_carlo: bool,
    /// Simulated series a volatility
    #[arg(long, default_value_t = MonteCarlo::default().replications)]
    replications: usize,
    /// Seed of the simulation
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Folder of the simulation's table
    #[arg(long, value_name = "DIR", default_value = "results")]
    results_dir: PathBuf,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReadingChoice {
    /// the chance of flagging anything in a family of returns without jumps (Gumbel critical value)
    FamilyWise,
    /// the same for small windows (Student's t, Sidak)
    FamilyWiseStudent,
    /// the share of returns without jumps that are flagged (Student's t)
    PerPoint,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum VolatilityChoice {
    /// bipower variation
    Bipower,
    /// median realized variance
    Median,
}

#[derive(Debug, Serialize)]
struct Report {
    input: String,
    column: String,
    n: usize,
    tested: usize,
    holes: usize,
    window: usize,
    alpha: f64,
    reading: &'static str,
    family: Option<usize>,
    periodicity: bool,
    critical_value: f64,
    jumps: usize,
    share: f64,
    per_point_rejections: usize,
    largest: Vec<DatedJump>,
    events: Option<EventStudy>,
    detectors: Agreement,
    /// The ratio test of Barndorff-Nielsen and Shephard on every whole day.
    days: Option<DaysWithJumps>,
}

#[derive(Debug, Serialize)]
struct DaysWithJumps {
    tested: usize,
    with_jumps: usize,
    alpha: f64,
}

impl DaysWithJumps {
    /// `None` without times or with too few observations a day for a realized variance.
    fn count(series: &Series, returns: &[f64], alpha: f64) -> Result<Option<Self>> {
        let a_day = (series.observations_in_a_year / 365.0).round() as usize;
        let Some(times) = series.times.as_ref().filter(|_| a_day >= 12) else { return Ok(None) };
        let measures = DailyMeasures::new(times, returns, a_day)?;
        let tested = measures.ratio_p_value.iter().filter(|p| !p.is_nan()).count();
        Ok(Some(Self { tested, with_jumps: measures.jump_days(alpha).len(), alpha }))
    }
}

impl Run for JumpsCommand {
    fn run(self) -> Result<()> {
        if self.monte_carlo { simulate(&self) } else { detect(&self) }
    }
}

fn simulate(arguments: &JumpsCommand) -> Result<()> {
    let settings = MonteCarlo {
        replications: arguments.replications,
        seed: Seed::new(arguments.seed),
        ..MonteCarlo::default()
    };
    let table = settings.run()?;
    let path = arguments.results_dir.join("jumps_size_power.json");
    write_json(&path, &table)?;
    if arguments.json {
        crate::print_json(&table)
    } else {
        crate::print_text(&format!("{table}\nwritten to {}", path.display()))?;
        Ok(())
    }
}

fn detect(arguments: &JumpsCommand) -> Result<()> {
    let (source, series, events) = if let Some(path) = &arguments.file.input {
        let read = arguments.file.read(path)?;
        (path.display().to_string(), read, Event::thesis())
    } else {
        let study = open_experiment(None, None)?;
        (study.source(), series::of_study(&study, &arguments.file.column)?, study.market().events)
    };
    let explain = |error| match &arguments.file.input {
        Some(path) => series::in_file(error, path, &arguments.file.column, &series.rows),
        None => error,
    };
    let spec = arguments.spec(&series);
    let result = test(&series, spec, arguments.periodicity).map_err(explain)?;
    if let Some(out) = &arguments.out {
        write_out(out, &series, &result)?;
    }
    let report = arguments.report(source, &series, &result, &events)?;
    if arguments.json {
        return crate::print_json(&report);
    }
    crate::print_text(&report.describe(&result))?;
    Ok(())
}

impl Report {
    fn describe(&self, result: &LeeMyklandResult) -> String {
        let mut text = format!("{result}\n");
        let _ = writeln!(text, "per point, {} returns have p < {}", self.per_point_rejections, self.alpha);
        if !self.largest.is_empty() {
            text.push_str("\nthe largest jumps:\n");
        }
        for jump in &self.largest {
            let _ = writeln!(
                text,
                "{}  {:+.4}  ({:+.1} local sd, {} -> {})",
                jump.time, jump.log_return, jump.statistic, jump.before, jump.after
            );
        }
        if let Some(events) = &self.events {
            let _ = writeln!(text, "\n{events}");
        }
        let _ = write!(text, "\n{}", self.detectors);
        if let Some(days) = &self.days {
            let _ = write!(
                text,
                "\nratio test: {} of {} whole days have a jump at alpha {}",
                days.with_jumps, days.tested, days.alpha
            );
        }
        text
    }
}

impl JumpsCommand {
    fn spec(&self, series: &Series) -> LeeMykland {
        LeeMykland {
            alpha: self.alpha,
            reading: match self.reading {
                ReadingChoice::FamilyWise => Reading::FamilyWise(self.family),
                ReadingChoice::FamilyWiseStudent => Reading::FamilyWiseStudent(self.family),
                ReadingChoice::PerPoint => Reading::PerPoint,
            },
            window: self.window.unwrap_or_else(|| window_for(series.observations_in_a_year)),
            minimum: None,
            volatility: match self.volatility {
                VolatilityChoice::Bipower => LocalVolatility::Bipower,
                VolatilityChoice::Median => LocalVolatility::Median,
            },
        }
    }

    fn report(
        &self,
        input: String,
        series: &Series,
        result: &LeeMyklandResult,
        events: &[Event],
    ) -> Result<Report> {
        const MONTH: usize = 720;
        let jumps = result.jumps();
        let (reading, family) = match result.spec.reading {
            Reading::FamilyWise(family) => ("family_wise", Some(family.unwrap_or(result.n))),
            Reading::FamilyWiseStudent(family) => ("family_wise_student", Some(family.unwrap_or(result.n))),
            Reading::PerPoint => ("per_point", None),
        };
        let (largest, events) = match &series.times {
            Some(times) => (
                largest_jumps(times, &series.values, result, 20)?,
                Some(event_study(times, &series.values, result, events)?),
            ),
            None => (Vec::new(), None),
        };
        let detectors = Composite::new(&[
            ("lee_mykland", result.flags()),
            ("level_threshold_3", level_threshold(&series.values, MONTH, 3.0)?.flags),
            ("change_z_score_3.5", change_z_score(&series.values, MONTH, 3.5)?.flags),
        ])?;
        Ok(Report {
            input,
            column: self.file.column.clone(),
            n: result.n,
            tested: result.tested,
            holes: series.holes(),
            window: result.spec.window,
            alpha: result.spec.alpha,
            reading,
            family,
            periodicity: self.periodicity,
            critical_value: result.critical_value,
            jumps: jumps.len(),
            share: result.share(),
            per_point_rejections: result.p_values()?.iter().filter(|p| **p < result.spec.alpha).count(),
            largest,
            events,
            detectors: detectors.agreement(),
            days: DaysWithJumps::count(series, &result.returns, self.alpha)?,
        })
    }
}

fn test(series: &Series, spec: LeeMykland, periodicity: bool) -> Result<LeeMyklandResult> {
    if !periodicity {
        return lee_mykland(&series.values, spec);
    }
    let Some(times) = &series.times else {
        return Err(Error::parameter(
            "periodicity",
            true,
            "used with a time column; name it with --timestamp",
        ));
    };
    let factors = DescriptiveFactors::estimate(times, &log_returns(&series.values)?, spec.window)?;
    lee_mykland_periodic(&series.values, &factors, spec)
}

fn write_out(path: &Path, series: &Series, result: &LeeMyklandResult) -> Result<()> {
    let p_values = result.p_values()?;
    let mut text = String::from("timestamp,return,sigma,statistic,p_value,jump\n");
    let cell = |value: f64| if value.is_nan() { String::new() } else { value.to_string() };
    for &row in &series.rows {
        let stamp = series.times.as_ref().map_or_else(|| row.to_string(), |times| times[row].to_string());
        let _ = writeln!(
            text,
            "{stamp},{},{},{},{},{}",
            cell(result.returns[row]),
            cell(result.sigma[row]),
            cell(result.statistic[row]),
            cell(p_values[row]),
            u8::from(result.is_jump(row))
        );
    }
    write_atomic(path, text.as_bytes())
}
