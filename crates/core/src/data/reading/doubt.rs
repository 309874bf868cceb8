//! Numbers that are a time by their size and something else by their kind: asked about, never guessed.

use super::epoch::{Instants, Number, Refusal, Role};
use super::moment::days;
use crate::time::Timestamp;

const DAY_MS: i64 = 24 * 3_600_000;
/// 2000-01-01 in milliseconds, and as a spreadsheet's day: before it a column that nothing calls a time is none.
const MILLENNIUM: i64 = 946_684_800_000;
const MILLENNIUM_SERIAL: i64 = 36_526;

/// The instants, where nothing speaks against them: refused beyond next year, or as something else than what they were
/// taken for.
pub(super) fn undoubted(found: Instants, numbers: &[Number], role: Role) -> Result<Instants, Refusal> {
    let last = found.millis.iter().copied().max().unwrap_or(0);
    let unnamed = role == Role::Unnamed;
    if unnamed && last < MILLENNIUM {
        return Err(Refusal::of_column("nothing says that its numbers are times"));
    }
    if last > Timestamp::now().millis() + 400 * DAY_MS {
        let why = format!("as {} it would reach {}: say --time-format", found.words, day(last));
        return Err(Refusal::of_column(why).with_remedy());
    }
    if short_years(numbers) {
        let why = format!(
            "{} or dates of two-digit years: say --time-format epoch-s, epoch-ms, %y%m%d%H%M or %y%m%d%H%M%S",
            found.words
        );
        return Err(Refusal::of_column(why).with_remedy());
    }
    if last < MILLENNIUM && !daily(&found.millis) {
        let why = format!(
            "as {} it would tell times of day from {} on, or it counts from another day or in another unit: say \
             --time-format",
            found.words,
            day(found.millis.iter().copied().min().unwrap_or(0))
        );
        return Err(Refusal::of_column(why).with_remedy());
    }
    if seconds_of_a_day(numbers) {
        let why =
            "a spreadsheet's days or seconds of a day: say --time-format excel, or give dates and times";
        return Err(Refusal::of_column(why).with_remedy());
    }
    Ok(found)
}

fn day(millis: i64) -> String {
    Timestamp::from_millis(millis).to_string().chars().take_while(|letter| *letter != 'T').collect()
}

/// Whether rows in a row are a day or more apart, a day of 23 hours included.
fn daily(millis: &[i64]) -> bool {
    millis.windows(2).all(|pair| (pair[1] - pair[0]).abs() >= DAY_MS - 3_600_000)
}

/// Whether all are `yymmddHHMM` or `yymmddHHMMSS`: the digits of an epoch are no calendar but by chance.
fn short_years(numbers: &[Number]) -> bool {
    let valid = |number: &Number| {
        let Number::Whole(whole) = *number else { return false };
        let (whole, seconds) = if whole >= 100_000_000_000 { (whole / 100, whole % 100) } else { (whole, 0) };
        let (date, clock) = (whole / 10_000, whole % 10_000);
        let year = 2000 + date / 10_000;
        (2000..2100).contains(&year)
            && days(year, date / 100 % 100, date % 100).is_some()
            && clock / 100 < 24
            && clock % 100 < 60
            && seconds < 60
    };
    numbers.len() >= 5 && numbers.iter().all(valid)
}

/// Whether whole numbers of one step begin before a spreadsheet's year 2000: hours of trading look so in seconds.
fn seconds_of_a_day(numbers: &[Number]) -> bool {
    let whole = |number: &Number| match number {
        Number::Whole(whole) => Some(*whole),
        Number::Broken(_) => None,
    };
    let Some(values) = numbers.iter().map(whole).collect::<Option<Vec<i64>>>() else { return false };
    let step = values.windows(2).map(|pair| pair[1] - pair[0]).collect::<std::collections::BTreeSet<i64>>();
    values.first().is_some_and(|first| *first < MILLENNIUM_SERIAL && *first >= 25_569)
        && values.len() >= 5
        && step.len() == 1
}
