//! What a chapter found, in a sentence made of the result itself, so that it stays true on any data.

use super::{JumpReport, Outlook, RegimeStudy, Replication, ScalingStudy};
use crate::data::Audit;
use crate::evaluation::{Comparison, Deflation, Metrics, MetricsTable, PairTest};
use crate::models::Coverage;
use crate::report::{Report, Reported};
use crate::validation::{PredictorReport, ValidationReport};
use std::fmt;

/// The level at which findings speak of a rejection.
const LEVEL: f64 = 0.05;
/// The model everything is set against.
const BENCHMARK: &str = "persistence";

/// A sentence or two about a result, with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found(String);

impl Found {
    pub(super) fn new(sentence: String) -> Self {
        Self(sentence)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Reported for Found {
    fn report(&self) -> Report {
        Report::sentences(self)
    }
}

/// A result that can be put into a sentence.
///
/// # Examples
/// ```
/// use dvol::evaluation::{Metrics, MetricsTable};
/// use dvol::study::Finds;
/// let scores: Vec<Metrics> = dvol::serde_json::from_str(
///     r#"[{"model":"persistence","horizon":24,"n":99,"rmse":2.0,"mae":1.0,"bias":0.0,"skill":0.0},
///         {"model":"har","horizon":24,"n":99,"rmse":1.9,"mae":1.0,"bias":0.0,"skill":0.0975}]"#,
/// )?;
/// assert_eq!(
///     MetricsTable(scores).finding().to_string(),
///     "Of 2 models har has the smallest error: RMSE 1.900, skill +9.8 % against persistence, 24 h ahead on 99 origins."
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Finds {
    /// What it says, in a sentence.
    fn finding(&self) -> Found;
}

impl Finds for MetricsTable {
    fn finding(&self) -> Found {
        let Some(best) = self.0.iter().min_by(|a, b| a.rmse().total_cmp(&b.rmse())) else {
            return Found("No model was scored.".to_owned());
        };
        let (count, at) = (self.0.len(), format!("{} ahead on {} origins", best.horizon, best.n));
        Found(if best.model == BENCHMARK {
            format!(
                "None of {count} models has a smaller error than persistence: RMSE {:.3}, {at}.",
                best.rmse()
            )
        } else {
            let skill = best
                .skill()
                .map_or_else(String::new, |skill| format!(", skill {} against persistence", signed(skill)));
            format!(
                "Of {count} models {} has the smallest error: RMSE {:.3}{skill}, {at}.",
                best.model,
                best.rmse()
            )
        })
    }
}

impl Finds for Comparison {
    fn finding(&self) -> Found {
        let better: Vec<&PairTest> = self
            .diebold_mariano
            .iter()
            .filter(|pair| pair.first == BENCHMARK && pair.test.statistic > 0.0 && pair.test.rejects(LEVEL))
            .collect();
        let best = self.metrics.0.iter().min_by(|a, b| a.rmse().total_cmp(&b.rmse()));
        let against =
            best.and_then(|best| self.pair(BENCHMARK, &best.model).ok()).map_or_else(String::new, |pair| {
                format!(" Against persistence its Diebold-Mariano p is {}.", p(pair.test.p_value))
            });
        let rivals = self.metrics.0.iter().filter(|row| row.model != BENCHMARK).count();
        Found(format!(
            "{}{against} {} of {rivals} models beat persistence at 5 %, each taken alone.",
            self.metrics.finding(),
            better.len()
        ))
    }
}

impl Finds for Deflation {
    fn finding(&self) -> Found {
        let Self {
            best, benchmark, trials, bonferroni, diebold_mariano, superior_predictive_ability, ..
        } = self;
        let left = if *bonferroni < LEVEL { "stands" } else { "does not stand" };
        Found(format!(
            "Taken alone, {best} beats {benchmark} with p {}; among the models at hand the test of superior predictive \
             ability has p {}; with all {trials} configurations counted the bound is {}, so that the lead {left} at 5 %.",
            p(diebold_mariano.p_value),
            p(superior_predictive_ability.p_consistent),
            p(*bonferroni)
        ))
    }
}

impl Finds for Audit {
    fn finding(&self) -> Found {
        let gaps = self.columns.iter().filter(|column| column.record.gaps > 0).count();
        let (columns, called) = (self.columns.len(), self.step.rows_called());
        Found(match (gaps, self.findings.len()) {
            (0, 0) => format!(
                "None of {columns} columns has a gap in {} {called}, and the audit found nothing.",
                self.rows
            ),
            (gaps, findings) => format!(
                "{gaps} of {columns} columns have gaps in {} {called}, and the audit has {findings} {}.",
                self.rows,
                if findings == 1 { "finding" } else { "findings" }
            ),
        })
    }
}

impl Finds for PredictorReport {
    fn finding(&self) -> Found {
        let slopes = || self.table.coefficients.iter().filter(|row| row.name != "const");
        let away = slopes().filter(|row| row.p_value < LEVEL).count();
        let strongest = slopes().max_by(|a, b| a.t.abs().total_cmp(&b.t.abs()));
        let named =
            strongest.map_or_else(String::new, |row| format!(", first of all {} (t {:.1})", row.name, row.t));
        let line = if self.linearity.rejects(LEVEL) { "is not" } else { "may be" };
        Found(format!(
            "{away} of {} predictors differ from zero at 5 %{named}; R2 in levels is {:.3}, and a straight line {line} \
             enough (RESET p {}).",
            slopes().count(),
            self.table.r2,
            p(self.linearity.p_value)
        ))
    }
}

impl Finds for JumpReport {
    fn finding(&self) -> Found {
        let jumps = self.test.jumps().len();
        let days = self.times.len() as f64 / 24.0;
        let every =
            if jumps == 0 { String::new() } else { format!(", one in {:.1} days", days / jumps as f64) };
        let crowded = self.events.findings.iter().filter(|one| one.jumps as f64 > one.expected).count();
        Found(format!(
            "{jumps} hours of {} are flagged ({:.2} %){every}; {crowded} of {} event windows hold more jumps than an \
             average window.",
            self.times.len(),
            100.0 * self.test.share(),
            self.events.findings.len()
        ))
    }
}

impl Finds for ScalingStudy {
    fn finding(&self) -> Found {
        let better = self.steps.iter().filter(|step| step.test.rmse() < self.persistence.rmse()).count();
        let smallest = self.steps.iter().min_by_key(|step| step.parameters);
        let largest = self.steps.iter().max_by_key(|step| step.parameters);
        let (Some(smallest), Some(largest)) = (smallest, largest) else {
            return Found("No size was trained.".to_owned());
        };
        Found(format!(
            "From {} to {} parameters the RMSE goes from {:.3} to {:.3}; persistence, which has none, has {:.3}, and {better} \
             of {} sizes beat it.",
            smallest.parameters,
            largest.parameters,
            smallest.test.rmse(),
            largest.test.rmse(),
            self.persistence.rmse(),
            self.steps.len()
        ))
    }
}

impl Finds for RegimeStudy {
    fn finding(&self) -> Found {
        let states: Vec<(String, &Metrics, f64)> = self
            .schemes
            .iter()
            .filter(|scheme| !scheme.report.hindsight)
            .flat_map(|scheme| {
                let name = &scheme.report.scheme;
                scheme.report.regimes.iter().filter_map(move |state| {
                    Some((format!("{name} = {}", state.regime), &state.metrics, state.metrics.skill()?))
                })
            })
            .collect();
        let positive = states.iter().filter(|(.., skill)| *skill > 0.0).count();
        let worst = states.iter().min_by(|a, b| a.2.total_cmp(&b.2));
        let least = worst.map_or_else(String::new, |(name, metrics, skill)| {
            format!("; it is least in {name} ({}, {} origins)", signed(*skill), metrics.n)
        });
        Found(format!(
            "The skill of {} is positive in {positive} of {} states that are known at the origin{least}.",
            self.model,
            states.len()
        ))
    }
}

impl Finds for ValidationReport {
    fn finding(&self) -> Found {
        let failed: Vec<&str> =
            self.verdicts.iter().filter(|one| !one.passed).map(|one| one.verdict.as_str()).collect();
        let passed = self.verdicts.len() - failed.len();
        let left = if failed.is_empty() {
            String::new()
        } else {
            format!("; the residuals are {}", failed.join(", "))
        };
        Found(format!("{passed} of {} groups of tests pass{left}.", self.verdicts.len()))
    }
}

impl Finds for Replication {
    fn finding(&self) -> Found {
        let least = |leaky: bool| {
            let steps = self.steps.iter().filter(|step| step.leaky == leaky);
            let at = |step: &&super::ProtocolStep| {
                self.steps.iter().any(|other| other.leaky && other.metrics.horizon == step.metrics.horizon)
            };
            steps.filter(at).min_by(|a, b| a.metrics.rmse().total_cmp(&b.metrics.rmse()))
        };
        let (Some(leaky), Some(honest)) = (least(true), least(false)) else {
            return Found("No step uses the future.".to_owned());
        };
        Found(format!(
            "The best row that uses the future has RMSE {:.3} ({}), the best one at the same horizon that does not {:.3} ({}).",
            leaky.metrics.rmse(),
            leaky.name,
            honest.metrics.rmse(),
            honest.name
        ))
    }
}

impl Finds for Outlook {
    fn finding(&self) -> Found {
        let Self { model, target, index, level, predicted, intervals, .. } = self;
        let article = if index.starts_with(char::is_lowercase) { "the " } else { "" };
        let ends: Vec<String> = intervals
            .iter()
            .filter(|own| [Coverage::P80, Coverage::P95].contains(&own.coverage))
            .map(|own| {
                format!("{:.0} % between {:.2} and {:.2}", own.coverage.percent(), own.lower, own.upper)
            })
            .collect();
        let sure = if ends.is_empty() { String::new() } else { format!(", with {}", ends.join(" and ")) };
        Found(format!(
            "From {} {model} puts {article}{index} at {predicted:.2} on {target}, {:+.2} from its level of {level:.2}{sure}.",
            self.origin,
            predicted - level
        ))
    }
}

fn signed(share: f64) -> String {
    format!("{:+.1} %", 100.0 * share)
}

fn p(value: f64) -> String {
    if value < 1e-4 { "below 0.0001".to_owned() } else { format!("{value:.4}") }
}
