//! Failures inside the shim reach Rust as errors: the process lives, no thread waits, and the next pass is right.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use dvol::models::lstm::{Architecture, Fault, FaultKind, Network};
use dvol::seed::Seed;
use dvol::{Error, Result};
use std::sync::{Mutex, PoisonError};
use tch::{Device, Kind, Tensor};

// libtorch has one number of threads a process.
static THREADS: Mutex<()> = Mutex::new(());

const HOURS: i64 = 5;
const BATCH: i64 = 8;
const FEATURES: usize = 3;
const LAYERS: usize = 2;

/// Three panels of hidden units, so that three threads have something to do.
fn network() -> Result<Network> {
    network_of(160)
}

fn network_of(hidden_size: usize) -> Result<Network> {
    let architecture =
        Architecture { features: FEATURES, hidden_size, num_layers: LAYERS, layer_norm: false, outputs: 1 };
    Network::new(architecture, 0.2, false, Seed::new(1), Device::Cpu)
}

fn windows() -> Tensor {
    windows_of(BATCH)
}

fn windows_of(batch: i64) -> Tensor {
    let count = batch * HOURS * FEATURES as i64;
    let values = Tensor::arange(count, (Kind::Float, Device::Cpu)) / count as f64;
    values.sin().view([batch, HOURS, FEATURES as i64])
}

fn gradient(network: &Network) -> Result<Vec<f32>> {
    let loss = network.forward_training(&windows(), Seed::new(2))?.sum(Kind::Float);
    Ok(Vec::try_from(network.gradient(&loss, &[])?).expect("numbers"))
}

/// Runs a body with so many threads, on a thread of its own: what a pass remembers of a crowded machine is forgotten.
fn with_threads(count: i32, body: impl FnOnce() -> Result<()> + Send) -> Result<()> {
    let _alone = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        let worker = scope.spawn(move || {
            tch::set_num_threads(count);
            body()
        });
        worker.join().expect("no panic")
    })
}

fn said(result: Result<impl std::fmt::Debug>) -> String {
    let error = result.expect_err("a failure");
    assert!(matches!(error, Error::Internal { .. }), "{error}");
    assert_eq!(error.exit_code(), 1, "{error}");
    error.to_string()
}

#[test]
fn a_forward_pass_that_fails_in_any_thread_and_stage_is_an_error_and_the_next_pass_is_right() -> Result<()> {
    for threads in 1..=3 {
        with_threads(threads, || {
            let network = network()?;
            let right = Vec::<f32>::try_from(network.forward(&windows())?.view([-1])).expect("numbers");
            for thread in 0..threads as usize {
                for stage in 0..LAYERS * (2 + HOURS as usize) {
                    // A thread of its own for each: the pass before must not make this one run alone.
                    let failed = std::thread::scope(|scope| {
                        let (network, windows) = (self::network()?, windows());
                        let pass = scope.spawn(move || {
                            tch::set_num_threads(threads);
                            Fault { thread, stage, kind: FaultKind::OutOfMemory }.arm()?;
                            let failed = network.forward(&windows);
                            let next = network.forward(&windows)?;
                            Ok::<_, Error>((failed.map(|_| ()), Vec::<f32>::try_from(next.view([-1]))))
                        });
                        pass.join().expect("no panic")
                    });
                    let (failed, next) = failed?;
                    assert_eq!(said(failed), "the LSTM: out of memory", "thread {thread}, stage {stage}");
                    assert_eq!(next.expect("numbers"), right, "thread {thread}, stage {stage}");
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn a_backward_pass_that_fails_in_any_thread_is_an_error_and_the_next_pass_is_right() -> Result<()> {
    // One for scratch; a layer has one for its weights, one an hour, two for its gradients; two lead down.
    let stages = 1 + LAYERS * (3 + HOURS as usize) + 2 * (LAYERS - 1);
    for threads in 1..=3 {
        let mut right = Vec::new();
        with_threads(threads, || {
            right = gradient(&network()?)?;
            Ok(())
        })?;
        for thread in 0..threads as usize {
            for stage in 0..stages {
                with_threads(threads, || {
                    let network = network()?;
                    let loss = network.forward_training(&windows(), Seed::new(2))?.sum(Kind::Float);
                    Fault { thread, stage, kind: FaultKind::FailedCheck }.arm()?;
                    let message = said(network.gradient(&loss, &[]));
                    assert!(message.contains("a failure on purpose"), "{thread}, {stage}: {message}");
                    assert_eq!(gradient(&network)?, right, "thread {thread}, stage {stage}");
                    Ok(())
                })?;
            }
        }
    }
    Ok(())
}

#[test]
fn forecasts_of_many_windows_that_fail_in_any_thread_are_an_error_and_the_next_ones_are_right() -> Result<()>
{
    // A narrow network's threads take windows in turns.
    let forecasts = |network: &Network| network.forward(&windows_of(200));
    let values = |outputs: Tensor| Vec::<f32>::try_from(outputs.view([-1])).expect("numbers");
    let mut right = Vec::new();
    for threads in 1..=3 {
        for thread in 0..threads as usize {
            with_threads(threads, || {
                let network = network_of(16)?;
                Fault { thread, stage: 0, kind: FaultKind::OutOfMemory }.arm()?;
                assert_eq!(
                    said(forecasts(&network)),
                    "the LSTM: out of memory",
                    "thread {thread} of {threads}"
                );
                right.push(values(forecasts(&network)?));
                Ok(())
            })?;
        }
    }
    assert!(right.windows(2).all(|pair| pair[0] == pair[1]));
    Ok(())
}

#[test]
fn results_are_the_same_bits_for_any_number_of_threads() -> Result<()> {
    let mut all = Vec::new();
    for threads in 1..=3 {
        with_threads(threads, || {
            all.push(gradient(&network()?)?);
            Ok(())
        })?;
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
    Ok(())
}

#[test]
fn a_fault_in_a_thread_that_is_not_there_strikes_nothing_and_is_gone_after_a_pass() -> Result<()> {
    with_threads(1, || {
        let network = network()?;
        Fault { thread: 7, stage: 0, kind: FaultKind::OutOfMemory }.arm()?;
        drop(network.forward(&windows())?);
        Fault { thread: 0, stage: 10_000, kind: FaultKind::OutOfMemory }.arm()?;
        drop(network.forward(&windows())?);
        drop(network.forward(&windows())?);
        Ok(())
    })
}

#[test]
fn a_wrong_input_is_an_error_in_libtorch_s_words() -> Result<()> {
    with_threads(1, || {
        let message = said(network()?.forward(&windows().to_kind(Kind::Double)));
        assert!(message.starts_with("the LSTM: expected scalar type Float"), "{message}");
        Ok(())
    })
}

#[test]
fn every_entry_of_the_shim_goes_through_the_one_guard() {
    let text = include_str!("../shim/shim.cpp");
    let entries = text.split_once("extern \"C\" {").expect("C functions").1;
    let bodies: Vec<&str> = entries.split("\nint dvol_").skip(1).collect();
    assert_eq!(bodies.len(), entries.matches(" dvol_").count(), "a function that returns no status");
    for body in bodies {
        let (head, rest) = body.split_once("{\n").expect("a body");
        assert!(rest.starts_with("  return guarded({message, capacity}, "), "dvol_{head}");
    }
}
