//! Scores of forecasts.

use super::support::agreement::close;
use super::support::oracles::oracle;
use super::{series, value};
use dvol::evaluation::mean_absolute_scaled_error;

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
