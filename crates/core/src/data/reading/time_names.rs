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
const ZONES: [&str; 24] = [
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
const ZONES_IN_CAPITALS: [&str; 7] = ["ET", "IST", "MST", "MDT", "BST", "WET", "NY"];

/// The first of some columns whose name tells of a zone, and the word.
pub(super) fn zone_in_name(columns: &[String]) -> Option<(String, String)> {
    let zone =
        |word: &str| ZONES.contains(&word.to_lowercase().as_str()) || ZONES_IN_CAPITALS.contains(&word);
    columns.iter().find_map(|name| {
        let mut words = name.split(|letter: char| !letter.is_alphanumeric());
        words.find(|word| zone(word)).map(|word| (name.clone(), word.to_owned()))
    })
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
