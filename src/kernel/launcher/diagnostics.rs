//! What rustc says of a cell, made fit for evcxr and for a person.
//!
//! evcxr reads from rustc's messages what to change in the code it wrote around a cell, tries again, and shows what
//! remains. A message about that code means nothing to a person: it says which variable wants a type instead.

use serde_json::{Value, json};

/// The line that keeps a variable for later cells, when a cell runs and when it is analysed.
const KEEPS: [&str; 2] = ["evcxr_variable_store.put_variable::<", "evcxr_variable_store("];

/// rustc's messages, one JSON a line, for a cell of this source.
pub fn revised(messages: &str, source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    messages
        .lines()
        .map(|text| match serde_json::from_str(text) {
            Ok(message) => format!("{}\n", revise(message, &lines)),
            Err(_) => format!("{text}\n"),
        })
        .collect()
}

fn revise(mut message: Value, lines: &[&str]) -> Value {
    if is_undecided_number(&message) {
        message["code"]["code"] = json!("E0599");
        message["children"] = json!([]);
        return message;
    }
    let Some(variable) = primary_line(&message, lines).and_then(kept_variable).map(str::to_owned) else {
        return message;
    };
    match message["code"]["code"].as_str() {
        // A cell moved the variable: evcxr forgets it. Told where it went, it would also give up showing that line.
        Some("E0382") => {
            if let Some(spans) = message["spans"].as_array_mut() {
                spans.retain(|span| span["is_primary"] == true);
            }
            message["children"] = json!([]);
        }
        Some("E0308" | "E0658" | "E0282" | "E0283" | "E0412" | "E0425" | "E0433" | "E0107")
            if !is_gone(&message) =>
        {
            let sentence = wants_type(&variable, found_type(&message).as_deref());
            message["message"] = json!(sentence);
            message["rendered"] = json!(sentence);
            message["children"] = json!([]);
        }
        _ => {}
    }
    message
}

/// A number whose type nothing decides, asked whether it shows itself: it does not, and `Debug` decides.
///
/// rustc points at the number's `let` and wants a type there, which evcxr would take for the user's error.
fn is_undecided_number(message: &Value) -> bool {
    message["code"]["code"] == "E0689"
        && message["message"].as_str().is_some_and(|text| text.contains("evcxr_display"))
}

/// A variable that the cell consumed before it could be kept, not one without a type.
fn is_gone(message: &Value) -> bool {
    message["code"]["code"] == "E0425"
        && message["message"].as_str().is_some_and(|text| text.contains("cannot find value"))
}

fn wants_type(variable: &str, found: Option<&str>) -> String {
    let written = found.unwrap_or("TYPE");
    format!(
        "the type of `{variable}` was not inferred, so it cannot be kept for later cells: write it, \
         `let {variable}: {written} = ...`, or end the variable's life in this cell by braces around it"
    )
}

/// The line of the cell at which rustc points.
fn primary_line<'a>(message: &Value, lines: &[&'a str]) -> Option<&'a str> {
    let span = message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    let number = usize::try_from(span["line_start"].as_u64()?).ok()?;
    lines.get(number.checked_sub(1)?).copied()
}

/// `x` of `evcxr_variable_store.put_variable::<T>(stringify!(x), x);` or of `evcxr_variable_store(x);`.
fn kept_variable(line: &str) -> Option<&str> {
    let line = line.trim();
    KEEPS.iter().any(|start| line.starts_with(start)).then_some(())?;
    let inside = line.strip_suffix(");")?;
    let name = inside.rsplit([',', '(']).next()?.trim();
    (!name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')).then_some(name)
}

/// What rustc found where evcxr expected something else: "expected `String`, found `Vec<f64>`".
fn found_type(message: &Value) -> Option<String> {
    let spans = message["spans"].as_array()?;
    let label =
        spans.iter().find_map(|span| span["label"].as_str().filter(|label| label.contains("found `")))?;
    let found = label.rsplit_once("found `")?.1.split('`').next()?;
    (!found.contains('_') && !found.is_empty()).then(|| found.to_owned())
}

/// An error of our own, as rustc would say it, at a line of the cell.
pub fn error(code: Option<&str>, sentence: &str, line: Option<usize>) -> Value {
    let spans: Vec<Value> = line
        .map(|line| {
            json!({
                "file_name": "src/lib.rs", "line_start": line, "line_end": line, "column_start": 1, "column_end": 2,
                "is_primary": true, "label": sentence, "text": [], "expansion": null,
                "suggested_replacement": null, "suggestion_applicability": null,
            })
        })
        .into_iter()
        .collect();
    let code = code.map(|code| json!({ "code": code, "explanation": null }));
    json!({
        "message": sentence, "rendered": sentence, "level": "error", "code": code, "spans": spans, "children": [],
    })
}
