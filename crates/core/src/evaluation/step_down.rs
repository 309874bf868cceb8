//! p-values of all pairs at once: what the search among them costs.

use super::Resamples;
use ndarray::{Array2, Axis};
use statrs::distribution::{ContinuousCDF, Normal};

/// Romano and Wolf's step-down p-values of tests between pairs of models, each with its own p-value.
///
/// `p` are the pairs' two-sided p-values; `drawn`, shape (replications, models), are bootstrap means of the models'
/// losses. Each pair's replications `t* = (m_i* - m_j* - mean) / sd*` are compared with the normal score of its own
/// p-value, `z = z(1 - p / 2)`, so that the distribution which gave the p-value (Student's t of few degrees) stays
/// in charge of one pair and the bootstrap of their dependence. From the smallest p-value on:
/// `adjusted = max(those before, p, share of replications whose max |t*| over this and all later pairs reaches z)`,
/// at least `1 / (replications + 1)`. Rejecting what lies below a level errs in ANY of the true nulls with that
/// probability.
///
/// # References
/// Romano and Wolf (2005), Econometrica 73, 1237-1282; Romano and Wolf (2016), Statistics and Probability Letters
/// 113, 38-40 (p-values); Westfall and Young (1993).
pub(super) fn step_down(
    pairs: &[(usize, usize)],
    p: &[f64],
    resamples: &Resamples,
    drawn: &Array2<f64>,
) -> Vec<f64> {
    let normal = Normal::standard();
    let score = |p: f64| -normal.inverse_cdf((0.5 * p).clamp(1e-300, 0.5));
    // (replications, pairs) of |t*|
    let mut simulated = Array2::zeros((drawn.nrows(), pairs.len()));
    for (&(first, second), mut column) in pairs.iter().zip(simulated.axis_iter_mut(Axis(1))) {
        column.assign(&(&drawn.column(first) - &drawn.column(second)));
        let centre = column.mean().unwrap_or(0.0);
        column -= centre;
        let spread = (column.dot(&column) / drawn.nrows() as f64).sqrt();
        column.mapv_inplace(|value| if spread > 0.0 { (value / spread).abs() } else { 0.0 });
    }
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by(|&one, &other| p[one].total_cmp(&p[other]));
    let mut reached = vec![0_usize; pairs.len()];
    let scores: Vec<f64> = p.iter().map(|&p| score(p)).collect();
    for row in simulated.rows() {
        let mut largest = 0.0_f64;
        for &pair in order.iter().rev() {
            largest = largest.max(row[pair]);
            reached[pair] += usize::from(largest >= scores[pair]);
        }
    }
    let mut adjusted = vec![1.0; pairs.len()];
    let mut before = 0.0_f64;
    for pair in order {
        before = before.max(p[pair]).max(resamples.p_value(reached[pair]));
        adjusted[pair] = before;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::evaluation::StationaryBootstrap;
    use crate::seed::Seed;
    use ndarray::Array2;

    /// `tests/oracles/make/promises.py`: Romano and Wolf's algorithm in numpy, on arch's draws.
    #[test]
    fn the_adjusted_p_values_are_those_of_the_algorithm() -> crate::error::Result<()> {
        #[derive(serde::Deserialize)]
        struct Document {
            step_down: Case,
        }
        #[derive(serde::Deserialize)]
        struct Case {
            losses: Vec<[f64; 4]>,
            draws: Vec<Vec<usize>>,
            pairs: Vec<(usize, usize)>,
            p_values: Vec<f64>,
            adjusted: Vec<f64>,
        }
        let text = include_str!("../../../../tests/oracles/promises.json");
        let case = serde_json::from_str::<Document>(text)
            .map_err(|error| Error::parameter("promises.json", error, "the oracle's document"))?
            .step_down;
        let losses = Array2::from_shape_fn((case.losses.len(), 4), |(row, model)| case.losses[row][model]);
        let resamples = Resamples::from_indices(losses.nrows(), &case.draws)?;
        let found = step_down(&case.pairs, &case.p_values, &resamples, &resamples.means(&losses)?);
        for (own, theirs) in found.iter().zip(&case.adjusted) {
            assert!((own - theirs).abs() < 1e-12, "{found:?}");
        }
        Ok(())
    }

    #[test]
    fn a_single_pair_keeps_its_p_value_and_many_do_not() -> crate::error::Result<()> {
        let n = 500;
        let losses = Array2::from_shape_fn((n, 12), |(t, model)| {
            ((t * 7919 + model * 104_729 + t * t * (model + 3)) % 1_009) as f64
        });
        let resamples = StationaryBootstrap::new(2.0, 4_000, Seed::new(3))?.resample(n)?;
        let drawn = resamples.means(&losses)?;
        let one = step_down(&[(0, 1)], &[0.02], &resamples, &drawn);
        assert!((one[0] - 0.02).abs() < 0.008, "{one:?}");
        let pairs: Vec<(usize, usize)> = (0..12).flat_map(|i| (i + 1..12).map(move |j| (i, j))).collect();
        let mut p = vec![0.5; pairs.len()];
        (p[5], p[9]) = (0.001, 0.02);
        let all = step_down(&pairs, &p, &resamples, &drawn);
        // 66 dependent pairs: more than the pair alone, less than Bonferroni's 66 times as much
        assert!(all[5] > 0.008 && all[5] < 0.06, "{}", all[5]);
        assert!(all[9] >= all[5] && all[0] >= all[9] && all.iter().all(|p| *p <= 1.0), "{all:?}");
        Ok(())
    }
}
