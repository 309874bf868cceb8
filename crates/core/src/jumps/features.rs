//! Four columns that tell a model about jumps, each known at its row.

use super::lee_mykland::{LeeMykland, Reading, lee_mykland, lee_mykland_periodic, log_returns};
use super::periodicity::CausalFactors;
use crate::error::{Error, Result};
use crate::panel::{Column, Panel};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Hours a jump stays in the cluster count.
const CLUSTER_HOURS: usize = 168;

/// The names of the four columns, in order.
pub const JUMP_FEATURES: [&str; 4] =
    ["jump_indicator", "jump_magnitude", "days_since_jump", "jump_cluster_7d"];

/// How the jump columns are made.
///
/// | field | default | |
/// | --- | --- | --- |
/// | `series` | `dvol` | the column tested |
/// | `test` | family-wise at alpha 0.01, family of 8,760 returns | critical value 4.9474 |
/// | `periodicity` | true | hour-of-week factors, from earlier rows only |
/// | `memory` | 8,760 rows | what the factors remember |
///
/// The default reading does not keep its 1 %: with periodicity, something is flagged in 34.5, 50.5 and 32.3 % of the
/// simulated years without jumps for constant, clustered and seasonal volatility. [`Reading::FamilyWiseStudent`] keeps
/// it (1.75, 2.5 and 0.75 %) and finds fewer jumps (`results/jumps_size_power.json`). An indicator of large moves wants
/// the power.
///
/// The family has a fixed size: with the whole series' size, adding next year's data would change which
/// of last year's hours are jumps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JumpFeatureSpec {
    /// The column tested, of known values.
    pub series: String,
    /// The test.
    pub test: LeeMykland,
    /// Whether returns are freed from the week's rhythm first.
    pub periodicity: bool,
    /// Rows the periodic factors remember; `None`: all before.
    pub memory: Option<usize>,
}

impl Default for JumpFeatureSpec {
    fn default() -> Self {
        let family = Reading::FamilyWise(Some(365 * 24));
        Self {
            series: "dvol".to_owned(),
            test: LeeMykland { reading: family, ..LeeMykland::default() },
            periodicity: true,
            memory: Some(365 * 24),
        }
    }
}

/// The four jump features of a panel of known values, on its grid.
///
/// - `jump_indicator`: 1 at a jump, else 0.
/// - `jump_magnitude`: |log return| at a jump, else 0.
/// - `days_since_jump`: hours since the last jump over 24; before the first one, since testing began.
/// - `jump_cluster_7d`: jumps among the rows of the last week, this one included.
///
/// All are null until the test's first full window. Afterwards an hour that cannot be tested (a gap) has no
/// jump that anybody knew of: indicator and magnitude 0, while the level itself stays null there.
///
/// # Errors
/// A missing column, one not known at its own row, or what the test refuses.
///
/// # Examples
/// ```
/// use dvol_core::jumps::{JumpFeatureSpec, jump_features};
/// use dvol_core::panel::{Column, Panel};
/// use dvol_core::time::Timestamp;
/// let mut level: Vec<f64> = (0..300).map(|i| 60.0 + (f64::from(i) * 0.9).sin()).collect();
/// level[200..].iter_mut().for_each(|level| *level *= 1.3);
/// let panel = Panel::new(Timestamp::from_hours(0), 300)?.with(Column::known("dvol", level))?;
/// let features = jump_features(&panel, &JumpFeatureSpec::default())?;
/// assert_eq!(features.values("jump_indicator")?[200], 1.0);
/// assert_eq!(features.values("days_since_jump")?[224], 1.0);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn jump_features(known: &Panel, spec: &JumpFeatureSpec) -> Result<Panel> {
    let column = known.column(&spec.series)?;
    if column.known_after_hours() != 0 {
        return Err(Error::parameter(
            "series",
            &spec.series,
            "a column of known values; pass the panel through features::known first",
        ));
    }
    if matches!(spec.test.reading, Reading::FamilyWise(None) | Reading::FamilyWiseStudent(None)) {
        return Err(Error::parameter(
            "reading",
            "family_wise over the whole series",
            "a family of fixed size or per_point: the length of the series is not known at its rows",
        ));
    }
    let levels = column.values();
    let returns = log_returns(levels)?;
    let result = if spec.periodicity {
        let times: Vec<Timestamp> = known.times().collect();
        let factors = CausalFactors::estimate(&times, &returns, spec.test.window, spec.memory)?;
        lee_mykland_periodic(levels, &factors, spec.test)?
    } else {
        lee_mykland(levels, spec.test)?
    };
    let begun = result.statistic.iter().position(|statistic| !statistic.is_nan()).unwrap_or(levels.len());
    let rows = levels.len();
    let week = known.step().window(CLUSTER_HOURS).unwrap_or(1);
    let mut indicator = vec![f64::NAN; rows];
    let mut magnitude = vec![f64::NAN; rows];
    let mut days_since = vec![f64::NAN; rows];
    let mut cluster = vec![f64::NAN; rows];
    let (mut last, mut recent) = (begun, 0);
    for row in begun..rows {
        let jump = result.is_jump(row);
        if jump {
            last = row;
            recent += 1;
        }
        if row >= begun + week && result.is_jump(row - week) {
            recent -= 1;
        }
        indicator[row] = f64::from(u8::from(jump));
        magnitude[row] = if jump { returns[row].abs() } else { 0.0 };
        days_since[row] = (row - last) as f64 * f64::from(known.step().hours()) / 24.0;
        cluster[row] = f64::from(recent);
    }
    [indicator, magnitude, days_since, cluster]
        .into_iter()
        .zip(JUMP_FEATURES)
        .try_fold(known.bare(), |panel, (values, name)| panel.with(Column::known(name, values)))
}
