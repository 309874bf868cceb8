//! What the walk-forward was asked to show, line by line, and what it shows.

use crate::evaluation::{Comparison, Forecasts, Metrics, PairTest, RegimeScore, RegimeScores};
use crate::models::{Family, ModelEntry};
use crate::regimes::Scheme;
use crate::report::{Align, Cell, Report, Reported, Table, Tone};
use crate::statistics::mean_square;
use crate::time::Horizon;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Squared-error skill against persistence asked of the best network.
const SKILL: f64 = 0.09;
/// Level of the Diebold-Mariano test against persistence.
const LEVEL_PERSISTENCE: f64 = 0.001;
/// Level of the Diebold-Mariano test against the calendar regression.
const LEVEL_CALENDAR: f64 = 0.05;
/// One minus the confidence of the model confidence set.
const CONFIDENCE_SET_ALPHA: f64 = 0.1;
/// Share of right directions.
const DIRECTION: f64 = 0.6;
/// Distance of an interval's coverage from nominal, over all origins.
const COVERAGE_OVERALL: f64 = 0.02;
/// The same in each market state.
const COVERAGE_STATE: f64 = 0.05;
/// The linear model to be beaten.
const CALENDAR: &str = "har_calendar";

/// One line of the goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// What is asked.
    pub line: String,
    /// The threshold, in words.
    pub threshold: String,
    /// What was reached, where it is defined.
    pub value: Option<f64>,
    /// Whether the threshold is met.
    pub reached: bool,
    /// What a reader must know beside the number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// The goals of the walk-forward for its best network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Goals {
    /// The network with the lowest mean squared error; without one, the best model.
    pub model: String,
    /// Whether the model holds a network.
    pub is_network: bool,
    /// Networks it was the best of, chosen by these very outcomes.
    pub chosen_among: usize,
    /// The forecast distance.
    pub horizon: Horizon,
    /// Origins.
    pub n: usize,
    /// One entry a line.
    pub goals: Vec<Goal>,
}

impl Goals {
    /// Whether every line is reached.
    pub fn all_reached(&self) -> bool {
        self.goals.iter().all(|goal| goal.reached)
    }

    /// The model the goals are about: the network with the lowest mean squared error, else the best model.
    ///
    /// `None` when there is nothing beside persistence.
    pub fn candidate(series: &[Forecasts]) -> Option<&Forecasts> {
        let best = |networks: bool| {
            series
                .iter()
                .filter(|one| one.model() != "persistence" && (!networks || is_network(one.model())))
                .min_by(|one, other| mean_squared(one).total_cmp(&mean_squared(other)))
        };
        best(true).or_else(|| best(false))
    }

    /// Checks every line for one model.
    pub fn of(
        candidate: &Forecasts,
        metrics: &Metrics,
        comparison: &Comparison,
        regimes: &RegimeScores,
    ) -> Self {
        let model = candidate.model();
        let mut goals = vec![
            at_least("skill against persistence", metrics.skill(), SKILL),
            better(comparison, model, "persistence", LEVEL_PERSISTENCE),
            better(comparison, model, CALENDAR, LEVEL_CALENDAR),
            in_confidence_set(comparison, model),
            at_least("direction from the origin", metrics.directional_accuracy(), DIRECTION),
        ];
        let own: Vec<&RegimeScore> = regimes.of_model(model).collect();
        let asked = |row: &&&RegimeScore| {
            matches!(row.scheme, Scheme::JumpHours { hours: 1 } | Scheme::JumpAtTarget | Scheme::CalendarYear)
        };
        goals.extend(own.iter().filter(asked).map(|row| positive(row)));
        goals.extend(coverage(metrics.coverage(), 0.8, &own, |row| row.coverage));
        goals.extend(coverage(metrics.coverage_95(), 0.95, &own, |row| row.coverage_95));
        goals.extend(best_combination(comparison));
        let networks = comparison.metrics.0.iter().filter(|one| is_network(&one.model)).count();
        Self {
            model: model.to_owned(),
            is_network: is_network(model),
            chosen_among: networks,
            horizon: metrics.horizon,
            n: metrics.n,
            goals,
        }
    }
}

fn is_network(model: &str) -> bool {
    family(model) == Some(Family::Network)
}

fn mean_squared(series: &Forecasts) -> f64 {
    mean_square(&series.residuals())
}

fn at_least(line: &str, value: Option<f64>, threshold: f64) -> Goal {
    Goal {
        line: line.to_owned(),
        threshold: format!("at least {:.0} %", 100.0 * threshold),
        value,
        reached: value.is_some_and(|value| value >= threshold),
        note: String::new(),
    }
}

