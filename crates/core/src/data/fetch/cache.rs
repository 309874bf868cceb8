//! Raw answers on disk, known by their content, so that a fetch can stop anywhere and be rebuilt offline.
//!
//! `objects/<sha256>` is an answer's body as it came; `requests/<sha256 of the question>.json` says which
//! object answers it; `begun.json` is the plan of a fetch under way, `complete.json` that of the last one that ended, with every
//! answer it used. Each is written whole or not at all.

use super::settings::FetchPlan;
use crate::artifacts::{Hold, read_json, sha256, write_atomic, write_json};
use crate::error::{Error, Result};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Which object answers a question.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Answered {
    question: String,
    sha256: String,
    bytes: usize,
    fetched_at: Timestamp,
}

/// A fetch that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) plan: FetchPlan,
    /// Whether `until` was asked for, or the last full hour when the fetch began.
    pub(super) until_given: bool,
    pub(super) started_at: Timestamp,
    /// Once it has ended: which object answered each question.
    pub(super) answers: BTreeMap<String, String>,
}

/// The folder of raw answers.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    /// Keeps other fetches out of the folder until the returned lock is dropped, or its process dies.
    pub(super) fn lock(&self) -> Result<Hold> {
        Hold::to_write(&self.folder, Duration::ZERO)
    }

    /// The fetch under way, when one broke off.
    pub(super) fn begun(&self) -> Result<Option<Journal>> {
        self.journal("begun.json")
    }

    /// The last fetch that ended.
    pub(super) fn completed(&self) -> Result<Option<Journal>> {
        self.journal("complete.json")
    }

    fn journal(&self, name: &str) -> Result<Option<Journal>> {
        let path = self.folder.join(name);
        if path.is_file() { read_json(&path).map(Some) } else { Ok(None) }
    }

    pub(super) fn begin(&self, journal: &Journal) -> Result<()> {
        write_json(&self.folder.join("begun.json"), journal)
    }

    pub(super) fn complete(&self, journal: &Journal) -> Result<()> {
        write_json(&self.folder.join("complete.json"), journal)?;
        let begun = self.folder.join("begun.json");
        if begun.is_file() { fs::remove_file(&begun).map_err(Error::io(&begun)) } else { Ok(()) }
    }

    /// The answer to a question, its hash, and when it came.
    pub(super) fn get(&self, question: &str) -> Result<Option<(Vec<u8>, String, Timestamp)>> {
        let entry = self.entry(question);
        if !entry.is_file() {
            return Ok(None);
        }
        let answered: Answered = read_json(&entry)?;
        if answered.question != question {
            return Ok(None);
        }
        let body = self.object(&answered.sha256)?;
        Ok(body.map(|body| (body, answered.sha256, answered.fetched_at)))
    }

    /// An answer by its hash. A body that does not match its hash is no answer.
    pub(super) fn object(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        let path = self.place(hash);
        match fs::read(&path) {
            Ok(body) => Ok((sha256(&body) == hash).then_some(body)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(&path)(error)),
        }
    }

    /// Keeps an answer and returns its hash: the object first, so that an entry never points at nothing.
    pub(super) fn put(&self, question: &str, body: &[u8], fetched_at: Timestamp) -> Result<String> {
        let hash = sha256(body);
        if self.object(&hash)?.is_none() {
            write_atomic(&self.place(&hash), body)?;
        }
        let answered =
            Answered { question: question.to_owned(), sha256: hash.clone(), bytes: body.len(), fetched_at };
        write_json(&self.entry(question), &answered)?;
        Ok(hash)
    }

    /// Forgets which object answers a question. What cannot be forgotten is asked again with `--refresh`.
    pub(super) fn forget(&self, question: &str) {
        let _ = fs::remove_file(self.entry(question));
    }

    fn place(&self, hash: &str) -> PathBuf {
        self.folder.join("objects").join(hash.get(..2).unwrap_or("")).join(hash)
    }

    fn entry(&self, question: &str) -> PathBuf {
        self.folder.join("requests").join(format!("{}.json", &sha256(question.as_bytes())[..32]))
    }
}
