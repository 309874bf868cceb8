//! What columns of times are called, in many programs and some languages.

use super::epoch::Role;
use crate::data::Table;

/// Names a time column goes by, best first; compared in lower case, without `<>` and with spaces for `_` and `-`.
const TIME_NAMES: [&str; 36] = [
    "timestamp",
    "time",
    "datetime",
    "date time",
    "date",
    "origin",
    "open time",
    "period start",
    "time period start",
    "gmt time",
    "local time",
    "utc time",
    "unix timestamp",
    "unix",
    "unix time",
    "unixtime",
    "epoch",
    "observation date",
    "exchange date",
    "trade date",
    "tradedate",
    "snapped at",
    "created at",
    "transact time",
    "funding time",
    "fundingtime",
    "datum",
    "datum zeit",
    "zeitpunkt",
    "fecha",
    "ts",
    "day",
    "month",
    "time utc",
    "date utc",
    "timestamp utc",
];

/// Names that may be a time or a count of rows.
const INDEX_NAMES: [&str; 5] = ["t", "unnamed: 0", "index", "  index level 0  ", "level 0"];

/// Names of a time of day beside a date.
pub(super) const CLOCK_NAMES: [&str; 11] = [
    "time",
    "time of day",
    "hour",
    "hr",
    "uhrzeit",
    "zeit",
    "hora",
    "heure",
    "tradetime",
    "trade time",
    "time m",
];

pub(super) fn normal(name: &str) -> String {
    name.trim_matches(['<', '>', '"']).to_lowercase().replace(['_', '-'], " ")
}

/// Whether columns of times go by a name.
pub(super) fn is_time(name: &str) -> bool {
    TIME_NAMES.contains(&normal(name).as_str())
}

/// Words by which a column's name says that its times are not UTC's.
const ZONES: [&str; 29] = [
    "mez",
    "mesz",
    "eastern",
    "pacific",
    "exchange",
    "local",
    "localtime",
    "ortszeit",
    "est",
    "edt",
    "cst",
    "cdt",
    "pst",
    "pdt",
    "cet",
    "cest",
    "eet",
    "eest",
    "msk",
    "jst",
    "kst",
    "hkt",
    "sgt",
    "aest",
    "aedt",
    "nyc",
    "berlin",
    "london",
    "tokyo",
];

/// The same, in capitals only: small, they are words of some language.
const ZONES_IN_CAPITALS: [&str; 9] = ["ET", "PT", "CT", "IST", "MST", "MDT", "BST", "WET", "NY"];

/// The same at the end of a name only: `date_et`, not `date et heure`.
const ZONES_AT_THE_END: [&str; 3] = ["et", "pt", "ct"];

/// The first of some columns whose name tells of a zone, and the word.
pub(super) fn zone_in_name(columns: &[String]) -> Option<(String, String)> {
    let zone =
        |word: &str| ZONES.contains(&word.to_lowercase().as_str()) || ZONES_IN_CAPITALS.contains(&word);
    columns.iter().find_map(|name| {
        let mut words = name.split(|letter: char| !letter.is_alphanumeric());
        let found = words.find(|word| zone(word)).map(str::to_owned);
        let found = found.or_else(|| offset_in(name)).or_else(|| place_in(name)).or_else(|| {
            let last = name.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
            ZONES_AT_THE_END.contains(&last).then(|| last.to_owned())
        });
        found.map(|word| (name.clone(), word))
    })
}

/// `UTC+8`, `GMT-05:00`; none of it is UTC itself.
fn offset_in(name: &str) -> Option<String> {
    let upper = name.to_uppercase();
    let place = upper.find("UTC").or_else(|| upper.find("GMT"))?;
    let rest = upper[place + 3..].trim_start().strip_prefix(['+', '-', '\u{2212}'])?;
    let hours: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    let offset = rest.chars().any(|letter| ('1'..='9').contains(&letter));
    (!hours.is_empty() && offset).then(|| upper[place..].trim_end_matches([')', ']', ' ']).to_owned())
}

/// `America/New_York`, `New York`.
fn place_in(name: &str) -> Option<String> {
    let mut words = name.split(|letter: char| letter.is_whitespace() || "()[]{};,".contains(letter));
    let named = words.find(|word| word.contains('/') && jiff::tz::TimeZone::get(word).is_ok());
    named
        .map(str::to_owned)
        .or_else(|| name.to_lowercase().contains("new york").then(|| "New York".to_owned()))
}

/// Columns in the order in which they are tried.
pub(super) fn candidates(table: &Table) -> Vec<(usize, Role)> {
    let names: Vec<String> = table.names().iter().map(|name| normal(name)).collect();
    let called = |wanted: &'static [&'static str], role: Role| {
        let names = &names;
        wanted.iter().flat_map(move |wanted| {
            names
                .iter()
                .enumerate()
                .filter(move |(_, name)| *name == wanted)
                .map(move |(place, _)| (place, role))
        })
    };
    let mut order: Vec<(usize, Role)> =
        called(&TIME_NAMES, Role::Named).chain(called(&INDEX_NAMES, Role::Index)).collect();
    let dated = (0..names.len()).filter(|place| table.is_dated(*place));
    let rest = (0..names.len()).filter(|place| !table.is_dated(*place));
    let mut named = vec![false; names.len()];
    order.iter().for_each(|(place, _)| named[*place] = true);
    order.extend(dated.chain(rest).filter(|place| !named[*place]).map(|place| (place, Role::Unnamed)));
    order
}
