//! TensorBoard event files, written without TensorFlow.

use crate::error::{Error, Result};
use crate::models::lstm::{Control, EpochRecord, Observer, Trainer};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// An event file of scalars.
///
/// A record is: length (u64), masked CRC-32C of those 8 bytes, the event as protocol buffer, masked CRC-32C of
/// it; all little endian. The mask is `rotate_right(crc, 15) + 0xa282ead8`.
///
/// # Examples
/// ```
/// let folder = tempfile::tempdir().unwrap();
/// let mut events = dvol::training::EventFile::create(folder.path())?;
/// events.scalar("loss/train", 1, 0.5)?;
/// # Ok::<(), dvol::Error>(())
/// ```
#[derive(Debug)]
pub struct EventFile {
    path: PathBuf,
    file: File,
}

impl EventFile {
    /// A fresh event file in `folder`.
    ///
    /// # Errors
    /// When the folder or file cannot be made.
    pub fn create(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::io(folder))?;
        let path = folder.join(format!("events.out.tfevents.{:.6}.dvol", seconds()));
        let file = File::create(&path).map_err(Error::io(&path))?;
        let mut events = Self { path, file };
        let mut event = wall_time();
        text_field(&mut event, 3, b"brain.Event:2");
        events.write(&event)?;
        Ok(events)
    }

    /// One scalar at one step.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn scalar(&mut self, tag: &str, step: u64, value: f64) -> Result<()> {
        let mut inner = Vec::new();
        text_field(&mut inner, 1, tag.as_bytes());
        inner.push(2 << 3 | 5);
        inner.extend((value as f32).to_le_bytes());
        let mut summary = Vec::new();
        text_field(&mut summary, 1, &inner);
        let mut event = wall_time();
        event.push(2 << 3);
        varint(&mut event, step);
        text_field(&mut event, 5, &summary);
        self.write(&event)
    }

    fn write(&mut self, event: &[u8]) -> Result<()> {
        let length = (event.len() as u64).to_le_bytes();
        let mut record = length.to_vec();
        record.extend(masked(&length).to_le_bytes());
        record.extend(event);
        record.extend(masked(event).to_le_bytes());
        self.file.write_all(&record).map_err(Error::io(&self.path))
    }
}

fn seconds() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

fn wall_time() -> Vec<u8> {
    let mut event = vec![1 << 3 | 1];
    event.extend(seconds().to_le_bytes());
    event
}

fn text_field(out: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    out.push(field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend(bytes);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn masked(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}

impl Observer for EventFile {
    fn epoch(&mut self, _: &Trainer, record: &EpochRecord) -> Result<Control> {
        let step = record.epoch as u64;
        self.scalar("loss/train", step, record.train_loss)?;
        self.scalar("loss/validation", step, record.validation_loss)?;
        self.scalar("validation/rmse", step, record.validation_rmse)?;
        self.scalar("validation/skill", step, record.validation_skill)?;
        self.scalar("lr", step, record.lr)?;
        self.scalar("gradient_norm", step, record.gradient_norm)?;
        Ok(Control::Continue)
    }
}
