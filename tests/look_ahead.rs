//! No forecast can see the future: every transform, jump feature and model of the crate is tried.
//!
//! Three properties for an origin `t`:
//! 1. changing every raw value known after `t` leaves everything at `t` as it was;
//! 2. publishing on-chain data `d` hours later moves its feature by exactly `d` hours;
//! 3. cutting the data at `t` gives the same row at `t` as the full data.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::feature_table::{FEATURES, FeatureSettings};
use dvol::features::{BASE_FEATURES, base_features, known, rolling_zscore};
use dvol::jumps::{JumpFeatureSpec, LeeMykland, LocalVolatility, Reading, jump_features};
use dvol::models::ModelEntry;
use dvol::panel::{Column, Frequency, Panel};
use dvol::prelude::*;
use dvol::time::Timestamp;
use proptest::prelude::*;

const HOURS: usize = 1500;
/// Cut before this row, a market is too short for the Lee-Mykland test.
const FIRST_ROW: usize = 96;
const DAILY: [&str; 3] = ["transaction_volume_usd", "active_addresses", "mvrv"];

/// A small raw market: what matters here is that values differ from hour to hour.
fn market(seed: u64, publication_lag: u32) -> Panel {
    longer_market(HOURS, seed, publication_lag)
}

fn longer_market(hours: usize, seed: u64, publication_lag: u32) -> Panel {
    use rand::Rng;
    let mut rng = Seed::new(seed).rng();
    let mut dvol = 60.0_f64;
    let mut price = 40_000.0_f64;
    let mut dvols = Vec::new();
    let mut prices = Vec::new();
    for _ in 0..hours {
        dvol *= (0.01 * (rng.random::<f64>() - 0.5)).exp();
        if rng.random::<f64>() < 0.01 {
            dvol *= 1.15;
        }
        price *= (0.01 * (rng.random::<f64>() - 0.5)).exp();
        dvols.push(dvol);
        prices.push(price);
    }
    let daily = |rng: &mut rand_chacha::ChaCha8Rng| -> Vec<f64> {
        (0..hours).map(|row| if row % 24 == 0 { 1.0 + rng.random::<f64>() } else { f64::NAN }).collect()
    };
    let mut panel = Panel::new("2021-04-23T00:00:00Z".parse().expect("a time"), hours)
        .and_then(|panel| panel.with(Column::bars("dvol", dvols)))
        .and_then(|panel| panel.with(Column::bars("price", prices)))
        .expect("a panel");
    for name in DAILY {
        let column = Column::new(name, daily(&mut rng), Frequency::Daily, 24 + publication_lag);
        panel = panel.with(column).expect("a daily column");
    }
    panel
}

/// Every raw value that becomes known after `origin`, replaced.
fn replace_after(panel: &Panel, origin: Timestamp, new: impl Fn(f64) -> f64) -> Panel {
    panel.columns().iter().fold(Panel::new(panel.start(), panel.len()).expect("a panel"), |out, column| {
        let (frequency, after) = (column.frequency(), column.known_after_hours());
        let known_at = |row| panel.at(row).hours() + i64::from(after);
        let replaced = column
            .values()
            .iter()
            .enumerate()
            .map(|(row, value)| if known_at(row) > origin.hours() { new(*value) } else { *value });
        out.with(Column::new(column.name(), replaced.collect::<Vec<f64>>(), frequency, after))
            .expect("a column")
    })
}

/// Another future: every raw value that becomes known after `origin`, changed.
fn disturb_after(panel: &Panel, origin: Timestamp) -> Panel {
    replace_after(panel, origin, |value| value * 1.7 + 0.01)
}

/// The raw data as they stood at `origin`: later rows do not exist yet, later publications are null.
fn cut_at(panel: &Panel, origin: Timestamp) -> Panel {
    let last_bar = Timestamp::from_hours(origin.hours() - 1);
    let cut = panel.between(panel.start(), last_bar).expect("an earlier panel");
    replace_after(&cut, origin, |_| f64::NAN)
}

