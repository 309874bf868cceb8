//! Facts about jump tests and jump features.

mod command;

use command::{dvol, refusal};
use dvol::data::{Simulation, simulate};
use dvol::events::Event;
use dvol::jumps::{
    CausalFactors, ComparedTest, Composite, DailyMeasures, DescriptiveFactors, JUMP_FEATURES,
    JumpFeatureSpec, LeeMykland, LocalVolatility, MonteCarlo, PeriodicFactors, Reading, SimulatedVolatility,
    change_z_score, event_study, family_wise_critical_value, gumbel_quantile, jump_features, largest_jumps,
    lee_mykland, lee_mykland_periodic, level_threshold, log_returns, ratio_test, window_for,
};
use dvol::panel::{Column, Panel};
use dvol::seed::Seed;
use dvol::time::Timestamp;
use rand_distr::{Distribution, StandardNormal};
use serde_json::Value;
use std::f64::consts::PI;
use std::fs;
use std::path::{Path, PathBuf};

fn normals(n: usize, seed: u64) -> Vec<f64> {
    let mut rng = Seed::new(seed).rng();
    (0..n).map(|_| StandardNormal.sample(&mut rng)).collect()
}

/// Levels that start at 60 and move by the log returns given.
fn levels(returns: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    std::iter::once(60.0)
        .chain(returns.iter().map(|r| {
            sum += r;
            60.0 * f64::exp(sum)
        }))
        .collect()
}

fn brownian(hours: usize, seed: u64) -> Vec<f64> {
    levels(&normals(hours - 1, seed).iter().map(|z| 0.005 * z).collect::<Vec<_>>())
}

fn per_point(alpha: f64) -> LeeMykland {
    LeeMykland { alpha, reading: Reading::PerPoint, ..LeeMykland::default() }
}

#[test]
fn published_constants_of_lee_and_mykland_hold() {
    assert!((gumbel_quantile(0.01).unwrap() - 4.600_149).abs() < 5e-7);
    assert!((family_wise_critical_value(0.01, 78).unwrap() - 4.067_058).abs() < 5e-7);
    let rule = [252.0, 252.0 * 24.0, 252.0 * 48.0, 252.0 * 96.0, 252.0 * 288.0].map(window_for);
    assert_eq!(rule, [16, 78, 110, 156, 270]);
}

#[test]
fn sigma_is_the_paper_s_sum_without_the_tested_return() {
    let series = brownian(400, 1);
    let result = lee_mykland(&series, LeeMykland::default()).unwrap();
    let r = log_returns(&series).unwrap();
    let k = 94;
    for i in k..series.len() {
        let sum: f64 = (i - k + 2..i).map(|j| r[j].abs() * r[j - 1].abs()).sum();
        let sigma = (PI / 2.0 * sum / (k - 2) as f64).sqrt();
        assert!((result.sigma[i] / sigma - 1.0).abs() < 1e-12, "row {i}");
        assert!((result.statistic[i] - r[i] / sigma).abs() < 1e-9, "row {i}");
    }
    assert!(result.sigma[..k].iter().all(|sigma| sigma.is_nan()));
}

#[test]
fn median_sigma_is_the_sum_of_squared_medians() {
    let series = brownian(300, 2);
    let spec = LeeMykland { volatility: LocalVolatility::Median, ..LeeMykland::default() };
    let result = lee_mykland(&series, spec).unwrap();
    let r = log_returns(&series).unwrap();
    let i = 250;
    let median = |j: usize| {
        let mut three = [r[j].abs(), r[j - 1].abs(), r[j - 2].abs()];
        three.sort_by(f64::total_cmp);
        three[1] * three[1]
    };
    let mean = (i - 94 + 3..i).map(median).sum::<f64>() / 91.0;
    let sigma = (PI / (6.0 - 4.0 * 3.0_f64.sqrt() + PI) * mean).sqrt();
    assert!((result.sigma[i] / sigma - 1.0).abs() < 1e-12);
}

