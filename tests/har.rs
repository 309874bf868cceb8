//! Facts about heterogeneous autoregressions and the benchmark forecasters of volatility.

mod command;

use command::{dvol, refusal};
use dvol::models::{
    Family, Forecaster, Garch, Har, HarCalendar, Model, ModelEntry, RealizedHar, RealizedSeries, Scale,
    Variant,
};
use dvol::panel::{Column, Panel};
use dvol::regression::Covariance;
use dvol::sample::{Inputs, Sample};
use dvol::seed::Seed;
use dvol::time::{Horizon, Timestamp};
use rand_distr::{Distribution, StandardNormal};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn oracle(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles").join(name);
    serde_json::from_str(&fs::read_to_string(path).expect("an oracle")).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn close(what: &str, ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() <= tolerance * b.abs().max(1e-3), "{what}[{i}]: {a} against {b}");
    }
}

fn oracle_series(document: &Value) -> RealizedSeries {
    let column = |name: &str| numbers(&document["series"][name]);
    RealizedSeries {
        realized: column("realized"),
        continuous: Some(column("continuous")),
        jump: Some(column("jump")),
        quarticity: Some(column("quarticity")),
        semivariances: Some((column("negative"), column("positive"))),
        returns: Some(column("returns")),
        exogenous: vec![("exogenous".to_owned(), column("exogenous"))],
        times: None,
    }
}

/// The words of `dvol har` on a column of a file, its result as JSON.
fn har<'a>(input: &'a Path, column: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    let input = input.to_str().expect("a path in UTF-8");
    [&["har", "--input", input, "--column", column, "--json"], flags].concat()
}

#[test]
fn every_variant_agrees_with_statsmodels() {
    let document = oracle("har.json");
    let series = oracle_series(&document);
    let tolerance = document["tolerance"].as_f64().unwrap();
    for case in document["cases"].as_array().unwrap() {
        let spec = RealizedHar {
            variant: serde_json::from_value(case["variant"].clone()).unwrap(),
            horizon: case["horizon"].as_u64().unwrap() as usize,
            scale: serde_json::from_value(case["scale"].clone()).unwrap(),
            differenced: case["differenced"].as_bool().unwrap(),
            averaged: case["averaged"].as_bool().unwrap(),
            ..RealizedHar::default()
        };
        let name = case["name"].as_str().unwrap();
        let fitted = spec.fit(&series).unwrap();
        let regression = fitted.regression();
        let lags = case["hac"].as_u64().unwrap() as usize;
        close(name, &regression.coefficients().to_vec(), &numbers(&case["params"]), tolerance);
        let errors = regression.std_errors(Covariance::Classical).unwrap();
        close(name, &errors, &numbers(&case["std_errors"]), tolerance);
        let robust = regression.std_errors(Covariance::newey_west(lags)).unwrap();
        close(name, &robust, &numbers(&case["hac_std_errors"]), tolerance);
        let table = fitted.table(Covariance::Classical).unwrap();
        let ours = [table.r2, table.adj_r2, table.aic, table.bic, table.f.unwrap()];
        let theirs = ["r2", "adj_r2", "aic", "bic", "f"].map(|key| case[key].as_f64().unwrap());
        close(name, &ours, &theirs, tolerance);
        assert_eq!(table.n, case["n"].as_u64().unwrap() as usize, "{name}");
    }
}

#[test]
fn corsi_s_model_agrees_with_arch_s_harx() {
    let document = oracle("har.json");
    let fitted = RealizedHar::default().fit(&oracle_series(&document)).unwrap();
    let ours = fitted.regression().coefficients().to_vec();
    close("HARX", &ours, &numbers(&document["arch_harx"]), 1e-6);
}

#[test]
fn forecasts_in_logs_and_roots_come_back_without_bias() {
    let mut rng = Seed::new(3).rng();
    let mut log = 0.0;
    let realized: Vec<f64> = (0..6_000)
        .map(|_| {
            let shock: f64 = StandardNormal.sample(&mut rng);
            log = 0.9 * log + 0.4 * shock;
            f64::exp(log)
        })
        .collect();
    let series = RealizedSeries::new(realized);
    for scale in [Scale::Log, Scale::SquareRoot, Scale::Level] {
        let spec = RealizedHar { scale, insanity_filter: false, ..RealizedHar::default() };
        let fitted = spec.fit(&series).unwrap();
        let (forecasts, actual) = (fitted.predict(&series).unwrap(), fitted.actual(&series));
        let rows = fitted.origins();
        let bias: f64 = rows.iter().map(|&row| actual[row] - forecasts[row]).sum::<f64>() / rows.len() as f64;
        assert!(bias.abs() < 0.02, "{scale:?}: mean error {bias} of a series with mean 1.5");
    }
}

