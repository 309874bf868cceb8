//! What somebody brings to a study: models, features, losses, scores, tests and labels of their own.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::config::Config;
use dvol::evaluation::ScoreIntervals;
use dvol::prelude::*;
use std::path::Path;
use std::sync::Mutex;

fn study(folder: &Path) -> Study {
    let text = "simulation = { hours = 9000 }\nwindow = { first = '2021-04-23T09:00:00Z', last = '2022-03-31T23:00:00Z' }\n\
                backtest = { from = '2021-12-01', to = '2022-03-01', refit = '30d' }\n";
    let path = folder.join("own.toml");
    std::fs::write(&path, text).unwrap();
    Study::open(&path).unwrap()
}

/// A share of the way back to the mean of a feature, or of the level.
struct Back {
    share: f64,
    feature: Option<&'static str>,
    code: Option<&'static str>,
}

impl Model for Back {
    fn name(&self) -> String {
        "back".to_owned()
    }

    fn features(&self) -> Vec<String> {
        self.feature.into_iter().map(str::to_owned).collect()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        ModelIdentity::of_code(self.code?, "back", &self.share)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        let (share, levels) = (self.share, sample.inputs().levels());
        let mean = levels.iter().sum::<f64>() / levels.len() as f64;
        Ok(Fitted::boxed("back", move |inputs| {
            inputs.levels().iter().map(|level| level + share * (mean - level)).collect()
        }))
    }
}

const BACK: Back = Back { share: 0.05, feature: None, code: Some("1") };

fn walked(study: &Study, model: &dyn Model) -> (Vec<Forecasts>, Vec<bool>) {
    let resumed = Mutex::new(Vec::new());
    let out = study.config().results().join("backtest");
    let protocol = study.config().backtest.protocol();
    let series = study
        .backtest_with(&[model], &protocol, &out, &|fold| resumed.lock().unwrap().push(fold.resumed))
        .unwrap();
    (series, resumed.into_inner().unwrap())
}

#[test]
fn a_model_that_says_who_it_is_finds_its_folds_and_no_other_does() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(folder.path());
    let (first, resumed) = walked(&study, &BACK);
    assert!(resumed.len() > 2 && resumed.iter().all(|fold| !fold), "{resumed:?}");
    let (second, resumed) = walked(&study, &BACK);
    assert!(resumed.iter().all(|fold| *fold), "{resumed:?}");
    assert_eq!(first, second);
    for other in [Back { share: 0.06, ..BACK }, Back { code: Some("2"), ..BACK }, Back { code: None, ..BACK }]
    {
        assert!(walked(&study, &other).1.iter().all(|fold| !fold));
    }
    assert!(walked(&study, &Back { code: None, ..BACK }).1.iter().all(|fold| !fold), "nothing was kept");
}

#[test]
fn models_in_boxes_and_one_s_own_are_walked_forward_and_compared_together() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(folder.path());
    let own = study.walk_forward_with(&[&study.model("persistence").unwrap(), &BACK]).unwrap();
    let comparison = study.compare(&own).unwrap();
    assert_eq!(comparison.pair("persistence", "back").unwrap().first, "persistence");
    let boxed = study.model("har").unwrap();
    let inner: &dyn Model = boxed.as_ref();
    assert_eq!((boxed.name(), boxed.identity()), (inner.name(), inner.identity()));
    assert_eq!((boxed.features(), boxed.window()), (inner.features(), inner.window()));
}

