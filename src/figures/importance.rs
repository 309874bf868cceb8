//! Which features a fitted model leans on.

use super::Figure;
use super::column_names::readable;
use super::marks::{Traces, rounded};
use super::theme;
use crate::error::{Error, Result};
use crate::evaluation::{FeatureImportance, PermutationImportance};
use crate::market::Market;
use plotly::Bar;
use plotly::common::{ErrorData, ErrorType, Marker, Orientation};
use serde_json::{Value, json};

/// The skill a model loses when one feature, or a group of them, tells about another week: groups above single
/// features, each with the spread over the permutations.
///
/// # Errors
/// When nothing was moved.
pub fn feature_importance(importance: &PermutationImportance, market: &Market) -> Result<Figure> {
    if importance.features.is_empty() {
        return Err(Error::too_few("a figure of importance", 1, 0, "measure at least one feature"));
    }
    // Persistence's MSE turns a rise of the error into points of skill.
    let scale = importance.skill.map_or(1.0, |skill| (1.0 - skill) / importance.mse);
    let percent = importance.skill.is_some();
    let unit = if percent { 100.0 * scale } else { 1.0 };
    let mut traces: Traces = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut parts: Vec<(&str, &[FeatureImportance], &'static str)> = Vec::new();
    if !importance.groups.is_empty() {
        parts.push(("groups moved together", &importance.groups, theme::VERMILLION));
    }
    parts.push(("single features", &importance.features, theme::BLUE));
    for (title, rows, color) in parts {
        let own: Vec<String> = rows.iter().map(|row| readable(&row.feature, market)).collect();
        let spread = ErrorData::new(ErrorType::Data)
            .array(rounded(rows.iter().map(|row| unit * row.std_dev)))
            .color(theme::INK)
            .thickness(1.2)
            .width(3);
        traces.push(
            Bar::new(rounded(rows.iter().map(|row| unit * row.mse_increase)), own.clone())
                .orientation(Orientation::Horizontal)
                .name(title)
                .marker(Marker::new().color(color))
                .error_x(spread),
        );
        names.extend(own);
    }
    let title =
        if percent { "skill lost (% of persistence's MSE)" } else { "rise of the MSE (points\u{b2})" };
    let shapes: Vec<Value> = match importance.groups.len() {
        0 => Vec::new(),
        groups => {
            let between = groups as f64 - 0.5;
            vec![theme::horizontal("x", "y", between, "dot", theme::GREY)]
        }
    };
    let layout = json!({
        "height": 150 + 26 * names.len() as u32, "bargap": 0.3, "barmode": "overlay", "shapes": shapes,
        "showlegend": !importance.groups.is_empty(),
        "xaxis": {"title": {"text": title}, "zeroline": true, "zerolinecolor": theme::INK},
        "yaxis": {"type": "category", "categoryorder": "array", "categoryarray": names, "autorange": "reversed",
            "ticks": "", "showgrid": false},
    });
    let caption = format!(
        "Permutation importance in {}, {} ahead, on {} forecasts of hours it was not fitted on: what the fitted model loses when \
         blocks of {} h of a feature change places ({} permutations; whiskers: one standard deviation). Correlated features \
         stand in for each other, so a single bar may be short where its group's is long.",
        importance.model,
        importance.horizon,
        super::training::thousands(importance.n),
        importance.block_hours,
        importance.repeats
    );
    Figure::new("feature_importance", caption, traces, layout)
}