/// Every group of the table of features that a study makes, and the z-scores of the base features.
fn all_features(raw: &Panel) -> Vec<(String, Panel)> {
    let known = known(raw).expect("known values");
    let base = base_features(&known).expect("base features");
    let scores = rolling_zscore(&base, &BASE_FEATURES, 720).expect("z-scores");
    let mut out = vec![("known".to_owned(), known.clone()), ("rolling_zscore".to_owned(), scores)];
    for group in FEATURES {
        let made = (group.make)(&known, &FeatureSettings::default()).expect(group.name);
        assert!(group.columns().all(|column| made.has(column)), "{} makes what it names", group.name);
        out.push((group.name.to_owned(), made));
    }
    out.extend(
        jump_options()
            .into_iter()
            .map(|spec| (format!("{spec:?}"), jump_features(&known, &spec).expect("jump features"))),
    );
    out
}

/// Every reading, estimator of volatility and memory that jump features take.
fn jump_options() -> Vec<JumpFeatureSpec> {
    let family = Some(8760);
    let readings = [Reading::FamilyWise(family), Reading::FamilyWiseStudent(family), Reading::PerPoint];
    let volatilities = [LocalVolatility::Bipower, LocalVolatility::Median];
    let periodicities = [(false, None), (true, None), (true, Some(1000))];
    let mut out = Vec::new();
    for reading in readings {
        for volatility in volatilities {
            for (periodicity, memory) in periodicities {
                let test = LeeMykland { reading, volatility, window: 24, ..LeeMykland::default() };
                out.push(JumpFeatureSpec { test, periodicity, memory, ..JumpFeatureSpec::default() });
            }
        }
    }
    out
}

fn assert_same_row(what: &str, row: usize, expected: &Panel, found: &Panel) {
    assert_eq!(expected.names(), found.names(), "{what}");
    for (left, right) in expected.columns().iter().zip(found.columns()) {
        let (left_value, right_value) = (left.values()[row], right.values()[row]);
        assert!(
            left_value.to_bits() == right_value.to_bits() || (left_value.is_nan() && right_value.is_nan()),
            "{what}: `{}` at row {row}: {left_value} became {right_value}",
            left.name()
        );
    }
}

/// A study of a raw market with networks small enough to train in a test.
fn study(raw: Panel) -> Study {
    let small = "hidden_size = 4\nnum_layers = 1\nepochs = 1\nwindow_size = 48\n";
    let tables: String =
        dvol::models::lstm::PRESETS.iter().map(|name| format!("[train.{name}]\n{small}")).collect();
    let config =
        dvol::config::Config::parse(&format!("normalisation_hours = 48\n{tables}[backtest.networks]\n"))
            .expect("a config");
    let dataset = dvol::data::Dataset::simulated(&dvol::data::Simulation { hours: 48, ..Default::default() })
        .expect("a data set");
    Study::with_dataset(config, dataset.with_panel(raw))
}

