//! Unit roots and structural breaks.

use super::support::agreement::close;
use super::support::oracles::{numbers, oracle};
use super::{series, value};
use dvol::regression::Design;
use dvol::validation::*;
use serde_json::Value;

fn column(document: &Value, name: &str) -> Vec<f64> {
    series(&document["inputs"][name])
}

#[test]
fn zivot_and_andrews_breaks_come_after_the_observation_that_urca_names() {
    let document = oracle("r_unit_roots");
    for name in ["rgnp", "walk", "broken"] {
        for (model, label) in [
            (ZivotAndrewsBreak::Intercept, "intercept"),
            (ZivotAndrewsBreak::Trend, "trend"),
            (ZivotAndrewsBreak::Both, "both"),
        ] {
            for lags in [0, 2] {
                let case = format!("{name}_za_{label}_{lags}");
                let expected = value(&document, &case);
                let test = ZivotAndrews { model, lags: LagRule::Fixed(lags), trim: 0.15 };
                let (result, last) = test.test(&column(&document, name)).unwrap();
                close(&case, result.statistic, &expected["statistic_trimmed"], 1e-6);
                // R counts from 1
                assert_eq!(last as u64 + 1, expected["break_after_trimmed"].as_u64().unwrap(), "{case}");
            }
        }
    }
}

#[test]
fn sup_f_p_values_are_hansen_s() {
    let document = oracle("r_breaks");
    for name in ["steps", "investment", "inflation"] {
        let columns = &document["inputs"][name]["columns"];
        let target = series(&columns["y"]);
        let search = BaiPerron { max_breaks: 1, ..BaiPerron::default() };
        let breaks = if name == "investment" {
            let regressors = ["realgdp", "lint"].map(|name| (name, series(&columns[name])));
            search.regression(&Design::new(regressors).unwrap().with_constant(), &target)
        } else {
            search.mean(&target)
        };
        let breaks = breaks.unwrap();
        let test = &breaks.sequential[0];
        let expected = value(&document, &format!("{name}_sup_f"));
        close(name, test.statistic, &expected["statistic"], 1e-6);
        // strucchange trims whole rows and reads the surface at that share
        close(name, test.p_value, &expected["p_value"], 2e-2);
        assert_eq!(breaks.partitions[1].breaks[0] as u64, expected["breakpoint"].as_u64().unwrap());
    }
}

#[test]
fn breaks_and_chow_s_test_are_those_of_strucchange() {
    let document = oracle("r_breaks");
    for name in ["steps", "investment", "inflation"] {
        let columns = &document["inputs"][name]["columns"];
        let target = series(&columns["y"]);
        let design = if name == "investment" {
            let regressors = ["realgdp", "lint"].map(|name| (name, series(&columns[name])));
            Design::new(regressors).unwrap().with_constant()
        } else {
            Design::constant(target.len())
        };
        // strucchange divides the sum of squares by the degrees under the alternative, too; its F is chi-squared scaled
        let expected = value(&document, &format!("{name}_chow_100"));
        let own = chow(&design, &target, 100).unwrap();
        close(name, own.statistic, &expected["statistic"], 1e-6);
        close(name, own.p_value, &expected["p_value"], 1e-4);
        let found = BaiPerron { max_breaks: 3, ..BaiPerron::default() };
        let found =
            if name == "investment" { found.regression(&design, &target) } else { found.mean(&target) };
        let partitions = value(&document, &format!("{name}_breakpoints"))["partitions"].clone();
        for (own, theirs) in found.unwrap().partitions.iter().zip(partitions.as_array().unwrap()) {
            let breaks: Vec<f64> = own.breaks.iter().map(|&row| row as f64).collect();
            assert_eq!(breaks, numbers(&theirs["breaks"]), "{name}");
            close(name, own.sum_of_squares, &theirs["sum_of_squares"], 1e-8);
        }
        let expected = value(&document, &format!("{name}_ols_cusum"));
        if name != "investment" {
            // its variance has n - 1 below
            let n = target.len() as f64;
            let own = cusum(&target, None).unwrap();
            close(name, own.statistic * ((n - 1.0) / n).sqrt(), &expected["statistic"], 1e-9);
        }
    }
}

