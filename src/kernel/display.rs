//! How values show themselves at the end of a cell.

use super::tables;
use crate::data::{Audit, Difference};
use crate::evaluation::{
    Comparison, Deflation, Forecasts, ImportanceTables, Metrics, MetricsTable, ModelConfidenceSet,
    MultiHorizonTable, PairTest, PairTests, PermutationImportance, RegimeReport, RegimeScores,
    SuperiorPredictiveAbility,
};
use crate::figures::forecasts::predictions;
use crate::figures::{Figure, plotly_js};
use crate::hypothesis::TestResult;
use crate::jumps::{Agreement, EventStudy, JumpFindings, LeeMyklandResult, MonteCarloTable};
use crate::market::Market;
use crate::panel::{Column, Panel};
use crate::regression::RegressionTable;
use crate::report::{Html, Json, Renderer, Report, Reported, Typst};
use crate::study::{
    AbsentColumn, Assessment, DatedJumps, Found, Goals, HarRegression, HarReport, HorizonStudy, HorizonTable,
    JumpReport, NaiveScores, Named, Outlook, Proof, Recorded, RegimeStudy, Replication, ScalingStudy, Study,
    ThesisSplit, Track,
};
use crate::time::Timestamp;
use crate::training::Run;
use crate::validation::{CorrelationMatrix, Description, PredictorReport, ValidationReport};
use dvol_core::experiment::ModelLeftOut;
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

    /// What a report says, for whoever sets it in a document; `None` where there is no report to set.
    fn shown_report(&self) -> Option<Report> {
        None
    }

    /// Hands all of it to the kernel.
    fn evcxr_display(&self) {
        let mut shown = vec![("text/html", self.html()), ("text/plain", self.text())];
        if let Some(report) = self.shown_report() {
            shown.push(("text/x-typst", Typst.render(&report)));
            shown.push(("application/vnd.dvol.report+json", Json.render(&report)));
        }
        let mut out = std::io::stdout().lock();
        for (kind, content) in shown {
            // A kernel that went away has nobody to tell.
            let _ = writeln!(out, "EVCXR_BEGIN_CONTENT {kind}\n{content}\nEVCXR_END_CONTENT");
        }
    }
}

impl Shown for Panel {
    fn html(&self) -> String {
        Html.render(&tables::of_panel(self))
    }

    fn text(&self) -> String {
        tables::of_panel(self).to_string()
    }

    fn shown_report(&self) -> Option<Report> {
        Some(tables::columns_of_panel(self))
    }
}

impl Shown for DataFrame {
    fn html(&self) -> String {
        Html.render(&tables::of_frame(self))
    }

    fn text(&self) -> String {
        tables::of_frame(self).to_string()
    }

