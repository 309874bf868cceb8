//! Maximum likelihood for models without a closed form.

use crate::error::{Error, Result};
use argmin::core::{CostFunction, Executor, Gradient, State};
use argmin::solver::linesearch::BacktrackingLineSearch;
use argmin::solver::linesearch::condition::ArmijoCondition;
use argmin::solver::neldermead::NelderMead;
use argmin::solver::quasinewton::LBFGS;
use linfa_linalg::cholesky::InverseC as _;
use ndarray::Array2;

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

/// Covariance of maximum-likelihood estimates that survives a wrong distribution, shape (k, k).
///
/// # Formula
/// `A^-1 B A^-1` with A the negative Hessian of the log-likelihood and B the sum of squared scores, both by
/// central differences of the observations' log-likelihoods.
///
/// # Errors
/// A Hessian that is not negative definite: the estimate is no interior maximum.
///
/// # References
/// Bollerslev and Wooldridge (1992), Econometric Reviews 11; White (1982), Econometrica 50.
pub fn robust_covariance(
    what: &str,
    parameters: &[f64],
    log_likelihoods: &dyn Fn(&[f64]) -> Vec<f64>,
) -> Result<Array2<f64>> {
    let k = parameters.len();
    let steps: Vec<f64> = parameters.iter().map(|value| 1e-4 * value.abs().max(1e-3)).collect();
    let at = |moves: &[(usize, f64)]| {
        let mut moved = parameters.to_vec();
        moves.iter().for_each(|&(i, step)| moved[i] += step);
        log_likelihoods(&moved)
    };
    let total = |moves: &[(usize, f64)]| at(moves).iter().sum::<f64>();
    let scores: Vec<Vec<f64>> = (0..k)
        .map(|i| {
            let (above, below) = (at(&[(i, steps[i])]), at(&[(i, -steps[i])]));
            above.iter().zip(&below).map(|(a, b)| (a - b) / (2.0 * steps[i])).collect()
        })
        .collect();
    let mut information = Array2::zeros((k, k));
    let mut outer = Array2::zeros((k, k));
    for i in 0..k {
        for j in 0..=i {
            let (a, b) = (steps[i], steps[j]);
            let curvature =
                (total(&[(i, a), (j, b)]) - total(&[(i, a), (j, -b)]) - total(&[(i, -a), (j, b)])
                    + total(&[(i, -a), (j, -b)]))
                    / (4.0 * a * b);
            let product: f64 = scores[i].iter().zip(&scores[j]).map(|(x, y)| x * y).sum();
            information[(i, j)] = -curvature;
            information[(j, i)] = -curvature;
            outer[(i, j)] = product;
            outer[(j, i)] = product;
        }
    }
    let inverse = information.invc().map_err(|_| Error::Divergence {
        what: what.to_owned(),
        detail: "the Hessian of the log-likelihood is not negative definite".to_owned(),
        remedy: "the estimate lies on a boundary: use a smaller model".to_owned(),
    })?;
    Ok(inverse.dot(&outer).dot(&inverse))
}