#[test]
fn an_enormous_jump_leaves_no_rounding_error_behind() {
    let mut returns: Vec<f64> = normals(2_000, 3).iter().map(|z| 1e-8 * z).collect();
    let calm = lee_mykland(&levels(&returns), LeeMykland::default()).unwrap();
    returns[500] = 3.0;
    let jumpy = lee_mykland(&levels(&returns), LeeMykland::default()).unwrap();
    for row in 700..2_000 {
        assert!((calm.sigma[row] / jumpy.sigma[row] - 1.0).abs() < 1e-6, "row {row}");
    }
}

#[test]
fn per_point_size_on_brownian_hours_is_alpha_within_a_fifth() {
    let result = lee_mykland(&brownian(200_000, 4), per_point(0.01)).unwrap();
    let share = result.share();
    assert!((0.008..0.012).contains(&share), "flagged {share} of Brownian hours at alpha 0.01");
    let p = result.p_values().unwrap();
    let small = p.iter().filter(|p| **p < 0.01).count();
    assert_eq!(small, result.jumps().len(), "flags and p-values must say the same");
}

#[test]
fn per_point_power_at_five_local_deviations_exceeds_nine_tenths() {
    let mut returns: Vec<f64> = normals(100_000, 5).iter().map(|z| 0.005 * z).collect();
    let places: Vec<usize> = (300..100_000).step_by(200).collect();
    for (number, &place) in places.iter().enumerate() {
        returns[place] += if number % 2 == 0 { 0.025 } else { -0.025 };
    }
    let result = lee_mykland(&levels(&returns), per_point(0.01)).unwrap();
    // the return at index i is the level change to row i + 1
    let found = places.iter().filter(|&&place| result.is_jump(place + 1)).count();
    assert!(found as f64 > 0.9 * places.len() as f64, "found {found} of {}", places.len());
}

#[test]
fn family_wise_reading_rarely_flags_a_whole_jumpless_year() {
    let families = 200;
    let mut wrong = 0;
    for family in 0..families {
        // A long window, so that the law of the maximum is the normal's, as the paper's limit says.
        let spec = LeeMykland { alpha: 0.05, window: 1_500, ..LeeMykland::default() };
        wrong += usize::from(!lee_mykland(&brownian(8_760, 100 + family), spec).unwrap().jumps().is_empty());
    }
    assert!(wrong <= 22, "{wrong} of {families} families flagged at alpha 0.05");
}

#[test]
fn a_gap_gives_nulls_around_it_and_no_jump() {
    let mut series = brownian(500, 6);
    series[300] = f64::NAN;
    series[301] = 200.0;
    let result = lee_mykland(&series, LeeMykland::default()).unwrap();
    assert!(result.statistic[300].is_nan() && result.statistic[301].is_nan());
    assert!(!result.is_jump(300) && !result.is_jump(301));
    assert!(result.statistic[303].is_finite(), "the window bridges the gap");
    assert!(result.p_values().unwrap()[300].is_nan());
    series[200..300].fill(f64::NAN);
    let result = lee_mykland(&series, LeeMykland::default()).unwrap();
    assert!(result.sigma[302].is_nan(), "too few terms are a null");
}

