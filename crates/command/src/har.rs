//! `dvol har`: heterogeneous autoregressions on a user's series, or on the study's DVOL.

use crate::Run;
use crate::har_benchmarks;
use crate::har_report::{Reconstructed, Report};
use crate::series::{self, Series, SeriesFile};
use crate::{open_experiment, print_json, print_text};
use clap::{Args, ValueEnum};
use dvol_core::data::Table;
use dvol_core::error::{Error, Result};
use dvol_core::evaluation::MetricsTable;
use dvol_core::experiment::Experiment;
use dvol_core::jumps::{DailyMeasures, log_returns};
use dvol_core::models::{Har, Model, Naive, RealizedHar, RealizedSeries, Scale, Variant};
use dvol_core::regression::{Bandwidth, Covariance, FittedOls};
use dvol_core::sample::Inputs;
use dvol_core::time::Horizon;
use std::path::Path;

/// Regress a series on its own daily, weekly and monthly means (Corsi 2009), and relatives of that model
///
/// With --input: rows are the unit of lags and horizon. Without: the study's hourly DVOL, lags in days,
/// horizon in hours, fitted on the training part and scored on the test part.
// Flags are independent switches, and help text is not Markdown.
#[allow(clippy::struct_excessive_bools, clippy::doc_markdown)]
#[derive(Debug, Args)]
pub(crate) struct HarCommand {
    #[command(flatten)]
    file: SeriesFile,
    /// Rows averaged over
    #[arg(long, value_delimiter = ',', default_value = "1,5,22")]
    lags: Vec<usize>,
    /// Rows ahead (hours without --input) [default: 1; the study's]
    #[arg(long, value_name = "H")]
    horizon: Option<usize>,
    /// Member of the family
    #[arg(long, value_enum, default_value_t = VariantChoice::Har)]
    variant: VariantChoice,
    /// Regress changes on mean past changes
    #[arg(long)]
    differenced: bool,
    /// Take logarithms first; forecasts come back without bias
    #[arg(long, conflicts_with = "sqrt")]
    log: bool,
    /// Take square roots first; forecasts come back without bias
    #[arg(long)]
    sqrt: bool,
    /// Forecast the mean over the horizon instead of its last row
    #[arg(long)]
    averaged: bool,
    /// Lags of the Newey-West standard errors: a number, andrews, or newey-west [default: 4 (n/100)^(2/9),
    /// at least horizon - 1]
    #[arg(long, value_name = "LAGS")]
    hac: Option<String>,
    /// Prewhiten the Newey-West scores by a VAR(1)
    #[arg(long)]
    prewhiten: bool,
    /// --column holds intraday prices: forecast the daily realized variance made of them
    #[arg(long)]
    prices: bool,
    /// Column of the continuous part (har-cj, char)
    #[arg(long, value_name = "NAME")]
    continuous: Option<String>,
    /// Column of the jump part (har-j, har-cj)
    #[arg(long, value_name = "NAME")]
    jump: Option<String>,
    /// Column of the realized quarticity (har-q)
    #[arg(long, value_name = "NAME")]
    quarticity: Option<String>,
    /// Column of the negative semivariance (semivariance)
    #[arg(long, value_name = "NAME", requires = "positive")]
    negative: Option<String>,
    /// Column of the positive semivariance (semivariance)
    #[arg(long, value_name = "NAME", requires = "negative")]
    positive: Option<String>,
    /// Column of returns (leverage)
    #[arg(long, value_name = "NAME")]
    returns: Option<String>,
    /// Further columns, known at the row (har-x)
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    exogenous: Vec<String>,
    /// Score GARCH, GJR and EGARCH of the returns beside it on later rows (--column: their realized variance)
    #[arg(long)]
    garch: bool,
    /// With --garch: the last share of rows, which no model is fitted on
    #[arg(long, value_name = "SHARE", default_value_t = 0.3)]
    holdout: f64,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum VariantChoice {
    /// means over the lags
    Har,
    /// with the jump part of the day
    #[value(alias = "har_j")]
    HarJ,
    /// continuous and jump parts apart
    #[value(alias = "har_cj")]
    HarCj,
    /// with the measurement error of the day
    #[value(alias = "har_q")]
    HarQ,
    /// continuous part only
    Char,
    /// bad and good volatility apart
    #[value(alias = "shar", alias = "har-rs")]
    Semivariance,
    /// with past negative returns
    #[value(alias = "lhar")]
    Leverage,
    /// with exogenous columns
    #[value(alias = "har_x")]
    HarX,
    /// with the hour of the week of the target
    Calendar,
}

impl Run for HarCommand {
    fn run(self) -> Result<()> {
        let report = match &self.file.input {
            Some(path) => self.on_file(path)?,
            None => self.on_study()?,
        };
        if self.json {
            return print_json(&report);
        }
        print_text(&report.describe())?;
        Ok(())
    }
}

impl HarCommand {
    fn scale(&self) -> Scale {
        match (self.log, self.sqrt) {
            (true, _) => Scale::Log,
            (_, true) => Scale::SquareRoot,
            _ => Scale::Level,
        }
    }

