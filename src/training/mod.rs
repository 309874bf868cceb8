//! A training run from samples to files: watched, logged, resumable, scored on the test part.

mod console;
mod files;
pub mod interrupt;
mod log;
mod lr_scaling;
mod report;
mod run;
mod spawn;
mod tensorboard;
mod watchers;

pub use console::Console;
pub use files::Files;
pub use lr_scaling::LrScaling;
pub use report::{Part, Report, Scores, list_reports};
pub use run::{Outcome, Run, train};
pub use spawn::{binary, follow_parent, free_port, spawn, spawn_this};
pub use tensorboard::EventFile;
