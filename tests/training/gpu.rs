//! A network on a GPU does what it does on the CPU. Where libtorch sees no GPU, asking for one is refused.

use super::command::{command, laboratory};
use super::support::command::Run;
use super::{HOURS, fit, panel, sample_of, small};
use dvol::Result;
use dvol::models::Forecaster;
use dvol::models::lstm::{
    Architecture, FittedLstm, LstmSpec, Network, Place, Precision, Settings, Trainer, Workers, device,
};
use dvol::seed::Seed;
use dvol::training::free_port;
use tch::{Device, Kind, Tensor};

/// The first GPU, or, after a look at the refusal, none.
fn gpu() -> Option<Device> {
    match device::parse("cuda") {
        Ok(found) => Some(found),
        Err(error) => {
            let said = error.to_string();
            assert!(device::count() == 0 && said.contains("libtorch sees 0 GPUs"), "{said}");
            None
        }
    }
}

/// A network wider than a GPU's tiles; with dropout between its layers.
fn wide(device: &str) -> LstmSpec {
    let settings = Settings {
        hidden_size: Some(48),
        num_layers: Some(2),
        device: Some(device.to_owned()),
        ..Settings::default()
    };
    small("jump_aware").with(&settings).expect("settings in range")
}

fn trained(spec: &LstmSpec) -> Result<Trainer> {
    let sample = sample_of(&panel(HOURS), spec);
    let (train, validation) = LstmSpec::hold_out(&sample)?;
    let mut trainer = Trainer::new(spec, &train, &validation)?;
    trainer.run(&mut ())?;
    Ok(trainer)
}

/// Largest difference, in units of the largest number.
fn apart(one: &[f32], other: &[f32]) -> f32 {
    let largest = other.iter().fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
    one.iter().zip(other).fold(0.0_f32, |most, (a, b)| most.max((a - b).abs())) / largest
}

#[test]
fn outputs_and_gradients_are_those_of_the_cpu() -> Result<()> {
    let Some(gpu) = gpu() else { return Ok(()) };
    for (hidden, layers, batch, time) in [(2, 1, 1, 1), (16, 3, 32, 24), (70, 2, 33, 7), (128, 2, 16, 24)] {
        let architecture = Architecture {
            features: 11,
            hidden_size: hidden,
            num_layers: layers,
            layer_norm: false,
            outputs: 1,
        };
        let count = (batch * time * 11) as usize;
        let values: Vec<f32> = (0..count).map(|k| ((k * 7919) % 2001) as f32 / 1000.0 - 1.0).collect();
        let windows = Tensor::from_slice(&values).view([batch, time, 11]);
        let on = |place: Device| -> Result<[Vec<f32>; 2]> {
            let network = Network::new(architecture, 0.0, false, Seed::new(5), place)?;
            let windows = windows.to_device(place);
            let outputs = network.forward(&windows)?;
            let loss = network.forward_training(&windows, Seed::new(0))?.square().sum(Kind::Float);
            let gradient = network.gradient(&loss, &[])?;
            Ok([outputs, gradient]
                .map(|found| Vec::try_from(found.view([-1]).to_device(Device::Cpu)).expect("numbers")))
        };
        let ([outputs, gradient], [expected, slope]) = (on(gpu)?, on(Device::Cpu)?);
        // cuDNN multiplies with TF32's ten bits, as PyTorch lets it.
        assert!(apart(&outputs, &expected) < 2e-3, "{hidden}x{layers}: {}", apart(&outputs, &expected));
        assert!(apart(&gradient, &slope) < 1e-2, "{hidden}x{layers}: {}", apart(&gradient, &slope));
    }
    Ok(())
}

#[test]
fn without_dropout_training_goes_the_way_it_goes_on_the_cpu() -> Result<()> {
    if gpu().is_none() {
        return Ok(());
    }
    let losses = |device: &str| -> Result<Vec<f64>> {
        let spec = LstmSpec { dropout: 0.0, ..wide(device) };
        Ok(trained(&spec)?.epochs().iter().map(|epoch| epoch.validation_loss).collect())
    };
    for (ours, expected) in losses("cuda")?.iter().zip(losses("cpu")?) {
        assert!((ours / expected - 1.0).abs() < 0.05, "{ours} against {expected}");
    }
    Ok(())
}

#[test]
fn the_same_seed_leaves_the_same_units_out_each_time() -> Result<()> {
    if gpu().is_none() {
        return Ok(());
    }
    let weights = || trained(&wide("cuda"))?.network().values();
    let (first, second) = (weights()?, weights()?);
    assert!(apart(&first, &second) < 1e-3, "{}", apart(&first, &second));
    let other = trained(&LstmSpec { seed: Seed::new(7), ..wide("cuda") })?.network().values()?;
    assert!(apart(&first, &other) > 1e-2);
    Ok(())
}

#[test]
fn half_precision_trains_on_it() -> Result<()> {
    if gpu().is_none() {
        return Ok(());
    }
    let loss = |precision| -> Result<f64> {
        let trainer = trained(&LstmSpec { dropout: 0.0, precision, ..wide("cuda") })?;
        Ok(trainer.epochs().last().expect("an epoch").validation_loss)
    };
    let (half, single) = (loss(Precision::Bfloat16)?, loss(Precision::Float32)?);
    assert!((half / single - 1.0).abs() < 0.2, "{half} against {single}");
    Ok(())
}

#[test]
fn a_model_trained_there_forecasts_anywhere() -> Result<()> {
    if gpu().is_none() {
        return Ok(());
    }
    let (fitted, _, sample) = fit(&wide("cuda"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.safetensors");
    fitted.save(&path, "", serde_json::Value::Null)?;
    let there = fitted.predict(sample.inputs())?.point;
    let (model, _) = FittedLstm::load(&path, "cpu")?;
    let here = model.predict(sample.inputs())?.point;
    for (one, other) in there.iter().zip(&here) {
        assert!((one / other - 1.0).abs() < 2e-3, "{one} against {other}");
    }
    Ok(())
}

#[test]
fn nccl_carries_the_gradients() -> Result<()> {
    let Some(gpu) = gpu() else { return Ok(()) };
    let spec = LstmSpec { dropout: 0.0, ..wide("cuda") };
    let alone = trained(&spec)?.network().values()?;
    let sample = sample_of(&panel(HOURS), &spec);
    let (train, validation) = LstmSpec::hold_out(&sample)?;
    let place = Place { rank: 0, local_rank: 0, world: 1, host: "127.0.0.1".to_owned(), port: free_port()? };
    let mut trainer = Trainer::new(&spec, &train, &validation)?.with_workers(Workers::meet(place, gpu)?)?;
    trainer.run(&mut ())?;
    let together = trainer.network().values()?;
    assert!(apart(&together, &alone) < 1e-3, "{}", apart(&together, &alone));
    Ok(())
}

#[test]
fn more_workers_than_gpus_are_refused_with_the_number_of_gpus() {
    let folder = laboratory();
    let workers = (device::count() + 1).max(2).to_string();
    let words = ["train", "rolling", "--device", "cuda", "--workers", &workers, "--epochs", "1"];
    let run: Run = command(folder.path(), &words).output().expect("the dvol binary").into();
    let said = run.refusal();
    assert!(said.contains(&format!("libtorch sees {} GPUs", device::count())), "{said}");
}