    fn on_file(&self, path: &Path) -> Result<Report> {
        let read = self.file.read(path)?;
        let explain = |error| series::in_file(error, path, &self.file.column, &read.rows);
        let series =
            if self.prices { from_prices(&read).map_err(explain)? } else { self.companions(path, &read)? };
        let spec = RealizedHar {
            variant: self.variant.variant(),
            lags: self.lags.clone(),
            horizon: self.horizon.unwrap_or(1),
            scale: self.scale(),
            differenced: self.differenced,
            averaged: self.averaged,
            ..RealizedHar::default()
        };
        let fitted = spec.fit(&series).map_err(explain)?;
        let mut report = self.report(fitted.regression(), spec.horizon).map_err(explain)?;
        let forecasts = fitted.predict(&series)?;
        report.reconstructed = Some(Reconstructed::of(&forecasts, &fitted.actual(&series), fitted.origins()));
        if self.garch {
            report.benchmarks = har_benchmarks::score(&spec, &series, self.holdout).map_err(explain)?;
        }
        report.forecast = forecasts.last().copied().filter(|forecast| forecast.is_finite());
        report.input = path.display().to_string();
        Ok(report)
    }

    /// The series with the companion columns the user named.
    fn companions(&self, path: &Path, read: &Series) -> Result<RealizedSeries> {
        let table = Table::read(path)?;
        let column = |name: &String| -> Result<Vec<f64>> {
            Ok(read.place(&series::numbers(&table, name, self.file.allow_gaps)?))
        };
        let optional = |name: &Option<String>| name.as_ref().map(column).transpose();
        let semivariances = match (&self.negative, &self.positive) {
            (Some(negative), Some(positive)) => Some((column(negative)?, column(positive)?)),
            _ => None,
        };
        Ok(RealizedSeries {
            realized: read.values.clone(),
            continuous: optional(&self.continuous)?,
            jump: optional(&self.jump)?,
            quarticity: optional(&self.quarticity)?,
            semivariances,
            returns: optional(&self.returns)?,
            exogenous: self
                .exogenous
                .iter()
                .map(|name| Ok((name.clone(), column(name)?)))
                .collect::<Result<_>>()?,
            times: read.times.clone(),
        })
    }

    fn on_study(&self) -> Result<Report> {
        if !matches!(self.variant, VariantChoice::Har | VariantChoice::HarX)
            || self.prices
            || self.averaged
            || self.garch
        {
            return Err(Error::parameter(
                "variant",
                self.variant.variant().name(),
                "har or har-x without --input; har_calendar is among the models of `dvol backtest`",
            ));
        }
        let study = open_experiment(None, None)?;
        let spec = Har {
            lags: self.lags.clone(),
            scale: self.scale(),
            differenced: self.differenced,
            exogenous: self.exogenous.clone(),
            insanity_filter: false,
        };
        let horizon = self.horizon.map_or(study.config().horizon, |hours| Horizon::hours(hours as u32));
        let names: Vec<&str> = self.exogenous.iter().map(String::as_str).collect();
        let inputs = Inputs::new(&study.features()?, &names, "dvol", spec.window())?;
        let parts = study.split(&inputs.with_targets(horizon))?;
        let fitted = spec.fit(&parts.train)?;
        let mut report = self.report(fitted.regression(), horizon.rows())?;
        let persistence = Naive::Persistence.fit(&parts.train)?;
        let forecasts =
            [Experiment::judge(&persistence, &parts.test)?, Experiment::judge(&fitted, &parts.test)?];
        report.test = Some(MetricsTable::of(&forecasts)?);
        report.input = study.source();
        Ok(report)
    }

    fn report(&self, regression: &FittedOls, horizon: usize) -> Result<Report> {
        let mut report = Report::of(regression, self.covariance(regression.n(), horizon)?)?;
        report.column.clone_from(&self.file.column);
        report.horizon = horizon;
        Ok(report)
    }

    fn covariance(&self, n: usize, horizon: usize) -> Result<Covariance> {
        let rule = (4.0 * (n as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize;
        let bandwidth = match self.hac.as_deref() {
            None => Bandwidth::Lags(rule.max(horizon - 1)),
            Some("andrews") => Bandwidth::Andrews,
            Some("newey-west") => Bandwidth::NeweyWest,
            Some(text) => Bandwidth::Lags(text.parse().map_err(|_| {
                Error::parameter("hac", text, "a whole number of lags, andrews or newey-west")
            })?),
        };
        Ok(Covariance::NeweyWest { bandwidth, prewhitened: self.prewhiten })
    }
}

/// Daily measures of intraday prices; a day needs half of the observations a day usually has.
fn from_prices(read: &Series) -> Result<RealizedSeries> {
    let Some(times) = &read.times else {
        return Err(Error::parameter("prices", true, "used with a time column; name it with --timestamp"));
    };
    let a_day = (read.observations_in_a_year / 365.0).round() as usize;
    let measures = DailyMeasures::new(times, &log_returns(&read.values)?, (a_day / 2).max(5))?;
    Ok(RealizedSeries::from_measures(&measures, 0.01))
}

impl VariantChoice {
    fn variant(self) -> Variant {
        match self {
            Self::Har => Variant::Har,
            Self::HarJ => Variant::HarJ,
            Self::HarCj => Variant::HarCj,
            Self::HarQ => Variant::HarQ,
            Self::Char => Variant::Char,
            Self::Semivariance => Variant::Semivariance,
            Self::Leverage => Variant::Leverage,
            Self::HarX => Variant::HarX,
            Self::Calendar => Variant::Calendar,
        }
    }
}
