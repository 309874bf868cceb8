//! Size and power of the jump tests, by simulation.

use super::gumbel::highfrequency_critical_value;
use super::lee_mykland::{LeeMykland, Reading, lee_mykland, lee_mykland_periodic, log_returns};
use super::lee_mykland_result::LeeMyklandResult;
use super::periodicity::DescriptiveFactors;
use crate::error::{Error, Result};
use crate::report::{Align, Cell, Report, Reported, Table};
use crate::seed::Seed;
use crate::time::Timestamp;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::Serialize;
use std::f64::consts::PI;
use std::fmt;

/// Jump sizes tried, in local standard deviations.
pub const JUMP_SIZES: [f64; 6] = [3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
/// Levels tried.
pub const LEVELS: [f64; 3] = [0.05, 0.01, 0.001];
/// Hours between implanted jumps: no local window of 94 holds two.
const SPACING: usize = 211;

/// How volatility moves in the simulated series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SimulatedVolatility {
    /// The same at every hour.
    Constant,
    /// GARCH(1,1) with coefficients 0.05 and 0.94: clusters.
    Garch,
    /// A daily wave, three times as wild at its peak as in its trough, and quiet weekends.
    Seasonal,
}

/// The tests compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedTest {
    /// [`lee_mykland`], [`Reading::PerPoint`].
    PerPoint,
    /// [`lee_mykland`], [`Reading::FamilyWise`] over the series.
    FamilyWise,
    /// [`lee_mykland`], [`Reading::FamilyWiseStudent`] over the series.
    FamilyWiseStudent,
    /// Per point, after periodicity correction.
    PerPointPeriodic,
    /// Family-wise, after periodicity correction.
    FamilyWisePeriodic,
    /// Family-wise by Student's t, after periodicity correction.
    FamilyWiseStudentPeriodic,
    /// What R's `highfrequency` 1.0 does by default (`intradayJumpTest`, `volEstimator = "RM"`) with hours of a market
    /// that never closes.
    ///
    /// Bipower variation of the 10 returns of the day that end with the tested one, its 9 products divided by
    /// `lookBackPeriod - 2` = 8; n is the number of returns a day, 24, so that the family is a day; S(n) is
    /// `1 / sqrt(2 c log n)`, `c = sqrt(2 / pi)`; and `alpha = 0.95` stands where the paper has alpha. The critical
    /// value is 2.10, and half of the day, its first eleven hours, is never tested.
    HighfrequencyDefaults,
}

/// Size and power of the jump tests on simulated hours: flagged shares of jumpless series, found shares of implanted
/// jumps of 3 to 8 local standard deviations.
///
/// # References
/// Lee and Mykland (2008), Review of Financial Studies 21, section 2; Boudt, Croux and Laurent (2011), Journal of
/// Empirical Finance 18, section 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MonteCarlo {
    /// Series a volatility.
    pub replications: usize,
    /// Hours a series.
    pub hours: usize,
    /// The experiment's seed.
    pub seed: Seed,
}

impl Default for MonteCarlo {
    fn default() -> Self {
        Self { replications: 400, hours: 8_760, seed: Seed::default() }
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SizeAndPower {
    /// How volatility moved.
    pub volatility: SimulatedVolatility,
    /// The test.
    pub test: ComparedTest,
    /// The nominal level.
    pub alpha: f64,
    /// Share of returns without jumps that were flagged.
    pub size_per_point: f64,
    /// Share of series without jumps in which anything was flagged.
    pub size_family_wise: f64,
    /// Share of implanted jumps found, one a size of [`JUMP_SIZES`].
    pub power: [f64; 6],
}

/// The table and how it was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonteCarloTable {
    /// What was asked for.
    pub settings: MonteCarlo,
    /// Version of this crate.
    pub code_version: String,
    /// The sizes of [`SizeAndPower::power`], in local standard deviations.
    pub jump_sizes: [f64; 6],
    /// The lines.
    pub rows: Vec<SizeAndPower>,
}

const VOLATILITIES: [SimulatedVolatility; 3] =
    [SimulatedVolatility::Constant, SimulatedVolatility::Garch, SimulatedVolatility::Seasonal];
const TESTS: [ComparedTest; 7] = [
    ComparedTest::PerPoint,
    ComparedTest::FamilyWise,
    ComparedTest::FamilyWiseStudent,
    ComparedTest::PerPointPeriodic,
    ComparedTest::FamilyWisePeriodic,
    ComparedTest::FamilyWiseStudentPeriodic,
    ComparedTest::HighfrequencyDefaults,
];
const CELLS: usize = TESTS.len() * LEVELS.len();

/// Counts of one replication, by test and level.
#[derive(Clone, Copy, Default)]
struct Counts {
    tested: usize,
    flagged: usize,
    families: usize,
    found: [usize; 6],
}

impl MonteCarlo {
    /// Runs the simulation on all cores; the result does not depend on their number.
    ///
    /// # Errors
    /// No replication, or series shorter than 1,200 hours.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::jumps::MonteCarlo;
    /// let table = MonteCarlo { replications: 2, hours: 1_500, ..MonteCarlo::default() }.run()?;
    /// assert_eq!(table.rows.len(), 63);
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn run(self) -> Result<MonteCarloTable> {
        if self.replications == 0 {
            return Err(Error::parameter("replications", 0, "at least 1"));
        }
        if self.hours < 1_200 {
            return Err(Error::parameter("hours", self.hours, "at least 1200: five weeks and some to test"));
        }
        let mut rows = Vec::new();
        for volatility in VOLATILITIES {
            let seed = self.seed.stage("jump size and power").stage(volatility.name());
            let replications = (0..self.replications)
                .into_par_iter()
                .map(|index| replicate(volatility, self.hours, seed.nth(index)))
                .collect::<Result<Vec<_>>>()?;
            rows.extend(self.summarise(volatility, &replications));
        }
        Ok(MonteCarloTable {
            settings: self,
            code_version: env!("CARGO_PKG_VERSION").to_owned(),
            jump_sizes: JUMP_SIZES,
            rows,
        })
    }

