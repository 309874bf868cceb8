//! What a narrow figure leaves out: numbers that cells are too small for, and every other mark of a calendar.

use serde_json::{Value, json};

/// Pixels that names and margins take beside a heat map.
const BESIDE: f64 = 200.0;
/// A digit's width in parts of its size, and how much of a cell's width numbers may take before they run together.
const DIGIT: f64 = 0.5;
const CROWDED: f64 = 1.6;
/// Below so many pixels half a year has no room for its name.
const NARROW: f64 = 600.0;

/// Fits a plot to so many pixels; whether numbers were left out.
pub(super) fn fitted(plot: &mut Value, width: u32) -> bool {
    let width = f64::from(width);
    if width < NARROW
        && let Some(axis) = plot["layout"]["xaxis"].as_object_mut()
        && axis.get("dtick").is_some_and(|step| step == "M6")
    {
        axis.insert("dtick".to_owned(), json!("M12"));
        axis.insert("tickformat".to_owned(), json!("%Y"));
    }
    let Some(cells) = plot["data"].as_array().and_then(|traces| heat_map_columns(traces)) else {
        return false;
    };
    let room = CROWDED * (width - BESIDE).max(1.0) / cells as f64;
    let before = size(plot);
    if let Some(traces) = plot["data"].as_array_mut() {
        traces.retain(|trace| trace["mode"] != "text" || widest(&trace["text"], &trace["textfont"]) <= room);
    }
    if let Some(annotations) = plot["layout"]["annotations"].as_array_mut() {
        let in_cells = |one: &Value| one["showarrow"] == false && one["x"].is_string();
        let numbers = annotations.iter().filter(|one| in_cells(one));
        if numbers.map(|one| widest(&one["text"], &one["font"])).any(|width| width > room) {
            annotations.retain(|one| !in_cells(one));
        }
    }
    size(plot) != before
}

fn heat_map_columns(traces: &[Value]) -> Option<usize> {
    traces.iter().find(|trace| trace["type"] == "heatmap").and_then(|heat| heat["x"].as_array()).map(Vec::len)
}

/// Pixels that the longest of one or several texts takes.
fn widest(texts: &Value, font: &Value) -> f64 {
    let length = |text: &Value| text.as_str().map_or(0, |text| text.chars().count());
    let longest =
        texts.as_array().map_or_else(|| length(texts), |all| all.iter().map(length).max().unwrap_or(0));
    longest as f64 * DIGIT * font["size"].as_f64().unwrap_or(12.0)
}

fn size(plot: &Value) -> usize {
    let length = |value: &Value| value.as_array().map_or(0, Vec::len);
    length(&plot["data"]) + length(&plot["layout"]["annotations"])
}
