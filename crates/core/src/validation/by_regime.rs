//! The validation of a forecast's residuals in each state of the market.

use crate::error::Result;
use crate::evaluation::{Forecasts, parts_by_regime};
use crate::regimes::{Knowledge, Labels};
use crate::validation::suite::Validation;
use crate::validation::verdict::Verdict;
use serde::Serialize;
use std::fmt;

/// The verdicts on one regime's residuals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegimeValidation {
    /// The regime's name.
    pub regime: String,
    /// Its residuals.
    pub n: usize,
    /// One verdict a group; empty when `reason` says why there is none.
    pub verdicts: Vec<Verdict>,
    /// Why there is no verdict.
    pub reason: Option<String>,
}

/// Validates the residuals of each regime by itself, sorted by the label at the ORIGIN.
///
/// A regime's residuals follow one another although hours lie between its spells: tests on their order (stationarity,
/// autocorrelation, breaks) describe the spliced series. The overlap is that of the whole series, [`Forecasts::overlap`]. A regime
/// with too few residuals has a reason instead of verdicts.
///
/// # Errors
/// No labelled record.
///
/// # Examples
/// ```
/// use dvol_core::evaluation::{Forecast, Forecasts};
/// use dvol_core::{regimes::calendar_years, time::{Horizon, Timestamp}, validation::validate_by_regime};
/// let start: Timestamp = "2022-12-01".parse()?;
/// let forecasts = Forecasts::new("ours", (0..1_488).map(|hour| Forecast {
///     origin: Timestamp::from_hours(start.hours() + hour), horizon: Horizon::hours(1),
///     actual: (hour * hour * 7919 % 1009) as f64, predicted: 504.0, anchor: 504.0,
/// }))?;
/// let years = validate_by_regime(&forecasts, &calendar_years(start, 1_488)?)?;
/// assert_eq!((years[0].regime.as_str(), years[0].verdicts.len()), ("2022", 6));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn validate_by_regime<K: Knowledge>(
    forecasts: &Forecasts,
    labels: &Labels<K>,
) -> Result<Vec<RegimeValidation>> {
    let overlap = forecasts.overlap();
    let parts = parts_by_regime(forecasts, labels)?;
    Ok(parts
        .into_iter()
        .map(|(regime, part)| {
            let validation =
                Validation::default().with_overlap(overlap).with_fitted(part.predicted().to_vec());
            let (verdicts, reason) = match validation.run(&part.residuals()) {
                Ok(report) => (report.verdicts, None),
                Err(error) => (Vec::new(), Some(error.to_string())),
            };
            RegimeValidation { regime, n: part.len(), verdicts, reason }
        })
        .collect())
}

impl fmt::Display for RegimeValidation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} residuals)", self.regime, self.n)?;
        for verdict in &self.verdicts {
            write!(f, "\n  {verdict}")?;
        }
        match &self.reason {
            Some(reason) => write!(f, "\n  no verdict: {reason}"),
            None => Ok(()),
        }
    }
}
