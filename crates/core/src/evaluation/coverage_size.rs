//! How often tests of promises reject promises that are kept.

use super::overlap_law::SharedLaw;
use super::{COVERAGE_TESTS, Forecast, Forecasts};
use crate::error::Result;
use crate::models::{Band, Coverage, Level};
use crate::report::{Align, Cell, Report, Reported, Table};
use crate::seed::Seed;
use crate::time::{Horizon, Timestamp};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};
use std::fmt;

/// What the errors of overlapping forecasts are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shocks {
    /// A shock of the same size every hour.
    Even,
    /// Large shocks in four hours of the day, small ones in the others.
    FewHours,
}

/// The rejections of one test in one design, in percent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoverageSize {
    /// The test.
    pub test: String,
    /// Origins, hour by hour.
    pub n: usize,
    /// The forecast distance.
    pub horizon: Horizon,
    /// The interval's nominal coverage.
    pub coverage: Coverage,
    /// What the errors are made of.
    pub shocks: Shocks,
    /// Samples.
    pub replications: usize,
    /// Rejections at 5 %, in percent.
    pub at_5: f64,
    /// Rejections at 1 %, in percent.
    pub at_1: f64,
}

/// Sizes of every test of promises.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CoverageSizes(pub Vec<CoverageSize>);

impl CoverageSizes {
    /// 1,000 and 6,000 origins, 1 and 24 hours ahead, intervals of 80 and 95 %, shocks of one size and, where they can
    /// matter, large ones in few hours.
    pub fn designs() -> Vec<(usize, Horizon, Coverage, Shocks)> {
        let mut designs = Vec::new();
        for n in [1_000, 6_000] {
            for coverage in [Coverage::P80, Coverage::P95] {
                designs.push((n, Horizon::hours(1), coverage, Shocks::Even));
                designs.extend(
                    [Shocks::Even, Shocks::FewHours].map(|shocks| (n, Horizon::hours(24), coverage, shocks)),
                );
            }
        }
        designs
    }

    /// Tests the intervals of forecasters who know the law of their errors, in `replications` samples a design; where
    /// forecasts overlap, whose law is simulated, in `1000 / n` as many of more than 1,000 origins.
    ///
    /// # Errors
    /// A design with too few origins for its horizon.
    pub fn simulate(
        designs: &[(usize, Horizon, Coverage, Shocks)],
        replications: usize,
        seed: Seed,
    ) -> Result<Self> {
        let mut rows = Vec::new();
        for &(n, horizon, coverage, shocks) in designs {
            let stage = seed.stage(&format!("{n} {horizon} {coverage} {shocks:?}"));
            let law = SharedLaw::default();
            let one = |index: usize| -> Result<Vec<f64>> {
                let series = sample(n, horizon, shocks, stage.nth(index))?;
                COVERAGE_TESTS
                    .iter()
                    .map(|test| Ok(test.run_sharing(&series, coverage, &law)?.p_value))
                    .collect()
            };
            let costly = if horizon.get() > 1 { n.max(1_000) } else { 1_000 };
            let replications = (replications * 1_000 / costly).max(1);
            let p_values: Vec<Vec<f64>> =
                (0..replications).into_par_iter().map(one).collect::<Result<_>>()?;
            for (place, test) in COVERAGE_TESTS.iter().enumerate() {
                let share = |level: f64| {
                    let rejected = p_values.iter().filter(|own| own[place] < level).count();
                    100.0 * rejected as f64 / replications as f64
                };
                rows.push(CoverageSize {
                    test: test.name.to_owned(),
                    n,
                    horizon,
                    coverage,
                    shocks,
                    replications,
                    at_5: share(0.05),
                    at_1: share(0.01),
                });
            }
        }
        Ok(Self(rows))
    }
}

/// Hourly forecasts whose errors are sums of `horizon` normal shocks, with the true quantiles.
fn sample(n: usize, horizon: Horizon, shocks: Shocks, seed: Seed) -> Result<Forecasts> {
    let steps = horizon.get() as usize;
    let mut rng = seed.rng();
    let size = |hour: usize| match shocks {
        Shocks::FewHours if hour % 24 >= 4 => 0.3,
        Shocks::FewHours => 1.8,
        Shocks::Even => 1.0,
    };
    let hourly: Vec<f64> = (0..n + steps)
        .map(|hour| {
            let normal: f64 = StandardNormal.sample(&mut rng);
            size(hour) * normal
        })
        .collect();
    let window = |of: &dyn Fn(usize) -> f64, row: usize| (row + 1..=row + steps).map(of).sum::<f64>();
    let records = (0..n).map(|row| Forecast {
        origin: Timestamp::from_hours(row as i64),
        horizon,
        actual: 60.0 + window(&|hour| hourly[hour], row),
        predicted: 60.0,
        anchor: 60.0,
    });
    let spreads: Vec<f64> = (0..n).map(|row| window(&|hour| size(hour).powi(2), row).sqrt()).collect();
    let bands = [Coverage::P50, Coverage::P80, Coverage::P90, Coverage::P95];
    bands.into_iter().try_fold(Forecasts::new("true law", records)?, |series, coverage| {
        let reach = Normal::standard().inverse_cdf(Level::ends(coverage).1.get());
        let ends = |sign: f64| spreads.iter().map(|spread| 60.0 + sign * reach * spread).collect();
        series.with_band(Band::new(coverage, ends(-1.0), ends(1.0))?)
    })
}

impl Reported for CoverageSizes {
    fn report(&self) -> Report {
        let header = ["test", "n", "horizon", "interval", "shocks", "5 %", "1 %", "samples"];
        let mut table = Table::new(header).set(Align::Right, 1..);
        for row in &self.0 {
            table.push([
                Cell::name(&row.test),
                Cell::count(row.n),
                row.horizon.cell(),
                Cell::text(row.coverage.to_string()),
                Cell::text(match row.shocks {
                    Shocks::Even => "even",
                    Shocks::FewHours => "few hours",
                }),
                Cell::number(row.at_5, 1),
                Cell::number(row.at_1, 1),
                Cell::count(row.replications),
            ]);
        }
        let mut report = Report::new();
        report.line("rejections of promises that are kept, in percent").table(table);
        report
    }
}

impl fmt::Display for CoverageSizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}
