//! Facts about figures, and every figure drawn.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use dvol::data::{AuditLimits, Dataset, ImportPolicy, Simulation, Sources, import, simulate};
use dvol::evaluation::{
    Comparison, ComparisonSpec, Forecasts, Metrics, RegimeReport, Score, compare, residuals_by_regime,
};
use dvol::events::Event;
use dvol::features::{BASE_FEATURES, base_features, known};
use dvol::figures::{
    Browser, Figure, Format, audit, comparison, data, descriptive, forecasts, har, intervals, jump_tests,
    jumps, regimes, replication, residuals, theme, training, write_figures,
};
use dvol::jumps::{
    DescriptiveFactors, LeeMykland, LeeMyklandResult, MonteCarlo, MonteCarloTable, Reading, event_study,
    lee_mykland_periodic, log_returns,
};
use dvol::market::Market;
use dvol::models::lstm::{Ending, EpochRecord, History};
use dvol::models::{Band, Coverage, Interval};
use dvol::panel::Panel;
use dvol::plotly::Scatter;
use dvol::regimes::{calendar_years, event_windows};
use dvol::regression::{Coefficient, RegressionTable};
use dvol::sample::{Inputs, Sample};
use dvol::serde_json::{Value, json};
use dvol::time::{Horizon, Timestamp};
use dvol::validation::{Correlation, correlation_matrix};
use std::path::{Path, PathBuf};
use support::real;
use support::samples::forecast;