#[test]
fn the_insanity_filter_replaces_forecasts_never_seen_in_training() {
    let mut rng = Seed::new(4).rng();
    let realized: Vec<f64> = (0..400)
        .map(|_| {
            let z: f64 = StandardNormal.sample(&mut rng);
            1.0 + z * z
        })
        .collect();
    let spec = RealizedHar { variant: Variant::HarX, ..RealizedHar::default() };
    let mut series = RealizedSeries::new(realized.clone());
    series.exogenous = vec![("x".to_owned(), realized.iter().map(|y| y * 0.5 + 1.0 / y).collect())];
    let fitted = spec.fit(&series).unwrap();
    series.exogenous[0].1[399] = -1e6;
    let mean =
        fitted.origins().iter().map(|&row| realized[row + 1]).sum::<f64>() / fitted.origins().len() as f64;
    assert!((fitted.predict(&series).unwrap()[399] - mean).abs() < 1e-9);
    let trusting = RealizedHar { insanity_filter: false, ..spec }.fit(&{
        let mut calm = series.clone();
        calm.exogenous[0].1[399] = 1.0;
        calm
    });
    let forecast = trusting.unwrap().predict(&series).unwrap()[399];
    assert!(forecast.abs() > 100.0, "{forecast}");
}

#[test]
fn har_refuses_what_it_cannot_estimate() {
    let series = RealizedSeries::new((0..100).map(|i| 1.0 + f64::from(i % 7)).collect());
    let spec = RealizedHar::default();
    let message = |spec: RealizedHar, series: &RealizedSeries| spec.fit(series).unwrap_err().to_string();
    assert!(message(RealizedHar { lags: vec![5, 1], ..spec.clone() }, &series).contains("lags = 5,1"));
    assert!(message(RealizedHar { horizon: 0, ..spec.clone() }, &series).contains("horizon = 0"));
    assert!(message(RealizedHar { variant: Variant::HarCj, ..spec.clone() }, &series).contains("continuous"));
    let short = RealizedSeries::new(vec![1.0; 20]);
    assert!(message(spec.clone(), &short).contains("at least"));
    let mut zero = series.clone();
    zero.realized[3] = 0.0;
    assert!(message(RealizedHar { scale: Scale::Log, ..spec }, &zero).contains("index 3 is 0"));
}

#[test]
fn the_calendar_variant_finds_the_day_of_the_week() {
    let mut rng = Seed::new(5).rng();
    let times: Vec<Timestamp> = (0..700).map(|day| Timestamp::from_hours(24 * day)).collect();
    let realized = times
        .iter()
        .map(|time| {
            let z: f64 = StandardNormal.sample(&mut rng);
            5.0 + 0.1 * z + if time.hour_of_week() == 48 { 2.0 } else { 0.0 }
        })
        .collect();
    let series = RealizedSeries { times: Some(times), ..RealizedSeries::new(realized) };
    let fitted = RealizedHar { variant: Variant::Calendar, ..RealizedHar::default() }.fit(&series).unwrap();
    let effect = fitted.regression().coefficient("hour_of_week_48").expect("an indicator for Wednesday");
    assert!((effect - 2.0).abs() < 0.1, "{effect}");
}

/// A level that returns to 60 and is 6 % higher on Tuesdays at noon.
fn market(hours: usize, seed: u64) -> Panel {
    let mut rng = Seed::new(seed).rng();
    let start: Timestamp = "2021-04-23T09:00:00Z".parse().unwrap();
    let mut log = 0.0;
    let level: Vec<f64> = (0..hours)
        .map(|hour| {
            let z: f64 = StandardNormal.sample(&mut rng);
            log = 0.995 * log + 0.005 * z;
            let tuesday_noon = Timestamp::from_hours(start.hours() + hour as i64).hour_of_week() == 36;
            60.0 * f64::exp(log + if tuesday_noon { 0.06 } else { 0.0 })
        })
        .collect();
    Panel::new(start, hours).unwrap().with(Column::known("dvol", level)).unwrap()
}

fn sample(panel: &Panel) -> Sample {
    Inputs::new(panel, &[], "dvol", 1).unwrap().with_targets(Horizon::hours(24))
}

