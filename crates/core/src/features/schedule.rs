//! Features of the schedule: which announced events an index of thirty days will lose and gain.

use crate::error::Result;
use crate::panel::{Column, Panel};
use crate::schedule::Schedule;
use crate::time::Horizon;

/// The fall over the horizon of the number of scheduled events in the coming 30 days.
pub const SCHEDULE_FEATURES: [&str; 1] = ["scheduled_balance"];

/// [`Schedule::balance`] at every row: null where the schedule announced by then does not reach far enough, 0
/// throughout without a schedule.
///
/// # Errors
/// Does not fail on a valid panel.
///
/// # Examples
/// ```
/// use dvol_core::features::schedule_features;
/// use dvol_core::panel::Panel;
/// use dvol_core::schedule::Schedule;
/// use dvol_core::time::Horizon;
/// let panel = schedule_features(&Panel::new("2022-07-04".parse()?, 3)?, &Schedule::default(), Horizon::hours(24))?;
/// assert_eq!(panel.values("scheduled_balance")?, [0.0; 3]);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Vähämaa and Äijö (2011), "The Fed's policy decisions and implied volatility", Journal of Futures Markets 31;
/// Nikkinen and Sahlström (2004), "Impact of the federal open market committee's meetings and scheduled macroeconomic
/// news on stock market uncertainty", International Review of Financial Analysis 13.
pub fn schedule_features(known: &Panel, schedule: &Schedule, horizon: Horizon) -> Result<Panel> {
    let grid = known.grid();
    let balance = |row: usize| {
        let (from, to) = (grid.known_by(row), grid.known_by(row + grid.rows(horizon)));
        let span = Horizon::hours((to.hours() - from.hours()) as u32);
        schedule.balance(from, span).unwrap_or(f64::NAN)
    };
    let values: Vec<f64> = (0..known.len()).map(balance).collect();
    known.bare().with(Column::known(SCHEDULE_FEATURES[0], values))
}
