//! Maximum likelihood for models without a closed form.

use crate::error::{Error, Result};
use argmin::core::{CostFunction, Executor, Gradient, State};
use argmin::solver::linesearch::BacktrackingLineSearch;
use argmin::solver::linesearch::condition::ArmijoCondition;
use argmin::solver::neldermead::NelderMead;
use argmin::solver::quasinewton::LBFGS;
use linfa_linalg::cholesky::InverseC as _;
use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

/// Cost where the likelihood is not defined: finite, so that a simplex can walk away from it.
const OUTSIDE: f64 = 1e10;
/// Rounds of simplex and climb, each from the best point so far.
const ROUNDS: u32 = 3;
/// Spread of the costs in a simplex that has found its hill.
const ON_THE_HILL: f64 = 1e-4;
const SIMPLEX_STEPS: u64 = 4_000;
const GRADIENT_STEPS: u64 = 200;

/// Where a log-likelihood is highest.
#[derive(Debug, Clone, PartialEq)]
pub struct Maximum {
    /// The free parameters.
    pub parameters: Vec<f64>,
    /// The log-likelihood there.
    pub log_likelihood: f64,
}

struct MeanCost<'a> {
    log_likelihood: &'a (dyn Fn(&[f64]) -> f64 + Sync),
    n: f64,
}

impl MeanCost<'_> {
    fn at(&self, parameters: &[f64]) -> f64 {
        let value = -(self.log_likelihood)(parameters) / self.n;
        if value.is_finite() { value } else { OUTSIDE }
    }
}

impl CostFunction for &MeanCost<'_> {
    type Param = Vec<f64>;
    type Output = f64;
    fn cost(&self, parameters: &Vec<f64>) -> Result<f64, argmin::core::Error> {
        Ok(self.at(parameters))
    }
}

impl Gradient for &MeanCost<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;
    fn gradient(&self, parameters: &Vec<f64>) -> Result<Vec<f64>, argmin::core::Error> {
        let mut moved = parameters.clone();
        Ok((0..parameters.len())
            .map(|i| {
                // The cube root of the machine's precision balances rounding and curvature.
                let step = 6e-6 * (1.0 + parameters[i].abs());
                moved[i] = parameters[i] + step;
                let above = self.at(&moved);
                moved[i] = parameters[i] - step;
                let below = self.at(&moved);
                moved[i] = parameters[i];
                (above - below) / (2.0 * step)
            })
            .collect())
    }
}

/// Maximises the log-likelihood of `n` observations over free parameters, from `start`.
///
/// A Nelder-Mead simplex finds the hill and L-BFGS with central differences climbs it; a smaller simplex around
/// the top looks whether there is a higher one, and so on until there is not. Where the function is not finite it
/// counts as very unlikely; constraints belong into a transform of the parameters.
///
/// # Errors
/// No parameter, or no point with a finite likelihood found.
///
/// # References
/// Nelder and Mead (1965), Computer Journal 7; Liu and Nocedal (1989), Mathematical Programming 45.
///
/// # Examples
/// ```
/// use dvol_core::likelihood::maximise;
/// // the mean of a normal sample with known variance
/// let data = [1.0, 2.0, 6.0];
/// let log_likelihood = |p: &[f64]| data.iter().map(|x: &f64| -0.5 * (x - p[0]).powi(2)).sum();
/// let maximum = maximise("a mean", &[0.0], 3, &log_likelihood)?;
/// assert!((maximum.parameters[0] - 3.0).abs() < 1e-7);
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub fn maximise(
    what: &str,
    start: &[f64],
    n: usize,
    log_likelihood: &(dyn Fn(&[f64]) -> f64 + Sync),
) -> Result<Maximum> {
    if start.is_empty() || n == 0 {
        return Err(Error::too_few(what, 1, 0, "give at least one parameter and one observation"));
    }
    let cost = MeanCost { log_likelihood, n: n as f64 };
    let mut best = start.to_vec();
    for round in 0..ROUNDS {
        let before = cost.at(&best);
        best = simplex(&cost, best, 0.5 / f64::from(1 << round))?;
        if round > 0 && before - cost.at(&best) < 1e-12 {
            break;
        }
        if let Some(refined) = climb(&cost, &best)
            && cost.at(&refined) < cost.at(&best)
        {
            best = refined;
        }
    }
    if cost.at(&best) >= OUTSIDE {
        return Err(Error::Divergence {
            what: what.to_owned(),
            detail: "the likelihood was finite nowhere it looked".to_owned(),
            remedy: "check the series for extreme values or start from other parameters".to_owned(),
        });
    }
    let log_likelihood = log_likelihood(&best);
    Ok(Maximum { parameters: best, log_likelihood })
}

