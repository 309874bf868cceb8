//! When jumps come: by day, by month, by hour of the day, and how long after one another.

use super::lee_mykland_result::LeeMyklandResult;
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// Hours of a day.
const DAY: i64 = 24;

/// A test's jumps along the calendar (UTC).
#[derive(Debug, Clone, PartialEq)]
pub struct JumpsOverTime {
    /// Every day from the first row's to the last row's.
    pub days: Vec<Timestamp>,
    /// The largest |statistic| of each day; NaN where nothing was tested.
    pub largest: Vec<f64>,
    /// Every month of these days as (year, month), with its jumps.
    pub months: Vec<((i16, i8), usize)>,
    /// Jumps by hour of the day.
    pub by_hour: [usize; 24],
    /// Days from each jump to the next; rows are hours.
    pub waits: Vec<f64>,
}

impl JumpsOverTime {
    /// Sorts what a test found by the times of its rows, which are hours.
    ///
    /// # Errors
    /// Times of other rows than those tested.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::jumps::{JumpsOverTime, LeeMykland, lee_mykland};
    /// use dvol_core::time::Timestamp;
    /// let level = |hour: i64| 60.0 + (hour as f64 * 0.7).sin() + if hour >= 400 { 30.0 } else { 0.0 };
    /// let levels: Vec<f64> = (0..500).map(level).collect();
    /// let times: Vec<Timestamp> = (0..500).map(Timestamp::from_hours).collect();
    /// let found = JumpsOverTime::new(&times, &lee_mykland(&levels, LeeMykland::default())?)?;
    /// assert_eq!((found.days.len(), found.months[0]), (21, ((1970, 1), 1)));
    /// assert_eq!(found.by_hour[16], 1, "hour 400 is the 16th of its day");
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn new(times: &[Timestamp], result: &LeeMyklandResult) -> Result<Self> {
        if times.len() != result.statistic.len() {
            return Err(Error::Mismatch {
                what: "jumps over time".to_owned(),
                left: format!("{} times", times.len()),
                right: format!("{} tested rows", result.statistic.len()),
                remedy: "give the times of the very series that was tested".to_owned(),
            });
        }
        let day = |time: Timestamp| time.hours().div_euclid(DAY);
        let first = times.first().map_or(0, |time| day(*time));
        let count = times.last().map_or(0, |time| (day(*time) - first + 1).max(0) as usize);
        let days: Vec<Timestamp> =
            (0..count as i64).map(|offset| Timestamp::from_hours((first + offset) * DAY)).collect();
        let place = |time: Timestamp| (day(time) - first).max(0) as usize;
        let mut largest = vec![f64::NAN; count];
        for (time, statistic) in times.iter().zip(&result.statistic) {
            let own = &mut largest[place(*time)];
            *own = own.max(statistic.abs());
        }
        let month = |time: Timestamp| (time.civil().year(), time.civil().month());
        let mut months: Vec<((i16, i8), usize)> = days.iter().map(|&day| (month(day), 0)).collect();
        months.dedup();
        let rows = result.jumps();
        let mut by_hour = [0; 24];
        for &row in &rows {
            by_hour[times[row].hour_of_day()] += 1;
            if let Some((_, jumps)) = months.iter_mut().find(|(own, _)| *own == month(times[row])) {
                *jumps += 1;
            }
        }
        let waits = rows.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / DAY as f64).collect();
        Ok(Self { days, largest, months, by_hour, waits })
    }
}
