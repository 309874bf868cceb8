//! Realized measures of one day's variance, and the ratio test for jumps in it.

use super::threshold::ThresholdMeasures;
use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::time::{HOUR_MS, Timestamp};
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::gamma;
use std::f64::consts::PI;

/// Realized variance, the sum of squared returns (Andersen and Bollerslev 1998).
pub fn realized_variance(returns: &[f64]) -> f64 {
    returns.iter().map(|r| r * r).sum()
}

/// Bipower variation, (pi/2) M/(M-1) sum |r(j)| |r(j-1)|: the variance without jumps (Barndorff-Nielsen and
/// Shephard 2004), with the small-sample factor for M returns.
pub fn bipower_variation(returns: &[f64]) -> f64 {
    let count = returns.len() as f64;
    PI / 2.0 * count / (count - 1.0) * returns.windows(2).map(|r| (r[0] * r[1]).abs()).sum::<f64>()
}

/// Median realized variance, pi / (6 - 4 sqrt 3 + pi) M/(M-2) sum med(|r(j-1)|, |r(j)|, |r(j+1)|)^2
/// (Andersen, Dobrev and Schaumburg 2012).
pub fn median_realized_variance(returns: &[f64]) -> f64 {
    let count = returns.len() as f64;
    let median = |r: &[f64]| {
        let (a, b, c) = (r[0].abs(), r[1].abs(), r[2].abs());
        a.min(b).max(a.max(b).min(c))
    };
    let sum: f64 = returns.windows(3).map(|r| median(r).powi(2)).sum();
    PI / (6.0 - 4.0 * 3.0_f64.sqrt() + PI) * count / (count - 2.0) * sum
}

/// Realized semivariances, the sums of squared negative and of squared positive returns (Barndorff-Nielsen,
/// Kinnebrock and Shephard 2010); they add up to the realized variance.
pub fn realized_semivariances(returns: &[f64]) -> (f64, f64) {
    returns.iter().fold(
        (0.0, 0.0),
        |(down, up), r| {
            if *r < 0.0 { (down + r * r, up) } else { (down, up + r * r) }
        },
    )
}

/// Realized quarticity, (M/3) sum r^4: it scales the measurement error of the realized variance.
pub fn realized_quarticity(returns: &[f64]) -> f64 {
    returns.len() as f64 / 3.0 * returns.iter().map(|r| r.powi(4)).sum::<f64>()
}

/// Tripower quarticity, M mu^-3 M/(M-2) sum |r(j)|^(4/3) |r(j-1)|^(4/3) |r(j-2)|^(4/3) with
/// mu = 2^(2/3) Gamma(7/6) / Gamma(1/2): quarticity without jumps.
pub fn tripower_quarticity(returns: &[f64]) -> f64 {
    let count = returns.len() as f64;
    let mu = 2.0_f64.powf(2.0 / 3.0) * gamma(7.0 / 6.0) / gamma(0.5);
    let sum: f64 = returns.windows(3).map(|r| (r[0] * r[1] * r[2]).abs().powf(4.0 / 3.0)).sum();
    count * mu.powi(-3) * count / (count - 2.0) * sum
}

/// The ratio test for jumps within a day (Barndorff-Nielsen and Shephard 2006), adjusted as Huang and
/// Tauchen (2005) found best.
///
/// # Formula
/// z = (1 - BV / RV) / sqrt(((pi/2)^2 + pi - 5) / M max(1, TP / BV^2)), standard normal without jumps; large
/// values reject.
///
/// # Errors
/// Fewer than 5 returns, a null among them, or returns that are all zero.
///
/// # References
/// Barndorff-Nielsen, O. E. and Shephard, N. (2006), Econometrics of testing for jumps in financial
/// economics using bipower variation, Journal of Financial Econometrics 4. Huang, X. and Tauchen, G. (2005),
/// The relative contribution of jumps to total price variance, Journal of Financial Econometrics 3.
///
/// # Examples
/// ```
/// let mut day = [0.001, -0.001].repeat(12);
/// day[7] = 0.05;
/// assert!(dvol_core::jumps::ratio_test(&day)?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn ratio_test(returns: &[f64]) -> Result<TestResult> {
    ratio_of_jumps(
        "Barndorff-Nielsen-Shephard ratio",
        returns.len(),
        realized_variance(returns),
        bipower_variation(returns),
        tripower_quarticity(returns),
    )
}

