//! Facts about figures, and every figure drawn.

use dvol::data::{ImportPolicy, Simulation, Sources, import, simulate};
use dvol::evaluation::{
    EliminationStatistic, Forecast, Forecasts, Loss, Losses, Metrics, MetricsTable, ModelConfidenceSet,
    StationaryBootstrap,
};
use dvol::events::Event;
use dvol::features::{BASE_FEATURES, base_features, known};
use dvol::figures::{
    Browser, Figure, Format, comparison, data, descriptive, forecasts, har, intervals, jumps, residuals,
    theme, training, write_figures,
};
use dvol::jumps::{DescriptiveFactors, LeeMykland, Reading, lee_mykland_periodic, log_returns};
use dvol::models::Interval;
use dvol::models::lstm::{Ending, EpochRecord, History};
use dvol::ndarray::Array2;
use dvol::panel::Panel;
use dvol::plotly::Scatter;
use dvol::regression::{Coefficient, RegressionTable};
use dvol::sample::{Inputs, Sample};
use dvol::seed::Seed;
use dvol::serde_json::{Value, json};
use dvol::time::{Horizon, Timestamp};
use std::path::{Path, PathBuf};

fn line() -> Figure {
    let trace = Scatter::new(vec![1, 2, 3], vec![60.0, f64::NAN, 61.0]).name("a <b> & c");
    let layout = json!({"xaxis": theme::axis("day"), "yaxis": theme::axis("DVOL (index points)")});
    Figure::new("00_line", "Two points </script> and a gap.", vec![trace], layout).unwrap()
}

#[test]
fn a_gap_stays_a_gap() {
    assert_eq!(line().plot()["data"][0]["y"], json!([60.0, null, 61.0]));
}

#[test]
fn the_layout_given_joins_the_theme_s() {
    let figure = line();
    assert_eq!(figure.plot()["layout"]["xaxis"]["title"]["text"], "day");
    assert_eq!(figure.plot()["layout"]["template"]["layout"]["colorway"][0], theme::BLUE);
    assert_eq!((figure.width(), figure.height()), (900, 480));
}

#[test]
fn a_name_that_is_no_file_name_is_refused() {
    let error = Figure::new("a/b", "", Vec::new(), json!({})).unwrap_err();
    assert!(error.to_string().contains("a/b"), "{error}");
    assert!(line().named("Über").is_err());
}

#[test]
fn a_new_margin_note_replaces_the_old_one() {
    let figure = line().with_margin_note("config 1").with_margin_note("config 2");
    assert_eq!(figure.plot()["layout"]["title"]["text"], "config 2");
}

#[test]
fn no_text_of_a_figure_ends_its_script() {
    let div = line().to_div();
    assert_eq!(div.matches("</script>").count(), 1);
    assert!(div.contains("Two points &lt;/script&gt; and a gap."));
    assert!(line().to_html().len() > 4_000_000, "the page carries plotly.js");
}

#[test]
fn without_a_browser_one_sentence_says_what_to_install() {
    let error = Browser::among(None, "/nowhere".as_ref()).unwrap_err();
    assert!(error.to_string().contains("apt-get install chromium"), "{error}");
    assert_eq!(error.exit_code(), 2);
    let error = Browser::among(Some(PathBuf::from("/no/chromium")), "".as_ref()).unwrap_err();
    assert!(error.to_string().contains("/no/chromium"), "{error}");
}

#[test]
fn daily_means_know_every_day_and_skip_gaps() {
    let times = [0, 1, 49].map(Timestamp::from_hours);
    let daily = theme::Daily::of(times, &[1.0, 3.0, f64::NAN]);
    assert_eq!(daily.dates(), ["1970-01-01", "1970-01-02", "1970-01-03"]);
    assert_eq!(daily.means[0], 2.0);
    assert!(daily.means[1].is_nan() && daily.means[2].is_nan());
}

