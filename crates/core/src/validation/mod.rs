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
mod cell_means;
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
mod regress;
mod report;
mod reset;
mod residual_test;
mod shapiro_wilk;
mod sign_test;
mod simulated_law;
mod suite;
mod sup_f;
mod sup_f_of_means;
mod sup_f_surface;
mod unit_root_regression;
mod variance_by_group;
mod verdict;
mod white;
mod zero_mean;
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
pub use cusum::{cusum, cusum_overlap};
pub use dagostino::dagostino;
pub use describe::{ColumnSummary, Description, Undefined, describe, summarize};
pub use durbin_watson::{durbin_watson, durbin_watson_of_regression, durbin_watson_statistic};
pub use forecast_bias::{bias_hac_t_test, bias_overlap_t_test, bias_t_test};
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
pub use regress::PredictorReport;
pub use report::{Group, ReportedTest, ValidationReport};
pub use reset::reset;
pub use residual_test::{Invariance, ResidualTest, Residuals, Validity};
pub use shapiro_wilk::shapiro_wilk;
pub use sign_test::{sign_hac_test, sign_overlap_test, sign_test};
pub use suite::{Validation, validate};
pub use sup_f::sup_f_p_value;
pub use variance_by_group::{anova, brown_forsythe, levene, one_way_overlap};
pub use verdict::Verdict;
pub use white::{white, white_of_fitted, white_overlap};
pub use zivot_andrews::{ZivotAndrews, ZivotAndrewsBreak};

use crate::error::{Error, Result};
use crate::regression::require_finite;

/// Every hypothesis test on residuals, group by group: the validation report, the docs and the conformance suite
/// read this table. A further test is a file with its entry, and a line here.
pub const RESIDUAL_TESTS: &[ResidualTest] = &[
    augmented_dickey_fuller::RESIDUAL_TEST,
    phillips_perron::RESIDUAL_TEST,
    kpss::RESIDUAL_TEST,
    zivot_andrews::RESIDUAL_TEST,
    ljung_box::RESIDUAL_TEST,
    durbin_watson::RESIDUAL_TEST,
    breusch_godfrey::RESIDUAL_TEST,
    cumby_huizinga::RESIDUAL_TEST,
    cumby_huizinga::THINNED,
    arch_lm::RESIDUAL_TEST,
    arch_lm::THINNED,
    white::RESIDUAL_TEST,
    white::OVERLAP_ROBUST,
    breusch_pagan::RESIDUAL_TEST,
    jarque_bera::RESIDUAL_TEST,
    lobato_velasco::RESIDUAL_TEST,
    shapiro_wilk::RESIDUAL_TEST,
    shapiro_wilk::THINNED,
    lilliefors::RESIDUAL_TEST,
    lilliefors::THINNED,
    anderson_darling::RESIDUAL_TEST,
    dagostino::RESIDUAL_TEST,
    forecast_bias::RESIDUAL_TEST,
    forecast_bias::OVERLAP_ROBUST,
    sign_test::RESIDUAL_TEST,
    sign_test::OVERLAP_ROBUST,
    variance_by_group::EQUAL_VARIANCES,
    variance_by_group::EQUAL_VARIANCES_ABOUT_MEANS,
    variance_by_group::EQUAL_MEANS,
    variance_by_group::EQUAL_VARIANCES_OVERLAP_ROBUST,
    variance_by_group::EQUAL_MEANS_OVERLAP_ROBUST,
    cusum::RESIDUAL_TEST,
    cusum::OVERLAP_ROBUST,
    bai_perron::RESIDUAL_TEST,
    bai_perron::OVERLAP_ROBUST,
    chow::RESIDUAL_TEST,
    reset::RESIDUAL_TEST,
];

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
