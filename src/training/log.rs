//! The log that `tail -f` follows, and its twin for programs.

use super::files::Files;
use crate::error::{Error, Result};
use crate::models::lstm::{Control, EpochRecord, Observer, Trainer};
use crate::time::Timestamp;
use serde_json::{Value, json};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::time::SystemTime;

// The original's habit: a line every second epoch.
const EVERY: usize = 2;

/// `results/logs/current_training.log` and `.jsonl`.
#[derive(Debug)]
pub(super) struct Log {
    text: (PathBuf, File),
    lines: (PathBuf, File),
}

impl Log {
    /// Opens both files, empty, or at their end when a run is resumed.
    pub(super) fn open(files: &Files) -> Result<Self> {
        fs::create_dir_all(&files.logs).map_err(Error::io(&files.logs))?;
        let open = |path: PathBuf| -> Result<(PathBuf, File)> {
            let mut options = OpenOptions::new();
            options.create(true).append(files.resume).write(true).truncate(!files.resume);
            let file = options.open(&path).map_err(Error::io(&path))?;
            Ok((path, file))
        };
        Ok(Self { text: open(files.log())?, lines: open(files.json_lines())? })
    }

    /// One line in the log.
    pub(super) fn say(&mut self, message: &str) -> Result<()> {
        let line = format!("{} {message}\n", now());
        self.text.1.write_all(line.as_bytes()).map_err(Error::io(&self.text.0))
    }

    /// One object in the JSON lines.
    pub(super) fn record(&mut self, kind: &str, value: Value) -> Result<()> {
        let line = json!({ "time": now(), "event": kind, "data": value });
        self.lines.1.write_all(format!("{line}\n").as_bytes()).map_err(Error::io(&self.lines.0))
    }
}

/// The present, in UTC, to the second.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(since.as_secs() as i64 * 1000)
}

/// An epoch in one line.
pub(super) fn line(record: &EpochRecord, epochs: usize) -> String {
    format!(
        "epoch {}/{epochs} train {:.5} validation {:.5} rmse {:.3} skill {:+.2} % lr {:e} norm {:.3} {:.1} s{}",
        record.epoch,
        record.train_loss,
        record.validation_loss,
        record.validation_rmse,
        100.0 * record.validation_skill,
        record.lr,
        record.gradient_norm,
        record.seconds,
        if record.best { " *" } else { "" }
    )
}

impl Observer for Log {
    fn epoch(&mut self, trainer: &Trainer, record: &EpochRecord) -> Result<Control> {
        let epochs = trainer.spec().epochs;
        if record.epoch.is_multiple_of(EVERY) || record.epoch == 1 || record.epoch == epochs {
            self.say(&line(record, epochs))?;
        }
        let value = serde_json::to_value(record).map_err(Error::internal("writing the log"))?;
        self.record("epoch", value)?;
        Ok(Control::Continue)
    }

    fn note(&mut self, message: &str) -> Result<()> {
        self.say(message)?;
        self.record("note", json!(message))
    }
}
