//! The step that rows keep, and stamps that miss it by a little.

use super::options::Span;

/// A stamp may miss its place by this share of the step, and of a day where the step is longer: months and weeks with
/// a holiday are calendars, not clocks that run late.
pub(super) const TOLERANCE: i64 = 20;

const DAY: i64 = 86_400_000;

fn tolerance_of(step: i64) -> i64 {
    step.min(DAY) / TOLERANCE
}

/// From this share of stamps on their places (in tenths), the others are faults and not another rhythm.
const NEARLY_ALL: usize = 9;

/// The fewest rows that show a step against stamps that miss it.
const ENOUGH: usize = 20;

/// Steps that people use, in milliseconds.
const USUAL: [i64; 27] = [
    100,
    250,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    20_000,
    30_000,
    60_000,
    120_000,
    180_000,
    300_000,
    600_000,
    900_000,
    1_200_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    14_400_000,
    21_600_000,
    28_800_000,
    43_200_000,
    86_400_000,
    604_800_000,
];

/// Times on their grid.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grid {
    /// The usual distance between rows; none for a single row.
    pub step: Option<Span>,
    /// Whether all rows stand on places of that step.
    pub regular: bool,
    pub millis: Vec<i64>,
    /// Stamps moved to their place, and the furthest move.
    pub snapped: usize,
    pub furthest: i64,
}

impl Grid {
    /// Places of the grid without a row; none where there is no grid.
    pub fn holes(&self) -> Option<u64> {
        let step = self.step.filter(|_| self.regular)?;
        let span = self.millis.last()? - self.millis.first()?;
        Some((span / step.millis()) as u64 + 1 - self.millis.len() as u64)
    }
}

/// A row off the grid that nearly all others keep.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OffGrid {
    pub row: usize,
    pub problem: String,
}

/// A step tried on all rows.
struct Fit {
    step: i64,
    placed: Vec<i64>,
    /// Rows off their place by more than the tolerance.
    missing: usize,
    /// The first row on the place of the row before it.
    shared: Option<usize>,
}

impl Fit {
    fn new(times: &[i64], step: i64) -> Self {
        let tolerance = tolerance_of(step);
        let phase = phase(times, step, tolerance);
        let placed: Vec<i64> =
            times.iter().map(|time| phase + (time - phase + step / 2).div_euclid(step) * step).collect();
        let missing =
            times.iter().zip(&placed).filter(|(time, place)| (*time - *place).abs() > tolerance).count();
        let shared = (1..times.len()).find(|&row| placed[row] == placed[row - 1]);
        Self { step, placed, missing, shared }
    }

    fn is_whole(&self) -> bool {
        self.missing == 0 && self.shared.is_none()
    }
}

/// Finds the step of strictly increasing times and moves stamps that miss their place by a little.
pub(crate) fn grid(times: &[i64], step: Option<Span>) -> Result<Grid, OffGrid> {
    let still =
        |step: Option<Span>, regular| Grid { step, regular, millis: times.to_vec(), snapped: 0, furthest: 0 };
    if times.len() < 2 {
        return Ok(still(step, true));
    }
    let fit = if let Some(step) = step {
        Fit::new(times, step.millis())
    } else {
        let median = median_spacing(times);
        let usual = usual_step(median).filter(|usual| *usual != median && times.len() >= ENOUGH);
        // Jitter: spacings are near a step that people use, and rows are near its places to the end.
        let jittered = usual.map(|usual| Fit::new(times, usual)).filter(Fit::is_whole);
        jittered.unwrap_or_else(|| Fit::new(times, median))
    };
    let (span, whole) = (Span::from_millis(fit.step), fit.is_whole());
    let Fit { step, placed, missing, shared } = fit;
    if whole {
        let moves = || times.iter().zip(&placed).map(|(time, place)| (time - place).abs());
        let (snapped, furthest) = (moves().filter(|by| *by > 0).count(), moves().max().unwrap_or(0));
        return Ok(Grid { step: Some(span), regular: true, millis: placed, snapped, furthest });
    }
    let on_their_places = times.len() - missing;
    if on_their_places * 10 < times.len() * NEARLY_ALL || times.len() < ENOUGH {
        return Ok(still(Some(span), false));
    }
    let kept = format!("the step of {span} that {on_their_places} of {} rows keep", times.len());
    let tolerance = tolerance_of(step);
    let Some(row) = (0..times.len()).find(|&row| (times[row] - placed[row]).abs() > tolerance) else {
        let row = shared.unwrap_or(0);
        return Err(OffGrid {
            row,
            problem: format!("a second row within one step, by {kept}; drop one of the two"),
        });
    };
    let problem = format!(
        "{} off {kept} (tolerance {}); correct or drop the row",
        Span::from_millis((times[row] - placed[row]).abs()),
        Span::from_millis(tolerance)
    );
    Err(OffGrid { row, problem })
}

fn median_spacing(times: &[i64]) -> i64 {
    let mut spacings: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let middle = spacings.len() / 2;
    (*spacings.select_nth_unstable(middle).1).max(1)
}

/// The step that people use within a hundredth of a spacing, else whole minutes or seconds.
fn usual_step(median: i64) -> Option<i64> {
    let near = |step: &i64| *step > 0 && (step - median).abs() <= step / 100;
    let whole = |unit: i64| (median + unit / 2).div_euclid(unit) * unit;
    USUAL.into_iter().chain([whole(60_000), whole(1_000)]).find(near)
}

/// Where in a step the rows stand: where half of them do exactly, else at its start if all are near it.
fn phase(times: &[i64], step: i64, tolerance: i64) -> i64 {
    let near = |phase: i64| {
        times
            .iter()
            .filter(|time| {
                let past = (**time - phase).rem_euclid(step);
                past.min(step - past) <= tolerance
            })
            .count()
    };
    let mut phases: Vec<i64> = times.iter().map(|time| time.rem_euclid(step)).collect();
    phases.sort_unstable();
    let most = phases.chunk_by(|a, b| a == b).max_by_key(|run| run.len());
    let (most, often) = most.map_or((0, 0), |run| (run[0], run.len()));
    if often * 2 < times.len() && near(0) >= near(most) { 0 } else { most }
}
