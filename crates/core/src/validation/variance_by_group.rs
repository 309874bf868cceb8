//! Tests that groups share a mean or a variance.

use crate::error::{Error, Result};
use crate::hypothesis::{TestKind, TestResult};
use crate::regression::require_finite;
use crate::statistics::{mean, median, sum_of_squares};
use crate::tails::f_upper;
use crate::validation::cell_means::CellMeans;
use crate::validation::report::Group;
use crate::validation::residual_test::{Invariance, ResidualTest, Validity};
use crate::validation::simulated_law;

/// One-way analysis of variance: do the groups share a mean? `F(k - 1, n - k)`.
///
/// # Errors
/// Fewer than two groups, a group of fewer than two values, or a value that is not finite.
///
/// # Examples
/// ```
/// // means 1 and 3 about 2: between 4, within 4 with 2 degrees
/// let test = dvol_core::validation::anova(&[&[0.0, 2.0], &[2.0, 4.0]])?;
/// assert!((test.statistic - 2.0).abs() < 1e-12);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Fisher (1925), Statistical Methods for Research Workers.
pub fn anova(groups: &[&[f64]]) -> Result<TestResult> {
    require_groups("an analysis of variance", groups)?;
    let (statistic, degrees) = f_ratio(groups);
    Ok(result(
        TestKind::EqualMeans,
        "ANOVA",
        "all groups have the same mean",
        "the mean differs between groups",
        statistic,
        degrees,
    ))
}

/// Levene's test: do the groups share a variance? ANOVA of the distances from the group means.
///
/// # Errors
/// As [`anova`].
///
/// # References
/// Levene (1960), in Contributions to Probability and Statistics.
///
/// # Examples
/// ```
/// let wide: Vec<f64> = (0..20).map(f64::from).collect();
/// let narrow: Vec<f64> = wide.iter().map(|x| x / 100.0).collect();
/// assert!(dvol_core::validation::levene(&[&wide, &narrow])?.rejects(0.001));
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn levene(groups: &[&[f64]]) -> Result<TestResult> {
    of_distances("Levene", groups, mean)
}

/// Brown and Forsythe's test: Levene's with medians, robust to skewness.
///
/// # Errors
/// As [`anova`].
///
/// # References
/// Brown and Forsythe (1974), JASA 69.
pub fn brown_forsythe(groups: &[&[f64]]) -> Result<TestResult> {
    of_distances("Levene (Brown-Forsythe)", groups, median)
}

/// The two questions for one series that shares shocks over `overlap` values, cut into `parts` consecutive parts.
///
/// `F = sum_g n_g (m_g - m)^2 / ((parts - 1) s)`, `s` the long-run variance about the parts' means from few cosines
/// ([`CosineVariance`](crate::regression::CosineVariance)); p-values from 4,999 simulated series.
///
/// Returns (mean, variance).
///
/// # Errors
/// Fewer than two parts, fewer than 12 overlaps, or a value that is not finite.
///
/// # References
/// Brown and Forsythe (1974), JASA 69; Lazarus, Lewis, Stock and Watson (2018), Journal of Business and Economic
/// Statistics 36.
pub fn one_way_overlap(series: &[f64], parts: usize, overlap: usize) -> Result<(TestResult, TestResult)> {
    let groups = consecutive(series, parts);
    require_groups("HAC tests across parts", &groups)?;
    let (n, within) = (series.len(), |part: usize| part * series.len() / parts);
    let inside = CELLS.min(n / parts);
    let mut edges: Vec<usize> = (0..parts)
        .flat_map(|part| {
            (0..inside).map(move |cell| within(part) + cell * (within(part + 1) - within(part)) / inside)
        })
        .collect();
    edges.push(n);
    let cells = CellMeans::new("HAC tests across parts", edges, overlap)?;
    let regimes: Vec<usize> = (0..=parts).map(|part| part * inside).collect();
    let between = |means: &dyn Fn(usize) -> f64| {
        let rows = |part: usize| (within(part + 1) - within(part)) as f64;
        let grand = (0..parts).map(|part| rows(part) * means(part)).sum::<f64>() / n as f64;
        (0..parts).map(|part| rows(part) * (means(part) - grand).powi(2)).sum::<f64>() / (parts - 1) as f64
    };
    let law = format!("means of {parts} parts, {}", cells.describe());
    let test = |kind: TestKind, name: &str, target: &[f64], [null, alternative]: [&str; 2]| {
        let own = consecutive(target, parts);
        let f = between(&|part| mean(own[part])) / cells.variance(target, &regimes)?;
        let (p_value, bound) = simulated_law::p_value(f, &law, |rng| {
            let sums = cells.draw(rng);
            let of_part = |part: usize| {
                let (from, to) = (regimes[part], regimes[part + 1]);
                (sums[to] - sums[from]) / (cells.edge(to) - cells.edge(from))
            };
            between(&of_part) / cells.variance_of_draw(&sums, &regimes)
        });
        let shown = format!("F of {parts} means, {} cosines, simulated", cells.cosines());
        Ok(TestResult::new(kind.named(name))
            .with_null(null, alternative)
            .with_statistic(f, shown)
            .with_p_value(p_value)
            .with_observations(n)
            .with_bound(bound)
            .with_lags(cells.cosines()))
    };
    let means = test(
        TestKind::EqualMeans,
        "ANOVA (HAC)",
        series,
        ["all parts have the same mean", "the mean differs between parts"],
    )?;
    let distances: Vec<f64> = groups.iter().flat_map(|group| distances(group, median)).collect();
    let spreads = test(
        TestKind::EqualVariances,
        "Levene (Brown-Forsythe, HAC)",
        &distances,
        ["all parts have the same variance", "the variance differs between parts"],
    )?;
    Ok((means, spreads))
}

