//! Configurations are checked where they are read: trainers, keys, ranges and features, with file, line and remedy.

#![allow(
    clippy::pedantic,
    clippy::nonminimal_bool,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs
)]

use dvol::config::Config;
use dvol::models::lstm::{LstmSpec, PRESETS, Settings};
use dvol::models::{Preset, RANGES, Range};
use dvol::study::Study;
use serde_json::json;
use std::fs;
use std::process::Command;

fn refusal(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    fs::write(&file, text).expect("a file");
    let error = Config::read(&file).expect_err("a refusal");
    assert_eq!(error.exit_code(), 2);
    let message = error.to_string();
    assert_eq!(message.lines().count(), 1, "one sentence: {message}");
    message.rsplit_once("mine.toml: ").expect("the file is named").1.to_owned()
}

#[test]
fn an_unknown_trainer_is_refused_with_its_line_and_the_known_ones() {
    let message = refusal("seed = 1\n\n[train.rollingg]\nepochs = 2\n");
    assert!(message.starts_with("line 3: unknown variant `rollingg`, expected one of "), "{message}");
    assert!(PRESETS.iter().all(|name| message.contains(name)), "{message}");
}

#[test]
fn an_unknown_key_of_a_trainer_is_refused_with_its_line_and_the_known_ones() {
    let message = refusal("[train.rolling]\nepochs = 2\nepoch = 3\n");
    assert!(message.starts_with("line 3: unknown field `epoch`, expected one of `epochs`"), "{message}");
}

#[test]
fn an_unknown_feature_is_refused_with_the_known_ones() {
    for table in ["train.rolling", "backtest.networks"] {
        let message = refusal(&format!("[{table}]\nfeatures = ['dvol', 'nvrvv']\n"));
        assert!(message.contains("features = nvrvv: must be `seed` or `extended` alone"), "{message}");
        assert!(message.starts_with("line 2: ") && message.contains("dvol_rv_spread"), "{message}");
    }
    for alone in ["seed", "extended"] {
        assert!(Config::parse(&format!("[train.rolling]\nfeatures = ['{alone}']")).is_ok());
        let message = refusal(&format!("[train.rolling]\nfeatures = ['{alone}', 'nvrv']"));
        assert!(message.contains(&format!("features = {alone}: must be")), "{message}");
    }
}

#[test]
fn every_number_outside_its_range_is_refused_where_it_is_read() {
    for (key, range) in RANGES {
        for value in ["0", "-1", "1e9", "nan", "inf"] {
            let inside = value.parse().is_ok_and(|number: f64| range.contains(number));
            let whole = matches!(range, Range::Whole(..));
            // TOML tells whole numbers from others.
            let value = if whole && value == "1e9" { "1000000000" } else { value };
            let read = Config::parse(&format!("[train.anchored]\n{key} = {value}\n"));
            assert_eq!(read.is_ok(), inside, "{key} = {value}: {range}");
            if !inside && !(whole && ["-1", "nan", "inf"].contains(&value)) {
                let message = read.expect_err("a refusal").to_string();
                assert!(message.contains(&format!("must be {range}")), "{key} = {value}: {message}");
            }
        }
    }
}

#[test]
fn every_feature_an_experiment_makes_may_be_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("thesis.toml");
    fs::write(&file, "simulation = { hours = 2400 }\n").expect("a configuration");
    let features = Study::open(&file).expect("a study").features().expect("features");
    let features = Some(features.names().into_iter().map(str::to_owned).collect());
    let settings = Settings { features, ..Settings::default() };
    assert_eq!(settings.check_features(&[]).map_err(|error| error.to_string()), Ok(()));
}