fn mean_square(model: &dyn Forecaster, sample: &Sample) -> f64 {
    let point = model.predict(sample.inputs()).unwrap().point;
    point.iter().zip(sample.targets()).map(|(f, y)| (y - f).powi(2)).sum::<f64>() / point.len() as f64
}

#[test]
fn hourly_har_regressors_are_daily_samples_of_the_level() {
    let panel = market(3_000, 6);
    let level = panel.values("dvol").unwrap();
    let fitted = Har::corsi().fit(&sample(&panel)).unwrap();
    let design = fitted.regression().design();
    let origin = 21 * 24;
    let weekly = (0..5).map(|day| level[origin - 24 * day]).sum::<f64>() / 5.0;
    let monthly = (0..22).map(|day| level[origin - 24 * day]).sum::<f64>() / 22.0;
    let first = design.values().row(0).to_vec();
    close("first row", &first, &[1.0, level[origin], weekly, monthly], 1e-12);
    assert_eq!(design.len(), 3_000 - 24 - origin);
}

#[test]
fn har_beats_persistence_on_a_level_that_reverts() {
    let panel = market(16_000, 7);
    let all = sample(&panel);
    let middle = panel.at(11_000);
    let (train, test) = (all.known_by(middle), all.keep(|origin| origin >= middle));
    let persistence =
        test.targets().iter().zip(test.inputs().levels()).map(|(y, now)| (y - now).powi(2)).sum::<f64>()
            / test.len() as f64;
    for model in [Har::corsi(), Har::log()] {
        let score = mean_square(&model.fit(&train).unwrap(), &test);
        assert!(score < 0.97 * persistence, "{}: {score} against {persistence}", model.name());
    }
    let calendar = mean_square(&HarCalendar::default().fit(&train).unwrap(), &test);
    let without = HarCalendar { hour_of_week: false, ..HarCalendar::default() };
    let plain = mean_square(&without.fit(&train).unwrap(), &test);
    assert!(calendar < plain, "the week's rhythm helps: {calendar} against {plain}");
}

#[test]
fn nominal_intervals_cover_about_their_share() {
    let panel = market(12_000, 8);
    let all = sample(&panel);
    let middle = panel.at(8_000);
    let (train, test) = (all.known_by(middle), all.keep(|origin| origin >= middle));
    for model in [Box::new(Har::log()) as Box<dyn Model>, Box::new(HarCalendar::default())] {
        let predictions = model.fit_boxed(&train).unwrap().predict(test.inputs()).unwrap();
        for interval in &predictions.intervals {
            let ends = interval.lower.iter().zip(&interval.upper);
            let inside =
                ends.zip(test.targets()).filter(|((low, high), y)| (*low..=*high).contains(y)).count();
            let share = inside as f64 / test.len() as f64;
            assert!(
                (share - interval.coverage).abs() < 0.08,
                "{}: {share} of {}",
                model.name(),
                interval.coverage
            );
        }
    }
}

#[test]
fn hourly_forecasts_ignore_everything_after_the_origin() {
    let panel = market(4_000, 9);
    let all = sample(&panel);
    let train = all.known_by(panel.at(2_500));
    let origin = 3_000;
    let mut changed = panel.values("dvol").unwrap().to_vec();
    changed[origin + 1..].iter_mut().for_each(|level| *level = 200.0 - *level);
    let altered = Panel::new(panel.start(), 4_000).unwrap().with(Column::known("dvol", changed)).unwrap();
    let models = ModelEntry::of_family(Family::Linear).filter(|model| model.features().is_empty());
    for model in models.chain([Box::new(HarCalendar::default()) as Box<dyn Model>]) {
        let fitted = model.fit_boxed(&train).unwrap();
        let at = |panel: &Panel| {
            let inputs = Inputs::new(panel, &[], "dvol", 1).unwrap().filter(|time| time <= panel.at(origin));
            fitted.predict(&inputs).unwrap()
        };
        assert_eq!(at(&panel), at(&altered), "{}", model.name());
    }
}

#[test]
fn har_x_reads_its_columns_and_says_which_is_missing() {
    let panel = market(2_000, 10);
    let shifted: Vec<f64> = panel.values("dvol").unwrap().iter().map(|y| y * 0.3 + (y * 7.0).sin()).collect();
    let panel = panel.with(Column::known("spread", shifted)).unwrap();
    let all = Inputs::new(&panel, &["spread"], "dvol", 1).unwrap().with_targets(Horizon::hours(24));
    let fitted = Har::with_exogenous(["spread"]).fit(&all).unwrap();
    assert_eq!(fitted.regression().design().names().last().map(String::as_str), Some("spread"));
    assert!(Har::with_exogenous(["nvrv"]).fit(&all).unwrap_err().to_string().contains("nvrv"));
}

