//! Hamilton's filter and Kim's smoother for two states.

use super::markov_switching::StateParameters;
use std::f64::consts::PI;

/// What the data say about the states, given parameters. Shapes: (time, state).
pub(super) struct Inference {
    /// `P(state at t | data up to t)`.
    pub(super) filtered: Vec<[f64; 2]>,
    /// `P(state at t | data up to t - 1)`.
    pub(super) predicted: Vec<[f64; 2]>,
    pub(super) log_likelihood: f64,
}

/// Runs the filter; a null observation only moves the prediction on.
///
/// `transition[from][to]`; the first prediction is the chain's stationary distribution.
pub(super) fn filter(series: &[f64], states: &[StateParameters; 2], transition: &[[f64; 2]; 2]) -> Inference {
    let leave = [transition[0][1], transition[1][0]];
    let stationary = leave[1] / (leave[0] + leave[1]);
    let mut prediction = if stationary.is_finite() { [stationary, 1.0 - stationary] } else { [0.5, 0.5] };
    let scale = states.map(|state| (0.5 / state.variance, -0.5 * (2.0 * PI * state.variance).ln()));
    let mut inference = Inference {
        filtered: Vec::with_capacity(series.len()),
        predicted: Vec::with_capacity(series.len()),
        log_likelihood: 0.0,
    };
    for &value in series {
        inference.predicted.push(prediction);
        let mut present = prediction;
        if !value.is_nan() {
            let log_density = |state: usize| {
                scale[state].1 - scale[state].0 * (value - states[state].mean) * (value - states[state].mean)
            };
            let logs = [log_density(0), log_density(1)];
            // relative to the larger density: an outlier underflows one state, never both
            let largest = logs[0].max(logs[1]);
            let joint =
                [prediction[0] * (logs[0] - largest).exp(), prediction[1] * (logs[1] - largest).exp()];
            let total = joint[0] + joint[1];
            if total > 0.0 {
                present = [joint[0] / total, joint[1] / total];
            }
            inference.log_likelihood += total.ln() + largest;
        }
        inference.filtered.push(present);
        let next = |to: usize| present[0] * transition[0][to] + present[1] * transition[1][to];
        prediction = [next(0), next(1)];
    }
    inference
}

/// `P(state at t | all data)`, and the expected numbers of moves `[from][to]`.
pub(super) fn smooth(inference: &Inference, transition: &[[f64; 2]; 2]) -> (Vec<[f64; 2]>, [[f64; 2]; 2]) {
    let mut smoothed = inference.filtered.clone();
    let mut moves = [[0.0; 2]; 2];
    for t in (0..smoothed.len().saturating_sub(1)).rev() {
        let (filtered, predicted) = (inference.filtered[t], inference.predicted[t + 1]);
        let ahead = smoothed[t + 1];
        let mut present = [0.0; 2];
        for from in 0..2 {
            for to in 0..2 {
                if predicted[to] > 0.0 {
                    let joint = filtered[from] * transition[from][to] * ahead[to] / predicted[to];
                    present[from] += joint;
                    moves[from][to] += joint;
                }
            }
        }
        smoothed[t] = present;
    }
    (smoothed, moves)
}
