//! Names and values that speak to a terminal are shown by every command, and done by none.

use super::attempt::attempt;
use dvol::figures::Figure;
use dvol::plotly::Scatter;
use dvol::serde_json::json;
use std::fs;
use tempfile::TempDir;

/// Colours, a title, a bell, a cleared screen, C1 and turned text.
const SPELLS: [&str; 7] = [
    "\u{1b}[31mred",
    "\u{1b}]0;title\u{7}",
    "\u{7}bell",
    "\u{1b}[2J\u{1b}[H",
    "\u{9b}31mC1",
    "\u{202e}turned",
    "\u{8}\u{8}\u{7f}x",
];

fn workplace(spell: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut table = format!("timestamp,actual,a,b,{spell},state\n");
    for row in 0..400_i64 {
        let noise = |factor: i64| ((row * row * factor) % 97) as f64 / 97.0 - 0.5;
        let level = 60.0 + 5.0 * (row as f64 / 60.0).sin() + noise(7);
        let time = dvol::time::Timestamp::from_hours(450_000 + row);
        let state = if row % 3 == 0 { spell } else { "calm" };
        table +=
            &format!("{time},{level},{},{},{},{state}\n", level + noise(11), level + noise(13), noise(17));
    }
    fs::write(folder.path().join("table.csv"), table).unwrap();
    let name = spell.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect::<String>();
    let experiment = format!(
        "name = \"{name}\"\nsimulation = {{ hours = 3600 }}\n\
         market = {{ asset = 'btc', events = [{{ name = \"{name}\", date = '2021-07-05T00:00:00Z', days = 3 }}] }}\n\
         [backtest]\nfrom = '2021-07-01T00:00:00Z'\nto = '2021-07-20T00:00:00Z'\nrefit = '10d'\n"
    );
    fs::write(folder.path().join("thesis.toml"), experiment).unwrap();
    folder
}

#[test]
fn what_a_file_a_name_or_an_event_says_to_the_terminal_is_shown() {
    let (mut runs, mut faults) = (0, Vec::new());
    for spell in SPELLS {
        let folder = workplace(spell);
        let lines: [(&[&str], i32); 13] = [
            (&["describe", "--input", "table.csv"], 0),
            (&["describe", "--input", "table.csv", "--json"], 0),
            (&["describe", "--input", "table.csv", "--columns", "nothing"], 2),
            (&["describe", "--input", "table.csv", "--columns", spell], 0),
            (&["jumps", "--input", "table.csv", "--column", spell], 2),
            (&["compare", "--input", "table.csv", "--models", spell], 0),
            (
                &[
                    "compare",
                    "--input",
                    "table.csv",
                    "--models",
                    "a,b",
                    "--horizon",
                    "1",
                    "--reps",
                    "50",
                    "--labels",
                    "state",
                ],
                0,
            ),
            (
                &[
                    "regimes",
                    "--input",
                    "table.csv",
                    "--predicted",
                    "a",
                    "--horizon",
                    "1",
                    "--labels",
                    "state",
                ],
                0,
            ),
            (&["describe", "--input", spell], 2),
            (&["train", spell], 2),
            (&["describe", spell], 2),
            (&["jumps"], 0),
            (&["backtest", "--models", "persistence,drift", "--no-figures"], 0),
        ];
        for (words, code) in lines {
            runs += 1;
            let line = words.join(" ");
            match attempt(folder.path(), words) {
                Err(fault) => faults.push(format!("{line:?}: {fault}")),
                Ok(run) => {
                    let said = format!("{}{}", run.out, run.err);
                    let done = said
                        .chars()
                        .find(|c| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c));
                    if done.is_some() || run.code != code {
                        faults.push(format!("{line:?}: exit code {}, {done:?}: {said:.300?}", run.code));
                    }
                }
            }
        }
    }
    println!("terminal: {runs} runs");
    assert!(faults.is_empty(), "{} of {runs}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn what_a_name_says_to_the_terminal_is_text_in_a_figure() {
    for spell in SPELLS {
        let trace = Scatter::new(vec![1, 2], vec![60.0, 61.0]).name(spell);
        let layout = json!({"annotations": [{"text": spell}]});
        let figure = Figure::new("spell", spell, vec![trace], layout).unwrap();
        let text = format!("{}{}", figure.plot(), figure.caption());
        // JSON escapes what stands below a space; what is shown is escaped already
        assert!(!text.replace("\\\\u", "").contains("\\u00"), "{text}");
        assert!(!text.chars().any(|c| c.is_control()), "{text:?}");
    }
}
