//! Training windows as a person writes them: `rolling:365d`.

use super::Duration;
use crate::error::{Error, Result};
use crate::evaluation::TrainingWindow;
use serde::{Deserialize, Serialize};

/// A training window, written `expanding` or `rolling:365d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window(pub TrainingWindow);

impl std::str::FromStr for Window {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        match text.trim().split_once(':') {
            None if text.trim() == "expanding" => Ok(Self(TrainingWindow::Expanding)),
            Some(("rolling", length)) => Ok(Self(TrainingWindow::Rolling(length.parse::<Duration>()?.0))),
            _ => Err(Error::parameter("window", text, "`expanding` or `rolling:N` such as rolling:365d")),
        }
    }
}

impl TryFrom<String> for Window {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        match window.0 {
            TrainingWindow::Expanding => "expanding".to_owned(),
            TrainingWindow::Rolling(hours) => format!("rolling:{}", String::from(Duration(hours))),
        }
    }
}