#[test]
fn bad_series_and_parameters_are_refused_in_words() {
    let mut series = brownian(300, 7);
    assert!(lee_mykland(&series[..90], LeeMykland::default()).unwrap_err().to_string().contains("95"));
    let narrow = LeeMykland { window: 3, ..LeeMykland::default() };
    assert!(lee_mykland(&series, narrow).unwrap_err().to_string().contains("window = 3"));
    assert!(lee_mykland(&series, per_point(1.5)).unwrap_err().to_string().contains("alpha = 1.5"));
    series[17] = -1.0;
    let error = lee_mykland(&series, LeeMykland::default()).unwrap_err();
    assert!(error.to_string().contains("index 17 is -1"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

fn weekly_returns(hours: usize, seed: u64) -> (Vec<Timestamp>, Vec<f64>) {
    let times: Vec<Timestamp> = (0..hours as i64).map(Timestamp::from_hours).collect();
    let rhythm = |time: &Timestamp| if time.hour_of_day() == 14 { 3.0 } else { 1.0 };
    let returns =
        times[1..].iter().zip(normals(hours - 1, seed)).map(|(time, z)| 0.004 * rhythm(time) * z).collect();
    (times, returns)
}

#[test]
fn periodicity_correction_takes_the_false_jumps_of_the_wild_hour_away() {
    let (times, returns) = weekly_returns(30_000, 8);
    let series = levels(&returns);
    let spec = per_point(0.01);
    let plain = lee_mykland(&series, spec).unwrap().share();
    let r = log_returns(&series).unwrap();
    let full = DescriptiveFactors::estimate(&times, &r, spec.window).unwrap();
    let causal = CausalFactors::estimate(&times, &r, spec.window, None).unwrap();
    let ratio = full.by_hour_of_week()[14] / full.by_hour_of_week()[13];
    assert!((2.4..3.6).contains(&ratio), "hour 14 is three times as wild, estimated {ratio}");
    let corrected = lee_mykland_periodic(&series, &full, spec).unwrap().share();
    let known = lee_mykland_periodic(&series, &causal, spec).unwrap().share();
    assert!(plain > 0.018, "without correction {plain}");
    assert!((0.008..0.0125).contains(&corrected), "with descriptive factors {corrected}");
    assert!(known < 0.02, "with causal factors {known}");
}

#[test]
fn causal_factors_do_not_change_when_the_future_does() {
    let (times, mut returns) = weekly_returns(9_000, 9);
    returns.insert(0, f64::NAN);
    let before = CausalFactors::estimate(&times, &returns, 94, Some(4_000)).unwrap();
    let origin = 6_000;
    returns[origin + 1..].iter_mut().for_each(|r| *r = 0.5 - *r);
    let after = CausalFactors::estimate(&times, &returns, 94, Some(4_000)).unwrap();
    assert_eq!(before.factors()[..=origin], after.factors()[..=origin]);
    assert!(before.factors()[7_000..] != after.factors()[7_000..]);
}

fn panel(series: Vec<f64>) -> Panel {
    let start: Timestamp = "2021-04-23T09:00:00Z".parse().unwrap();
    Panel::new(start, series.len()).unwrap().with(Column::known("dvol", series)).unwrap()
}

#[test]
fn jump_features_at_a_row_ignore_everything_after_it() {
    let mut returns: Vec<f64> = normals(5_999, 10).iter().map(|z| 0.005 * z).collect();
    (500..6_000).step_by(333).for_each(|row| returns[row] += 0.06);
    let series = levels(&returns);
    let spec = JumpFeatureSpec::default();
    let origin = 4_321;
    let whole = jump_features(&panel(series.clone()), &spec).unwrap();
    let mut changed = series.clone();
    changed[origin + 1..].iter_mut().for_each(|level| *level = 200.0 - *level * 0.5);
    let altered = jump_features(&panel(changed), &spec).unwrap();
    let cut = jump_features(&panel(series[..=origin].to_vec()), &spec).unwrap();
    for name in JUMP_FEATURES {
        let bits = |panel: &Panel| {
            panel.values(name).unwrap()[..=origin].iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(bits(&whole), bits(&altered), "{name} changed with the future");
        assert_eq!(bits(&whole), bits(&cut), "{name} changed with the length");
    }
    assert!(whole.values("jump_indicator").unwrap().iter().filter(|flag| **flag == 1.0).count() >= 14);
}

#[test]
fn jump_features_count_days_and_clusters() {
    let mut returns: Vec<f64> = normals(999, 11).iter().map(|z| 0.001 * z).collect();
    returns[399] = 0.1;
    returns[499] = -0.2;
    let spec = JumpFeatureSpec { periodicity: false, ..JumpFeatureSpec::default() };
    let features = jump_features(&panel(levels(&returns)), &spec).unwrap();
    let value = |name: &str, row: usize| features.values(name).unwrap()[row];
    assert_eq!((value("jump_indicator", 400), value("jump_indicator", 401)), (1.0, 0.0));
    assert!((value("jump_magnitude", 500) - 0.2).abs() < 1e-12);
    assert_eq!(value("days_since_jump", 448), 2.0);
    assert_eq!(
        [400, 500, 567, 568, 667, 668].map(|row| value("jump_cluster_7d", row)),
        [1.0, 2.0, 2.0, 1.0, 1.0, 0.0]
    );
    assert!(value("jump_indicator", 50).is_nan());
}

#[test]
fn features_refuse_a_family_whose_size_is_not_known_yet() {
    let spec = JumpFeatureSpec { test: LeeMykland::default(), ..JumpFeatureSpec::default() };
    assert!(jump_features(&panel(brownian(300, 12)), &spec).is_err());
}

#[test]
fn simple_detectors_score_against_the_past_only() {
    let mut series: Vec<f64> = normals(1_000, 13).iter().map(|z| 60.0 + z).collect();
    series[800] += 10.0;
    let level = level_threshold(&series, 720, 3.0).unwrap();
    let past = &series[80..800];
    let mean = past.iter().sum::<f64>() / 720.0;
    let deviation = (past.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 719.0).sqrt();
    assert!((level.score[800] - (series[800] - mean) / deviation).abs() < 1e-9);
    assert!(level.flags[800]);
    let change = change_z_score(&series, 720, 3.5).unwrap();
    assert!(change.flags[800] && change.flags[801], "up and back");
    assert!(change.score[719].is_nan() && change.score[720].is_finite());
}

#[test]
fn agreement_counts_pairs_and_kappa() {
    let composite =
        Composite::new(&[("a", vec![true, true, false, false]), ("b", vec![true, false, false, false])])
            .unwrap();
    let agreement = composite.agreement();
    assert_eq!(agreement.both, [[2, 1], [1, 1]]);
    assert!((agreement.kappa[0][1] - 0.5).abs() < 1e-12);
    assert_eq!((agreement.any, agreement.all), (2, 1));
    assert!(Composite::new(&[("a", vec![true]), ("b", vec![])]).is_err());
}

#[test]
fn simulated_sizes_are_nominal_and_power_grows_with_the_jump() {
    let table = MonteCarlo { replications: 24, hours: 6_000, seed: Seed::new(7) }.run().unwrap();
    let row = |volatility, test, alpha: f64| {
        table
            .rows
            .iter()
            .find(|row| row.volatility == volatility && row.test == test && row.alpha == alpha)
            .expect("a row of the table")
    };
    let constant = SimulatedVolatility::Constant;
    let plain = row(constant, ComparedTest::PerPoint, 0.01);
    assert!((0.008..0.012).contains(&plain.size_per_point), "{plain:?}");
    assert!(plain.power[2] > 0.9, "{plain:?}");
    assert!(table.rows.iter().all(|row| row.power[0] <= row.power[5]));
    let families = row(constant, ComparedTest::FamilyWiseStudent, 0.05);
    assert!(families.size_family_wise <= 0.17, "{families:?}");
    let seasonal = row(SimulatedVolatility::Seasonal, ComparedTest::PerPoint, 0.01);
    let corrected = row(SimulatedVolatility::Seasonal, ComparedTest::PerPointPeriodic, 0.01);
    assert!(seasonal.size_per_point > 0.02 && corrected.size_per_point < 0.0125);
    let defaults = row(constant, ComparedTest::HighfrequencyDefaults, 0.05);
    assert!(defaults.size_family_wise > 0.95, "alpha used as 1 - alpha flags every year");
}

#[test]
fn the_simulation_does_not_depend_on_the_number_of_threads() {
    let settings = MonteCarlo { replications: 4, hours: 1_500, seed: Seed::new(1) };
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let one = pool(1).install(|| settings.run().unwrap());
    let three = pool(3).install(|| settings.run().unwrap());
    assert_eq!(one, three);
}

#[test]
fn realized_measures_of_four_returns_are_those_by_hand() {
    use dvol::jumps::{bipower_variation, realized_quarticity, realized_semivariances, realized_variance};
    let r = [0.01, -0.02, 0.03, -0.01];
    assert!((realized_variance(&r) - 0.0015).abs() < 1e-15);
    assert!((bipower_variation(&r) - PI / 2.0 * 4.0 / 3.0 * 0.0011).abs() < 1e-15);
    let (down, up) = realized_semivariances(&r);
    assert!((down - 0.0005).abs() < 1e-15 && (up - 0.001).abs() < 1e-15);
    assert!((realized_quarticity(&r) - 4.0 / 3.0 * 99e-8).abs() < 1e-15);
}

#[test]
fn ratio_test_has_its_size_and_finds_a_large_jump() {
    let days = 2_000;
    let shocks = normals(days * 288, 21);
    let mut rejected = 0;
    let mut found = 0;
    for day in shocks.chunks(288) {
        rejected += usize::from(ratio_test(day).unwrap().rejects(0.05));
        let mut jumpy = day.to_vec();
        jumpy[100] += 8.0;
        found += usize::from(ratio_test(&jumpy).unwrap().rejects(0.05));
    }
    assert!((80..=150).contains(&rejected), "{rejected} of {days} days at 0.05");
    assert!(found > 1_500, "{found} of {days} days with a jump");
    assert!(ratio_test(&[0.0; 24]).is_err());
}

#[test]
fn daily_measures_leave_short_days_null_and_keep_the_calendar() {
    let times: Vec<Timestamp> = (0..24).chain(50..60).chain(96..120).map(Timestamp::from_hours).collect();
    let returns = normals(times.len(), 22);
    let measures = DailyMeasures::new(&times, &returns, 20).unwrap();
    assert_eq!(measures.count, [24, 0, 10, 0, 24]);
    assert!(measures.realized_variance[0] > 0.0 && measures.realized_variance[2].is_nan());
    let sum = measures.negative_semivariance[4] + measures.positive_semivariance[4];
    assert!((sum - measures.realized_variance[4]).abs() < 1e-12);
    assert!(DailyMeasures::new(&times[..3], &returns, 20).is_err());
}

#[test]
fn event_study_counts_the_jumps_and_the_peak_of_the_window() {
    let start: Timestamp = "2022-11-01".parse().unwrap();
    let times: Vec<Timestamp> = (0..600).map(|hour| Timestamp::from_hours(start.hours() + hour)).collect();
    let mut returns: Vec<f64> = normals(599, 23).iter().map(|z| 0.002 * z).collect();
    returns[199] = 0.2;
    returns[399] = -0.3;
    let series = levels(&returns);
    let result = lee_mykland(&series, LeeMykland::default()).unwrap();
    let study = event_study(&times, &series, &result, &Event::thesis()).unwrap();
    assert_eq!((study.findings.len(), study.outside.len()), (1, 5));
    assert_eq!(study.findings[0].jumps, 1);
    assert!((study.findings[0].largest_move - 0.2).abs() < 1e-12);
    assert!(Event::thesis()[3].contains(study.findings[0].peak_time));
    let largest = largest_jumps(&times, &series, &result, 20).unwrap();
    assert_eq!(largest.iter().map(|jump| jump.time).collect::<Vec<_>>(), [times[400], times[200]]);
}

fn write(folder: &Path, name: &str, rows: impl Iterator<Item = String>) -> PathBuf {
    let path = folder.join(name);
    let text: Vec<String> = rows.collect();
    fs::write(&path, text.join("\n") + "\n").unwrap();
    path
}

/// The words of `dvol jumps` on a column of a file, its result as JSON.
fn jumps<'a>(input: &'a Path, column: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    let input = input.to_str().expect("a path in UTF-8");
    [&["jumps", "--input", input, "--column", column, "--json"], flags].concat()
}

fn hourly_file(folder: &Path, name: &str, series: &[f64]) -> PathBuf {
    let rows = series
        .iter()
        .enumerate()
        .map(|(hour, level)| format!("{},{level}", Timestamp::from_hours(450_000 + hour as i64)));
    write(folder, name, std::iter::once("timestamp,price".to_owned()).chain(rows))
}

#[test]
fn the_command_writes_one_line_a_row_and_the_document_of_its_critical_value() {
    let folder = tempfile::tempdir().unwrap();
    let mut returns: Vec<f64> = normals(78, 30).iter().map(|z| 0.01 * z).collect();
    returns[59] = 0.3;
    let input = hourly_file(folder.path(), "levels.csv", &levels(&returns));
    let out = folder.path().join("out.csv");
    let flags = ["--window", "16", "--alpha", "0.01", "--out", out.to_str().unwrap()];
    let output = dvol(&jumps(&input, "price", &flags));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&document["n"], &document["window"]), (&Value::from(78), &Value::from(16)));
    assert!((document["critical_value"].as_f64().unwrap() - 4.067_058).abs() < 5e-7);
    let text = fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "timestamp,return,sigma,statistic,p_value,jump");
    assert_eq!(lines.len(), 80);
    let jumps = lines.iter().filter(|line| line.ends_with(",1")).count();
    assert_eq!(document["jumps"], Value::from(jumps));
    assert!(lines[61].ends_with(",1"), "{}", lines[61]);
}

