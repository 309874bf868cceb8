//! Checkpoints, resumed runs, logs.

use super::{HOURS, fit, panel, sample_of, small};
use dvol::Result;
use dvol::models::Forecaster;
use dvol::models::lstm::{Control, EpochRecord, FittedLstm, LstmSpec, Observer, StepRecord, Trainer};
use dvol::training::EventFile;
use std::fs;
use std::path::Path;

fn error_of(path: &Path) -> String {
    FittedLstm::load(path, "cpu").expect_err("a broken checkpoint").to_string()
}

#[test]
fn a_checkpoint_gives_back_the_same_forecasts() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("models/small.safetensors");
    let (fitted, _, sample) = fit(&small("jump_aware"));
    fitted.save(&path, "abc", serde_json::json!({"rmse": 1.5}))?;
    let (loaded, card) = FittedLstm::load(&path, "cpu")?;
    assert_eq!(card.data_sha256, "abc");
    assert_eq!(card.metrics["rmse"], 1.5);
    assert_eq!(loaded.predict(sample.inputs())?, fitted.predict(sample.inputs())?);
    Ok(())
}

#[test]
fn a_checkpoint_holds_pytorchs_parameter_names_and_nothing_else() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("small.safetensors");
    fit(&small("rolling")).0.save(&path, "", serde_json::Value::Null)?;
    let bytes = fs::read(&path).expect("the file");
    let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
    let mut names: Vec<String> = tensors.names().into_iter().map(ToString::to_string).collect();
    names.sort();
    let mut expected: Vec<String> =
        ["fc1.bias", "fc1.weight", "fc2.bias", "fc2.weight"].map(str::to_owned).into();
    for layer in 0..2 {
        for kind in ["bias_hh", "bias_ih", "weight_hh", "weight_ih"] {
            expected.push(format!("lstm.{kind}_l{layer}"));
        }
    }
    expected.sort();
    assert_eq!(names, expected);
    assert_eq!(tensors.tensor("lstm.weight_ih_l0").expect("a tensor").shape(), [24, 7]);
    Ok(())
}

#[test]
fn a_truncated_tampered_or_foreign_checkpoint_is_refused_with_its_reason() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("small.safetensors");
    fit(&small("rolling")).0.save(&path, "", serde_json::Value::Null)?;
    let whole = fs::read(&path).expect("the file");
    let card = fs::read_to_string(path.with_extension("json")).expect("the card");

    fs::write(&path, &whole[..whole.len() - 7]).expect("a write");
    assert!(error_of(&path).contains("cut short"), "{}", error_of(&path));

    let mut flipped = whole.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    fs::write(&path, &flipped).expect("a write");
    assert!(error_of(&path).contains("SHA-256 differs"), "{}", error_of(&path));

    // The card sits in the header: one letter of it changed.
    let position = String::from_utf8_lossy(&whole).find("batch_size").expect("the card");
    let mut edited = whole.clone();
    edited[position] = b'B';
    fs::write(&path, &edited).expect("a write");
    assert!(error_of(&path).contains("SHA-256 differs"), "{}", error_of(&path));

    fs::write(&path, b"PK\x03\x04 a pickle in a zip").expect("a write");
    assert!(error_of(&path).contains("not a whole safetensors file"), "{}", error_of(&path));

    let bytes = 1f32.to_le_bytes();
    let view =
        safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![1], &bytes).expect("a view");
    let foreign = safetensors::serialize([("weight", view)], None).expect("a foreign file");
    fs::write(&path, foreign).expect("a write");
    assert!(error_of(&path).contains("dvol did not write"), "{}", error_of(&path));

    fs::write(&path, &whole).expect("a write");
    fs::write(path.with_extension("json"), card.replace("\"hidden_size\": 6", "\"hidden_size\": 7"))
        .expect("a write");
    assert!(error_of(&path).contains("differs from the card"), "{}", error_of(&path));
    Ok(())
}

#[test]
fn a_write_that_was_stopped_between_checkpoint_and_card_leaves_a_model_however_often() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let (fitted, ..) = fit(&small("rolling"));
    for name in ["a", "b", "c"] {
        fitted.save(&place(&format!("{name}.safetensors")), name, serde_json::Value::Null)?;
    }
    let put = |from: &str, to: &str| fs::copy(place(from), place(to)).expect("a copy");
    let loaded = || FittedLstm::load(&place("a.safetensors"), "cpu").map(|(_, card)| card.data_sha256);
    // b over a: its card waits, then its weights are in place
    put("b.json", "a.next.json");
    assert_eq!(loaded()?, "a");
    put("b.safetensors", "a.safetensors");
    assert_eq!(loaded()?, "b");
    // c over both, whole
    fitted.save(&place("a.safetensors"), "c", serde_json::Value::Null)?;
    assert_eq!(loaded()?, "c");
    assert!(!place("a.next.json").exists());
    Ok(())
}