/// The adjusted ratio statistic of a day's variance, of its part without jumps and of its quarticity without jumps.
pub(super) fn ratio_of_jumps(
    name: &str,
    count: usize,
    total: f64,
    continuous: f64,
    quarticity: f64,
) -> Result<TestResult> {
    if count < 5 {
        return Err(Error::too_few("the ratio test for jumps", 5, count, "give a whole day of returns"));
    }
    // Written so that NaN fails too.
    if !(total > 0.0 && continuous > 0.0) {
        return Err(Error::Value {
            what: "the ratio test for jumps".to_owned(),
            series: "bipower variation".to_owned(),
            index: 0,
            value: continuous,
            remedy: "give returns without gaps that are not all zero".to_owned(),
        });
    }
    let spread = (quarticity / continuous.powi(2)).max(1.0);
    let variance = (PI * PI / 4.0 + PI - 5.0) / count as f64 * spread;
    let statistic = (1.0 - continuous / total) / variance.sqrt();
    Ok(TestResult::new(TestKind::NoJump.named(name))
        .with_null("no jump within the day", "at least one jump")
        .with_statistic(statistic, "N(0, 1), upper tail")
        .with_p_value(Normal::standard().sf(statistic))
        .with_observations(count))
}

/// The measures of every UTC day; a day with too few returns is null (NaN) in every column.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct DailyMeasures {
    /// 00:00 of the days, none missing between the first and the last.
    pub days: Vec<Timestamp>,
    /// Returns present.
    pub count: Vec<usize>,
    /// Sum of returns: the day's log return.
    pub daily_return: Vec<f64>,
    /// [`realized_variance`].
    pub realized_variance: Vec<f64>,
    /// [`bipower_variation`].
    pub bipower_variation: Vec<f64>,
    /// [`median_realized_variance`].
    pub median_realized_variance: Vec<f64>,
    /// Sum of squared negative returns.
    pub negative_semivariance: Vec<f64>,
    /// Sum of squared positive returns.
    pub positive_semivariance: Vec<f64>,
    /// [`realized_quarticity`].
    pub realized_quarticity: Vec<f64>,
    /// Statistic of [`ratio_test`].
    pub ratio_statistic: Vec<f64>,
    /// p-value of [`ratio_test`].
    pub ratio_p_value: Vec<f64>,
    /// The measures of Corsi, Pirino and Reno, where they were asked for: [`DailyMeasures::with_threshold`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<ThresholdMeasures>,
}

