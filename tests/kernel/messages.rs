//! What a cell's errors say.

#[path = "../../src/kernel/launcher/diagnostics.rs"]
mod diagnostics;
#[path = "../../src/kernel/launcher/manifest.rs"]
mod manifest;
#[path = "../../src/kernel/launcher/note.rs"]
mod note;

use dvol::serde_json::{self, Value, json};
use std::fs;

const SOURCE: &str = "fn cell() {\nlet counts = new();\nshow(counts);\n\
                      evcxr_variable_store.put_variable::<String>(stringify!(counts), counts);\n}\n";

fn message(code: &str, label: &str, lines: &[usize]) -> String {
    let spans: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            json!({"file_name": "src/lib.rs", "line_start": line, "line_end": line,
                                    "is_primary": index == 0, "label": label})
        })
        .collect();
    json!({"message": "as rustc says", "code": {"code": code}, "spans": spans, "rendered": "as rustc says",
           "children": [{"spans": [{"line_start": 3}]}]})
    .to_string()
}

fn revised(text: &str) -> Value {
    serde_json::from_str(diagnostics::revised(text, SOURCE).trim()).unwrap()
}

#[test]
fn an_error_of_a_type_that_was_not_inferred_names_the_variable_and_the_type_that_rustc_found() {
    let told = revised(&message("E0308", "expected `String`, found `HashMap<&str, i32>`", &[4]));
    let sentence = told["message"].as_str().unwrap();
    assert!(sentence.contains("`let counts: HashMap<&str, i32> = ...`"), "{sentence}");
    assert_eq!(told["rendered"], told["message"]);
    let told = revised(&message("E0658", "the `!` type is experimental", &[4]));
    assert!(told["message"].as_str().unwrap().contains("`let counts: TYPE = ...`"), "{told}");
}

#[test]
fn an_error_in_what_a_person_wrote_stays_as_rustc_said_it() {
    let text = message("E0308", "expected `String`, found `i32`", &[3]);
    assert_eq!(revised(&text), serde_json::from_str::<Value>(&text).unwrap());
}

#[test]
fn a_number_of_no_type_that_is_to_be_shown_is_one_that_does_not_show_itself() {
    let said = "can't call method `evcxr_display` on ambiguous numeric type `{integer}`";
    let mut text: Value = serde_json::from_str(&message("E0689", "you must specify a type", &[3])).unwrap();
    text["message"] = json!(said);
    let told = revised(&text.to_string());
    assert_eq!((&told["code"]["code"], &told["children"]), (&json!("E0599"), &json!([])));
    // a method of the user's own is the user's affair
    text["message"] = json!("can't call method `powi` on ambiguous numeric type `{float}`");
    assert_eq!(revised(&text.to_string()), text);
}

#[test]
fn a_moved_variable_is_told_without_the_line_that_moved_it() {
    let told = revised(&message("E0382", "value moved here", &[4, 3]));
    assert_eq!(told["spans"].as_array().unwrap().len(), 1);
    assert_eq!(told["children"], json!([]));
}

#[test]
fn cells_that_ask_for_dvol_alone_are_answered_without_cargo() {
    let folder = tempfile::tempdir().unwrap();
    let write = |dependencies: &str| {
        let text = format!("[package]\nname = \"ctx\"\n[dependencies]\n{dependencies}");
        fs::write(folder.path().join("Cargo.toml"), text).unwrap();
        manifest::read(folder.path())
    };
    assert!(write("").is_alone());
    let asked = write("dvol = { path = \"..\" }\n");
    assert!(asked.is_alone() && asked.asks_for_dvol());
    let both = write("dvol = { path = \"..\" }\ncsv = \"1\"\n");
    assert!(!both.is_alone());
    both.leave_out_dvol(folder.path()).unwrap();
    assert!(!manifest::read(folder.path()).asks_for_dvol());
    assert!(fs::read_to_string(folder.path().join("Cargo.toml")).unwrap().contains("csv = \"1\""));
}

#[test]
fn a_note_is_printed_by_the_next_cell_once_and_moves_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let cell = "mod a {}\npub extern \"C\" fn run_user_code_3(\nx: *mut u8) -> *mut u8 {\nx\n}\n";
    assert_eq!(note::told_by(folder.path(), cell), None);
    note::leave(folder.path(), "it is there").unwrap();
    let own = cell.replace("code_3", "code_0");
    assert_eq!(note::told_by(folder.path(), &own), None, "evcxr's own first cell says nothing");
    let told = note::told_by(folder.path(), cell).unwrap();
    assert!(told.contains("println!(\"{}\", \"it is there\");"), "{told}");
    assert_eq!(told.lines().count(), cell.lines().count());
    note::was_told(folder.path());
    note::leave(folder.path(), "it is there").unwrap();
    assert_eq!(note::told_by(folder.path(), cell), None, "said twice");
}