/// A file with the oracle's columns, a day a row.
fn oracle_file(folder: &Path, document: &Value) -> PathBuf {
    let columns = document["series"].as_object().unwrap();
    let rows = columns["realized"].as_array().unwrap().len();
    let mut text = String::from("date");
    columns.keys().for_each(|name| text += &format!(",{name}"));
    for row in 0..rows {
        text += &format!("\n{}", Timestamp::from_hours(24 * (18_000 + row as i64)));
        columns.values().for_each(|values| text += &format!(",{}", values[row]));
    }
    let path = folder.join("realized.csv");
    fs::write(&path, text + "\n").unwrap();
    path
}

#[test]
fn the_command_prints_the_oracle_s_regression() {
    let document = oracle("har.json");
    let folder = tempfile::tempdir().unwrap();
    let path = oracle_file(folder.path(), &document);
    let runs: [(&str, &[&str]); 5] = [
        ("har", &["--hac", "5"]),
        ("five ahead", &["--horizon", "5", "--hac", "4"]),
        ("log", &["--log", "--hac", "5"]),
        ("differenced", &["--differenced", "--hac", "5"]),
        (
            "continuous and jump",
            &["--variant", "har_cj", "--continuous", "continuous", "--jump", "jump", "--hac", "5"],
        ),
    ];
    for (name, flags) in runs {
        let case = document["cases"].as_array().unwrap().iter().find(|case| case["name"] == name).unwrap();
        let output = dvol(&har(&path, "realized", flags));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let ours: Value = serde_json::from_slice(&output.stdout).unwrap();
        let of = |key: &str| -> Vec<f64> {
            ours["coefficients"].as_array().unwrap().iter().map(|line| line[key].as_f64().unwrap()).collect()
        };
        close(name, &of("estimate"), &numbers(&case["params"]), 1e-6);
        close(name, &of("std_error"), &numbers(&case["std_errors"]), 1e-6);
        close(name, &of("hac_std_error"), &numbers(&case["hac_std_errors"]), 1e-6);
        for key in ["r2", "adj_r2", "aic", "bic"] {
            close(key, &[ours[key].as_f64().unwrap()], &[case[key].as_f64().unwrap()], 1e-6);
        }
        assert_eq!(ours["n"], case["n"], "{name}");
    }
}

#[test]
fn the_command_refuses_bad_input_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, change: fn(&mut Vec<String>)| {
        let mut cells: Vec<String> = (0..120).map(|i| format!("{}", 2.0 + f64::from(i * i).sin())).collect();
        change(&mut cells);
        let rows: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(day, cell)| format!("{},{cell}", Timestamp::from_hours(24 * (18_000 + day as i64))))
            .collect();
        let path = folder.path().join(name);
        fs::write(&path, format!("date,rv\n{}\n", rows.join("\n"))).unwrap();
        path
    };
    let run = |path: &Path, flags: &[&str]| refusal(&har(path, "rv", flags));
    let good = file("good.csv", |_| ());
    assert!(run(&file("text.csv", |cells| cells[3] = "high".to_owned()), &[]).contains("row 4"));
    assert!(run(&file("gap.csv", |cells| cells[8].clear()), &[]).contains("row 9"));
    assert!(run(&file("constant.csv", |cells| cells.fill("3".to_owned())), &[]).contains("constant.csv"));
    assert!(run(&file("short.csv", |cells| cells.truncate(15)), &[]).contains("short.csv"));
    let zero = run(&file("zero.csv", |cells| cells[5] = "0".to_owned()), &["--log"]);
    assert!(zero.contains("zero.csv") && zero.contains("row 6"), "{zero}");
    assert!(run(&good, &["--lags", "5,5"]).contains("lags = 5,5"));
    assert!(run(&good, &["--variant", "har-q"]).contains("quarticity"));
    let hac = run(&good, &["--hac", "many"]);
    assert!(hac.contains("hac = many"), "{hac}");
    let collinear = run(&good, &["--variant", "har-x", "--exogenous", "rv"]);
    assert!(collinear.contains("good.csv") && collinear.contains("singular"), "{collinear}");
}

