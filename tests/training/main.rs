//! The LSTM: shape, honesty, training.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod backtest;
mod command;
mod files;
mod gpu;
mod parity;
#[path = "../support/mod.rs"]
mod support;
mod workers;

use dvol::Result;
use dvol::jumps::JUMP_FEATURES;
use dvol::models::lstm::{Architecture, Loss, LstmSpec, Precision, Protocol, Settings};
use dvol::models::{Forecaster, Model};
use dvol::panel::{Column, Panel};
use dvol::sample::{Inputs, Sample};
use dvol::time::{Horizon, Timestamp};

const HOURS: usize = 1500;

/// A smooth, mean-reverting level with features that know a little of what comes.
fn panel(hours: usize) -> Panel {
    let mut panel = Panel::new(Timestamp::from_hours(450_000), hours).expect("a grid");
    let level: Vec<f64> = (0..hours)
        .map(|hour| {
            let t = hour as f64;
            60.0 + 8.0 * (t / 40.0).sin() + 3.0 * (t / 7.0).cos() + ((hour * 7919) % 101) as f64 / 100.0
        })
        .collect();
    let names = LstmSpec::jump_aware().features;
    for (position, name) in names.iter().enumerate() {
        let values: Vec<f64> = if JUMP_FEATURES.contains(&name.as_str()) {
            (0..hours).map(|hour| f64::from(hour % (37 + position) == 0)).collect()
        } else {
            (0..hours).map(|hour| level[hour.saturating_sub(position)] * (position + 1) as f64).collect()
        };
        panel = panel.with(Column::known(name.as_str(), values)).expect("a fresh column");
    }
    panel.with(Column::known("dvol", level)).expect("a fresh column")
}

fn sample_of(panel: &Panel, spec: &LstmSpec) -> Sample {
    let names: Vec<&str> = spec.features.iter().map(String::as_str).collect();
    let inputs = Inputs::new(panel, &names, "dvol", spec.sequence_length).expect("inputs");
    inputs.with_targets(Horizon::hours(spec.forecast_horizon))
}

/// A preset small enough for a test.
fn small(name: &str) -> LstmSpec {
    let settings = Settings {
        epochs: Some(2),
        hidden_size: Some(6),
        sequence_length: Some(5),
        window_size: Some(48),
        batch_size: Some(64),
        lr: Some(5e-3),
        device: Some("cpu".to_owned()),
        ..Settings::default()
    };
    LstmSpec::preset(name).expect("a preset").with(&settings).expect("settings in range")
}

fn fit(spec: &LstmSpec) -> (dvol::models::lstm::FittedLstm, dvol::models::lstm::History, Sample) {
    tch::set_num_threads(1);
    let sample = sample_of(&panel(HOURS), spec);
    let (train, validation) = LstmSpec::hold_out(&sample).expect("enough hours");
    let (fitted, history) = spec.fit(&train, &validation, &mut ()).expect("training");
    (fitted, history, sample)
}

#[test]
fn parameter_counts_are_those_of_the_original() {
    let count = |hidden_size, num_layers| {
        Architecture { features: 11, hidden_size, num_layers, layer_norm: false, outputs: 1 }
            .parameter_count()
    };
    assert_eq!((count(128, 2), count(256, 3), count(512, 3)), (212_609, 1_361_153, 5_409_281));
}

#[test]
fn presets_have_the_defaults_of_the_original() {
    let of = |name: &str| {
        let spec = LstmSpec::preset(name).expect("a preset");
        (spec.lr, spec.batch_size, spec.epochs, spec.patience, spec.features.len(), spec.weight_jump_periods)
    };
    assert_eq!(of("jump_aware"), (1e-3, 32, 50, 10, 11, 2.0));
    assert_eq!(of("rolling"), (1e-4, 32, 200, 15, 7, 1.0));
    assert_eq!(of("differenced"), (1e-3, 64, 100, 15, 7, 1.0));
}