#[test]
fn a_figure_is_written_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let browser = match Browser::find() {
        Ok(browser) => Some(browser),
        Err(error) => {
            assert!(error.to_string().contains("install"), "{error}");
            None
        }
    };
    let written = line().write(folder.path(), browser.as_ref()).unwrap();
    let names: Vec<_> = written.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    let expected = ["00_line.json", "00_line.html", "00_line.svg", "00_line.png", "00_line.pdf"];
    assert_eq!(names, expected[..if browser.is_some() { 5 } else { 2 }]);
    assert!(folder.path().join("plotly.min.js").exists());
    assert!(std::fs::metadata(&written[1]).unwrap().len() < 20_000, "the page refers to plotly.js");
    let plot: Value = dvol::artifacts::read_json(&written[0]).unwrap();
    assert_eq!(&plot, line().plot());
    if browser.is_some() {
        let bytes = |i: usize| std::fs::read(&written[i]).unwrap();
        assert!(bytes(2).starts_with(b"<svg"));
        assert!(bytes(3).starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(bytes(3)[16..24], [0, 0, 7, 8, 0, 0, 3, 192], "1800 x 960 pixels");
        assert!(bytes(4).starts_with(b"%PDF"));
    }
}

/// The real series where they are at hand, else a simulated market of the same length.
fn raw() -> Panel {
    let given = std::env::var_os("DVOL_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let Some(folder) = [given, Some(beside)].into_iter().flatten().find(|path| path.is_dir()) else {
        println!("figures of the simulated market");
        return simulate(&Simulation::default()).unwrap();
    };
    println!("figures of {}", folder.display());
    let sources = Sources {
        dvol: vec![folder.join("dvol_close_1h.csv")],
        price: vec![folder.join("btcusdt_1h.csv")],
        onchain: vec![folder.join("coinmetrics_btc_1d.csv")],
        volume: vec![folder.join("blockchaincom_tx_volume_usd_1d.csv")],
        ..Sources::default()
    };
    import(&sources, &ImportPolicy::default()).unwrap().panel
}

/// Forecasts that lean from persistence towards the past week's mean, with a fixed-width interval.
fn leaning(sample: &Sample, name: &str, weight: f64) -> Forecasts {
    let inputs = sample.inputs();
    let records = (0..sample.len())
        .map(|i| {
            let past: Vec<f64> =
                inputs.level_history(i, 168).iter().copied().filter(|level| level.is_finite()).collect();
            let mean = past.iter().sum::<f64>() / past.len() as f64;
            let anchor = inputs.level(i);
            let predicted = (1.0 - weight) * anchor + weight * mean;
            Forecast {
                model: name.into(),
                origin: inputs.origin(i),
                horizon: sample.horizon(),
                actual: sample.targets()[i],
                predicted,
                anchor,
                lower: (weight > 0.0).then_some(0.95 * predicted),
                upper: (weight > 0.0).then_some(1.055 * predicted),
            }
        })
        .collect();
    Forecasts::new(records).unwrap()
}

fn history() -> History {
    let epoch = |epoch: usize| {
        let t = epoch as f64;
        EpochRecord {
            epoch,
            train_loss: 0.4 * (-t / 8.0).exp() + 0.08,
            validation_loss: 0.35 * (-t / 6.0).exp() + 0.1 + 0.0006 * t,
            validation_rmse: 2.0,
            validation_skill: 0.05 - 0.3 * (-t / 5.0).exp(),
            lr: if epoch < 25 { 1e-3 } else { 5e-4 },
            gradient_norm: 1.0,
            best: epoch == 28,
            seconds: 3.0,
        }
    };
    let epochs = (1..=38).map(epoch).collect();
    History { epochs, best_epoch: 28, ending: Ending::EarlyStopped, parameters: 212_609, seconds: 114.0 }
}