#[test]
fn forecasts_that_are_no_number_are_refused_with_their_origin_and_nothing_is_kept() {
    struct Broken;
    impl Model for Broken {
        fn name(&self) -> String {
            "broken".to_owned()
        }
        fn identity(&self) -> Option<ModelIdentity> {
            ModelIdentity::of_code("1", "broken", &())
        }
        fn fit_boxed(&self, _: &Sample) -> Result<Box<dyn Forecaster>> {
            let from: Timestamp = "2022-01-05T07:00:00Z".parse()?;
            Ok(Fitted::boxed("broken", move |inputs| {
                let levels = inputs.origins().zip(inputs.levels());
                levels.map(|(origin, level)| if origin >= from { f64::NAN } else { level }).collect()
            }))
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let study = study(folder.path());
    for refused in [
        study.walk_forward_with(&[&Broken]).map(drop).unwrap_err(),
        study.predict_with(&Broken, None).map(drop).unwrap_err(),
    ] {
        let text = refused.to_string();
        assert!(text.starts_with("forecast of `broken` = NaN: must be a number at every origin"), "{text}");
        assert!(text.contains("the first at 2022-0"), "{text}");
        assert_eq!(refused.exit_code(), 2);
    }
    let folds = std::fs::read_dir(study.config().results().join("backtest/folds")).unwrap();
    let kept: Vec<String> = folds.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!kept.is_empty() && kept.iter().all(|name| name.starts_with("broken-000-")), "{kept:?}");
    let (shown, outlook) = (study.text(), study.predict_with(&BACK, None).unwrap());
    assert!(shown.starts_with("study of DVOL: the simulated market") && shown.len() < 1_000, "{shown}");
    assert_eq!(outlook.model, "back");
}

fn doubled(code: Option<&str>) -> Feature {
    let feature =
        Feature::new("doubled", |known| Ok(known.values("dvol")?.iter().map(|level| 2.0 * level).collect()));
    match code {
        Some(code) => feature.with_code(code),
        None => feature,
    }
}

#[test]
fn a_feature_is_a_column_of_its_study_and_decides_who_a_model_is() {
    let folder = tempfile::tempdir().unwrap();
    let bare = study(folder.path());
    let reading = Back { feature: Some("doubled"), ..BACK };
    let identity = |study: &Study, model: &Back| study.identity(model, &"walk").unwrap();
    let with = |code| bare.with_feature(doubled(code)).unwrap();
    let one = with(Some("1"));
    let features = one.features().unwrap();
    assert_eq!(features.values("doubled").unwrap()[900], 2.0 * features.values("dvol").unwrap()[900]);
    assert!(!bare.features().unwrap().has("doubled"), "the study it came from has it not");
    assert!(one.at_horizon(Horizon::hours(6)).features().unwrap().has("doubled"));
    assert!(identity(&one, &reading).is_some());
    assert_ne!(identity(&one, &reading), identity(&with(Some("2")), &reading));
    assert_eq!(identity(&with(None), &reading), None, "what a model reads is not known");
    assert_eq!(identity(&with(None), &BACK), identity(&bare, &BACK), "it does not read the feature");
    let refused = one.with_feature(doubled(Some("3"))).unwrap_err().to_string();
    assert!(refused.contains("a name that no other feature has"), "{refused}");
    let short = Feature::new("short", |_| Ok(vec![1.0]));
    let refused = bare.with_feature(short).unwrap_err().to_string();
    assert!(refused.contains("one value an hour"), "{refused}");
}

#[test]
fn a_loss_of_one_s_own_costs_what_the_same_loss_of_ours_does() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(folder.path());
    let own = study.walk_forward_with(&[&study.model("persistence").unwrap(), &BACK]).unwrap();
    let under = |loss| compare(&own, &ComparisonSpec { loss, ..study.comparison_spec(&own) }).unwrap();
    let theirs = under(Loss::own("absolute", |actual, predicted| (actual - predicted).abs()));
    let ours = under(Loss::Mae);
    assert_eq!(theirs.diebold_mariano, ours.diebold_mariano);
    assert_eq!(theirs.model_confidence_set, ours.model_confidence_set);
    assert_ne!(under(Loss::Mse).diebold_mariano, ours.diebold_mariano);
    assert_eq!(theirs.loss.to_string(), "absolute");
    let nowhere = Loss::own("nowhere", |_, _| f64::NAN);
    let refused = compare(&own, &ComparisonSpec { loss: nowhere, ..ComparisonSpec::default() }).unwrap_err();
    assert_eq!(refused.exit_code(), 2);
}