#[test]
fn the_command_treats_missing_hours_as_gaps_not_as_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let series = brownian(400, 31);
    let rows = series
        .iter()
        .enumerate()
        .filter(|(hour, _)| !(200..210).contains(hour))
        .map(|(hour, level)| format!("{},{level}", Timestamp::from_hours(450_000 + hour as i64)));
    let input = write(folder.path(), "holes.csv", std::iter::once("timestamp,price".to_owned()).chain(rows));
    let output = dvol(&jumps(&input, "price", &[]));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&document["holes"], &document["n"]), (&Value::from(10), &Value::from(388)));
}

#[test]
fn the_command_refuses_bad_input_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let good = brownian(300, 32);
    let file = |name: &str, change: fn(&mut Vec<String>)| {
        let mut cells: Vec<String> = good.iter().map(f64::to_string).collect();
        change(&mut cells);
        let rows = cells
            .into_iter()
            .enumerate()
            .map(|(hour, cell)| format!("{},{cell}", Timestamp::from_hours(450_000 + hour as i64)));
        write(folder.path(), name, std::iter::once("timestamp,price".to_owned()).chain(rows))
    };
    let run = |path: &Path, column: &str| refusal(&jumps(path, column, &[]));
    let text = run(&file("text.csv", |cells| cells[6] = "abc".to_owned()), "price");
    assert!(text.contains("text.csv") && text.contains("`price`") && text.contains("row 7"), "{text}");
    let nan = run(&file("nan.csv", |cells| cells[9] = "NaN".to_owned()), "price");
    assert!(nan.contains("row 10") && nan.contains("--allow-gaps"), "{nan}");
    let constant = run(&file("constant.csv", |cells| cells.fill("60".to_owned())), "price");
    assert!(constant.contains("same value in every row"), "{constant}");
    let negative = run(&file("negative.csv", |cells| cells[4] = "-3".to_owned()), "price");
    assert!(negative.contains("negative.csv") && negative.contains("row 5"), "{negative}");
    let short = run(&file("short.csv", |cells| cells.truncate(20)), "price");
    assert!(short.contains("short.csv") && short.contains("95"), "{short}");
    let missing = run(&file("missing.csv", |_| ()), "cost");
    assert!(missing.contains("no column `cost`"), "{missing}");
    let absent = run(&folder.path().join("absent.csv"), "price");
    assert!(absent.contains("no such file"), "{absent}");
    let alpha = file("alpha.csv", |_| ());
    assert!(refusal(&jumps(&alpha, "price", &["--alpha", "2"])).contains("alpha = 2"));
}

