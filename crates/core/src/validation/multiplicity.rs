//! Correction for testing many hypotheses at once.

/// Holm's adjusted p-values, in the order given: rejecting those below `alpha` keeps the probability of any
/// false rejection below `alpha`, whatever the dependence. NaN stays NaN and does not count.
///
/// `max_{j <= i} min(1, (m - j + 1) p_(j))` for the ascending p-values `p_(1..m)`.
///
/// # Examples
/// ```
/// // 3 * 0.01, 2 * 0.04, and 0.03 lifted to what came before it
/// let adjusted = dvol_core::validation::holm(&[0.01, 0.04, 0.03]);
/// for (ours, expected) in adjusted.iter().zip([0.03, 0.06, 0.06]) {
///     assert!((ours - expected).abs() < 1e-12);
/// }
/// ```
///
/// # References
/// Holm (1979), Scandinavian Journal of Statistics 6.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).filter(|&i| !p_values[i].is_nan()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut floor = 0.0_f64;
    for (rank, &i) in order.iter().enumerate() {
        floor = floor.max((p_values[i] * (order.len() - rank) as f64).min(1.0));
        adjusted[i] = floor;
    }
    adjusted
}