#[test]
fn a_score_of_one_s_own_stands_in_tables_and_has_an_interval() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(folder.path());
    let own = study.walk_forward_with(&[&study.model("persistence").unwrap(), &BACK]).unwrap();
    let absolute = Score {
        key: "absolute",
        label: "absolute",
        term: |case, sums| sums[0] = case.forecast.residual().abs(),
        ..Score::MAE
    };
    let found =
        compare(&own, &ComparisonSpec { scores: vec![absolute], ..study.comparison_spec(&own) }).unwrap();
    for (metrics, intervals) in found.metrics.0.iter().zip(&found.intervals) {
        assert_eq!(metrics.get(absolute), Some(metrics.mae()));
        let ends =
            |score| ScoreIntervals::get(intervals, score).map(|interval| (interval.lower, interval.upper));
        assert_eq!(ends(absolute), ends(Score::MAE));
    }
    assert!(found.metrics.to_string().contains("absolute"));
    assert_eq!(study.table(&own).unwrap().0[0].get(absolute), None, "where it was not asked for");
    let twin = Score { label: "twin", ..Score::MAE };
    let refused = compare(&own, &ComparisonSpec { scores: vec![twin], ..ComparisonSpec::default() });
    assert!(refused.unwrap_err().to_string().contains("a key that no other score has"));
}

fn always(p: f64) -> Result<TestResult> {
    Ok(TestResult::new(TestKind::ZeroMean.named("always"))
        .with_null("the mean is zero", "it is not")
        .with_statistic(9.0, "N(0, 1)")
        .with_p_value(p)
        .with_observations(400))
}

#[test]
fn a_test_of_one_s_own_joins_its_group_and_its_verdict() {
    let residuals: Vec<f64> = (0..400).map(|t| f64::from(t * t * 7919 % 1009) - 504.0).collect();
    let test = |run| ResidualTest {
        name: "always",
        kind: TestKind::ZeroMean,
        group: Group::Bias,
        validity: Validity::Any,
        invariance: Invariance::Scale,
        reported: true,
        run,
    };
    let plain = Validation::default().with_overlap(1);
    let passed = |validation: &Validation| {
        validation.run(&residuals).unwrap().verdict(Group::Bias).expect("a verdict").passed
    };
    assert!(passed(&plain));
    assert!(passed(&plain.clone().with_test(test(|_| always(0.9)))));
    let failing = plain.clone().with_test(test(|_| always(1e-9)));
    assert!(!passed(&failing), "it decides");
    let twice = failing.with_test(test(|_| always(0.9))).run(&residuals).unwrap_err();
    assert!(twice.to_string().contains("a name that no other test has"), "{twice}");
}

#[test]
fn labels_of_a_feature_are_known_at_their_hour_and_need_a_known_column() {
    let folder = tempfile::tempdir().unwrap();
    let study = study(folder.path());
    let features = study.features().unwrap();
    let labels =
        Labels::of_column("level", &features, "dvol", |dvol| (dvol > 0.0).then_some("positive")).unwrap();
    assert!(!labels.is_hindsight());
    let finite = features.values("dvol").unwrap().iter().filter(|value| value.is_finite()).count();
    assert_eq!(labels.hours(), [finite]);
    assert_eq!(labels.column("positive").unwrap().known_after_hours(), 0);
    let raw = study.panel();
    assert!(
        Labels::of_column("level", &raw, "dvol", |_| Some("any")).is_err(),
        "a bar is known an hour later"
    );
    assert!(Labels::of_column("none", &features, "dvol", |_| None::<String>).is_err());
}

#[test]
fn a_configuration_without_data_proves_a_model_too() {
    let config = Config::parse("simulation = { hours = 2000 }\nfolders = { data = 'nowhere' }").unwrap();
    let study = Study::new(config).unwrap();
    assert!(study.prove(&BACK).unwrap().holds());
    let short = Config::parse("simulation = { hours = 150 }\nfolders = { data = 'nowhere' }").unwrap();
    let refused = Study::new(short).unwrap().prove(&BACK).unwrap_err();
    assert_eq!(refused.exit_code(), 2, "{refused}");
}