/// Every model of the registry, fitted on the past and asked about the same origins before and after every
/// raw value known after those origins was changed.
#[test]
fn changing_the_future_changes_no_forecast() {
    tch::set_num_threads(1);
    // long enough for models that judge themselves on their own past, calibrated on what is left
    let raw = longer_market(3000, 7, 6);
    let (start, origin) = (raw.at(2800), raw.at(2840));
    let protocol = dvol::evaluation::WalkForward {
        from: start,
        to: origin,
        refit_hours: 1000,
        embargo_hours: 24,
        window: dvol::evaluation::TrainingWindow::Expanding,
    };
    let forecasts = |raw: Panel| -> Vec<(String, Vec<f64>, Vec<f64>)> {
        let study = study(raw);
        ModelEntry::names()
            .into_iter()
            .map(|name| {
                let model = study.model(name, 1).expect("a model");
                let sample = study.sample_for(model.as_ref()).expect("a sample");
                let series = protocol.run(model.as_ref(), &sample).unwrap_or_else(|e| panic!("{name}: {e}"));
                let ends = |band: &Band| [band.lower.clone(), band.upper.clone()].concat();
                let intervals = series.bands().iter().flat_map(ends).collect();
                (name.to_owned(), series.predicted().to_vec(), intervals)
            })
            .collect()
    };
    let before = forecasts(raw.clone());
    let after = forecasts(disturb_after(&raw, origin));
    for ((name, before, intervals), (_, after, later)) in before.iter().zip(&after) {
        assert_eq!(before.len(), 41, "{name}");
        let same = intervals.iter().zip(later).all(|(before, after)| before.to_bits() == after.to_bits());
        assert!(same, "intervals of {name}: {intervals:?} became {later:?}");
        assert!(before.iter().all(|value| value.is_finite()), "{name}: {before:?}");
        let same = before.iter().zip(after).all(|(before, after)| before.to_bits() == after.to_bits());
        assert!(same, "{name}: {before:?} became {after:?}");
    }
}

/// The tests above would notice a leak: a centred mean is caught.
#[test]
fn a_transform_that_looks_ahead_is_caught() {
    let raw = market(3, 6);
    let row = 700;
    let centred = |raw: &Panel| {
        let known = known(raw).expect("known");
        let dvol = known.values("dvol").expect("dvol");
        (dvol[row - 1] + dvol[row] + dvol[row + 1]) / 3.0
    };
    assert_ne!(centred(&raw), centred(&disturb_after(&raw, raw.at(row))));
}