#[test]
fn every_preset_trains_and_predicts_in_index_points() {
    for name in dvol::models::lstm::PRESETS {
        let (fitted, history, sample) = fit(&small(name));
        let predictions = fitted.predict(sample.inputs()).expect("a forecast");
        assert_eq!(history.epochs.len(), 2, "{name}");
        assert_eq!(predictions.point.len(), sample.len(), "{name}");
        assert!(predictions.point.iter().all(|level| (20.0..120.0).contains(level)), "{name}");
    }
}

#[test]
fn two_predictions_of_one_model_are_equal_because_dropout_is_off() {
    let (fitted, _, sample) = fit(&small("jump_aware"));
    let first = fitted.predict(sample.inputs()).expect("a forecast");
    assert_eq!(first, fitted.predict(sample.inputs()).expect("a forecast"));
}

#[test]
fn the_same_seed_gives_the_same_weights_and_another_seed_others() {
    let spec = small("jump_aware");
    let weights = |spec: &LstmSpec| fit(spec).0.weights().expect("weights");
    assert_eq!(weights(&spec), weights(&spec));
    let other = LstmSpec { seed: dvol::seed::Seed::new(7), ..spec.clone() };
    assert_ne!(weights(&spec), weights(&other));
}

#[test]
fn an_anchored_network_that_has_learned_nothing_is_persistence() -> Result<()> {
    let spec = LstmSpec { lr: 1e-30, ..small("anchored") };
    let (fitted, history, sample) = fit(&spec);
    let predictions = fitted.predict(sample.inputs())?;
    assert_eq!(predictions.point, sample.inputs().levels());
    assert_eq!(history.epochs[0].validation_skill, 0.0);
    Ok(())
}

#[test]
fn a_forecast_does_not_change_when_every_later_hour_does() -> Result<()> {
    for name in dvol::models::lstm::PRESETS {
        let spec = small(name);
        let (fitted, _, sample) = fit(&spec);
        let cut = 1200;
        let before = panel(HOURS);
        let mut changed = Panel::new(before.start(), HOURS)?;
        for column in before.columns() {
            let values: Vec<f64> = column
                .values()
                .iter()
                .enumerate()
                .map(|(row, value)| if row > cut { value * 3.0 + 100.0 } else { *value })
                .collect();
            changed = changed.with(Column::known(column.name(), values))?;
        }
        let limit = before.at(cut);
        let old = fitted.predict(&sample.inputs().filter(|origin| origin <= limit))?;
        let new = fitted.predict(&sample_of(&changed, &spec).inputs().filter(|origin| origin <= limit))?;
        assert_eq!(old, new, "{name}");
    }
    Ok(())
}

#[test]
fn training_lowers_the_loss() {
    let spec = LstmSpec { epochs: 15, dropout: 0.0, hidden_size: 12, ..small("jump_aware") };
    let (_, history, _) = fit(&spec);
    let losses: Vec<f64> = history.epochs.iter().map(|epoch| epoch.train_loss).collect();
    assert!(losses[losses.len() - 1] < 0.7 * losses[0], "{losses:?}");
}

#[test]
fn a_model_behind_the_common_trait_holds_out_its_own_validation_part() -> Result<()> {
    let spec = small("differenced");
    let sample = sample_of(&panel(HOURS), &spec);
    let fitted = (&spec as &dyn Model).fit_boxed(&sample)?;
    assert_eq!(fitted.predict(sample.inputs())?.point.len(), sample.len());
    let (train, validation) = LstmSpec::hold_out(&sample)?;
    let last = train.inputs().origin(train.len() - 1);
    assert!(last + sample.horizon() <= validation.inputs().origin(0));
    Ok(())
}

#[test]
fn settings_outside_their_range_are_named_with_the_range() {
    let message =
        |settings: Settings| LstmSpec::jump_aware().with(&settings).expect_err("out of range").to_string();
    let dropout = message(Settings { dropout: Some(1.0), ..Settings::default() });
    assert_eq!(dropout, "dropout = 1: must be at least 0 and below 1");
    let epochs = message(Settings { epochs: Some(0), ..Settings::default() });
    assert_eq!(epochs, "epochs = 0: must be a whole number from 1 to 100000");
}

