//! `dvol har`: heterogeneous autoregressions on a user's series, or on the study's DVOL.

use crate::reading;
use crate::series::{self, Series, SeriesFile};
use crate::{ExperimentFlags, Printing, Run};
use clap::Args;
use dvol_core::data::{DatedTable, Need, Understood};
use dvol_core::error::{Error, Result};
use dvol_core::experiment::{HarRegression, OverlapErrors, realized_series};
use dvol_core::jumps::{JumpSplit, JumpTest};
use dvol_core::models::{Har, RealizedHar, RealizedSeries, Scale, Variant};
use dvol_core::range::{Range, Within};
use dvol_core::regression::Bandwidth;
use dvol_core::time::Horizon;
use std::path::Path;

/// Regress a series on its own daily, weekly and monthly means (Corsi 2009), and relatives of that model
///
/// With --input: rows are the unit of lags and horizon. Without: the study's hourly DVOL, lags in days,
/// horizon in hours, fitted on the training part and scored on the test part.
// Flags are independent switches, and help text is not Markdown.
#[allow(clippy::struct_excessive_bools, clippy::doc_markdown)]
#[derive(Debug, Args)]
#[command(mut_arg("data", |flag| flag.conflicts_with("input")))]
pub(crate) struct HarCommand {
    #[command(flatten)]
    file: SeriesFile,
    #[command(flatten)]
    experiment: ExperimentFlags,
    /// Rows averaged over
    #[arg(long, value_delimiter = ',', default_value = "1,5,22", value_parser = Within::<usize>::range(Range::ROWS))]
    lags: Vec<usize>,
    /// Rows ahead (hours without --input) [default: 1; the study's]
    #[arg(long, value_name = "H", value_parser = Within::<usize>::range(Range::HOURS_AHEAD))]
    horizon: Option<usize>,
    /// Member of the family
    #[arg(long, value_enum, default_value_t)]
    variant: Variant,
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
    hac: Option<Bandwidth>,
    /// Prewhiten the Newey-West scores by a VAR(1)
    #[arg(long)]
    prewhiten: bool,
    /// --column holds intraday prices: forecast the daily realized variance made of them
    #[arg(long)]
    prices: bool,
    /// With --prices: the test that splits a day's variance into continuous and jump part
    #[arg(long, value_enum, default_value_t, requires = "prices")]
    jump_test: JumpTest,
    /// With --prices: the level of that test
    #[arg(long, value_name = "ALPHA", default_value_t = JumpSplit::default().alpha, requires = "prices")]
    jump_alpha: f64,
    /// Column of the continuous part (har-cj, leverage-cj, char)
    #[arg(long, value_name = "NAME")]
    continuous: Option<String>,
    /// Column of the jump part (har-j, har-cj, leverage-cj)
    #[arg(long, value_name = "NAME")]
    jump: Option<String>,
    /// Column of the realized quarticity (har-q, har-qf)
    #[arg(long, value_name = "NAME")]
    quarticity: Option<String>,
    /// Column of the negative semivariance (semivariance)
    #[arg(long, value_name = "NAME", requires = "positive")]
    negative: Option<String>,
    /// Column of the positive semivariance (semivariance)
    #[arg(long, value_name = "NAME", requires = "negative")]
    positive: Option<String>,
    /// Column of returns (leverage, leverage-cj)
    #[arg(long, value_name = "NAME")]
    returns: Option<String>,
    /// Further columns, known at the row (har-x)
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    exogenous: Vec<String>,
    /// Score GARCH, GJR and EGARCH of the returns beside it on later rows (--column: their realized variance)
    #[arg(long)]
    garch: bool,
    /// With --garch: the last share of rows, which no model is fitted on
    #[arg(long, value_name = "SHARE", default_value_t = 0.3, value_parser = Within::<f64>::range(Range::SHARE))]
    holdout: f64,
    #[command(flatten)]
    printing: Printing,
}

impl Run for HarCommand {
    fn run(self) -> Result<()> {
        let (report, understood) = match &self.file.input {
            Some(path) => {
                let (report, understood) = self.on_file(path)?;
                (report, Some(understood))
            }
            None => (self.on_experiment()?, None),
        };
        reading::print(self.printing, understood.as_ref(), &report)
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

    fn errors(&self) -> OverlapErrors {
        OverlapErrors { bandwidth: self.hac, prewhitened: self.prewhiten }
    }

    fn split(&self) -> JumpSplit {
        JumpSplit { test: self.jump_test, alpha: self.jump_alpha }
    }

    fn on_file(&self, path: &Path) -> Result<(HarRegression, Understood)> {
        let need = if self.prices { Need::Clock } else { Need::Order };
        let (read, table) = self.file.read(path, need)?;
        let explain = |error| series::in_file(error, &table, &self.file.column, &read.rows);
        let series = if self.prices {
            from_prices(&read, self.split()).map_err(explain)?
        } else {
            self.companions(&table, &read)?
        };
        let spec = RealizedHar {
            variant: self.variant,
            lags: self.lags.clone(),
            horizon: self.horizon.unwrap_or(1),
            scale: self.scale(),
            differenced: self.differenced,
            averaged: self.averaged,
            ..RealizedHar::default()
        };
        let holdout = self.garch.then_some(self.holdout);
        let report = HarRegression::fit(&spec, &series, self.errors(), holdout).map_err(explain)?;
        Ok((report.about(path.display().to_string(), &self.file.column), table.understood()))
    }

    /// The series with the companion columns the user named.
    fn companions(&self, table: &DatedTable, read: &Series) -> Result<RealizedSeries> {
        let column = |name: &String| -> Result<Vec<f64>> {
            Ok(read.place(&series::numbers(table, name, self.file.allow_gaps)?))
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

    fn on_experiment(&self) -> Result<HarRegression> {
        if !matches!(self.variant, Variant::Har | Variant::HarX) || self.prices || self.averaged || self.garch
        {
            return Err(Error::parameter(
                "variant",
                self.variant.name(),
                "har or har-x without --input; har_calendar is among the models of `dvol backtest`",
            ));
        }
        let experiment = self.experiment.open()?;
        let spec = Har {
            lags: self.lags.clone(),
            scale: self.scale(),
            differenced: self.differenced,
            exogenous: self.exogenous.clone(),
            insanity_filter: false,
        };
        let horizon = self.horizon.map_or(experiment.config().horizon, |hours| Horizon::hours(hours as u32));
        let report = experiment.har_regression(&spec, horizon, self.errors())?;
        Ok(HarRegression { column: self.file.column.clone(), ..report })
    }
}

fn from_prices(read: &Series, split: JumpSplit) -> Result<RealizedSeries> {
    let Some(times) = &read.times else {
        return Err(Error::parameter("prices", true, "used with a time column; name it with --timestamp"));
    };
    realized_series(times, &read.values, read.observations_in_a_year, read.closes, split)
}