    fn summarise(self, volatility: SimulatedVolatility, all: &[[Counts; CELLS]]) -> Vec<SizeAndPower> {
        let implanted = places(self.hours).count() * self.replications;
        let cells = TESTS.iter().flat_map(|test| LEVELS.iter().map(move |alpha| (*test, *alpha)));
        cells
            .enumerate()
            .map(|(cell, (test, alpha))| {
                let total = |of: fn(&Counts) -> usize| {
                    all.iter().map(|counts| of(&counts[cell])).sum::<usize>() as f64
                };
                let mut power = [0.0; 6];
                for (size, share) in power.iter_mut().enumerate() {
                    let found: usize = all.iter().map(|counts| counts[cell].found[size]).sum();
                    *share = found as f64 / implanted as f64;
                }
                SizeAndPower {
                    volatility,
                    test,
                    alpha,
                    size_per_point: total(|counts| counts.flagged) / total(|counts| counts.tested),
                    size_family_wise: total(|counts| counts.families) / self.replications as f64,
                    power,
                }
            })
            .collect()
    }
}

impl SimulatedVolatility {
    fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Garch => "garch",
            Self::Seasonal => "seasonal",
        }
    }

    /// Returns of `hours - 1` hours and the true deviation of each.
    fn simulate(self, hours: usize, seed: Seed) -> (Vec<f64>, Vec<f64>) {
        const MEAN: f64 = 0.005;
        let mut rng = seed.rng();
        let mut variance = MEAN * MEAN;
        (1..hours)
            .map(|hour| {
                let shock: f64 = StandardNormal.sample(&mut rng);
                let sigma = match self {
                    Self::Constant => MEAN,
                    Self::Garch => variance.sqrt(),
                    Self::Seasonal => {
                        let time = Timestamp::from_hours(hour as i64);
                        let weekend = if time.hour_of_week() >= 120 { 0.7 } else { 1.0 };
                        let phase = 2.0 * PI * time.hour_of_day() as f64 / 24.0;
                        MEAN * weekend * (3.0_f64.ln() / 2.0 * phase.sin()).exp()
                    }
                };
                variance = 0.01 * MEAN * MEAN + 0.05 * (sigma * shock).powi(2) + 0.94 * variance;
                (sigma * shock, sigma)
            })
            .unzip()
    }
}

/// Rows of implanted jumps: none within the first five weeks.
fn places(hours: usize) -> impl Iterator<Item = usize> {
    (900..hours).step_by(SPACING)
}

fn replicate(volatility: SimulatedVolatility, hours: usize, seed: Seed) -> Result<[Counts; CELLS]> {
    let (returns, sigmas) = volatility.simulate(hours, seed);
    let times: Vec<Timestamp> = (0..hours as i64).map(Timestamp::from_hours).collect();
    let mut counts = [Counts::default(); CELLS];
    for (test, cells) in TESTS.iter().zip(counts.chunks_mut(LEVELS.len())) {
        let statistics = test.statistics(&times, &returns)?;
        for (alpha, cell) in LEVELS.iter().zip(cells) {
            let critical = test.critical_value(*alpha, &statistics)?;
            cell.tested = statistics.tested;
            cell.flagged = statistics.statistic.iter().filter(|value| value.abs() > critical).count();
            cell.families = usize::from(cell.flagged > 0);
        }
    }
    for (position, size) in JUMP_SIZES.iter().enumerate() {
        let mut jumpy = returns.clone();
        for (number, row) in places(hours).enumerate() {
            let sign = if number % 2 == 0 { 1.0 } else { -1.0 };
            jumpy[row - 1] += sign * size * sigmas[row - 1];
        }
        for (test, cells) in TESTS.iter().zip(counts.chunks_mut(LEVELS.len())) {
            let statistics = test.statistics(&times, &jumpy)?;
            for (alpha, cell) in LEVELS.iter().zip(cells) {
                let critical = test.critical_value(*alpha, &statistics)?;
                cell.found[position] =
                    places(hours).filter(|&row| statistics.statistic[row].abs() > critical).count();
            }
        }
    }
    Ok(counts)
}

