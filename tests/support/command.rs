//! The compiled command, as a user's shell would run it.

use dvol::serde_json::{self, Value};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A command that has ended.
#[derive(Debug)]
pub struct Run {
    /// -1 where a signal ended it.
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Run {
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.err);
        self
    }

    /// The one JSON document that a successful command prints.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out, self.err))
    }

    /// The one sentence with which bad input is refused; anything else fails.
    #[track_caller]
    pub fn refusal(self) -> String {
        let Self { code, out, err } = self;
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.starts_with("dvol: ") && err.trim_end().lines().count() == 1, "{err}");
        err
    }
}

/// `dvol` in a folder, not yet started.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvol"));
    command.current_dir(folder).args(arguments).env_remove("RANK").env_remove("WORLD_SIZE");
    command
}

/// Runs `dvol` in a folder.
pub fn dvol(folder: &Path, arguments: &[&str]) -> Run {
    command(folder, arguments).output().expect("dvol runs").into()
}

/// Runs `dvol` where `input.csv` holds the text given and nothing else is.
pub fn dvol_on(csv: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("input.csv"), csv).expect("a file");
    dvol(folder.path(), arguments)
}