fn simplex(cost: &MeanCost, start: Vec<f64>, size: f64) -> Result<Vec<f64>> {
    let mut corners = vec![start.clone()];
    for i in 0..start.len() {
        let mut corner = start.clone();
        corner[i] += size;
        corners.push(corner);
    }
    let solver = NelderMead::new(corners)
        .with_sd_tolerance(ON_THE_HILL)
        .map_err(Error::internal("setting up the Nelder-Mead simplex"))?;
    let outcome = Executor::new(cost, solver)
        .configure(|state| state.max_iters(SIMPLEX_STEPS))
        .run()
        .map_err(Error::internal("the Nelder-Mead simplex"))?;
    Ok(outcome.state().get_best_param().cloned().unwrap_or(start))
}

/// The quasi-Newton refinement; `None` when a line search fails, which near the top it may.
fn climb(cost: &MeanCost, start: &[f64]) -> Option<Vec<f64>> {
    // Near the top a cost is mostly rounding: a line search that looks at slopes as well hunts noise there for a
    // thousand evaluations. Central differences know a slope to some 1e-10.
    let search = BacktrackingLineSearch::new(ArmijoCondition::new(1e-4).ok()?);
    let solver = LBFGS::new(search, 7)
        .with_tolerance_grad(1e-9)
        .and_then(|solver| solver.with_tolerance_cost(1e-16))
        .ok()?;
    let outcome = Executor::new(cost, solver)
        .configure(|state| state.param(start.to_vec()).max_iters(GRADIENT_STEPS))
        .run()
        .ok()?;
    outcome.state().get_best_param().cloned()
}

/// How the uncertainty of maximum-likelihood estimates is estimated.
///
/// With H the Hessian of the log-likelihood and S the scores, one row an observation:
///
/// | variant | covariance |
/// | --- | --- |
/// | `Hessian` | `(-H)^-1`: right when the law is |
/// | `ScoreProducts` | `(S'S)^-1` (Berndt, Hall, Hall and Hausman 1974): likewise |
/// | `Robust` | `H^-1 S'S H^-1`: survives a wrong law (Bollerslev and Wooldridge 1992) |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LikelihoodCovariance {
    /// The inverse of the observed information.
    Hessian,
    /// The inverse of the scores' products.
    ScoreProducts,
    /// The sandwich of both.
    #[default]
    Robust,
}

/// Covariance of maximum-likelihood estimates, shape (k, k), from the observations' scores, shape (n, k).
///
/// The Hessian is the central difference of the summed scores. Steps are 1e-5 of each parameter and at least 1e-7,
/// so parameters should be of the order of one.
///
/// # Errors
/// A Hessian that is not negative definite: the estimate is no interior maximum. A score that is not finite.
///
/// # Examples
/// ```
/// use dvol_core::likelihood::{LikelihoodCovariance, score_covariance};
/// use ndarray::Array2;
/// // the mean of four observations with unit variance: scores x - mean, information 4
/// let scores = |p: &[f64]| {
///     Array2::from_shape_fn((4, 1), |(row, _)| [1.0, 2.0, 3.0, 6.0][row] - p[0])
/// };
/// let covariance = score_covariance("a mean", &[3.0], &scores, LikelihoodCovariance::Hessian)?;
/// assert!((covariance[(0, 0)] - 0.25).abs() < 1e-8);
/// # Ok::<(), dvol_core::Error>(())
/// ```
///
/// # References
/// Berndt, Hall, Hall and Hausman (1974), Annals of Economic and Social Measurement 3; Bollerslev and Wooldridge
/// (1992), Econometric Reviews 11; White (1982), Econometrica 50.
pub fn score_covariance(
    what: &str,
    parameters: &[f64],
    scores: &dyn Fn(&[f64]) -> Array2<f64>,
    covariance: LikelihoodCovariance,
) -> Result<Array2<f64>> {
    let own = scores(parameters);
    let products = own.t().dot(&own);
    let boundary = |detail: &str| Error::Divergence {
        what: what.to_owned(),
        detail: detail.to_owned(),
        remedy: "the estimate lies on a boundary: use a smaller model".to_owned(),
    };
    if products.iter().any(|value| !value.is_finite()) {
        return Err(boundary("a score of the log-likelihood is not finite"));
    }
    if covariance == LikelihoodCovariance::ScoreProducts {
        return products.invc().map_err(|_| boundary("the scores depend on each other"));
    }
    let mut information = Array2::zeros(products.dim());
    for (i, value) in parameters.iter().enumerate() {
        let step = 1e-5 * value.abs().max(1e-2);
        let total = |step: f64| {
            let mut moved = parameters.to_vec();
            moved[i] += step;
            scores(&moved).sum_axis(Axis(0))
        };
        information.column_mut(i).assign(&((total(-step) - total(step)) / (2.0 * step)));
    }
    let symmetric = (&information + &information.t()) / 2.0;
    if symmetric.iter().any(|value| !value.is_finite()) {
        return Err(boundary("the Hessian of the log-likelihood is not finite"));
    }
    let inverse = symmetric
        .invc()
        .map_err(|_| boundary("the Hessian of the log-likelihood is not negative definite"))?;
    Ok(match covariance {
        LikelihoodCovariance::Robust => inverse.dot(&products).dot(&inverse),
        LikelihoodCovariance::Hessian | LikelihoodCovariance::ScoreProducts => inverse,
    })
}
