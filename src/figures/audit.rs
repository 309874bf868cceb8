//! What the audit found, where and how serious it is.

use super::Figure;
use super::column_names::readable;
use super::marks::Traces;
use super::theme;
use crate::data::{Audit, Finding, Severity};
use crate::error::Result;
use crate::market::Market;
use plotly::Scatter;
use plotly::common::{Marker, MarkerSymbol, Mode};
use serde_json::json;

/// Findings by series and time: one mark a finding, its colour and shape the severity, its size the count.
///
/// # Errors
/// Never for an audit of a panel with a column.
pub fn audit_findings(audit: &Audit, market: &Market) -> Result<Figure> {
    let styles = [
        (Severity::Serious, "serious", theme::VERMILLION, MarkerSymbol::Square),
        (Severity::Warning, "warning", theme::ORANGE, MarkerSymbol::Diamond),
        (Severity::Note, "note", theme::SKY, MarkerSymbol::Circle),
    ];
    let mut traces: Traces = Vec::new();
    for (severity, name, color, symbol) in styles {
        let found: Vec<&Finding> =
            audit.findings.iter().filter(|finding| finding.severity == severity).collect();
        if found.is_empty() {
            continue;
        }
        let time = |finding: &&Finding| finding.at.unwrap_or(audit.first).to_string();
        let size = |finding: &&Finding| 8 + (4.0 * (finding.count as f64 + 1.0).log10()) as usize;
        let words =
            |finding: &&Finding| format!("{:?}, {}: {}", finding.check, finding.count, finding.detail);
        traces.push(
            Scatter::new(
                found.iter().map(time).collect::<Vec<_>>(),
                found.iter().map(|finding| readable(&finding.column, market)).collect(),
            )
            .mode(Mode::Markers)
            .name(format!("{name} ({})", found.len()))
            .hover_text_array(found.iter().map(words).collect())
            .marker(Marker::new().color(color).symbol(symbol).size_array(found.iter().map(size).collect())),
        );
    }
    let names: Vec<String> =
        audit.columns.iter().map(|column| readable(&column.record.name, market)).collect();
    let layout = json!({
        "height": 140 + 30 * names.len(),
        "xaxis": {"type": "date", "range": [theme::date(audit.first), theme::date(audit.last)]},
        "yaxis": {"type": "category", "categoryorder": "array", "categoryarray": names, "autorange": "reversed"},
    });
    let caption = "What the audit found, series by series, at the first hour of each finding: gaps, stale runs, outliers, \
                   disagreement between sources, revisions. The larger the mark, the more observations it counts.";
    Figure::new("audit", caption, traces, layout)
}
