//! The same numbers as PyTorch 2.13 (literals of `tests/oracles/make_lstm.py`).

use super::support::oracles::{self, oracle};
use dvol::Result;
use dvol::models::lstm::{Adam, Architecture, Network, Plateau};
use dvol::seed::Seed;
use std::process::Command;
use tch::{Device, Kind, Reduction, Tensor};

fn numbers(count: usize, shift: usize, scale: f64) -> Vec<f32> {
    (0..count).map(|k| ((((k * 7919 + shift) % 2001) as f64 - 1000.0) / scale) as f32).collect()
}

fn network() -> Result<Network> {
    let architecture =
        Architecture { features: 11, hidden_size: 16, num_layers: 3, layer_norm: false, outputs: 1 };
    Network::from_values(architecture, 0.0, &numbers(architecture.parameter_count(), 17, 3000.0), Device::Cpu)
}

fn batch(step: usize) -> (Tensor, Tensor) {
    let windows = Tensor::from_slice(&numbers(8 * 24 * 11, 31 * step + 5, 700.0)).view([8, 24, 11]);
    (windows, Tensor::from_slice(&numbers(8, 101 * step + 3, 500.0)))
}

#[test]
fn the_same_weights_and_inputs_give_pytorchs_outputs() -> Result<()> {
    let outputs = Vec::<f32>::try_from(network()?.forward(&batch(0).0)?.squeeze_dim(1)).expect("outputs");
    for (ours, theirs) in outputs.iter().zip(oracles::numbers(&oracle("lstm")["outputs"])) {
        assert!((f64::from(*ours) - theirs).abs() < 1e-6, "{ours} against {theirs}");
    }
    Ok(())
}

#[test]
fn ten_adam_steps_give_pytorchs_losses_and_gradient_norms() -> Result<()> {
    let (network, oracle) = (network()?, oracle("lstm"));
    let (losses, norms) = (oracles::numbers(&oracle["losses"]), oracles::numbers(&oracle["norms"]));
    let mut adam = Adam::new(network.flat(), 1e-5)?;
    for step in 0..losses.len() {
        let (windows, target) = batch(step);
        let outputs = network.forward_training(&windows, Seed::new(0))?.squeeze_dim(1);
        let loss = outputs.mse_loss(&target, Reduction::Mean);
        let gradient = network.gradient(&loss, &[])?;
        let norm = adam.step(network.flat(), &gradient, 1e-2, 1.0)?;
        let loss = loss.double_value(&[]);
        assert!((loss / losses[step] - 1.0).abs() < 1e-5, "step {step}: {loss} against {}", losses[step]);
        assert!((norm / norms[step] - 1.0).abs() < 1e-4, "step {step}: {norm} against {}", norms[step]);
    }
    Ok(())
}

#[test]
fn the_learning_rate_falls_when_pytorchs_does() {
    let oracle = oracle("lstm");
    let mut schedule = Plateau::new(1e-2);
    let rates: Vec<f64> = oracles::numbers(&oracle["plateau"]["observed"])
        .into_iter()
        .map(|loss| schedule.observe(loss))
        .collect();
    assert_eq!(rates, oracles::numbers(&oracle["plateau"]["rates"]));
}

