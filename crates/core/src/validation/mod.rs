//! Hypothesis tests on series and residuals.
//!
//! Every test returns a [`TestResult`](crate::hypothesis::TestResult) that names its null in words.
//! [`validate`] runs them in six groups on the residuals of a forecast and gives a [`ValidationReport`] with a
//! verdict a group; [`describe`] looks at the columns of a table before anything is modelled.

mod anderson_darling;
mod arch_lm;
mod augmented_dickey_fuller;
mod bai_perron;
mod breusch_godfrey;
mod breusch_pagan;
mod by_regime;
mod chow;
mod correlation;
mod correlogram;
mod cumby_huizinga;
mod cusum;
mod dagostino;
mod describe;
mod durbin_watson;
mod forecast_bias;
mod hour_of_week;
mod jarque_bera;
mod kpss;
mod lilliefors;
mod ljung_box;
mod lobato_velasco;
mod mackinnon;
mod multiplicity;
mod of_forecasts;
mod phillips_perron;
mod report;
mod reset;
mod shapiro_wilk;
mod sign_test;
mod suite;
mod unit_root_regression;
mod variance_by_group;
mod verdict;
mod white;
mod zivot_andrews;
mod zivot_andrews_quantiles;

pub use crate::statistics::{excess_kurtosis, skewness};
pub use anderson_darling::anderson_darling;
pub use arch_lm::arch_lm;
pub use augmented_dickey_fuller::{AugmentedDickeyFuller, LagRule};
pub use bai_perron::{BaiPerron, Breaks};
pub use breusch_godfrey::breusch_godfrey;
pub use breusch_pagan::breusch_pagan;
pub use by_regime::{RegimeValidation, validate_by_regime};
pub use chow::chow;
pub use correlation::{Correlation, CorrelationMatrix, correlation_matrix};
pub use correlogram::{Correlogram, correlogram};
pub use cumby_huizinga::cumby_huizinga;
pub use cusum::cusum;
pub use dagostino::dagostino;
pub use describe::{ColumnSummary, Description, describe, summarize};
pub use durbin_watson::{durbin_watson, durbin_watson_statistic};
pub use forecast_bias::{bias_hac_t_test, bias_t_test};
pub use hour_of_week::mean_change_by_hour_of_week;
pub use jarque_bera::jarque_bera;
pub use kpss::{Kpss, KpssBandwidth};
pub use lilliefors::lilliefors;
pub use ljung_box::ljung_box;
pub use lobato_velasco::lobato_velasco;
pub use mackinnon::Deterministic;
pub use multiplicity::holm;
pub use of_forecasts::validate_forecasts;
pub use phillips_perron::PhillipsPerron;
pub use report::{Group, ReportedTest, ValidationReport};
pub use reset::reset;
pub use shapiro_wilk::shapiro_wilk;
pub use sign_test::{sign_hac_test, sign_test};
pub use suite::{Validation, validate};
pub use variance_by_group::{anova, brown_forsythe, levene, one_way_hac};
pub use verdict::Verdict;
pub use white::{white, white_of_fitted};
pub use zivot_andrews::{ZivotAndrews, ZivotAndrewsBreak};

use crate::error::{Error, Result};
use crate::regression::require_finite;

/// Fails unless `series` has at least `needed` values, all finite and not all equal.
pub(crate) fn require_series(what: &str, series: &[f64], needed: usize) -> Result<()> {
    require_finite(what, "series", series)?;
    if series.len() < needed {
        return Err(Error::too_few(what, needed, series.len(), "give a longer series or fewer lags"));
    }
    match series.first() {
        Some(&first) if series.iter().all(|&value| value == first) => Err(Error::Value {
            what: what.to_owned(),
            series: "series".to_owned(),
            index: 0,
            value: first,
            remedy: "every value is the same; give a series that varies".to_owned(),
        }),
        _ => Ok(()),
    }
}
