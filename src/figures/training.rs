//! How training went, and what size buys.

use super::Figure;
use super::marks::{Traces, line, rounded};
use super::theme;
use crate::error::{Error, Result};
use crate::evaluation::Metrics;
use crate::models::lstm::History;
use plotly::Scatter;
use plotly::common::{Font, Marker, Mode, Position};
use serde_json::json;

/// Losses, validation skill and learning rate by epoch.
///
/// # Errors
/// When no epoch was completed.
pub fn training_history(model: &str, history: &History) -> Result<Figure> {
    if history.epochs.is_empty() {
        return Err(Error::too_few("a training history", 1, 0, "complete at least one epoch"));
    }
    let epochs: Vec<usize> = history.epochs.iter().map(|record| record.epoch).collect();
    let series =
        |pick: fn(&crate::models::lstm::EpochRecord) -> f64| rounded(history.epochs.iter().map(pick));
    let traces: Traces = vec![
        line(&epochs, series(|record| record.train_loss), "training loss", theme::BLUE, 1.8),
        line(&epochs, series(|record| record.validation_loss), "validation loss", theme::VERMILLION, 1.8),
        line(
            &epochs,
            series(|record| 100.0 * record.validation_skill),
            "validation skill",
            theme::GREEN,
            1.8,
        )
        .y_axis("y2")
        .show_legend(false),
        line(&epochs, series(|record| record.lr), "learning rate", theme::INK, 1.6)
            .y_axis("y3")
            .line(
                plotly::common::Line::new().color(theme::INK).width(1.6).shape(plotly::common::LineShape::Hv),
            )
            .show_legend(false),
    ];
    let mut shapes = vec![theme::horizontal("x", "y2", 0.0, "solid", theme::GREY)];
    let mut annotations = vec![
        theme::panel_title("x", "y2", "skill against persistence on the validation part"),
        theme::panel_title("x", "y3", "learning rate"),
    ];
    if history.best_epoch > 0 {
        shapes.push(json!({
            "type": "line", "xref": "x", "yref": "paper", "x0": history.best_epoch, "x1": history.best_epoch,
            "y0": 0, "y1": 1, "layer": "above", "line": {"width": 1.2, "dash": "dot", "color": theme::GREY},
        }));
        annotations.push(json!({
            "text": format!("best epoch {}", history.best_epoch), "showarrow": false, "xref": "x",
            "yref": "y domain", "x": history.best_epoch, "y": 0.99, "yanchor": "top",
            "xshift": if 2 * history.best_epoch > epochs.len() { -4 } else { 4 },
            "xanchor": if 2 * history.best_epoch > epochs.len() { "right" } else { "left" },
            "font": {"size": 12, "color": theme::GREY},
        }));
    }
    // At most a few halvings: each is a tick of its own.
    let mut rates = series(|record| record.lr);
    rates.dedup();
    rates.truncate(6);
    let layout = json!({
        "height": 620, "shapes": shapes, "annotations": annotations,
        "xaxis": {"title": {"text": "epoch"}, "anchor": "y3", "range": [0.5, epochs.len() as f64 + 0.5]},
        "yaxis": {"title": {"text": "loss"}, "domain": [0.52, 1.0]},
        "yaxis2": {"title": {"text": "skill (%)"}, "domain": [0.24, 0.44]},
        "yaxis3": {"title": {"text": "rate"}, "domain": [0.0, 0.16], "type": "log", "tickvals": rates,
            "tickformat": "~e"},
    });
    let caption = format!(
        "Training of {model} ({} parameters): loss of the training part (with dropout) and of the validation part, skill \
         against persistence on the validation part, and the learning rate. The weights of the best epoch are kept.",
        thousands(history.parameters)
    );
    Figure::new("training_history", caption, traces, layout)
}

/// Error by number of parameters, persistence as the line to beat.
///
/// # Errors
/// When there is no model.
pub fn scaling(models: &[(usize, Metrics)], persistence: &Metrics) -> Result<Figure> {
    if models.is_empty() {
        return Err(Error::too_few("a scaling figure", 1, 0, "give at least one trained model"));
    }
    let parameters: Vec<usize> = models.iter().map(|(parameters, _)| *parameters).collect();
    let names: Vec<String> = models.iter().map(|(_, metrics)| metrics.model.clone()).collect();
    let side =
        |rmse: f64| if rmse < persistence.rmse() { Position::BottomCenter } else { Position::TopCenter };
    let places: Vec<Position> = models.iter().map(|(_, metrics)| side(metrics.rmse())).collect();
    let trace = Scatter::new(parameters, rounded(models.iter().map(|(_, metrics)| metrics.rmse())))
        .mode(Mode::MarkersText)
        .text_array(names)
        .text_position_array(places)
        .text_font(Font::new().size(12))
        .marker(Marker::new().color(theme::BLUE).size(11))
        .name("LSTM")
        .clip_on_axis(false);
    let layout = json!({
        "height": 420, "showlegend": false,
        "shapes": [theme::horizontal("x", "y", persistence.rmse(), "dash", theme::INK)],
        "annotations": [{
            "text": format!("persistence {:.3}", persistence.rmse()), "showarrow": false, "xref": "x domain",
            "yref": "y", "x": 0.995, "y": persistence.rmse(), "xanchor": "right", "yanchor": "bottom",
        }],
        "xaxis": {"title": {"text": "trainable parameters (log)"}, "type": "log", "dtick": "D2", "tickformat": "~s"},
        "yaxis": {"title": {"text": "RMSE (index points)"}},
    });
    let caption = format!(
        "Error {} ahead by the number of trainable parameters, on the same {} origins. Below the dashed line a model beats \
         the forecast that nothing changes.",
        persistence.horizon,
        thousands(persistence.n)
    );
    Figure::new("scaling", caption, vec![trace], layout)
}

/// A number with thin spaces between its thousands.
pub(super) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