/// Cells a part of a simulated series is made of.
const CELLS: usize = 60;

/// `parts` consecutive parts whose lengths differ by at most one.
pub(crate) fn consecutive(series: &[f64], parts: usize) -> Vec<&[f64]> {
    let n = series.len();
    (0..parts).map(|part| &series[part * n / parts..(part + 1) * n / parts]).collect()
}

fn distances(group: &[f64], centre: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let centre = centre(group);
    group.iter().map(|value| (value - centre).abs()).collect()
}

fn of_distances(name: &str, groups: &[&[f64]], centre: impl Fn(&[f64]) -> f64) -> Result<TestResult> {
    require_groups(name, groups)?;
    let distances: Vec<Vec<f64>> = groups.iter().map(|group| distances(group, &centre)).collect();
    let views: Vec<&[f64]> = distances.iter().map(Vec::as_slice).collect();
    let (statistic, degrees) = f_ratio(&views);
    Ok(result(
        TestKind::EqualVariances,
        name,
        "all groups have the same variance",
        "the variance differs between groups",
        statistic,
        degrees,
    ))
}

fn result(
    kind: TestKind,
    name: &str,
    null: &str,
    alternative: &str,
    statistic: f64,
    (between, within): (usize, usize),
) -> TestResult {
    TestResult::new(kind.named(name))
        .with_null(null, alternative)
        .with_statistic(statistic, format!("F({between}, {within})"))
        .with_p_value(f_upper(statistic, between as f64, within as f64))
        .with_observations(between + within + 1)
}

fn f_ratio(groups: &[&[f64]]) -> (f64, (usize, usize)) {
    let n: usize = groups.iter().map(|group| group.len()).sum();
    let grand = mean(&groups.concat());
    let (mut between, mut within) = (0.0, 0.0);
    for group in groups {
        let own = mean(group);
        between += group.len() as f64 * (own - grand).powi(2);
        within += sum_of_squares(group, own);
    }
    let degrees = (groups.len() - 1, n - groups.len());
    ((between / degrees.0 as f64) / (within / degrees.1 as f64), degrees)
}

fn require_groups(what: &str, groups: &[&[f64]]) -> Result<()> {
    if groups.len() < 2 {
        return Err(Error::too_few(what, 2, groups.len(), "give at least two groups"));
    }
    for group in groups {
        if group.len() < 2 {
            return Err(Error::too_few(what, 2, group.len(), "give every group at least two values"));
        }
        require_finite(what, "group", *group)?;
    }
    let first = groups[0][0];
    if groups.iter().all(|group| group.iter().all(|&value| value == first)) {
        return Err(Error::Value {
            what: what.to_owned(),
            series: "group".to_owned(),
            index: 0,
            value: first,
            remedy: "every value is the same; give groups that vary".to_owned(),
        });
    }
    Ok(())
}

/// A line of the table of residual tests.
pub(super) const EQUAL_VARIANCES: ResidualTest = ResidualTest {
    name: "Levene (Brown-Forsythe)",
    kind: TestKind::EqualVariances,
    group: Group::StructuralBreaks,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| brown_forsythe(&residuals.thirds()),
};

/// A line of the table of residual tests.
pub(super) const EQUAL_VARIANCES_ABOUT_MEANS: ResidualTest = ResidualTest {
    name: "Levene",
    kind: TestKind::EqualVariances,
    group: Group::StructuralBreaks,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: false,
    run: |residuals| levene(&residuals.thirds()),
};

/// A line of the table of residual tests.
pub(super) const EQUAL_MEANS: ResidualTest = ResidualTest {
    name: "ANOVA",
    kind: TestKind::EqualMeans,
    group: Group::StructuralBreaks,
    validity: Validity::Independent,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| anova(&residuals.thirds()),
};

/// A line of the table of residual tests.
pub(super) const EQUAL_VARIANCES_OVERLAP_ROBUST: ResidualTest = ResidualTest {
    name: "Levene (Brown-Forsythe, HAC)",
    kind: TestKind::EqualVariances,
    group: Group::StructuralBreaks,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| one_way_overlap(residuals.values(), 3, residuals.overlap()).map(|(_, spreads)| spreads),
};

/// A line of the table of residual tests.
pub(super) const EQUAL_MEANS_OVERLAP_ROBUST: ResidualTest = ResidualTest {
    name: "ANOVA (HAC)",
    kind: TestKind::EqualMeans,
    group: Group::StructuralBreaks,
    validity: Validity::Overlapping,
    invariance: Invariance::ScaleAndLevel,
    reported: true,
    run: |residuals| one_way_overlap(residuals.values(), 3, residuals.overlap()).map(|(means, _)| means),
};