fn line() -> Figure {
    let trace = Scatter::new(vec![1, 2, 3], vec![60.0, f64::NAN, 61.0]).name("a <b> & c");
    let layout = json!({"xaxis": theme::axis("day"), "yaxis": theme::axis("DVOL (index points)")});
    Figure::new("line", "Two points </script> and a gap.", vec![trace], layout).unwrap()
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
    assert_eq!((figure.width(), figure.height()), (863, 480));
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
    let expected = ["line.json", "line.html", "line.svg", "line.png", "line.pdf"];
    assert_eq!(names, expected[..if browser.is_some() { 5 } else { 2 }]);
    assert!(folder.path().join("plotly.min.js").exists());
    assert!(std::fs::metadata(&written[1]).unwrap().len() < 20_000, "the page refers to plotly.js");
    let plot: Value = dvol::artifacts::read_json(&written[0]).unwrap();
    assert_eq!(&plot, line().plot());
    if browser.is_some() {
        let bytes = |i: usize| std::fs::read(&written[i]).unwrap();
        assert!(bytes(2).starts_with(b"<svg"));
        assert!(bytes(3).starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(bytes(3)[16..24], [0, 0, 6, 190, 0, 0, 3, 192], "1726 x 960 pixels");
        assert!(bytes(4).starts_with(b"%PDF"));
        let svg = String::from_utf8(bytes(2)).unwrap();
        assert!(
            svg.contains("width=\"173.97mm\" height=\"96.76mm\"") && svg.contains("viewBox=\"0 0 863 480\"")
        );
        let again = Browser::find().unwrap().render(&[line()], &[Format::Svg]).unwrap();
        assert_eq!(again[0].bytes, svg.as_bytes(), "the same figure, other bytes");
    }
}

fn real_panel(folder: &Path) -> Panel {
    let sources = Sources { dvol: vec![folder.join("dvol_close_1h.csv")], ..real::sources(folder) };
    import(&sources, &ImportPolicy::default()).unwrap().panel().clone()
}

/// Forecasts that lean from persistence towards the past week's mean, with a fixed-width interval.
fn leaning(sample: &Sample, name: &str, weight: f64) -> Forecasts {
    let inputs = sample.inputs();
    let records = (0..sample.len()).map(|i| {
        let past: Vec<f64> =
            inputs.level_history(i, 168).iter().copied().filter(|level| level.is_finite()).collect();
        let mean = past.iter().sum::<f64>() / past.len() as f64;
        let anchor = inputs.level(i);
        let predicted = (1.0 - weight) * anchor + weight * mean;
        forecast(inputs.origin(i), sample.horizon(), [anchor, predicted, sample.targets()[i]])
    });
    let series = Forecasts::new(name, records).unwrap();
    if weight <= 0.0 {
        return series;
    }
    let [lower, upper] = [0.95, 1.055].map(|by| series.predicted().iter().map(|value| by * value).collect());
    series.with_band(Band::new(Coverage::P80, lower, upper).unwrap()).unwrap()
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

/// What the figures are made of.
struct Results {
    events: Vec<Event>,
    raw: Panel,
    known: Panel,
    features: Panel,
    sample: Sample,
    jumps: LeeMyklandResult,
    simulated: MonteCarloTable,
    models: Vec<Forecasts>,
    comparison: Comparison,
    by_horizon: Vec<Metrics>,
    regimes: Vec<RegimeReport>,
}

fn results(raw: Panel) -> Results {
    let known = known(&raw).unwrap();
    let features = base_features(&known).unwrap();
    let sample = Inputs::new(&features, &BASE_FEATURES, "dvol", 24).unwrap().with_targets(Horizon::hours(24));
    let levels = raw.values("dvol").unwrap();
    let times: Vec<Timestamp> = raw.times().collect();
    let factors = DescriptiveFactors::estimate(&times, &log_returns(levels).unwrap(), 94).unwrap();
    let spec = LeeMykland { reading: Reading::FamilyWise(Some(8_760)), ..LeeMykland::default() };
    let jumps = lee_mykland_periodic(levels, &factors, spec).unwrap();
    let simulated = MonteCarlo { replications: 30, hours: 2_000, ..MonteCarlo::default() }.run().unwrap();
    let backtest = sample.keep(|origin| origin >= "2022-03-01".parse().unwrap());
    let models: Vec<Forecasts> =
        [("persistence", 0.0), ("har", 0.08), ("moving average", 0.4), ("mean", 1.0)]
            .into_iter()
            .map(|(name, weight)| leaning(&backtest, name, weight))
            .collect();
    let comparison =
        compare(&models, &ComparisonSpec { replications: 200, ..ComparisonSpec::default() }).unwrap();
    let by_horizon = [1, 3, 6, 12, 24, 48, 72, 168, 336, 720].map(|hours| {
        let sample = Inputs::new(&features, &[], "dvol", 1).unwrap().with_targets(Horizon::hours(hours));
        Metrics::of(&leaning(&sample, "persistence", 0.0)).unwrap()
    });
    let events = Event::thesis();
    let windows = event_windows(features.start(), features.len(), &events).unwrap();
    let years = calendar_years(features.start(), features.len()).unwrap();
    let regimes = vec![
        residuals_by_regime(&models[1], &windows).unwrap(),
        residuals_by_regime(&models[1], &years).unwrap(),
    ];
    let by_horizon = by_horizon.into();
    Results {
        events,
        raw,
        known,
        features,
        sample,
        jumps,
        simulated,
        models,
        comparison,
        by_horizon,
        regimes,
    }
}

/// Every figure there is.
fn gallery(results: &Results) -> Vec<Figure> {
    let Results { events, raw, known, features, sample, models, comparison: compared, .. } = results;
    let market = &Market::default();
    let target = ("dvol".to_owned(), sample.targets().to_vec());
    let columns = BASE_FEATURES.map(|name| (name.to_owned(), sample.inputs().feature(name).unwrap()));
    let columns: Vec<(String, Vec<f64>)> = std::iter::once(target).chain(columns).collect();
    let correlations = correlation_matrix(Correlation::Pearson, &columns).unwrap();
    let times: Vec<Timestamp> = raw.times().collect();
    let study = event_study(&times, raw.values("dvol").unwrap(), &results.jumps, events).unwrap();
    let windows = event_windows(features.start(), features.len(), events).unwrap();
    let scores = &compared.metrics;
    let sized = |parameters: usize, rmse: f64, model: &str| {
        (parameters, scores.0[1].clone().named(model).with(Score::RMSE, Some(rmse)))
    };
    let networks =
        [sized(212_609, 3.3, "128 x 2"), sized(1_361_153, 3.15, "256 x 3"), sized(5_409_281, 3.2, "512 x 3")];
    let level = known.values("dvol").unwrap()[known.len() - 1];
    let reach = |coverage: f64, points: f64| Interval {
        coverage: Coverage::new(coverage).unwrap(),
        lower: level - points,
        upper: level + points,
    };
    let reaches = [reach(0.8, 2.4), reach(0.5, 1.1), reach(0.95, 5.0)];
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
        data::dvol_over_time(raw, market),
        data::coverage(raw, market),
        audit::audit_findings(&audit_of(raw), market),
        data::implied_and_realized_volatility(features, market),
        descriptive::correlation(&correlations, market),
        descriptive::predictors(sample, market),
        descriptive::hour_of_week(raw, "dvol", market),
        jumps::jump_detection(raw, "dvol", &results.jumps, market),
        jumps::jump_distributions(raw, &results.jumps),
        jump_tests::size_and_power(&results.simulated),
        jump_tests::event_study(&study, market),
        har::coefficients(&[table("HAR", 0.0), table("HAR, differenced", -0.2)], market),
        har::persistence_by_horizon(&results.by_horizon),
        training::training_history("jump_aware", &history()),
        training::scaling(&networks, &scores.0[0]),
        forecasts::predictions(&models[1], market),
        forecasts::predicted_against_actual(&models[1]),
        forecasts::next_forecast(
            known,
            "dvol",
            &forecasts::NextForecast {
                origin: known.last(),
                horizon: Horizon::hours(24),
                predicted: level + 0.4,
                intervals: &reaches,
            },
            market,
        ),
        comparison::model_comparison(scores, &compared.intervals),
        comparison::skill_over_time(&models[1..3], events),
        comparison::model_confidence_set(compared.model_confidence_set.as_ref().unwrap()),
        comparison::diebold_mariano(&compared.diebold_mariano),
        replication::protocol_steps(&steps, Some(2.57)),
        residuals::residual_diagnostics(&models[1]),
        residuals::residuals_by_regime("har", &dvol::evaluation::residual_groups(&models[1], &windows)),
        residuals::crisis_robustness(&models[..3], events),
        regimes::regimes(&results.regimes),
        intervals::reliability(&[promised("har", 0.04), promised("lstm", -0.02)]),
        intervals::coverage_over_time(&models[1], 0.8),
    ];
    let note = "config 1a2b3c4 \u{b7} data 5d6e7f8";
    all.into_iter().map(|figure| figure.unwrap().with_margin_note(note)).collect()
}

#[test]
fn every_figure_is_drawn_the_same_twice_and_hands_on_no_hourly_series() {
    let figures = drawn_twice(simulate(&Simulation::default()).unwrap());
    look_at(figures, "figures");
}

#[test]
fn every_figure_is_drawn_the_same_twice_on_the_real_series() {
    let Some(folder) = real::series() else { return };
    // Beside the build, not in the repository: figures of real data are for eyes only.
    look_at(drawn_twice(real_panel(&folder)), "figures_of_the_real_series");
}

fn drawn_twice(raw: Panel) -> Vec<Figure> {
    let results = results(raw);
    let figures = gallery(&results);
    let again = gallery(&results);
    for (figure, other) in figures.iter().zip(&again) {
        assert_eq!(figure.plot().to_string(), other.plot().to_string(), "{}", figure.name());
        for trace in figure.plot()["data"].as_array().unwrap() {
            let points = trace["y"].as_array().map_or(0, Vec::len);
            assert!(points < 3_000, "{}: {points} points", figure.name());
        }
        assert!(!figure.caption().contains("NaN"), "{}: {}", figure.name(), figure.caption());
    }
    figures
}

/// Writes figures beside the build: in every format where there is a browser, and then none is blank.
fn look_at(figures: Vec<Figure>, folder: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
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

/// An audit of a panel, whatever the manifest of the data set around it says.
fn audit_of(panel: &Panel) -> dvol::data::Audit {
    let simulation = Simulation { hours: 48, ..Simulation::default() };
    let dataset = Dataset::simulated(&simulation).expect("a data set").with_panel(panel.clone());
    dvol::data::audit(&dataset, None, &AuditLimits::default())
}
