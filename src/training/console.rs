//! What a person sees while a network trains.

use super::log::line;
use crate::error::Result;
use crate::models::lstm::{Control, EpochRecord, Observer, StepRecord, Trainer};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};

/// Where progress goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Console {
    /// A bar with the time left when the error stream is a terminal, whole lines on it otherwise.
    #[default]
    Automatic,
    /// Whole lines on the output stream: notebooks.
    Lines,
    /// Nothing.
    Quiet,
}

/// The observer behind a [`Console`].
#[derive(Debug)]
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    console: Console,
}

impl Progress {
    pub(super) fn new(console: Console, trainer: &Trainer) -> Self {
        let bar = (console == Console::Automatic && stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new((trainer.steps() * trainer.spec().epochs) as u64);
            let style = ProgressStyle::with_template("{wide_bar} {percent}% {elapsed} left {eta} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_position((trainer.steps() * trainer.epochs().len()) as u64);
            bar
        });
        Self { bar, console }
    }

    pub(super) fn say(&self, message: &str) {
        match (&self.bar, self.console) {
            (Some(bar), _) => bar.println(message),
            (None, Console::Automatic) => eprintln!("{message}"),
            (None, Console::Lines) => println!("{message}"),
            (None, Console::Quiet) => {}
        }
    }
}

impl Observer for Progress {
    fn step(&mut self, trainer: &Trainer, record: &StepRecord) -> Result<Control> {
        if let Some(bar) = &self.bar {
            bar.set_position(((record.epoch - 1) * record.steps + record.step) as u64);
            let skill = trainer
                .epochs()
                .last()
                .map_or_else(String::new, |epoch| format!(" skill {:+.1} %", 100.0 * epoch.validation_skill));
            bar.set_message(format!("epoch {} loss {:.4}{skill}", record.epoch, record.loss));
        }
        Ok(Control::Continue)
    }

    fn epoch(&mut self, trainer: &Trainer, record: &EpochRecord) -> Result<Control> {
        self.say(&line(record, trainer.spec().epochs));
        Ok(Control::Continue)
    }

    fn note(&mut self, message: &str) -> Result<()> {
        self.say(message);
        Ok(())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
