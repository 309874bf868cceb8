//! `MacKinnon`'s p-values and critical values of unit-root tests.

use crate::tails::normal_upper;
use serde::{Deserialize, Serialize};

/// The deterministic terms of a unit-root regression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Deterministic {
    /// Neither constant nor trend.
    #[serde(rename = "n")]
    None,
    /// A constant.
    #[default]
    #[serde(rename = "c")]
    Constant,
    /// A constant and a linear trend.
    #[serde(rename = "ct")]
    Trend,
}

impl Deterministic {
    /// The number of deterministic columns.
    pub(crate) fn columns(self) -> usize {
        match self {
            Self::None => 0,
            Self::Constant => 1,
            Self::Trend => 2,
        }
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::None => "no constant",
            Self::Constant => "constant",
            Self::Trend => "constant and trend",
        }
    }
}

struct Surface {
    max: f64,
    min: f64,
    star: f64,
    small: [f64; 3],
    large: [f64; 4],
    // 1 %, 5 %, 10 %: coefficients of 1, 1/n, 1/n^2, 1/n^3
    critical: [[f64; 4]; 3],
}

/// Tables 3, 4 of MacKinnon (1994) for one series and of MacKinnon (2010).
fn surface(terms: Deterministic) -> Surface {
    match terms {
        Deterministic::None => Surface {
            max: f64::INFINITY,
            min: -19.04,
            star: -1.04,
            small: [0.6344, 1.2378, 0.032_496],
            large: [0.4797, 0.935_57, -0.069_99, 0.033_066],
            critical: [
                [-2.565_74, -2.2358, -3.627, 0.0],
                [-1.941_00, -0.2686, -3.365, 31.223],
                [-1.616_82, 0.2656, -2.714, 25.364],
            ],
        },
        Deterministic::Constant => Surface {
            max: 2.74,
            min: -18.83,
            star: -1.61,
            small: [2.1659, 1.4412, 0.038_269],
            large: [1.7339, 0.932_02, -0.127_45, -0.010_368],
            critical: [
                [-3.430_35, -6.5393, -16.786, -79.433],
                [-2.861_54, -2.8903, -4.234, -40.040],
                [-2.566_77, -1.5384, -2.809, 0.0],
            ],
        },
        Deterministic::Trend => Surface {
            max: 0.7,
            min: -16.18,
            star: -2.89,
            small: [3.2512, 1.6047, 0.049_588],
            large: [2.5261, 0.616_54, -0.379_56, -0.060_285],
            critical: [
                [-3.958_77, -9.0531, -28.428, -134.155],
                [-3.410_49, -4.3904, -9.036, -45.374],
                [-3.127_05, -2.5856, -3.925, -22.380],
            ],
        },
    }
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// The approximate asymptotic p-value of a Dickey-Fuller tau (MacKinnon 1994).
pub(crate) fn tau_p_value(tau: f64, terms: Deterministic) -> f64 {
    let surface = surface(terms);
    if tau > surface.max {
        1.0
    } else if tau < surface.min {
        0.0
    } else if tau <= surface.star {
        normal_upper(-polynomial(&surface.small, tau))
    } else {
        normal_upper(-polynomial(&surface.large, tau))
    }
}

/// Critical values of tau at 1, 5 and 10 % for `n` observations (MacKinnon 2010).
pub(crate) fn tau_critical_values(terms: Deterministic, n: usize) -> Vec<(f64, f64)> {
    let inverse = 1.0 / n as f64;
    [0.01, 0.05, 0.10]
        .into_iter()
        .zip(surface(terms).critical)
        .map(|(level, row)| (level, polynomial(&row, inverse)))
        .collect()
}