#[test]
fn a_configuration_written_elsewhere_names_the_same_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("thesis.toml");
    fs::write(folder.path().join("rates.csv"), "date,rate\n2021-03-24,0.1\n").expect("a file");
    let column =
        "[columns.rates]\nfile = 'rates.csv'\ncolumn = 'rate'\nfrequency = '1d'\nknown_after = '0h'\n";
    fs::write(&file, format!("{column}[schedule]\nfile = 'days.csv'\n")).expect("a configuration");
    let rooted = Config::read(&file).expect("a configuration").rooted();
    assert_eq!(rooted.columns["rates"].file, folder.path().join("rates.csv"));
    assert_eq!(rooted.schedule.file, Some(folder.path().join("days.csv")));
    let text = toml::to_string(&rooted).expect("TOML");
    assert_eq!(Config::parse(&text).expect("the same").columns, rooted.columns);
}

fn everything() -> Settings {
    serde_json::from_value(json!({
        "epochs": 3, "batch_size": 4, "lr": 0.1, "hidden_size": 5, "num_layers": 6, "dropout": 0.7, "patience": 8,
        "sequence_length": 9, "window_size": 10, "forecast_horizon": 11, "weight_jump_periods": 1.2,
        "weight_decay": 0.13, "clip_norm": 14.0, "loss": "huber", "huber_delta": 1.5, "quantiles": [0.1, 0.5],
        "layer_norm": true, "seed": u64::MAX, "device": "cpu", "precision": "bfloat16", "on_divergence": "halve-lr",
        "features": ["nvrv"], "protocol": "original-2025",
    }))
    .expect("settings")
}

#[test]
fn every_setting_reaches_the_specification_and_nothing_else_changes() {
    let given = serde_json::to_value(everything()).expect("JSON");
    let before = serde_json::to_value(LstmSpec::rolling()).expect("JSON");
    let after = LstmSpec::rolling().with(&everything()).expect("in range");
    let after = serde_json::to_value(after).expect("JSON");
    for (key, value) in after.as_object().expect("keys") {
        match (key.as_str(), given.get(key)) {
            ("loss", _) => assert_eq!(value, &json!({"kind": "huber", "delta": 1.5})),
            (_, Some(given)) => assert_eq!(value, given, "{key}"),
            (_, None) => assert_eq!(value, &before[key], "{key}"),
        }
    }
    // Each is there, so that a new one cannot be forgotten above.
    let message = toml::from_str::<Settings>("no_such_key = 1").expect_err("a refusal").to_string();
    let known = message.split_once("expected one of").expect("the known keys").1.matches('`').count() / 2;
    assert_eq!(given.as_object().map(serde_json::Map::len), Some(known));
}

#[test]
fn one_changed_setting_changes_one_key() {
    for (key, value) in serde_json::to_value(everything()).expect("JSON").as_object().expect("keys") {
        if ["loss", "huber_delta"].contains(&key.as_str()) {
            continue;
        }
        let one: Settings = serde_json::from_value(json!({ key: value })).expect("a setting");
        let after = serde_json::to_value(LstmSpec::anchored().with(&one).expect("in range")).expect("JSON");
        let before = serde_json::to_value(LstmSpec::anchored()).expect("JSON");
        let keys = before.as_object().expect("keys").keys();
        assert_eq!(keys.filter(|key| before[*key] != after[*key]).collect::<Vec<_>>(), [key]);
    }
}

#[test]
fn settings_that_are_laid_over_others_win_and_the_others_stay() {
    let below = everything();
    let above = Settings { lr: Some(0.5), layer_norm: Some(false), ..Settings::default() };
    let both = below.overridden_by(&above).expect("in range");
    assert_eq!(both, Settings { lr: Some(0.5), layer_norm: Some(false), ..below.clone() });
    assert_eq!(Settings::default().overridden_by(&below).expect("in range"), below);
    let wrong = Settings { lr: Some(f64::NAN), ..Settings::default() };
    let message = below.overridden_by(&wrong).expect_err("a refusal").to_string();
    assert_eq!(message, "lr = (not a finite number): must be above 0 and at most 10");
}