#[test]
fn a_series_that_moves_only_in_its_last_step_has_no_dickey_fuller_test() {
    let mut stale = vec![0.0; 200];
    stale[199] = 1.0;
    for series in [stale.clone(), stale.iter().map(|x| x + 0.3).collect()] {
        let error = AugmentedDickeyFuller::default().test(&series).unwrap_err().to_string();
        assert!(error.contains("undefined") && error.contains("199"), "{error}");
        assert!(PhillipsPerron::default().test(&series).is_err());
        assert!(ZivotAndrews::default().test(&series).is_err());
    }
    // what moved before the regression's rows is not seen by it
    stale[0] = 5.0;
    let fixed = AugmentedDickeyFuller { lags: LagRule::Fixed(3), ..AugmentedDickeyFuller::default() };
    assert!(fixed.test(&stale).unwrap_err().to_string().contains("undefined"));
}

#[test]
fn white_s_test_leaves_out_products_that_depend_on_others() {
    // An indicator is its own square: statsmodels' het_white counts the rank
    let n = 240;
    let indicator: Vec<f64> = (0..n).map(|t| f64::from(u8::from(t % 3 == 0))).collect();
    let level: Vec<f64> = (0..n).map(|t| f64::from((t * 7919 % 101) as u32) / 50.0 - 1.0).collect();
    let residuals: Vec<f64> = (0..n).map(|t| f64::from((t * 104_729 % 997) as u32) / 500.0 - 1.0).collect();
    let design =
        Design::new([("indicator", indicator.clone()), ("level", level.clone())]).unwrap().with_constant();
    let test = white(&residuals, &design).unwrap();
    assert_eq!(test.distribution, "chi2(4)");
    assert!(test.notes.iter().any(|note| note.contains("indicator * indicator")), "{:?}", test.notes);
    // the same columns without the square, by hand
    let cross: Vec<f64> = indicator.iter().zip(&level).map(|(i, x)| i * x).collect();
    let square: Vec<f64> = level.iter().map(|x| x * x).collect();
    let auxiliary = Design::new([("i", indicator), ("x", level), ("ix", cross), ("xx", square)]).unwrap();
    let squares: Vec<f64> = residuals.iter().map(|e| e * e).collect();
    let fit = dvol::regression::Ols::new("by hand").fit(&auxiliary.with_constant(), &squares).unwrap();
    close("n R2", test.statistic, n as f64 * fit.r_squared(), 1e-9);
}

#[test]
fn sup_f_s_tail_is_hansen_s_for_one_to_four_coefficients() {
    let document = oracle("r_breaks");
    for coefficients in 1..=4 {
        let case = format!("sup_f_tail_{coefficients}");
        let points = numbers(&document["cases"][&case]["input"]["x"]);
        for (x, expected) in points.into_iter().zip(numbers(value(&document, &case))) {
            close(&case, sup_f_p_value(x, coefficients, 0.15), expected, 1e-6);
        }
    }
}

#[test]
fn zivot_and_andrews_critical_values_are_near_the_published_ones() {
    // Zivot and Andrews (1992), tables 2 to 4: 1, 5 and 10 %
    for (model, published) in [
        (ZivotAndrewsBreak::Intercept, [-5.34, -4.80, -4.58]),
        (ZivotAndrewsBreak::Trend, [-4.93, -4.42, -4.11]),
        (ZivotAndrewsBreak::Both, [-5.57, -5.08, -4.82]),
    ] {
        let series = column(&oracle("r_unit_roots"), "walk");
        let (result, _) = ZivotAndrews { model, ..ZivotAndrews::default() }.test(&series).unwrap();
        for ((level, own), theirs) in result.critical_values.iter().zip(published) {
            assert!((own - theirs).abs() < 0.05, "{model:?} at {level}: {own} for {theirs}");
        }
    }
}
