//! Milliseconds a training step, alone and with two workers, and forecasts a second: `cargo bench --profile dev --bench
//! training`.
//!
//! `benches/peers/training.py` runs this and PyTorch in turns on one machine.
#![allow(clippy::unwrap_used)]

use dvol::models::Forecaster;
use dvol::models::lstm::{
    Control, LstmSpec, Normalisation, Observer, Place, Precision, StepRecord, Target, Trainer, Workers,
    device,
};
use dvol::panel::{Column, Panel};
use dvol::sample::Inputs;
use dvol::time::{Horizon, Timestamp};
use dvol::training::{follow_parent, spawn};
use std::fs::OpenOptions;
use std::io::Write;
use std::time::Instant;

const HOURS: usize = 6_000;
/// Hidden units, layers and batch: the thesis's networks, and those of its walk-forward.
const SHAPES: [(usize, usize, usize); 5] =
    [(128, 2, 32), (256, 3, 32), (512, 3, 32), (16, 1, 256), (32, 1, 256)];

/// Times every step; ends after the last.
struct Stopwatch {
    last: Instant,
    milliseconds: Vec<f64>,
    steps: usize,
}

impl Observer for Stopwatch {
    fn step(&mut self, _: &Trainer, _: &StepRecord) -> dvol::Result<Control> {
        self.milliseconds.push(self.last.elapsed().as_secs_f64() * 1e3);
        self.last = Instant::now();
        Ok(if self.milliseconds.len() >= self.steps { Control::Stop } else { Control::Continue })
    }
}

fn panel(features: &[String], hours: usize) -> Panel {
    let wave = |shift: usize| -> Vec<f64> {
        (0..hours)
            .map(|t| 60.0 + 5.0 * ((t + shift) as f64 / 50.0).sin() + ((t * 7919) % 97) as f64 / 50.0)
            .collect()
    };
    let start = Panel::new(Timestamp::from_hours(450_000), hours).unwrap();
    let panel = start.with(Column::known("dvol", wave(0))).unwrap();
    features.iter().enumerate().fold(panel, |panel, (position, name)| {
        panel.with(Column::known(name.as_str(), wave(position + 1))).unwrap()
    })
}

/// What is trained: on how many workers, and for how many steps.
struct Work {
    hidden_size: usize,
    num_layers: usize,
    batch_size: usize,
    workers: usize,
    steps: usize,
    device: String,
}

impl Work {
    /// Where this process computes: workers take a GPU each.
    fn device(&self) -> String {
        match Place::from_environment().unwrap() {
            Some(place) => device::of_worker(&self.device, place.local_rank, device::count()),
            None => self.device.clone(),
        }
    }

    fn spec(&self) -> LstmSpec {
        let half = std::env::args().any(|word| word == "--bfloat16");
        LstmSpec {
            precision: if half { Precision::Bfloat16 } else { Precision::Float32 },
            hidden_size: self.hidden_size,
            num_layers: self.num_layers,
            batch_size: self.batch_size / self.workers,
            epochs: 1_000,
            device: self.device(),
            ..LstmSpec::jump_aware()
        }
    }
}

/// A trainer on the inputs of `spec`.
fn trainer(spec: &LstmSpec) -> Trainer {
    let panel = panel(&spec.features, HOURS);
    let names: Vec<&str> = spec.features.iter().map(String::as_str).collect();
    let sample = Inputs::new(&panel, &names, "dvol", 24).unwrap().with_targets(Horizon::hours(24));
    let (train, validation) = LstmSpec::hold_out(&sample).unwrap();
    // As many as the original's loader is given.
    let train = train.keep(|origin| origin < train.inputs().origin(4096));
    // A short validation: an epoch's end must not fill the machine while another worker is timed.
    let validation = validation.keep(|origin| origin < validation.inputs().origin(64));
    Trainer::new(spec, &train, &validation).unwrap()
}

/// The peak memory of this process in MiB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
    peak.unwrap_or(f64::NAN) / 1024.0
}