impl DailyMeasures {
    /// Groups returns by the UTC day of their stamp; null returns are left out, and a day with fewer than
    /// `minimum` is null.
    ///
    /// # Errors
    /// Lengths that differ, no return at all, or times out of order.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::jumps::DailyMeasures;
    /// use dvol_core::time::Timestamp;
    /// let times: Vec<Timestamp> = (0..48).map(Timestamp::from_hours).collect();
    /// let measures = DailyMeasures::new(&times, &[0.01, -0.01].repeat(24), 24)?;
    /// assert!((measures.realized_variance[1] - 24.0 * 1e-4).abs() < 1e-15);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn new(times: &[Timestamp], returns: &[f64], minimum: usize) -> Result<Self> {
        Self::default().filled(times, returns, minimum)
    }

    /// The same with [`DailyMeasures::threshold`], which takes about as long as all others together.
    ///
    /// # Errors
    /// As [`DailyMeasures::new`].
    pub fn with_threshold(times: &[Timestamp], returns: &[f64], minimum: usize) -> Result<Self> {
        Self { threshold: Some(ThresholdMeasures::default()), ..Self::default() }
            .filled(times, returns, minimum)
    }

    fn filled(mut self, times: &[Timestamp], returns: &[f64], minimum: usize) -> Result<Self> {
        if times.len() != returns.len() {
            return Err(Error::Mismatch {
                what: "daily realized measures".to_owned(),
                left: format!("{} times", times.len()),
                right: format!("{} returns", returns.len()),
                remedy: "give one time a return".to_owned(),
            });
        }
        if let Some(row) = (1..times.len()).find(|&row| times[row] <= times[row - 1]) {
            return Err(Error::parameter(
                "times",
                times[row],
                format!("later than {}, the one before it", times[row - 1]),
            ));
        }
        let (Some(first), Some(last)) = (times.first(), times.last()) else {
            return Err(Error::too_few("daily realized measures", 1, 0, "give at least one day of returns"));
        };
        let (first, last) = (day_of(*first), day_of(*last));
        let mut grouped: Vec<Vec<f64>> = vec![Vec::new(); (last - first + 1) as usize];
        for (time, r) in times.iter().zip(returns) {
            if !r.is_nan() {
                grouped[(day_of(*time) - first) as usize].push(*r);
            }
        }
        for (offset, day) in grouped.iter().enumerate() {
            self.push(Timestamp::from_hours((first + offset as i64) * 24), day, minimum.max(5));
        }
        Ok(self)
    }

    fn push(&mut self, day: Timestamp, returns: &[f64], minimum: usize) {
        let measure = |of: fn(&[f64]) -> f64| if returns.len() < minimum { f64::NAN } else { of(returns) };
        self.days.push(day);
        self.count.push(returns.len());
        self.daily_return.push(measure(|r| r.iter().sum()));
        self.realized_variance.push(measure(realized_variance));
        self.bipower_variation.push(measure(bipower_variation));
        self.median_realized_variance.push(measure(median_realized_variance));
        self.negative_semivariance.push(measure(|r| realized_semivariances(r).0));
        self.positive_semivariance.push(measure(|r| realized_semivariances(r).1));
        self.realized_quarticity.push(measure(realized_quarticity));
        // A day without any movement has no test, and that is a null, not an error.
        let test = if returns.len() < minimum { None } else { ratio_test(returns).ok() };
        self.ratio_statistic.push(test.as_ref().map_or(f64::NAN, |test| test.statistic));
        self.ratio_p_value.push(test.as_ref().map_or(f64::NAN, |test| test.p_value));
        if let Some(threshold) = &mut self.threshold {
            threshold.push((returns.len() >= minimum).then_some(returns));
        }
    }

    /// Leaves out days without any return: a market that closes goes from one trading day to the next.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::jumps::DailyMeasures;
    /// use dvol_core::time::Timestamp;
    /// let times: Vec<Timestamp> = (0..8).chain(72..80).map(Timestamp::from_hours).collect();
    /// let mut measures = DailyMeasures::new(&times, &[0.01; 16], 5)?;
    /// assert_eq!(measures.days.len(), 4);
    /// measures.keep_trading_days();
    /// assert_eq!(measures.days.len(), 2);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn keep_trading_days(&mut self) {
        fn keep<T>(column: &mut Vec<T>, traded: &[bool]) {
            let mut row = 0;
            column.retain(|_| {
                row += 1;
                traded[row - 1]
            });
        }
        let traded: Vec<bool> = self.count.iter().map(|count| *count > 0).collect();
        keep(&mut self.days, &traded);
        keep(&mut self.count, &traded);
        for column in [
            &mut self.daily_return,
            &mut self.realized_variance,
            &mut self.bipower_variation,
            &mut self.median_realized_variance,
            &mut self.negative_semivariance,
            &mut self.positive_semivariance,
            &mut self.realized_quarticity,
            &mut self.ratio_statistic,
            &mut self.ratio_p_value,
        ]
        .into_iter()
        .chain(self.threshold.iter_mut().flat_map(ThresholdMeasures::columns))
        {
            keep(column, &traded);
        }
    }

    /// Puts later days behind these; days without any return between the two are not filled in.
    pub(super) fn append(&mut self, mut later: Self) {
        self.days.append(&mut later.days);
        self.count.append(&mut later.count);
        self.daily_return.append(&mut later.daily_return);
        self.realized_variance.append(&mut later.realized_variance);
        self.bipower_variation.append(&mut later.bipower_variation);
        self.median_realized_variance.append(&mut later.median_realized_variance);
        self.negative_semivariance.append(&mut later.negative_semivariance);
        self.positive_semivariance.append(&mut later.positive_semivariance);
        self.realized_quarticity.append(&mut later.realized_quarticity);
        self.ratio_statistic.append(&mut later.ratio_statistic);
        self.ratio_p_value.append(&mut later.ratio_p_value);
        self.threshold = self.threshold.take().zip(later.threshold).map(|(mut own, mut later)| {
            own.columns().into_iter().zip(later.columns()).for_each(|(own, later)| own.append(later));
            own
        });
    }
}

fn day_of(time: Timestamp) -> i64 {
    time.millis().div_euclid(24 * HOUR_MS)
}