/// Last states and the gradient of all parameters, by our LSTM and by libtorch's.
fn both(hidden: usize, layers: usize, batch: i64, time: i64) -> Result<[Vec<f32>; 2]> {
    let architecture =
        Architecture { features: 11, hidden_size: hidden, num_layers: layers, layer_norm: false, outputs: 1 };
    let values = numbers(architecture.parameter_count(), 17, 9000.0);
    let network = Network::from_values(architecture, 0.0, &values, Device::Cpu)?;
    let windows =
        Tensor::from_slice(&numbers((batch * time * 11) as usize, 5, 700.0)).view([batch, time, 11]);
    let gradient = |outputs: Tensor| network.gradient(&outputs.square().sum(Kind::Float), &[]);
    let ours = gradient(network.forward_training(&windows, Seed::new(0))?)?;

    let parameters = network.parameters();
    let order = (0..layers)
        .flat_map(|l| [2 * l, 2 * l + 1, 2 * (layers + l), 2 * (layers + l) + 1])
        .map(|i| &parameters[i]);
    let zero = Tensor::zeros([layers as i64, batch, hidden as i64], (Kind::Float, Device::Cpu));
    let weights: Vec<&Tensor> = order.collect();
    let (steps, _, _) = windows.lstm(&[&zero, &zero], &weights, true, layers as i64, 0.0, true, false, true);
    let head = &parameters[4 * layers..];
    let middle = steps.select(1, -1).linear(&head[0], Some(&head[1])).relu();
    let theirs = gradient(middle.linear(&head[2], Some(&head[3])))?;
    Ok([ours, theirs].map(|flat| Vec::<f32>::try_from(flat).expect("numbers")))
}

#[test]
fn our_lstm_has_libtorchs_gradient_for_any_shape() -> Result<()> {
    for (hidden, layers, batch, time) in [
        (2, 1, 1, 1),
        (6, 2, 5, 3),
        (16, 3, 32, 24),
        (70, 2, 33, 7),
        (130, 1, 17, 4),
        (128, 2, 16, 1),
        (20, 2, 70, 5),
    ] {
        let [ours, theirs] = both(hidden, layers, batch, time)?;
        let largest = theirs.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
        for (one, other) in ours.iter().zip(&theirs) {
            assert!((one - other).abs() <= 1e-5 * largest, "{hidden}x{layers}: {one} against {other}");
        }
    }
    Ok(())
}

#[test]
fn the_number_of_threads_changes_no_bit_of_the_gradient() -> Result<()> {
    // narrow networks are shared by rows of the batch, wide ones by hidden units where rows are few for the threads
    for (hidden, batch) in [(200, 32), (300, 32), (20, 100)] {
        let of = |threads: i32| {
            tch::set_num_threads(threads);
            both(hidden, 2, batch, 6).map(|[ours, _]| ours)
        };
        let (one, two, three) = (of(1)?, of(2)?, of(3)?);
        tch::set_num_threads(1);
        assert!(one == two && one == three, "{hidden}");
    }
    Ok(())
}

#[test]
fn without_avx512_all_of_this_holds_too() {
    // libtorch chooses its instruction set once a process
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child.args(["parity::", "--skip", "without_avx512"]).env("ATEN_CPU_CAPABILITY", "avx2");
    let run = child.output().expect("a child process");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("our_lstm_has_libtorchs_gradient"), "{said}");
}

#[test]
fn with_dropout_the_gradient_is_that_of_the_very_units_left_out() -> Result<()> {
    let architecture =
        Architecture { features: 11, hidden_size: 80, num_layers: 3, layer_norm: false, outputs: 1 };
    let values = numbers(architecture.parameter_count(), 17, 9000.0);
    let mut network = Network::from_values(architecture, 0.4, &values, Device::Cpu)?;
    let windows = Tensor::from_slice(&numbers(8 * 6 * 11, 5, 700.0)).view([8, 6, 11]);
    let seed = Seed::new(3);
    let loss = |network: &Network| -> Result<Tensor> {
        Ok(network.forward_training(&windows, seed)?.square().sum(Kind::Float))
    };
    let gradient = network.gradient(&loss(&network)?, &[])?;
    let start = network.flat().copy();
    let direction = &gradient / gradient.norm();
    let slope = (&gradient * &direction).sum(Kind::Double).double_value(&[]);
    let mut at = |step: f64| -> Result<f64> {
        network.assign(&(&start + &direction * step));
        Ok(loss(&network)?.double_value(&[]))
    };
    let measured = (at(2e-3)? - at(-2e-3)?) / 4e-3;
    assert!((measured / slope - 1.0).abs() < 0.01, "{measured} against {slope}");
    assert_ne!(at(0.0)?, network.forward(&windows)?.square().sum(Kind::Float).double_value(&[]));
    Ok(())
}