/// The median, the fastest and (over every step, the first included) the mean step in milliseconds.
fn measure(work: &Work) -> [f64; 3] {
    let mut trainer = trainer(&work.spec());
    let steps = work.steps;
    if let Some(place) = Place::from_environment().unwrap() {
        let device = device::parse(&work.device()).unwrap();
        trainer = trainer.with_workers(Workers::meet(place, device).unwrap()).unwrap();
    }
    let mut watch = Stopwatch { last: Instant::now(), milliseconds: Vec::new(), steps };
    trainer.run(&mut watch).unwrap();
    let mean = watch.milliseconds.iter().sum::<f64>() / watch.milliseconds.len() as f64;
    let mut timed = watch.milliseconds.split_off((steps / 5).max(3).min(watch.milliseconds.len() - 1));
    timed.sort_by(f64::total_cmp);
    [timed[timed.len() / 2], timed[0], mean]
}

/// Milliseconds that forecasts of so many origins take, median and fastest of `steps` times.
fn forecasts(work: &Work, origins: usize) -> [f64; 3] {
    // Units of the training fold, as the walk-forward's networks have them.
    let spec =
        LstmSpec { normalisation: Normalisation::TrainingFold, target: Target::LogRatio, ..work.spec() };
    let mut trainer = trainer(&spec);
    let mut watch = Stopwatch { last: Instant::now(), milliseconds: Vec::new(), steps: 1 };
    let ending = trainer.run(&mut watch).unwrap();
    let (model, _) = trainer.finish(ending).unwrap();
    let panel = panel(&spec.features, origins + spec.sequence_length - 1);
    let names: Vec<&str> = spec.features.iter().map(String::as_str).collect();
    let inputs = Inputs::new(&panel, &names, "dvol", spec.sequence_length).unwrap();
    assert_eq!(inputs.len(), origins);
    let mut milliseconds: Vec<f64> = (0..work.steps)
        .map(|_| {
            let start = Instant::now();
            assert_eq!(model.predict(&inputs).unwrap().point.len(), origins);
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    milliseconds.sort_by(f64::total_cmp);
    let mean = milliseconds.iter().sum::<f64>() / milliseconds.len() as f64;
    [milliseconds[milliseconds.len() / 2], milliseconds[0], mean]
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let number = |name: &str| -> Option<usize> {
        let position = arguments.iter().position(|word| word == name)?;
        arguments.get(position + 1)?.parse().ok()
    };
    let text = |name: &str| -> Option<&String> {
        arguments.get(arguments.iter().position(|word| word == name)? + 1)
    };
    let steps = number("--steps").unwrap_or(40);
    let out = text("--out")
        .cloned()
        .unwrap_or_else(|| std::env::temp_dir().join("dvol_training.jsonl").display().to_string());
    if let (Some(hidden), Some(layers), Some(workers)) =
        (number("--hidden"), number("--layers"), number("--workers"))
    {
        if workers > 1 && std::env::var_os("RANK").is_none() {
            return spawn(&std::env::current_exe().unwrap(), &arguments, workers, true, |_| {}).unwrap();
        }
        follow_parent();
        let batch_size = number("--batch").unwrap_or(32);
        let device = text("--device").cloned().unwrap_or_else(|| "cpu".to_owned());
        let work = Work { hidden_size: hidden, num_layers: layers, batch_size, workers, steps, device };
        let [milliseconds, fastest, mean] = match number("--predict") {
            Some(origins) => forecasts(&work, origins),
            None => measure(&work),
        };
        if std::env::var("RANK").is_ok_and(|rank| rank != "0") {
            return;
        }
        let line = serde_json::json!({
            "network": format!("{hidden}x{layers}"), "workers": workers,
            "milliseconds": milliseconds, "fastest": fastest, "mean": mean, "peak_rss_mib": peak(),
        });
        let mut file = OpenOptions::new().create(true).append(true).open(&out).unwrap();
        writeln!(file, "{line}").unwrap();
        println!("{line}");
        return;
    }
    for (hidden, layers, batch) in SHAPES {
        for workers in [1, 2] {
            let mut child = std::process::Command::new(std::env::current_exe().unwrap());
            child.args(["--hidden", &hidden.to_string(), "--layers", &layers.to_string()]);
            child.args(["--batch", &batch.to_string()]);
            child.args(["--workers", &workers.to_string(), "--steps", &steps.to_string(), "--out", &out]);
            assert!(child.status().unwrap().success());
        }
    }
}