impl ComparedTest {
    fn statistics(self, times: &[Timestamp], returns: &[f64]) -> Result<LeeMyklandResult> {
        let spec = LeeMykland::default();
        let levels = levels(returns);
        match self {
            Self::PerPoint | Self::FamilyWise | Self::FamilyWiseStudent => lee_mykland(&levels, spec),
            Self::PerPointPeriodic | Self::FamilyWisePeriodic | Self::FamilyWiseStudentPeriodic => {
                let factors = DescriptiveFactors::estimate(times, &log_returns(&levels)?, spec.window)?;
                lee_mykland_periodic(&levels, &factors, spec)
            }
            Self::HighfrequencyDefaults => {
                let plain = lee_mykland(&levels, spec)?;
                Ok(with_tested_return_inside(plain, times))
            }
        }
    }

    fn critical_value(self, alpha: f64, result: &LeeMyklandResult) -> Result<f64> {
        let reading = match self {
            Self::PerPoint | Self::PerPointPeriodic => Reading::PerPoint,
            Self::FamilyWise | Self::FamilyWisePeriodic => Reading::FamilyWise(None),
            Self::FamilyWiseStudent | Self::FamilyWiseStudentPeriodic => Reading::FamilyWiseStudent(None),
            // Its argument is a confidence, 0.95, which enters the formula as the level.
            Self::HighfrequencyDefaults => return highfrequency_critical_value(1.0 - alpha, 24),
        };
        LeeMykland { alpha, reading, ..result.spec }.critical_value(result.n, result.freedom)
    }
}

fn levels(returns: &[f64]) -> Vec<f64> {
    let mut level: f64 = 60.0;
    std::iter::once(level)
        .chain(returns.iter().map(|r| {
            level *= r.exp();
            level
        }))
        .collect()
}

/// Bipower variation of the 10 returns of the day that end WITH the tested one, as `highfrequency` scales it.
fn with_tested_return_inside(mut result: LeeMyklandResult, times: &[Timestamp]) -> LeeMyklandResult {
    const LOOK_BACK: usize = 10;
    for (row, time) in times.iter().enumerate().take(result.returns.len()) {
        // The first return of a day has the hour before the day behind it, and no estimate comes before the 11th.
        let (sigma, statistic) = if time.hour_of_day() <= LOOK_BACK || row < LOOK_BACK {
            (f64::NAN, f64::NAN)
        } else {
            let window = &result.returns[row + 1 - LOOK_BACK..=row];
            let products: f64 = window.windows(2).map(|pair| (pair[0] * pair[1]).abs()).sum();
            let sigma = (PI / 2.0 * products / (LOOK_BACK - 2) as f64).sqrt();
            (sigma, result.returns[row] / sigma)
        };
        result.sigma[row] = sigma;
        result.statistic[row] = statistic;
    }
    result.tested = result.statistic.iter().filter(|statistic| !statistic.is_nan()).count();
    result
}

impl Reported for MonteCarloTable {
    fn report(&self) -> Report {
        let mut header: Vec<String> =
            ["volatility", "test", "alpha", "size a return", "size a series"].map(str::to_owned).into();
        header.extend(self.jump_sizes.iter().map(|size| format!("power {size} sd")));
        let mut table = Table::new(header).set(Align::Left, ..);
        for row in &self.rows {
            let first = [
                Cell::text(row.volatility.name()),
                Cell::text(format!("{:?}", row.test)),
                Cell::shortest(row.alpha),
                Cell::number(row.size_per_point, 5),
                Cell::number(row.size_family_wise, 3),
            ];
            table.push(first.into_iter().chain(row.power.iter().map(|&power| Cell::number(power, 3))));
        }
        let mut report = Report::from(table);
        report.line(format!(
            "{} series of {} hours a volatility, seed {}",
            self.settings.replications,
            self.settings.hours,
            self.settings.seed.get()
        ));
        report
    }
}

impl fmt::Display for MonteCarloTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