fn table(name: &str, shift: f64) -> RegressionTable {
    let row = |name: &str, estimate: f64, std_error: f64| Coefficient {
        name: name.to_owned(),
        estimate,
        std_error,
        t: estimate / std_error,
        p_value: 0.01,
    };
    let coefficients = vec![
        row("const", 0.9, 0.4),
        row("daily", 0.86 + shift, 0.05),
        row("weekly", 0.09, 0.06),
        row("monthly", 0.03 - shift, 0.02),
    ];
    RegressionTable {
        name: name.to_owned(),
        covariance: "Newey-West".to_owned(),
        coefficients,
        r2: 0.96,
        adj_r2: 0.96,
        f: None,
        f_p_value: None,
        log_likelihood: -1.0,
        aic: 1.0,
        bic: 1.0,
        n: 1_000,
    }
}

/// Every figure there is.
fn gallery() -> Vec<Figure> {
    let raw = raw();
    let events = Event::thesis();
    let known = known(&raw).unwrap();
    let features = base_features(&known).unwrap();
    let sample = Inputs::new(&features, &BASE_FEATURES, "dvol", 24).unwrap().with_targets(Horizon::hours(24));
    let names: Vec<String> = std::iter::once("dvol").chain(BASE_FEATURES).map(str::to_owned).collect();
    let columns: Vec<Vec<f64>> =
        names
            .iter()
            .map(|name| {
                if name == "dvol" {
                    sample.targets().to_vec()
                } else {
                    sample.inputs().feature(name).unwrap()
                }
            })
            .collect();
    let correlations = Array2::from_shape_fn((8, 8), |(i, j)| correlation(&columns[i], &columns[j]));

    let levels = raw.values("dvol").unwrap();
    let times: Vec<Timestamp> = raw.times().collect();
    let factors = DescriptiveFactors::estimate(&times, &log_returns(levels).unwrap(), 94).unwrap();
    let spec = LeeMykland { reading: Reading::FamilyWise(Some(8_760)), ..LeeMykland::default() };
    let found = lee_mykland_periodic(levels, &factors, spec).unwrap();

    let backtest = sample.keep(|origin| origin >= "2022-03-01".parse().unwrap());
    let models: Vec<Forecasts> =
        [("persistence", 0.0), ("har", 0.08), ("moving average", 0.4), ("mean", 1.0)]
            .into_iter()
            .map(|(name, weight)| leaning(&backtest, name, weight))
            .collect();
    let scores = MetricsTable::of(&models).unwrap();
    let losses = Losses::of(&models, Loss::Mse).unwrap();
    let resamples =
        StationaryBootstrap::new(200.0, 300, Seed::new(1)).unwrap().resample(backtest.len()).unwrap();
    let set = ModelConfidenceSet::of(&losses, &resamples, EliminationStatistic::Range, 0.1).unwrap();
    let by_horizon: Vec<Metrics> = [1, 3, 6, 12, 24, 48, 72, 168, 336, 720]
        .map(|hours| {
            let sample = Inputs::new(&features, &[], "dvol", 1).unwrap().with_targets(Horizon::hours(hours));
            Metrics::of(&leaning(&sample, "persistence", 0.0)).unwrap()
        })
        .into();
    let residuals_of = |keep: &dyn Fn(Timestamp) -> bool| -> Vec<f64> {
        models[1].records().iter().filter(|record| keep(record.target())).map(Forecast::residual).collect()
    };
    let calm = |time: Timestamp| !events.iter().any(|event| event.contains(time));
    let mut groups = vec![("normal".to_owned(), residuals_of(&calm))];
    groups.extend(
        events[1..].iter().map(|event| (event.name.clone(), residuals_of(&|time| event.contains(time)))),
    );
    let sized = |parameters: usize, rmse: f64| {
        let mut metrics = scores.0[1].clone();
        metrics.rmse = rmse;
        metrics.model = format!("{parameters}");
        (parameters, metrics)
    };
    let origin = known.last();
    let level = known.values("dvol").unwrap()[known.len() - 1];
    let reach = |coverage: f64, points: f64| Interval {
        coverage,
        lower: vec![level - points],
        upper: vec![level + points],
    };
    let promised = |name: &str, shift: f64| {
        (name.to_owned(), [0.5, 0.8, 0.9, 0.95].map(|nominal| (nominal, nominal - shift)).to_vec())
    };
    let steps: Vec<(String, Metrics)> =
        ["as published", "scaled at the origin", "aligned to the origin", "purged split"]
            .into_iter()
            .zip(&scores.0)
            .map(|(name, metrics)| (name.to_owned(), metrics.clone()))
            .collect();
    let all = vec![
        data::dvol_over_time(&raw, &events),
        data::coverage(&raw),
        data::implied_and_realized_volatility(&features, &events),
        descriptive::correlation(&names, correlations.view()),
        descriptive::predictors(&sample),
        descriptive::hour_of_week(&raw, "dvol"),
        jumps::jump_detection(&raw, "dvol", &found, &events),
        jumps::jump_distributions(&raw, &found),
        har::coefficients(&[table("HAR", 0.0), table("HAR, differenced", -0.2)]),
        har::persistence_by_horizon(&by_horizon),
        training::training_history("jump_aware", &history()),
        training::scaling(&[sized(212_609, 3.1), sized(1_361_153, 2.9), sized(5_409_281, 2.8)], &scores.0[0]),
        forecasts::predictions(&models[1], &events),
        forecasts::predicted_against_actual(&models[1]),
        forecasts::next_forecast(
            &known,
            "dvol",
            origin,
            Horizon::hours(24),
            level + 0.4,
            &[reach(0.8, 2.4), reach(0.5, 1.1), reach(0.95, 5.0)],
        ),
        comparison::model_comparison(&scores),
        comparison::skill_over_time(&models[1..3], &events),
        comparison::model_confidence_set(&set),
        comparison::protocol_steps(&steps, Some(2.57)),
        residuals::residual_diagnostics(&models[1]),
        residuals::residuals_by_regime("har", &groups),
        residuals::crisis_robustness(&models[..3], &events),
        intervals::reliability(&[promised("har", 0.04), promised("lstm", -0.02)]),
        intervals::coverage_over_time(&models[1], 0.8),
    ];
    all.into_iter()
        .map(|figure| figure.unwrap().with_margin_note("config 1a2b3c4 \u{b7} data 5d6e7f8"))
        .collect()
}

fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (x_mean, y_mean) = (mean(x), mean(y));
    let sum =
        |f: &dyn Fn(f64, f64) -> f64| x.iter().zip(y).map(|(x, y)| f(x - x_mean, y - y_mean)).sum::<f64>();
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

#[test]
fn every_figure_is_drawn_the_same_twice_and_hands_on_no_hourly_series() {
    let figures = gallery();
    let again = gallery();
    for (figure, other) in figures.iter().zip(&again) {
        assert_eq!(figure.plot().to_string(), other.plot().to_string(), "{}", figure.name());
        for trace in figure.plot()["data"].as_array().unwrap() {
            let points = trace["y"].as_array().map_or(0, Vec::len);
            assert!(points < 3_000, "{}: {points} points", figure.name());
        }
        assert!(!figure.caption().contains("NaN"), "{}: {}", figure.name(), figure.caption());
    }
    // Beside the build, not in the repository: figures of real data are for eyes only.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures");
    let browser = Browser::find();
    let written = write_figures(&figures, &folder, browser.as_ref().ok()).unwrap();
    assert_eq!(written.len(), figures.len() * if browser.is_ok() { 5 } else { 2 });
    println!("look at {}", folder.display());
    match browser {
        Ok(browser) => {
            for path in
                written.iter().filter(|path| path.extension().is_some_and(|extension| extension == "png"))
            {
                let size = std::fs::metadata(path).unwrap().len();
                assert!(size > 30_000, "{} has {size} bytes: nearly blank", path.display());
            }
            let narrow: Vec<Figure> = figures.into_iter().map(|figure| figure.with_width(450)).collect();
            let images = browser.render(&narrow, &[Format::Png]).unwrap();
            for image in images {
                let path = folder.join("narrow").join(format!("{}.png", image.figure));
                dvol::artifacts::write_atomic(&path, &image.bytes).unwrap();
            }
        }
        Err(error) => assert!(error.to_string().contains("install"), "{error}"),
    }
}
