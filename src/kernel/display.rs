//! How values show themselves at the end of a cell.

use super::html;
use super::tables::Excerpt;
use crate::data::{Audit, Difference};
use crate::evaluation::{Comparison, Metrics, MetricsTable, RegimeReport};
use crate::figures::{Figure, plotly_js};
use crate::hypothesis::TestResult;
use crate::panel::Panel;
use crate::study::{JumpReport, RegimeStudy};
use crate::validation::ValidationReport;
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
    Audit,
    Comparison,
    Difference,
    JumpReport,
    Metrics,
    MetricsTable,
    RegimeReport,
    RegimeStudy,
    TestResult,
    ValidationReport
);