#[test]
fn the_preset_s_own_features_stay_when_the_word_seed_stands_for_them() {
    let features = Some(vec!["seed".to_owned()]);
    let spec = LstmSpec::rolling().with(&Settings { features, ..Settings::default() }).expect("in range");
    assert_eq!(spec, LstmSpec::rolling());
}

#[test]
fn a_huber_loss_takes_its_delta_from_the_settings_and_keeps_it() {
    let with =
        |spec: LstmSpec, text: &str| spec.with(&toml::from_str(text).expect("TOML")).expect("in range");
    let spec = with(LstmSpec::anchored(), "huber_delta = 0.5");
    assert_eq!(spec.loss, dvol::models::lstm::Loss::Mse, "no Huber, no delta");
    let spec = with(with(spec, "loss = 'huber'"), "huber_delta = 0.5");
    assert_eq!(spec.loss, dvol::models::lstm::Loss::Huber { delta: 0.5 });
    assert_eq!(with(spec.clone(), "epochs = 3").loss, spec.loss);
}

#[test]
fn presets_and_their_specifications_have_the_same_names() {
    for (preset, name) in Preset::ALL.into_iter().zip(PRESETS) {
        assert_eq!((LstmSpec::from(preset).name, preset.to_string()), (name.to_owned(), name.to_owned()));
        assert_eq!(serde_json::to_value(preset).expect("JSON"), name);
        assert_eq!(LstmSpec::from(preset).validate().map_err(|error| error.to_string()), Ok(()));
    }
}

#[test]
fn the_thesis_reads_to_what_it_read_to_and_trainers_come_back_as_they_were() {
    let thesis = Config::read(concat!(env!("CARGO_MANIFEST_DIR"), "/thesis.toml")).expect("the thesis");
    let part = thesis.part(&["train", "backtest"]).expect("JSON");
    assert_eq!(part["train"], json!({}));
    let networks = r#"{"epochs":10,"batch_size":256,"hidden_size":32,"num_layers":1,"patience":3}"#;
    assert_eq!(part["backtest"]["networks"].to_string(), networks);
    let config = Config::parse("[train.anchored]\nlr = 0.5\n[train.rolling]\nseed = 7").expect("trainers");
    let text = toml::to_string(&config).expect("TOML");
    assert_eq!(Config::parse(&text).expect("the same"), config);
    assert_eq!(config.train[&Preset::Anchored].lr, Some(0.5));
}

#[test]
fn the_flags_refuse_by_range_in_one_sentence_and_help_shows_the_ranges() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("thesis.toml"), "simulation = { hours = 2400 }\n").expect("a configuration");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dvol"));
        command.current_dir(folder.path()).args(arguments).output().expect("dvol runs")
    };
    let cases =
        [("--epochs", "-1"), ("--epochs", "0"), ("--epochs", "1.5"), ("--lr", "nan"), ("--lr", "-0.5")];
    for (flag, value) in cases {
        let output = run(&["train", "rolling", "--dry-run", flag, value]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        let key = flag.trim_start_matches('-');
        let range = Range::named(key).expect("a range");
        assert_eq!(output.status.code(), Some(2), "{message}");
        let sentence = format!("{key} = {value}: must be {range}");
        assert_eq!(message, format!("dvol: {sentence}\n"));
    }
    let output = run(&["train", "rolling", "--dry-run", "--features", "nvrvv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("features = nvrvv: must be"));
    let help = String::from_utf8_lossy(&run(&["train", "--help"]).stdout).into_owned();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (key, range) in RANGES {
        let flag = format!("--{}", key.replace('_', "-"));
        assert!(help.contains(&flag) && help.contains(&format!(": {range}")), "{flag}: {help}");
    }
}

#[test]
fn the_page_on_training_lists_the_ranges_that_are_checked() {
    let page = include_str!("../docs/training.md");
    for (key, range) in RANGES {
        assert!(page.contains(&format!("| `{key}` | {range} |")), "| `{key}` | {range} |");
    }
}