/// Stops after so many steps, having saved the state.
struct StopAfter<'a>(usize, &'a Path);

impl Observer for StopAfter<'_> {
    fn step(&mut self, trainer: &Trainer, _: &StepRecord) -> Result<Control> {
        self.0 -= 1;
        if self.0 == 0 {
            trainer.save_state(self.1)?;
            return Ok(Control::Stop);
        }
        Ok(Control::Continue)
    }

    fn epoch(&mut self, _: &Trainer, _: &EpochRecord) -> Result<Control> {
        Ok(Control::Continue)
    }
}

#[test]
fn a_run_resumed_in_the_middle_of_an_epoch_ends_with_the_same_bits() -> Result<()> {
    tch::set_num_threads(1);
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state.safetensors");
    let spec = LstmSpec { epochs: 4, dropout: 0.3, ..small("jump_aware") };
    let sample = sample_of(&panel(HOURS), &spec);
    let (train, validation) = LstmSpec::hold_out(&sample)?;
    let (whole, history) = spec.fit(&train, &validation, &mut ())?;
    let mut first = Trainer::new(&spec, &train, &validation)?;
    let steps = first.steps();
    first.run(&mut StopAfter(2 * steps + steps / 2, &state))?;
    let mut second = Trainer::resume(&spec, &train, &validation, &state)?;
    assert_eq!(second.epochs().len(), 2);
    let ending = second.run(&mut ())?;
    let (resumed, resumed_history) = second.finish(ending)?;
    assert_eq!(resumed.weights()?, whole.weights()?);
    let losses = |h: &dvol::models::lstm::History| -> Vec<(f64, f64)> {
        h.epochs.iter().map(|epoch| (epoch.train_loss, epoch.validation_loss)).collect()
    };
    assert_eq!(losses(&resumed_history), losses(&history));
    Ok(())
}

#[test]
fn a_state_is_resumed_on_the_same_settings_and_data_only() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state.safetensors");
    let spec = small("rolling");
    let sample = sample_of(&panel(HOURS), &spec);
    let (train, validation) = LstmSpec::hold_out(&sample)?;
    let mut trainer = Trainer::new(&spec, &train, &validation)?;
    trainer.run(&mut StopAfter(3, &state))?;
    let other = LstmSpec { lr: 0.25, ..spec.clone() };
    let error = Trainer::resume(&other, &train, &validation, &state).expect_err("another rate").to_string();
    assert!(error.contains("lr = 0.005, now 0.25"), "{error}");
    let shorter = train.known_by(train.inputs().origin(train.len() - 100));
    let error = Trainer::resume(&spec, &shorter, &validation, &state).expect_err("other data").to_string();
    assert!(error.contains("other data"), "{error}");
    let longer = LstmSpec { epochs: 9, ..spec };
    assert_eq!(Trainer::resume(&longer, &train, &validation, &state)?.spec().epochs, 9);
    Ok(())
}

#[test]
fn an_event_file_has_valid_checksums_and_the_scalars_written() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut events = EventFile::create(folder.path())?;
    events.scalar("loss/train", 300, 0.25)?;
    drop(events);
    let path =
        fs::read_dir(folder.path()).expect("a folder").next().expect("a file").expect("an entry").path();
    let bytes = fs::read(path).expect("the file");
    let masked = |bytes: &[u8]| crc32c::crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8);
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let mut records = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes")) as usize;
        assert_eq!(number(at + 8), masked(&bytes[at..at + 8]));
        let event = &bytes[at + 12..at + 12 + length];
        assert_eq!(number(at + 12 + length), masked(event));
        records.push(event.to_vec());
        at += 16 + length;
    }
    assert_eq!(records.len(), 2);
    assert!(records[0].windows(13).any(|part| part == b"brain.Event:2"));
    let mut scalar = b"\x0a\x0aloss/train\x15".to_vec();
    scalar.extend(0.25f32.to_le_bytes());
    assert!(records[1].windows(scalar.len()).any(|part| part == scalar));
    assert!(records[1].windows(3).any(|part| part == [0x10, 0xac, 0x02]), "step 300 as a varint");
    Ok(())
}
