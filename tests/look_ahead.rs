//! No forecast can see the future: every transform, jump feature and model of the crate is tried.
//!
//! Three properties for an origin `t`, the first two by `Study::prove`, which a user calls on a model of their own:
//! 1. changing every raw value known after `t` leaves everything up to `t` as it was;
//! 2. cutting the data at `t` does so too;
//! 3. publishing on-chain data `d` hours later moves its feature by exactly `d` hours.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::data::frequency_of;
use dvol::feature_table::{Decides, FEATURES, FeatureGroup, FeatureSettings};
use dvol::features::{BASE_FEATURES, base_features, known, rolling_zscore};
use dvol::jumps::{JumpFeatureSpec, LeeMykland, LocalVolatility, Reading};
use dvol::models::MODELS;
use dvol::panel::{Column, Frequency, Panel};
use dvol::prelude::*;
use dvol::study::Future;
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

/// What is proven beside the table of features.
const FURTHER: [FeatureGroup; 2] = [
    FeatureGroup { name: "known", families: &[], decides: Decides::Code, make: |known, _| Ok(known.clone()) },
    FeatureGroup {
        name: "rolling_zscore",
        families: &[],
        decides: Decides::Code,
        make: |known, _| rolling_zscore(&base_features(known)?, &BASE_FEATURES, 720),
    },
];

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

/// Every model of the registry, proven at an origin that leaves enough for models that judge themselves on their own
/// past, calibrated on what is left.
#[test]
fn changing_the_future_changes_no_forecast() {
    tch::set_num_threads(1);
    let raw = longer_market(3000, 7, 6);
    let origin = raw.at(2840);
    let study = study(raw);
    for entry in MODELS {
        let model = study.model_of_seeds(entry.name, 1).expect("a model");
        let proof =
            study.prove_at(&model, &[origin]).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
        assert!(proof.holds() && proof.reads_the_data, "{proof}");
        // two days and the origin itself under two futures, the point and the ends of four intervals
        assert!(proof.compared >= 2 * 49 * 9, "{proof}");
    }
}

/// A model whose forecast is a function of the levels at all origins asked, and of one of them.
struct Of(fn(&[f64], usize) -> f64);

impl Model for Of {
    fn name(&self) -> String {
        "of".to_owned()
    }

    fn fit_boxed(&self, _: &Sample) -> Result<Box<dyn Forecaster>> {
        let of = self.0;
        Ok(Fitted::boxed("of", move |inputs| {
            let levels = inputs.levels();
            (0..levels.len()).map(|i| of(&levels, i)).collect()
        }))
    }
}

#[test]
fn a_model_that_takes_a_later_level_is_caught_and_the_hour_is_named() {
    let raw = market(3, 6);
    let (study, origin) = (study(raw.clone()), raw.at(1200));
    let proof = study.prove_at(&Of(|levels, i| levels[i.saturating_sub(3)]), &[origin]).expect("a proof");
    assert!(proof.holds() && proof.reads_the_data, "{proof}");
    let proof =
        study.prove_at(&Of(|levels, i| levels[(i + 3).min(levels.len() - 1)]), &[origin]).expect("a proof");
    let [moved] = &proof.moved[..] else { panic!("one number moved: {proof}") };
    assert_eq!((moved.what.as_str(), moved.future, moved.origin), ("forecast", Future::Altered, origin));
    assert_eq!(
        (moved.hour, moved.hours),
        (raw.at(1198), 3),
        "its level three hours on is unknown at the origin"
    );
    assert!(proof.to_string().contains("LOOKS AHEAD"), "{proof}");
    let refused = proof.required().expect_err("a refusal");
    assert!(refused.to_string().contains(&raw.at(1198).to_string()), "{refused}");
    assert_eq!(refused.exit_code(), 2);
}

#[test]
fn a_model_that_answers_another_number_of_origins_is_refused() {
    struct Once;
    impl Model for Once {
        fn name(&self) -> String {
            "once".to_owned()
        }

        fn fit_boxed(&self, _: &Sample) -> Result<Box<dyn Forecaster>> {
            Ok(Fitted::boxed("once", |_| vec![60.0]))
        }
    }
    let raw = market(3, 6);
    let refused = study(raw.clone()).prove_at(&Once, &[raw.at(1200)]).expect_err("a refusal");
    assert!(refused.to_string().contains("97 origins"), "{refused}");
    let boxed: Box<dyn Model> = Box::new(Once);
    assert_eq!(format!("{boxed:?}"), "Model(\"once\")");
}

#[test]
fn a_model_that_holds_numbers_of_its_own_is_told_so() {
    let raw = market(3, 6);
    let proof = study(raw.clone()).prove_at(&Of(|_, i| 60.0 + i as f64), &[raw.at(1200)]).expect("a proof");
    assert!(proof.holds() && !proof.reads_the_data);
    assert!(proof.to_string().contains("not proven"), "{proof}");
}

