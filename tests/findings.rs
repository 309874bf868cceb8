//! What chapters say they found: each number of a sentence is the result's own.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::artifacts::read_json;
use dvol::evaluation::{Comparison, Deflation, Metrics, MetricsTable};
use dvol::prelude::*;
use dvol::serde_json::from_str;
use std::path::Path;

fn scores(rows: &[(&str, f64, f64)]) -> MetricsTable {
    let row = |(model, rmse, skill): &(&str, f64, f64)| {
        format!(
            "{{\"model\":\"{model}\",\"horizon\":24,\"n\":99,\"rmse\":{rmse},\"mae\":1.0,\"bias\":0.0,\"skill\":{skill}}}"
        )
    };
    let rows: Vec<String> = rows.iter().map(row).collect();
    MetricsTable(from_str::<Vec<Metrics>>(&format!("[{}]", rows.join(","))).expect("scores"))
}

#[test]
fn the_smallest_error_is_named_with_its_skill_and_persistence_is_not_called_a_model_that_won() {
    assert_eq!(
        scores(&[("persistence", 2.0, 0.0), ("a", 1.9, 0.0975), ("b", 2.5, -0.5625)]).finding().to_string(),
        "Of 3 models a has the smallest error: RMSE 1.900, skill +9.8 % against persistence, 24 h ahead on 99 origins."
    );
    assert_eq!(
        scores(&[("persistence", 2.0, 0.0), ("b", 2.5, -0.5625)]).finding().to_string(),
        "None of 2 models has a smaller error than persistence: RMSE 2.000, 24 h ahead on 99 origins."
    );
    assert_eq!(scores(&[]).finding().to_string(), "No model was scored.");
}

#[test]
fn sizes_are_told_from_the_smallest_to_the_largest_whatever_their_order() {
    let table = scores(&[("persistence", 2.0, 0.0), ("large", 1.5, 0.4), ("small", 3.0, -1.0)]);
    let [persistence, large, small] = <[Metrics; 3]>::try_from(table.0).expect("three");
    let step = |parameters: usize, test: Metrics| dvol::study::ScalingStep {
        hidden_size: 4,
        num_layers: 1,
        parameters,
        epochs: 2,
        seconds_per_epoch: 1.0,
        test,
    };
    let study = ScalingStudy { steps: vec![step(900, large), step(30, small)], persistence };
    assert_eq!(
        study.finding().to_string(),
        "From 30 to 900 parameters the RMSE goes from 3.000 to 1.500; persistence, which has none, has 2.000, and 1 of 2 \
         sizes beat it."
    );
}

#[test]
fn recorded_results_say_what_their_files_hold() {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/backtest");
    let deflated: Deflation = read_json(&results.join("deflated.json")).expect("deflated.json");
    let said = deflated.finding().to_string();
    let bound = format!("the bound is {:.4}", deflated.bonferroni);
    for part in [deflated.best.as_str(), &format!("all {} configurations", deflated.trials), &bound] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(said.contains("does not stand"), deflated.bonferroni >= 0.05, "{said}");
    let compared: Comparison = read_json(&results.join("comparison.json")).expect("comparison.json");
    let better = compared.against("persistence").expect("tests").0;
    let better = better.iter().filter(|pair| pair.test.statistic > 0.0 && pair.test.p_value < 0.05).count();
    let rivals = compared.metrics.0.len() - 1;
    assert!(
        compared.finding().to_string().contains(&format!("{better} of {rivals} models beat persistence"))
    );
}