fn oracle() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles/jumps.json");
    serde_json::from_str(&fs::read_to_string(path).expect("an oracle")).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn close(what: &str, ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() <= 1e-6 * b.abs(), "{what}[{i}]: {a} against {b}");
    }
}

#[test]
fn lee_mykland_agrees_with_pandas_and_scipy() {
    let oracle = oracle();
    let prices = numbers(&oracle["prices"]);
    let rows: Vec<usize> = numbers(&oracle["rows"]).into_iter().map(|row| row as usize).collect();
    let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    let result = lee_mykland(&prices, LeeMykland::default()).unwrap();
    close("sigma", &pick(&result.sigma), &numbers(&oracle["sigma"]));
    close("statistic", &pick(&result.statistic), &numbers(&oracle["statistic"]));
    close("p", &pick(&result.p_values().unwrap()), &numbers(&oracle["p_value"]));
    let median = LeeMykland { volatility: LocalVolatility::Median, ..LeeMykland::default() };
    let median = lee_mykland(&prices, median).unwrap();
    close("median sigma", &pick(&median.sigma), &numbers(&oracle["median_sigma"]));
    assert_eq!(result.n, oracle["n"].as_u64().unwrap() as usize);
    let jumps: Vec<f64> = result.jumps().into_iter().map(|row| row as f64).collect();
    assert_eq!(jumps, numbers(&oracle["jumps"]));
    for alpha in [0.05, 0.01, 0.001] {
        let critical = |reading| {
            let spec = LeeMykland { alpha, reading, ..LeeMykland::default() };
            lee_mykland(&prices, spec).unwrap().critical_value
        };
        let theirs = |table: &str| oracle[table][alpha.to_string()].as_f64().unwrap();
        close("family-wise", &[critical(Reading::FamilyWise(None))], &[theirs("family_wise")]);
        close("per point", &[critical(Reading::PerPoint)], &[theirs("per_point")]);
    }
}

