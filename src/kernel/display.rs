//! How values show themselves at the end of a cell.

use super::html;
use super::tables::Excerpt;
use crate::data::{Audit, Difference};
use crate::evaluation::{
    Comparison, Deflation, Forecasts, ImportanceTables, Metrics, MetricsTable, ModelConfidenceSet, PairTests,
    PermutationImportance, RegimeReport, RegimeScores, SuperiorPredictiveAbility,
};
use crate::figures::forecasts::predictions;
use crate::figures::training::training_history;
use crate::figures::{Figure, plotly_js};
use crate::hypothesis::TestResult;
use crate::jumps::{Agreement, EventStudy, LeeMyklandResult, MonteCarloTable};
use crate::market::Market;
use crate::panel::Panel;
use crate::regression::RegressionTable;
use crate::study::{
    Assessment, DatedJumps, Goals, HarReport, HorizonTable, JumpReport, Outlook, PredictorReport, Recorded,
    RegimeStudy, Replication, ScalingStudy, ThesisSplit,
};
use crate::training::Run;
use crate::validation::{CorrelationMatrix, Description, ValidationReport};
use polars::prelude::DataFrame;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

/// A value that a cell shows as HTML, and as text where HTML cannot be shown.
///
/// evcxr calls [`Shown::evcxr_display`] on the last expression of a cell; the prelude brings it in.
///
/// # Examples
/// ```
/// use dvol::prelude::*;
/// let panel = Panel::new("2021-03-24T00:00:00Z".parse()?, 30)?.with(Column::bars("dvol", vec![84.5; 30]))?;
/// assert!(panel.text().contains("84.5000"));
/// assert!(panel.html().contains("... 20 more"));
/// # Ok::<(), dvol::Error>(())
/// ```
pub trait Shown {
    /// What a notebook shows.
    fn html(&self) -> String;

    /// What a terminal shows.
    fn text(&self) -> String;

    /// Hands both to the kernel.
    fn evcxr_display(&self) {
        let (html, text) = (self.html(), self.text());
        let mut out = std::io::stdout().lock();
        for (kind, content) in [("text/html", html), ("text/plain", text)] {
            // A kernel that went away has nobody to tell.
            let _ = writeln!(out, "EVCXR_BEGIN_CONTENT {kind}\n{content}\nEVCXR_END_CONTENT");
        }
    }
}

impl Shown for Panel {
    fn html(&self) -> String {
        Excerpt::of_panel(self).html()
    }

    fn text(&self) -> String {
        Excerpt::of_panel(self).text()
    }
}

impl Shown for DataFrame {
    fn html(&self) -> String {
        Excerpt::of_frame(self).html()
    }

    fn text(&self) -> String {
        Excerpt::of_frame(self).text()
    }
}

impl Shown for Figure {
    fn html(&self) -> String {
        static PLOTLY_IS_ON_THE_PAGE: AtomicBool = AtomicBool::new(false);
        let carries = !PLOTLY_IS_ON_THE_PAGE.swap(true, Ordering::Relaxed);
        let script = if carries { format!("<script>{}</script>", plotly_js()) } else { String::new() };
        format!("{script}{}", self.to_div())
    }

    fn text(&self) -> String {
        format!("figure {}: {}", self.name(), self.caption())
    }
}

/// A finished training run: its scores, and how it went epoch by epoch.
impl Shown for Run {
    fn html(&self) -> String {
        let figure = training_history(&self.report.name, self.history());
        html::report(&self.text()) + &figure.map_or_else(|_| String::new(), |figure| figure.html())
    }

    fn text(&self) -> String {
        let report = &self.report;
        let rename = |metrics: &Metrics, model: &str| metrics.clone().named(model);
        let scores = &report.metrics;
        let parts = [
            Some(rename(&scores.validation, "validation part")),
            Some(rename(&scores.test, "test part")),
            scores.test_normal.as_ref().map(|metrics| rename(metrics, "test, normal hours")),
            scores.test_jump.as_ref().map(|metrics| rename(metrics, "test, jump hours")),
            Some(rename(&scores.persistence, "persistence, test part")),
        ];
        format!(
            "{}{}: {} parameters, best of {} epochs: {}, {:.1} s\n{}",
            report.name,
            if report.leaky { " (leaky: rescaled with statistics of the target hour)" } else { "" },
            report.parameters,
            report.history.epochs.len(),
            report.history.best_epoch,
            report.seconds,
            MetricsTable(parts.into_iter().flatten().collect())
        )
    }
}

/// Forecasts show themselves against what came true; they do not know of which market.
impl Shown for Forecasts {
    fn html(&self) -> String {
        predictions(self, &Market::unnamed())
            .map_or_else(|_| html::report(&self.text()), |figure| figure.html())
    }

    fn text(&self) -> String {
        let head = format!("{} origins of {}", self.len(), self.model());
        Metrics::of(self).map_or(head.clone(), |metrics| format!("{head}\n{metrics}"))
    }
}

impl<T: std::fmt::Display> Shown for Recorded<T> {
    fn html(&self) -> String {
        html::report(&self.to_string())
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// Types whose `Display` is a report.
macro_rules! reports {
    ($($kind:ty),+ $(,)?) => {$(
        impl Shown for $kind {
            fn html(&self) -> String {
                html::report(&self.to_string())
            }

            fn text(&self) -> String {
                self.to_string()
            }
        }
    )+};
}

reports!(
    Agreement,
    Assessment,
    Audit,
    Comparison,
    CorrelationMatrix,
    DatedJumps,
    Deflation,
    Description,
    Difference,
    EventStudy,
    Goals,
    HarReport,
    HorizonTable,
    ImportanceTables,
    JumpReport,
    LeeMyklandResult,
    Market,
    Metrics,
    MetricsTable,
    ModelConfidenceSet,
    MonteCarloTable,
    Outlook,
    PairTests,
    PermutationImportance,
    PredictorReport,
    RegimeReport,
    RegimeScores,
    RegimeStudy,
    RegressionTable,
    Replication,
    ScalingStudy,
    SuperiorPredictiveAbility,
    TestResult,
    ThesisSplit,
    ValidationReport
);