/// Every way in which the crate cuts a sample, as pairs of what is learned from and what is asked later.
fn splits(sample: &Sample, known: &Panel) -> Vec<(String, Sample, Sample)> {
    use dvol::evaluation::{ChronologicalSplit, TrainingWindow, WalkForward};
    let parts = ChronologicalSplit::default().cut(sample, known.start(), known.last()).expect("three parts");
    let (train, validation) = dvol::models::hold_out(sample, 0.2, "a test").expect("two parts");
    let (fitted, stopping) = dvol::models::lstm::LstmSpec::hold_out(&parts.train).expect("two parts");
    let mut out = vec![
        ("training and validation".to_owned(), parts.train.clone(), parts.validation.clone()),
        ("training and test".to_owned(), parts.train, parts.test.clone()),
        ("validation and test".to_owned(), parts.validation.clone(), parts.test),
        ("held out".to_owned(), train, validation),
        ("early stopping".to_owned(), fitted, stopping.clone()),
        ("early stopping and validation".to_owned(), stopping, parts.validation),
    ];
    for window in [TrainingWindow::Expanding, TrainingWindow::Rolling(400)] {
        for embargo_hours in [0, 24] {
            let (from, to) = (known.at(600), known.at(1400));
            let protocol = WalkForward { from, to, refit_hours: 168, embargo_hours, window };
            out.extend(protocol.folds().expect("folds").iter().map(|fold| {
                let name = format!("fold {} of {window:?} with an embargo of {embargo_hours}", fold.index);
                (name, fold.training(sample), fold.testing(sample))
            }));
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_210_423),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn changing_the_future_changes_no_feature(seed in 0_u64..1_000_000, row in 30_usize..HOURS) {
        let raw = market(seed, 6);
        let origin = raw.at(row);
        let disturbed = disturb_after(&raw, origin);
        for ((name, before), (_, after)) in all_features(&raw).iter().zip(&all_features(&disturbed)) {
            for earlier in [row, row - 1, row / 2] {
                assert_same_row(name, earlier, before, after);
            }
        }
    }

    #[test]
    fn cutting_the_data_at_an_origin_changes_no_feature(seed in 0_u64..1_000_000, row in FIRST_ROW..HOURS) {
        let raw = market(seed, 6);
        let cut = cut_at(&raw, raw.at(row));
        for ((name, full), (_, part)) in all_features(&raw).iter().zip(&all_features(&cut)) {
            assert_eq!(part.len(), row + 1, "{name}: the last row is the origin itself");
            assert_same_row(name, row, full, part);
        }
    }

    #[test]
    fn a_later_publication_moves_the_feature_by_exactly_that(seed in 0_u64..1_000_000, delay in 1_u32..72) {
        let early = known(&market(seed, 0)).expect("known");
        let late = known(&market(seed, delay)).expect("known");
        for name in DAILY {
            let (early, late) = (early.values(name).expect(name), late.values(name).expect(name));
            let shift = delay as usize;
            for row in shift..early.len() {
                let (before, after) = (early[row - shift], late[row]);
                assert!(before == after || (before.is_nan() && after.is_nan()), "{name} at row {row}");
            }
        }
    }

    #[test]
    fn no_outcome_that_a_part_learned_from_lies_after_the_next_part_s_first_origin(
        seed in 0_u64..1_000_000, horizon in 1_u32..100,
    ) {
        let known = known(&market(seed, 6)).expect("known");
        let sample = Inputs::new(&known, &["dvol"], "dvol", 24).expect("inputs").with_targets(Horizon::hours(horizon));
        for (splitter, learned, asked) in splits(&sample, &known) {
            let last_outcome = learned.inputs().origins().last().expect("an origin") + learned.horizon();
            let first_origin = asked.inputs().origins().next().expect("an origin");
            prop_assert!(last_outcome <= first_origin, "{splitter}: {last_outcome} after {first_origin}");
        }
    }

    #[test]
    fn a_part_begins_at_its_start_and_keeps_its_targets_inside(seed in 0_u64..1_000_000, horizon in 1_u32..100) {
        let known = known(&market(seed, 6)).expect("known");
        let sample = Inputs::new(&known, &["dvol"], "dvol", 24).expect("inputs").with_targets(Horizon::hours(horizon));
        let split = dvol::evaluation::ChronologicalSplit::default();
        let (first, last) = (known.at(100), known.at(1400));
        let (validation, test) = split.boundaries(first, last).expect("boundaries");
        let parts = split.cut(&sample, first, last).expect("three parts");
        let end = Timestamp::from_hours(last.hours() + 1);
        for (part, from, to) in
            [(&parts.train, first, validation), (&parts.validation, validation, test), (&parts.test, test, end)]
        {
            // every hour has an origin here: each one that fits is in the part, and no other
            let hours = to.hours() - from.hours() - i64::from(horizon);
            prop_assert_eq!(part.len() as i64, hours);
            prop_assert_eq!(part.inputs().origins().next(), Some(from));
            prop_assert!(part.inputs().origins().last().expect("an origin") + part.horizon() < to);
        }
    }

    #[test]
    fn a_fold_learns_only_what_was_known_an_embargo_before_it(
        seed in 0_u64..1_000_000, refit in 24_u32..400, embargo in 0_u32..48,
    ) {
        let known = known(&market(seed, 6)).expect("known");
        let sample = Inputs::new(&known, &["dvol"], "dvol", 1).expect("inputs").with_targets(Horizon::hours(24));
        let protocol = dvol::evaluation::WalkForward {
            from: known.at(500),
            to: known.at(1400),
            refit_hours: refit,
            embargo_hours: embargo,
            window: dvol::evaluation::TrainingWindow::Expanding,
        };
        let mut covered = 0;
        for fold in protocol.folds().expect("folds") {
            let training = fold.training(&sample);
            let latest = training.inputs().origins().last().expect("an origin") + training.horizon();
            prop_assert!(latest.hours() + i64::from(embargo) <= fold.start.hours());
            covered += fold.testing(&sample).len();
        }
        prop_assert_eq!(covered, sample.origins_between(protocol.from, protocol.to).len());
    }
}