#[test]
fn divergence_is_an_error_that_names_step_and_remedy() {
    let spec = LstmSpec { lr: 10.0, clip_norm: 1e9, epochs: 20, ..small("differenced") };
    let mut broken = panel(HOURS);
    let huge: Vec<f64> = (0..HOURS).map(|hour| if hour == 700 { 1e300 } else { 50.0 }).collect();
    broken = {
        let mut fresh = Panel::new(broken.start(), HOURS).expect("a grid");
        for column in broken.columns() {
            let column = match column.name() {
                "dvol" => Column::known("dvol", huge.clone()),
                _ => column.clone(),
            };
            fresh = fresh.with(column).expect("a fresh column");
        }
        fresh
    };
    let sample = sample_of(&broken, &spec);
    let (train, validation) = LstmSpec::hold_out(&sample).expect("enough hours");
    let error = spec.fit(&train, &validation, &mut ()).expect_err("divergence").to_string();
    assert!(error.contains("epoch 1, step") && error.contains("--on-divergence halve-lr"), "{error}");
}

#[test]
fn a_quantile_head_answers_with_its_own_intervals_in_order() -> Result<()> {
    let quantiles = Some(vec![0.05, 0.25, 0.5, 0.75, 0.95]);
    let spec = small("anchored").with(&Settings { quantiles, ..Settings::default() })?;
    let (fitted, _, sample) = fit(&spec);
    let predictions = fitted.predict(sample.inputs())?;
    let coverages: Vec<f64> = predictions.intervals.iter().map(|interval| interval.coverage.get()).collect();
    assert_eq!(coverages, [0.9, 0.5]);
    for i in 0..sample.len() {
        let (wide, narrow) = (&predictions.intervals[0], &predictions.intervals[1]);
        let row = [wide.lower[i], narrow.lower[i], predictions.point[i], narrow.upper[i], wide.upper[i]];
        assert!(row.windows(2).all(|pair| pair[0] <= pair[1]), "{row:?}");
    }
    Ok(())
}

#[test]
fn every_loss_and_layer_norm_train_to_finite_weights() -> Result<()> {
    for loss in [Loss::Mse, Loss::Huber { delta: 0.5 }, Loss::Qlike] {
        for name in ["rolling", "anchored"] {
            let spec = LstmSpec { loss, layer_norm: true, ..small(name) };
            let (fitted, history, _) = fit(&spec);
            assert!(fitted.weights()?.iter().all(|weight| weight.is_finite()), "{loss:?} {name}");
            assert!(history.epochs[0].train_loss >= 0.0, "{loss:?} {name}");
        }
    }
    Ok(())
}

#[test]
fn a_leaky_model_needs_the_future_and_says_so() -> Result<()> {
    let spec = LstmSpec { protocol: Protocol::Original2025, ..small("rolling") };
    let (fitted, _, sample) = fit(&spec);
    assert!(fitted.predict(sample.inputs()).is_err());
    assert_eq!(fitted.predict_leaky(&sample)?.point.len(), sample.len());
    Ok(())
}

#[test]
fn bfloat16_training_lowers_the_loss_and_forecasts_in_single_precision() -> Result<()> {
    let spec = LstmSpec { epochs: 12, dropout: 0.0, precision: Precision::Bfloat16, ..small("jump_aware") };
    let (fitted, history, sample) = fit(&spec);
    let losses: Vec<f64> = history.epochs.iter().map(|epoch| epoch.train_loss).collect();
    assert!(losses[losses.len() - 1] < 0.8 * losses[0], "{losses:?}");
    assert!(fitted.predict(sample.inputs())?.point.iter().all(|level| level.is_finite()));
    Ok(())
}