    fn shown_report(&self) -> Option<Report> {
        Some(tables::of_frame(self))
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

/// A finished training run: its scores. How it went epoch by epoch is a figure of its own
/// ([`training_history`](crate::figures::training::training_history)).
impl Shown for Run {
    fn html(&self) -> String {
        Html.render(&scores(self))
    }

    fn text(&self) -> String {
        scores(self).to_string()
    }

    fn shown_report(&self) -> Option<Report> {
        Some(scores(self))
    }
}

fn scores(run: &Run) -> Report {
    let trained = &run.report;
    let rename = |metrics: &Metrics, model: &str| metrics.clone().named(model);
    let scores = &trained.metrics;
    let parts = [
        Some(rename(&scores.validation, "validation part")),
        Some(rename(&scores.test, "test part")),
        scores.test_normal.as_ref().map(|metrics| rename(metrics, "test, normal hours")),
        scores.test_jump.as_ref().map(|metrics| rename(metrics, "test, jump hours")),
        Some(rename(&scores.persistence, "persistence, test part")),
    ];
    let mut report = Report::new();
    report.line(format!(
        "{}{}: {} parameters, best of {} epochs: {}, {:.1} s",
        trained.name,
        if trained.leaky { " (leaky: rescaled with statistics of the target hour)" } else { "" },
        trained.parameters,
        trained.history.epochs.len(),
        trained.history.best_epoch,
        trained.seconds
    ));
    report.include(&MetricsTable(parts.into_iter().flatten().collect()));
    report
}

/// Forecasts show themselves against what came true; they do not know of which market.
impl Shown for Forecasts {
    fn html(&self) -> String {
        predictions(self, &Market::unnamed())
            .map_or_else(|_| Html.render(&summary(self)), |figure| figure.html())
    }

    fn text(&self) -> String {
        summary(self).to_string()
    }

    fn shown_report(&self) -> Option<Report> {
        Some(summary(self))
    }
}

fn summary(forecasts: &Forecasts) -> Report {
    let mut report = Report::new();
    report.line(format!("{} origins of {}", forecasts.len(), forecasts.model()));
    match Metrics::of(forecasts) {
        Ok(metrics) => report.include(&metrics),
        Err(error) => report.line(error.to_string()),
    };
    report
}

/// A study shows what it reads, not all that it holds.
impl Shown for Study {
    fn html(&self) -> String {
        Html.render(&overview(self))
    }

    fn text(&self) -> String {
        overview(self).to_string()
    }
}

fn overview(study: &Study) -> Report {
    let panel = study.dataset().panel();
    let names: Vec<&str> = panel.columns().iter().map(Column::name).collect();
    let mut report = Report::new();
    report.line(format!("study of {}: {}", study.market().index, study.source()));
    report.line(format!(
        "{} rows, {} ahead; columns {}",
        panel.len(),
        study.config().horizon,
        names.join(", ")
    ));
    report
}

/// Values that say what they are in a sentence.
macro_rules! sentences {
    ($($kind:ty),+ $(,)?) => {$(
        impl Shown for $kind {
            fn html(&self) -> String {
                let mut report = Report::new();
                report.line(self.to_string());
                Html.render(&report)
            }

            fn text(&self) -> String {
                self.to_string()
            }
        }
    )+};
}

sentences!(AbsentColumn, ModelLeftOut, Timestamp);

/// A test between two models, as its table has it.
impl Shown for PairTest {
    fn html(&self) -> String {
        PairTests(vec![self.clone()]).html()
    }

    fn text(&self) -> String {
        PairTests(vec![self.clone()]).text()
    }
}

impl<T: Reported> Shown for Recorded<T> {
    fn html(&self) -> String {
        Html.render(&self.report())
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn shown_report(&self) -> Option<Report> {
        Some(self.report())
    }
}

impl<T: Reported> Shown for Named<T> {
    fn html(&self) -> String {
        Html.render(&self.report())
    }

    fn text(&self) -> String {
        self.report().to_string()
    }

    fn shown_report(&self) -> Option<Report> {
        Some(self.report())
    }
}

/// Types that say what they found in a report.
macro_rules! reports {
    ($($kind:ty),+ $(,)?) => {$(
        impl Shown for $kind {
            fn html(&self) -> String {
                Html.render(&self.report())
            }

            fn text(&self) -> String {
                self.to_string()
            }

            fn shown_report(&self) -> Option<Report> {
                Some(self.report())
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
    Found,
    Goals,
    HarRegression,
    HarReport,
    HorizonStudy,
    HorizonTable,
    ImportanceTables,
    JumpFindings,
    JumpReport,
    LeeMyklandResult,
    Market,
    Metrics,
    MetricsTable,
    ModelConfidenceSet,
    MonteCarloTable,
    MultiHorizonTable,
    NaiveScores,
    Outlook,
    PairTests,
    PermutationImportance,
    PredictorReport,
    Proof,
    RegimeReport,
    RegimeScores,
    RegimeStudy,
    RegressionTable,
    Replication,
    ScalingStudy,
    SuperiorPredictiveAbility,
    TestResult,
    ThesisSplit,
    Track,
    ValidationReport
);
