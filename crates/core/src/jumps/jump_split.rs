//! How a day's variance is split into a continuous and a jump part.

use super::realized::DailyMeasures;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The test that says on which days there was a jump ([`ratio_test`](super::ratio_test),
/// [`threshold_ratio_test`](super::threshold_ratio_test)), and the measure of what is left without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum JumpTest {
    /// Barndorff-Nielsen and Shephard's ratio test and bipower variation (Andersen, Bollerslev and Diebold 2007).
    #[default]
    Ratio,
    /// The threshold test and threshold bipower variation (Corsi, Pirino and Renò 2010).
    Threshold,
}

/// How a day's realized variance is split: J = max(RV - V, 0) where the test rejects at `alpha`, else 0; C = RV - J.
///
/// | field | default | range |
/// | --- | --- | --- |
/// | `test` | ratio test, V the bipower variation | see [`JumpTest`] |
/// | `alpha` | 0.001, as in the papers | (0, 1) |
///
/// # References
/// Andersen, Bollerslev and Diebold (2007), Roughing it up, Review of Economics and Statistics 89, section III; Corsi,
/// Pirino and Renò (2010), Journal of Econometrics 159, section 4.
///
/// # Examples
/// ```
/// use dvol_core::jumps::{DailyMeasures, JumpSplit, JumpTest};
/// use dvol_core::time::Timestamp;
/// let times: Vec<Timestamp> = (0..24).map(Timestamp::from_hours).collect();
/// let mut day = [0.001, -0.001].repeat(12);
/// day[7] = 0.05;
/// let measures = DailyMeasures::with_threshold(&times, &day, 24)?;
/// let by_threshold = JumpSplit { test: JumpTest::Threshold, ..JumpSplit::default() };
/// let (ratio, threshold) = (measures.jump_variation(JumpSplit::default())?, measures.jump_variation(by_threshold)?);
/// assert!(0.0 < ratio[0] && ratio[0] < threshold[0] && threshold[0] < measures.realized_variance[0]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JumpSplit {
    /// What finds jumps and measures the rest.
    pub test: JumpTest,
    /// The level of the test.
    pub alpha: f64,
}

impl Default for JumpSplit {
    fn default() -> Self {
        Self { test: JumpTest::Ratio, alpha: 0.001 }
    }
}

impl DailyMeasures {
    /// The part of each day's variance due to jumps; a null day is NaN.
    ///
    /// # Errors
    /// A level outside (0, 1), or a split by threshold of measures without [`DailyMeasures::threshold`].
    pub fn jump_variation(&self, split: JumpSplit) -> Result<Vec<f64>> {
        let jumped = self.jumped(split)?;
        let (_, continuous) = self.tested_by(split.test)?;
        let part = |day: usize| {
            let total = self.realized_variance[day];
            match (total.is_nan(), jumped[day]) {
                (true, _) => f64::NAN,
                (_, true) => (total - continuous[day]).max(0.0),
                _ => 0.0,
            }
        };
        Ok((0..self.days.len()).map(part).collect())
    }

    /// The days on which the test rejects.
    ///
    /// # Errors
    /// A level outside (0, 1), or a split by threshold of measures without [`DailyMeasures::threshold`].
    pub fn jump_days(&self, split: JumpSplit) -> Result<Vec<Timestamp>> {
        let jumped = self.jumped(split)?;
        Ok(self.days.iter().zip(jumped).filter(|(_, jumped)| *jumped).map(|(day, _)| *day).collect())
    }

    fn jumped(&self, split: JumpSplit) -> Result<Vec<bool>> {
        if !(split.alpha > 0.0 && split.alpha < 1.0) {
            return Err(Error::parameter(
                "jump alpha",
                split.alpha,
                "a level between 0 and 1, such as 0.001",
            ));
        }
        Ok(self.tested_by(split.test)?.0.iter().map(|p| *p < split.alpha).collect())
    }

    /// p-values and variances without jumps.
    fn tested_by(&self, test: JumpTest) -> Result<(&[f64], &[f64])> {
        match (test, &self.threshold) {
            (JumpTest::Ratio, _) => Ok((&self.ratio_p_value, &self.bipower_variation)),
            (JumpTest::Threshold, Some(by)) => Ok((&by.ratio_p_value, &by.bipower_variation)),
            (JumpTest::Threshold, None) => Err(Error::parameter(
                "jump test",
                "threshold",
                "used with measures made by DailyMeasures::with_threshold",
            )),
        }
    }
}
