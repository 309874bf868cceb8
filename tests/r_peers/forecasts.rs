//! Scores of forecasts.

use super::support::agreement::close;
use super::support::oracles::oracle;
use super::support::samples::{forecast, time};
use super::{series, value};
use dvol::evaluation::{Forecasts, Loss, diebold_mariano, mean_absolute_scaled_error};
use dvol::regression::Kernel;
use dvol::time::{Horizon, Timestamp};

/// Hourly forecasts so many hours ahead.
fn forecasts(model: &str, horizon: u32, actual: &[f64], predicted: &[f64]) -> Forecasts {
    let start = time("2021-04-23");
    let records = actual.iter().zip(predicted).enumerate().map(|(hour, (actual, predicted))| {
        let origin = Timestamp::from_hours(start.hours() + hour as i64);
        forecast(origin, Horizon::hours(horizon), [1.0, *predicted, *actual])
    });
    Forecasts::new(model, records).unwrap()
}

#[test]
fn diebold_and_mariano_s_test_is_that_of_forecast() {
    let document = oracle("r_forecasts");
    let column = |name: &str| series(&document["inputs"][name]);
    let actual = column("actual");
    for h in [1, 4, 24] {
        let of = |model: &str| forecasts(model, h, &actual, &column(model));
        for (kernel, estimator) in [(Kernel::Rectangular, "acf"), (Kernel::Bartlett, "bartlett")] {
            for (power, loss) in [(1, Loss::Mae), (2, Loss::Mse)] {
                let case = format!("dm_{h}_{estimator}_{power}");
                let expected = value(&document, &case);
                let own = diebold_mariano(&of("first"), &of("second"), loss, kernel).unwrap();
                close(&case, own.statistic, &expected["statistic"], 1e-9);
                close(&case, own.p_value, &expected["p_value"], 1e-6);
            }
        }
    }
}

#[test]
fn scaled_errors_are_those_of_forecast_s_accuracy() {
    let document = oracle("r_forecasts");
    let column = |name: &str| series(&document["inputs"][name]);
    let actual = column("actual");
    for model in ["first", "second"] {
        let predicted = column(model);
        for season in [1, 24] {
            let case = format!("accuracy_{model}_{season}");
            let (known, future) = actual.split_at(180);
            let own = mean_absolute_scaled_error(future, &predicted[180..], known, season).unwrap();
            close(&case, own, &value(&document, &case)["test"]["MASE"], 1e-9);
        }
    }
}