#[test]
fn weighted_factors_and_the_ratio_test_agree_with_numpy_and_scipy() {
    let oracle = oracle();
    let returns = log_returns(&numbers(&oracle["prices"])).unwrap();
    // 1970-01-05 was a Monday
    let times: Vec<Timestamp> = (0..returns.len() as i64).map(|h| Timestamp::from_hours(96 + h)).collect();
    let factors = DescriptiveFactors::estimate(&times, &returns, 94).unwrap();
    close("factors", factors.by_hour_of_week(), &numbers(&oracle["factors"]));
    let day = &returns[24 * 16..24 * 17];
    let test = ratio_test(day).unwrap();
    let theirs = |key: &str| oracle["ratio"][key].as_f64().unwrap();
    close("ratio", &[test.statistic, test.p_value], &[theirs("statistic"), theirs("p_value")]);
    close("bipower", &[dvol::jumps::bipower_variation(day)], &[theirs("bipower_variation")]);
}

#[test]
fn the_simulator_s_jumps_of_five_local_deviations_are_found() {
    let panel = simulate(&Simulation { hours: 30_000, ..Simulation::default() }).unwrap();
    let column = |name: &str| panel.values(name).unwrap();
    let result = lee_mykland(column("dvol"), per_point(0.01)).unwrap();
    let (sizes, local) = (column("truth_jump"), &result.sigma);
    let large: Vec<usize> = (200..panel.len()).filter(|&row| sizes[row].abs() >= 5.0 * local[row]).collect();
    let found = large.iter().filter(|&&row| result.is_jump(row)).count();
    assert!(large.len() > 50, "only {} jumps that large", large.len());
    assert!(found as f64 > 0.9 * large.len() as f64, "found {found} of {}", large.len());
}
