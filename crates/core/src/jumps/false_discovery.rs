//! Jumps at a false discovery rate.

use super::lee_mykland_result::LeeMyklandResult;
use crate::error::{Error, Result};

impl LeeMyklandResult {
    /// The rows flagged when at most a share `rate` of the flags is false in expectation: Benjamini and Hochberg's
    /// step-up on the per-point p-values.
    ///
    /// Between the readings: per point flags a share of ALL returns whether there are jumps or not, family-wise hardly
    /// lets one false flag pass. Where nothing jumps, the chance of flagging anything is `rate`.
    ///
    /// # Formula
    /// With p(1) <= ... <= p(m) the p-values of the m tested returns, those up to the largest k with
    /// `p(k) <= rate k / m`.
    ///
    /// # Errors
    /// A rate outside (0, 1).
    ///
    /// # Examples
    /// ```
    /// use dvol_core::jumps::{LeeMykland, Reading, lee_mykland};
    /// let mut levels: Vec<f64> = (0..300).map(|i| 60.0 + (f64::from(i) * 0.9).sin()).collect();
    /// levels[200..].iter_mut().for_each(|level| *level *= 1.3);
    /// let result = lee_mykland(&levels, LeeMykland { reading: Reading::PerPoint, ..LeeMykland::default() })?;
    /// assert_eq!(result.jumps_at_false_discovery_rate(0.05)?, [200]);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    ///
    /// # References
    /// Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57; Bajgrowicz, Scaillet and Treccani
    /// (2016), Jumps in high-frequency data: spurious detections, dynamics, and news, Management Science 62.
    pub fn jumps_at_false_discovery_rate(&self, rate: f64) -> Result<Vec<usize>> {
        if !(rate > 0.0 && rate < 1.0) {
            return Err(Error::parameter("rate", rate, "a share between 0 and 1, both excluded"));
        }
        let p_values = self.p_values()?;
        let mut tested: Vec<usize> = (0..p_values.len()).filter(|&row| !p_values[row].is_nan()).collect();
        tested.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
        let m = tested.len() as f64;
        let last = tested
            .iter()
            .enumerate()
            .rposition(|(place, &row)| p_values[row] <= rate * (place + 1) as f64 / m);
        tested.truncate(last.map_or(0, |place| place + 1));
        tested.sort_unstable();
        Ok(tested)
    }
}
