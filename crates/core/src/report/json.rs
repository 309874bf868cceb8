//! Reports for another program.

use super::{Renderer, Report};

/// JSON: blocks, and in tables each cell with its kind and value; what is not finite is null.
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl Renderer for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn render(&self, report: &Report) -> String {
        // Strings as keys and numbers as values: there is nothing that JSON cannot hold.
        serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
    }
}