#[test]
fn a_feature_that_looks_ahead_is_caught_and_no_study_takes_it() {
    let raw = market(3, 6);
    let study = study(raw.clone());
    let centred = Feature::new("centred", |known| {
        let dvol = known.values("dvol")?;
        let mean =
            |row: usize| dvol[row.saturating_sub(1)..(row + 2).min(dvol.len())].iter().sum::<f64>() / 3.0;
        Ok((0..dvol.len()).map(mean).collect())
    });
    let moved = study.prove_at(&centred, &[raw.at(700)]).expect("a proof").moved;
    assert_eq!(moved.iter().map(|one| one.future).collect::<Vec<_>>(), [Future::Altered, Future::Cut]);
    assert!(moved.iter().all(|one| one.hour == raw.at(700) && one.hours == 1));
    assert!(study.with_feature(centred).is_err());
    // nothing it reads is replaced, but how much there is
    let length = Feature::new("length", |known| Ok(vec![known.len() as f64; known.len()]));
    let moved = study.prove_at(&length, &[raw.at(700)]).expect("a proof").moved;
    assert_eq!(moved.iter().map(|one| one.future).collect::<Vec<_>>(), [Future::Cut]);
}

/// The market beside columns of one's own, published late at each frequency.
fn wider_market(seed: u64) -> Panel {
    let raw = market(seed, 6);
    let every = [
        ("own_hourly", Frequency::Hourly, 6),
        ("own_eight", Frequency::EightHourly, 9),
        ("own_daily", Frequency::Daily, 25),
    ];
    every.into_iter().fold(raw, |panel, (name, frequency, known_after)| {
        let due = |row: usize| row as i64 % frequency.hours() == 0;
        let value = |row: usize| if due(row) { 2.0 + (row as f64 * 0.37).sin() } else { f64::NAN };
        let values: Vec<f64> = (0..HOURS).map(value).collect();
        panel.with(Column::new(name, values, frequency, known_after)).expect("a column")
    })
}

#[test]
fn no_described_feature_sees_the_future_of_any_column() {
    let raw = wider_market(11);
    let study = study(raw.clone());
    for column in raw.columns() {
        let window = |periods: u32| dvol::time::Duration(periods * column.frequency().hours() as u32);
        for transform in Transform::ALL {
            let described = match transform.shortest_window(column.frequency()) {
                None => Described { column: column.name().to_owned(), transform, window: None },
                Some(_) => Described::new(column.name(), transform, window(3)),
            };
            let proof = study.prove(&described.named("own")).expect("a proof");
            assert!(proof.holds() && proof.reads_the_data, "{}: {transform:?}: {proof}", column.name());
        }
        assert!(column.name().starts_with("own_") || frequency_of(column.name()) == Some(column.frequency()));
    }
}

#[test]
fn no_model_sees_the_future_of_a_column_published_late() {
    let raw = wider_market(12);
    let z = Described::new("own_hourly", Transform::ZScore, dvol::time::Duration(72)).named("z");
    let change = Described::new("own_daily", Transform::Change, dvol::time::Duration(48)).named("change");
    let study =
        study(raw.clone()).with_feature(z).and_then(|study| study.with_feature(change)).expect("features");
    let proof = study.prove_at(&Har::with_exogenous(["z", "change"]), &[raw.at(1300)]).expect("a proof");
    assert!(proof.holds() && proof.reads_the_data, "{proof}");
}

#[test]
fn an_origin_outside_the_data_is_refused() {
    let raw = market(3, 6);
    let study = study(raw.clone());
    for origin in [raw.start(), raw.at(HOURS + 1)] {
        let refused = study.prove_at(&FURTHER[0], &[origin]).expect_err("a refusal");
        assert!(refused.to_string().contains(&origin.to_string()), "{refused}");
    }
    assert!(!study.prove_at(&FURTHER[0], &[]).expect("a proof").holds(), "nothing was compared");
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
    fn neither_changing_the_future_nor_cutting_it_off_changes_a_feature(
        seed in 0_u64..1_000_000, row in FIRST_ROW..HOURS,
    ) {
        let raw = market(seed, 6);
        let origin = [raw.at(row)];
        let study = study(raw.clone());
        for group in FEATURES.iter().chain(&FURTHER) {
            study.prove_at(group, &origin).and_then(Proof::required).expect(group.name);
            let made = (group.make)(&known(&raw).expect("known"), &FeatureSettings::default()).expect(group.name);
            prop_assert!(group.columns().all(|column| made.has(column)), "{} makes what it names", group.name);
        }
        let jumps = FEATURES.iter().find(|group| group.decides == Decides::Jumps).expect("a group");
        for spec in jump_options() {
            let mut config = study.config().clone();
            config.jumps = spec;
            let study = Study::with_dataset(config, study.dataset().clone());
            study.prove_at(jumps, &origin).and_then(Proof::required).expect("jump features");
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