/// The skill of the best combination of models, beside that of the network alone.
fn best_combination(comparison: &Comparison) -> Option<Goal> {
    let combinations =
        comparison.metrics.0.iter().filter(|one| family(&one.model) == Some(Family::Combination));
    let best = combinations.min_by(|one, other| one.rmse().total_cmp(&other.rmse()))?;
    let goal = at_least("skill against persistence of the best combination", best.skill(), SKILL);
    Some(Goal { note: best.model.clone(), ..goal })
}

fn better(comparison: &Comparison, model: &str, rival: &str, level: f64) -> Goal {
    let line = format!("Diebold-Mariano against {rival}, p");
    let threshold = format!("below {level}, in the model's favour");
    let Ok(PairTest { first, test, .. }) = comparison.pair(model, rival) else {
        let note = if model == rival {
            "it is the model itself".to_owned()
        } else {
            format!("{rival} is not in the table")
        };
        return Goal { line, threshold, value: None, reached: false, note };
    };
    // A positive statistic: the first loses more.
    let favour = if first == model { -test.statistic } else { test.statistic };
    Goal {
        line,
        threshold,
        value: Some(test.p_value),
        reached: favour > 0.0 && test.rejects(level),
        note: format!("statistic {favour:+.2} for the model, {} under the null", test.distribution),
    }
}

fn in_confidence_set(comparison: &Comparison, model: &str) -> Goal {
    let members = comparison.model_confidence_set.as_ref().map(|set| set.models.as_slice());
    let member = members.unwrap_or_default().iter().find(|member| member.model == model);
    let value = member.map(|member| member.p_value);
    let threshold = format!("p above {CONFIDENCE_SET_ALPHA}: inside at 90 %");
    Goal {
        line: "model confidence set, p".to_owned(),
        threshold,
        value,
        reached: value.is_some_and(|p| p > CONFIDENCE_SET_ALPHA),
        note: format!("among {} models", comparison.metrics.0.len()),
    }
}

fn positive(row: &RegimeScore) -> Goal {
    Goal {
        line: format!("skill, {}: {}", row.scheme, row.regime),
        threshold: "above 0".to_owned(),
        value: row.skill,
        reached: row.skill.is_some_and(|skill| skill > 0.0),
        note: format!("{} origins", row.n),
    }
}

/// Two lines: over all origins, and in the state farthest from nominal.
fn coverage(
    overall: Option<f64>,
    nominal: f64,
    states: &[&RegimeScore],
    of: impl Fn(&RegimeScore) -> Option<f64>,
) -> [Goal; 2] {
    let percent = 100.0 * nominal;
    let within = |value: Option<f64>, distance: f64| {
        value.is_some_and(|value| (value - nominal).abs() <= distance + 1e-12)
    };
    let known: Vec<(&RegimeScore, f64)> = states.iter().filter_map(|row| Some((*row, of(row)?))).collect();
    let worst =
        known.iter().max_by(|one, other| (one.1 - nominal).abs().total_cmp(&(other.1 - nominal).abs()));
    let missed = known.iter().filter(|(_, value)| !within(Some(*value), COVERAGE_STATE)).count();
    [
        Goal {
            line: format!("coverage of the {percent:.0} % interval"),
            threshold: format!("within {:.0} points", 100.0 * COVERAGE_OVERALL),
            value: overall,
            reached: within(overall, COVERAGE_OVERALL),
            note: if overall.is_none() {
                "the model gives no such interval".to_owned()
            } else {
                String::new()
            },
        },
        Goal {
            line: format!("coverage of the {percent:.0} % interval in the worst state"),
            threshold: format!("within {:.0} points in every state", 100.0 * COVERAGE_STATE),
            value: worst.map(|worst| worst.1),
            reached: worst.is_some_and(|worst| within(Some(worst.1), COVERAGE_STATE)),
            note: worst.map_or(String::new(), |(row, _)| {
                format!("{}: {}; {missed} of {} states miss", row.scheme, row.regime, known.len())
            }),
        },
    ]
}

impl Reported for Goals {
    fn report(&self) -> Report {
        let what = if self.is_network {
            format!("best of {} networks, chosen by these outcomes", self.chosen_among)
        } else {
            "no network among the models; the best of all".to_owned()
        };
        let mut table = Table::new(["goal", "threshold", "value", "reached", "note"]).set(Align::Left, ..);
        for goal in &self.goals {
            table.push([
                Cell::text(&goal.line),
                Cell::text(&goal.threshold),
                Cell::optional(goal.value, 4),
                if goal.reached { Cell::verdict("yes", Tone::Good) } else { Cell::verdict("no", Tone::Bad) },
                Cell::text(&goal.note),
            ]);
        }
        let mut report = Report::new();
        report
            .line(format!("{} ({what}), {} ahead, {} origins", self.model, self.horizon, self.n))
            .table(table);
        report
    }
}

impl fmt::Display for Goals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report().fmt(f)
    }
}

fn family(model: &str) -> Option<Family> {
    ModelEntry::find(model).map(|entry| entry.family)
}
