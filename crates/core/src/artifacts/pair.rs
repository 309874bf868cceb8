//! A file and its description, replaced together although two files cannot be renamed in one step.

use super::disk::{Disk, SystemDisk};
use crate::error::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::path::{Path, PathBuf};

/// What stands beside a file and says what is in it.
pub trait Describes: Serialize + DeserializeOwned {
    /// Whether it is the description of a file with these bytes.
    fn describes(&self, body: &[u8]) -> bool;
}

/// A file and its description.
///
/// The new description is put beside the old one first, then the file is replaced, then the waiting description takes
/// the old one's place. Whatever was begun and not ended is ended or taken back before anything new is begun, so at
/// every moment exactly one description on disk fits the file.
pub struct Pair<'a> {
    disk: &'a dyn Disk,
    body: PathBuf,
    description: PathBuf,
    waiting: PathBuf,
    former: Option<PathBuf>,
}

impl Pair<'static> {
    /// A file and its description beside it, `NAME.json`; `NAME.next.json` waits there while they are replaced.
    pub fn new(body: impl Into<PathBuf>, description: impl Into<PathBuf>) -> Self {
        let description = description.into();
        let waiting = description.with_extension("next.json");
        Self { disk: &SystemDisk, body: body.into(), description, waiting, former: None }
    }
}

impl<'a> Pair<'a> {
    /// The same on another disk.
    #[must_use]
    pub fn on(self, disk: &'a dyn Disk) -> Pair<'a> {
        Pair { disk, ..self }
    }

    /// The same; the description of the file that was replaced is kept under this name.
    #[must_use]
    pub fn keeping_former(self, former: impl Into<PathBuf>) -> Self {
        Self { former: Some(former.into()), ..self }
    }

    /// The description that fits a body, among the one in place and the one that waits.
    ///
    /// # Errors
    /// When one of them is not readable.
    pub fn description<T: Describes>(&self, body: &[u8]) -> Result<Option<T>> {
        for path in [&self.description, &self.waiting] {
            if path.is_file() {
                let description: T = super::read_json(path)?;
                if description.describes(body) {
                    return Ok(Some(description));
                }
            }
        }
        Ok(None)
    }

    /// Whether anything of the pair is there, be it only what an interrupted writer left.
    pub fn exists(&self) -> bool {
        [&self.body, &self.description, &self.waiting].into_iter().any(|path| path.symlink_metadata().is_ok())
    }

    /// Puts a file and its description in the place of the pair.
    ///
    /// # Errors
    /// When the disk refuses; the pair on disk is then the old one or the new one.
    pub fn replace<T: Describes>(&self, body: &[u8], description: &T) -> Result<()> {
        self.settle::<T>()?;
        let mut text = serde_json::to_string_pretty(description).map_err(Error::internal("writing JSON"))?;
        text.push('\n');
        self.disk.replace(&self.waiting, text.as_bytes())?;
        self.disk.replace(&self.body, body)?;
        self.finish::<T>(body)
    }

    /// Ends what an interrupted writer began when the file is already the new one, and takes it back otherwise.
    fn settle<T: Describes>(&self) -> Result<()> {
        if !self.waiting.is_file() {
            return Ok(());
        }
        let fits = |body: &[u8]| {
            super::read_json::<T>(&self.waiting).is_ok_and(|description| description.describes(body))
        };
        match fs::read(&self.body) {
            Ok(body) if fits(&body) => self.finish::<T>(&body),
            _ => self.disk.remove(&self.waiting),
        }
    }

    fn finish<T: Describes>(&self, body: &[u8]) -> Result<()> {
        if let Some(former) = &self.former
            && let Some(old) = self.replaced::<T>(body)
        {
            self.disk.replace(former, &old)?;
        }
        self.disk.rename(&self.waiting, &self.description)
    }

    /// The bytes of the description in place, when they are about another body.
    fn replaced<T: Describes>(&self, body: &[u8]) -> Option<Vec<u8>> {
        let old = fs::read(&self.description).ok()?;
        let description: T = serde_json::from_slice(&old).ok()?;
        (!description.describes(body)).then_some(old)
    }
}

impl std::fmt::Debug for Pair<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: [&Path; 2] = [&self.body, &self.description];
        f.debug_tuple("Pair").field(&names).finish()
    }
}
