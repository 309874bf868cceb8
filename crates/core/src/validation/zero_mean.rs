//! Tests that means of series which share shocks are zero.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::CosineVariance;
use crate::statistics::mean;
use crate::tails::{f_upper, student_two_sided};
use linfa_linalg::qr::QR as _;
use ndarray::{Array1, Array2, ArrayView1, Axis};

/// The fewest overlaps that a long-run variance is made of.
const FEWEST_OVERLAPS: usize = 12;

/// A statistic, its law, and the frequencies behind its long-run variance.
pub(super) struct ZeroMean {
    statistic: f64,
    distribution: String,
    p_value: f64,
    frequencies: usize,
}

/// The mean of a series over its standard error: Student's t.
pub(super) fn zero_mean(what: &str, series: &[f64], overlap: usize) -> Result<ZeroMean> {
    require_overlaps(what, series.len(), overlap)?;
    let column = ArrayView1::from(series).insert_axis(Axis(1)).to_owned();
    let variance = CosineVariance::of(&column, overlap)?;
    let statistic = mean(series) / (variance.long_run()[[0, 0]] / series.len() as f64).sqrt();
    let frequencies = variance.frequencies();
    Ok(ZeroMean {
        statistic,
        distribution: format!("t({frequencies})"),
        p_value: student_two_sided(statistic, frequencies as f64),
        frequencies,
    })
}

/// Several `means` of moments, shape (rows, means), at once: F. The moments' own means do not matter.
pub(super) fn zero_means(
    what: &str,
    moments: &Array2<f64>,
    means: &Array1<f64>,
    overlap: usize,
) -> Result<ZeroMean> {
    let (rows, q) = moments.dim();
    require_overlaps(what, rows, overlap)?;
    let variance = CosineVariance::of(moments, overlap)?;
    let solved = (variance.long_run() / rows as f64)
        .qr()
        .and_then(|factor| factor.solve(&means.clone().insert_axis(Axis(1))))
        .map_err(Error::internal("inverting a long-run variance"))?;
    let frequencies = variance.frequencies();
    let (used, q) = (frequencies as f64, q as f64);
    let rest = used - q + 1.0;
    let statistic = means.dot(&solved.column(0)) * rest / (used * q);
    Ok(ZeroMean {
        statistic,
        distribution: format!("F({q}, {rest})"),
        p_value: f_upper(statistic, q, rest),
        frequencies,
    })
}

pub(super) fn require_overlaps(what: &str, rows: usize, overlap: usize) -> Result<()> {
    if overlap == 0 {
        return Err(Error::parameter("overlap", 0, "at least 1"));
    }
    let needed = FEWEST_OVERLAPS * overlap;
    if rows < needed {
        let remedy = format!("an overlap of {overlap} takes that many: give a longer series");
        return Err(Error::too_few(what, needed, rows, remedy));
    }
    Ok(())
}

impl ZeroMean {
    /// As a result about `n` values.
    pub(super) fn about(
        self,
        kind: (TestKind, String),
        null: impl Into<String>,
        alternative: &str,
        n: usize,
    ) -> TestResult {
        TestResult::new(kind)
            .with_null(null, alternative)
            .with_statistic(self.statistic, self.distribution)
            .with_p_value(self.p_value)
            .with_observations(n)
            .with_lags(self.frequencies)
    }
}