#[test]
fn the_command_makes_daily_measures_of_intraday_prices() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = Seed::new(12).rng();
    let mut log = 10.0;
    let rows: Vec<String> = (0..24 * 240)
        .map(|hour| {
            let z: f64 = StandardNormal.sample(&mut rng);
            log += 0.005 * z;
            format!("{},{}", Timestamp::from_hours(450_000 + hour), f64::exp(log))
        })
        .collect();
    let path = folder.path().join("price.csv");
    fs::write(&path, format!("timestamp,close\n{}\n", rows.join("\n"))).unwrap();
    let output = dvol(&har(&path, "close", &["--prices", "--garch"]));
    let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let models: Vec<&str> = document["benchmarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["model"].as_str().unwrap())
        .collect();
    assert_eq!(models, ["har", "garch", "gjr_garch", "egarch"]);
    assert!(document["benchmarks"].as_array().unwrap().iter().all(|line| line["n"] == 72 - 1));
    // with constant volatility nobody can beat the level, 24 x 0.005^2, by much
    assert!(
        document["benchmarks"].as_array().unwrap().iter().all(|line| line["rmse"].as_f64().unwrap() < 4e-4)
    );
    for variant in ["har", "har-j", "har-cj", "har-q", "char", "semivariance", "leverage", "calendar"] {
        let output = dvol(&har(&path, "close", &["--prices", "--variant", variant]));
        // Days without a significant jump leave the jump columns empty: those variants must say so.
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert!(document["n"].as_u64().unwrap() > 80, "{variant}");
        } else {
            assert!(variant.contains('j') && text.contains("singular"), "{variant}: {text}");
        }
    }
}

fn garch_case<'a>(document: &'a Value, kind: &str) -> &'a Value {
    document["cases"].as_array().unwrap().iter().find(|case| case["kind"] == kind).expect("a case")
}

#[test]
fn garch_recursions_and_likelihoods_are_those_of_arch() {
    let document = oracle("garch.json");
    let returns = numbers(&document["returns"]);
    for (kind, name) in [(Garch::Garch, "garch"), (Garch::Gjr, "gjr"), (Garch::Egarch, "egarch")] {
        let case = garch_case(&document, name);
        let fitted = kind.fit(&returns).unwrap();
        let theirs = fitted.with_parameters(&numbers(&case["parameters"])).unwrap();
        let path = theirs.variances(&returns);
        let ours: Vec<f64> = [0, 1, 2, 750, 1499].map(|row| path[row]).into();
        close(name, &ours, &numbers(&case["variances"]), 1e-8);
        close(name, &path[1500..], &[case["one_step"].as_f64().unwrap()], 1e-8);
        // simulated by arch for EGARCH
        let tolerance = if name == "egarch" { 2e-3 } else { 1e-8 };
        close(name, &theirs.forecast(&returns, 10), &numbers(&case["forecast"]), tolerance);
    }
}

#[test]
fn garch_estimates_are_at_least_as_likely_as_arch_s_and_close_to_them() {
    let document = oracle("garch.json");
    let returns = numbers(&document["returns"]);
    for (kind, name) in [(Garch::Garch, "garch"), (Garch::Gjr, "gjr"), (Garch::Egarch, "egarch")] {
        let case = garch_case(&document, name);
        let fitted = kind.fit(&returns).unwrap();
        let likelihood = case["log_likelihood"].as_f64().unwrap();
        assert!(fitted.log_likelihood > likelihood - 1e-6, "{name}: {} {likelihood}", fitted.log_likelihood);
        close(name, &fitted.parameters(), &numbers(&case["parameters"]), 1e-3);
        close(name, &fitted.std_errors(&returns).unwrap(), &numbers(&case["std_errors"]), 2e-2);
    }
}

#[test]
fn garch_does_not_depend_on_the_unit_of_returns() {
    let returns = numbers(&oracle("garch.json")["returns"]);
    let small: Vec<f64> = returns.iter().map(|r| r / 1_000.0).collect();
    for kind in [Garch::Garch, Garch::Gjr, Garch::Egarch] {
        let (large, tiny) = (kind.fit(&returns).unwrap(), kind.fit(&small).unwrap());
        let rescaled: Vec<f64> = tiny.forecast(&small, 5).iter().map(|variance| variance * 1e6).collect();
        close(kind.name(), &rescaled, &large.forecast(&returns, 5), 1e-4);
    }
    assert!(Garch::Garch.fit(&returns[..50]).unwrap_err().to_string().contains("100"));
    assert!(Garch::Gjr.fit(&[0.5; 200]).unwrap_err().to_string().contains("equal"));
}
