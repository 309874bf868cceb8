//! Structural breaks.

use super::ORACLE;
use super::support::agreement::close;
use super::support::oracles::numbers;
use super::support::samples::normals;
use dvol::regression::{Design, Ols};
use dvol::validation::*;

#[test]
fn break_dates_are_the_global_minimisers_found_by_ruptures() {
    let expected = &ORACLE["breaks"];
    let breaks = BaiPerron::default().mean(&numbers(&expected["series"])).unwrap();
    for (m, case) in expected["partitions"].as_array().unwrap().iter().enumerate() {
        let ours = &breaks.partitions[m + 1];
        let theirs: Vec<usize> = numbers(&case["breaks"]).into_iter().map(|row| row as usize).collect();
        assert_eq!(ours.breaks, theirs);
        close("sum of squares", ours.sum_of_squares, &case["sum_of_squares"], 1e-9);
    }
    assert_eq!(breaks.by_bic(), [48, 100, 162]);
    assert_eq!(breaks.sequential_at(0.05), [48, 100, 162]);
}

#[test]
fn sup_f_p_values_match_bai_and_perrons_tables() {
    // Bai and Perron (2003), sup F(l + 1 | l), trimming 0.15, one coefficient: 10, 5 and 1 %
    let table = [(0, [7.04, 8.58, 12.29]), (1, [8.51, 10.13, 13.89]), (2, [9.41, 11.14, 14.80])];
    let series = numbers(&ORACLE["breaks"]["series"]);
    let search = BaiPerron { max_breaks: 3, ..BaiPerron::default() };
    let breaks = search.mean(&series).unwrap();
    for (l, row) in table {
        let test = &breaks.sequential[l];
        for (level, critical) in [0.10, 0.05, 0.01].into_iter().zip(row) {
            // a statistic above the tabulated value has a p-value below its level, up to the formula's error
            if test.statistic > critical {
                assert!(test.p_value < level * 1.1, "{test}");
            } else {
                assert!(test.p_value > level * 0.9, "{test}");
            }
        }
    }
}

#[test]
fn breaks_in_a_slope_are_found_by_the_regression_search() {
    let x = normals(300, 3);
    let y: Vec<f64> = x
        .iter()
        .zip(normals(300, 4))
        .enumerate()
        .map(|(t, (x, e))| if t < 120 { x + 0.3 * e } else { -x + 0.3 * e })
        .collect();
    let design = Design::new([("x", x)]).unwrap().with_constant();
    let breaks = BaiPerron::default().regression(&design, &y).unwrap();
    assert_eq!(breaks.by_bic().len(), 1);
    assert!(breaks.by_bic()[0].abs_diff(120) <= 2, "{:?}", breaks.by_bic());
    // the search over prefix sums must agree with least squares on either side
    let cut = breaks.by_bic()[0];
    let side = |from: usize, to: usize| {
        Ols::new("side").fit(&design.rows(from, to).unwrap(), &y[from..to]).unwrap().residual_sum_of_squares()
    };
    let direct = side(0, cut) + side(cut, 300);
    assert!((breaks.partitions[1].sum_of_squares / direct - 1.0).abs() < 1e-9);
}

#[test]
fn a_long_series_is_searched_on_a_grid_and_the_result_says_so() {
    let mut series = normals(3000, 5);
    series[1800..].iter_mut().for_each(|value| *value += 1.0);
    let breaks = BaiPerron { max_breaks: 2, ..BaiPerron::default() }.mean(&series).unwrap();
    assert_eq!(breaks.step, 8);
    assert!(breaks.partitions[1].breaks[0].abs_diff(1800) <= 16);
    assert!(breaks.sequential[0].notes.iter().any(|note| note.contains("every 8 rows")));
}
