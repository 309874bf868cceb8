//! Daily stamps that are no midnights in UTC: a market's open or close, or its own midnight.

use crate::time::{HOUR_MS, Timestamp};

const DAY_MS: i64 = 24 * HOUR_MS;

/// The days of stamps that all fall at one time of day, and how they were placed; `None` when they are midnights already,
/// or fall at different times of the day.
///
/// A stamp belongs to the day in UTC that it lies in. Where that makes weekends of a market that has none a day later, the
/// stamps are midnights of a zone ahead of UTC, and belong to the next day.
pub(super) fn on_days(times: &[Timestamp]) -> Option<(Vec<Timestamp>, String)> {
    let of_day = |time: &Timestamp| time.millis().rem_euclid(DAY_MS);
    let (least, most) = (times.iter().map(of_day).min()?, times.iter().map(of_day).max()?);
    // clocks go forward and back by an hour
    if most == 0 || most - least > HOUR_MS {
        return None;
    }
    let days = |later: i64| -> Vec<Timestamp> {
        let day = |time: &Timestamp| (time.millis().div_euclid(DAY_MS) + later) * DAY_MS;
        times.iter().map(|time| Timestamp::from_millis(day(time))).collect()
    };
    let has_weekends = |days: &[Timestamp]| days.iter().any(|day| day.hour_of_week() >= 120);
    let (own, next) = (days(0), days(1));
    let late = has_weekends(&own) && !has_weekends(&next);
    let (days, placed) = if late { (next, "taken for the next day") } else { (own, "taken for their day") };
    let first = Timestamp::from_millis(least).civil().strftime("%H:%M");
    let by = if most > least { " or up to an hour later" } else { "" };
    Some((days, format!("stamps at {first} UTC{by}: {placed}")))
}
