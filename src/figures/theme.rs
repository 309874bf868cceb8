//! The one look of the thesis: colours that everybody can tell apart, a serif face, units on axes.
//!
//! Colours are those of Okabe and Ito (2008), "Color universal design".

use crate::error::{Error, Result};
use crate::panel::Panel;
use crate::time::Timestamp;
use serde_json::{Value, json};

/// Pixels across of a static image: a page's width on paper ([`Width::PAGE`](super::Width::PAGE)).
pub const WIDTH: u32 = 863;
/// Pixels down of a figure with one row of panels.
pub const HEIGHT: u32 = 480;

/// Blue: the first series, usually what came true.
pub const BLUE: &str = "#0072B2";
/// Vermillion: the second series, usually what was forecast, and jumps.
pub const VERMILLION: &str = "#D55E00";
/// Bluish green: the third series.
pub const GREEN: &str = "#009E73";
/// Orange.
pub const ORANGE: &str = "#E69F00";
/// Sky blue.
pub const SKY: &str = "#56B4E9";
/// Reddish purple.
pub const PURPLE: &str = "#CC79A7";
/// Yellow; too light for thin lines.
pub const YELLOW: &str = "#F0E442";
/// Nearly black: text, reference lines.
pub const INK: &str = "#222222";
/// Grey: events, bands, remarks.
pub const GREY: &str = "#767676";

/// The colours of series in their order.
pub const SERIES: [&str; 7] = [BLUE, VERMILLION, GREEN, ORANGE, SKY, PURPLE, INK];

// Names with digits as words would need quotes, without which CSS drops the whole list.
pub(super) const FONT: &str = "STIX Two Text, Liberation Serif, Times New Roman, serif";

/// The layout every figure starts from.
pub fn layout() -> Value {
    let axis = json!({
        "showgrid": true, "gridcolor": "#E6E6E6", "zeroline": false, "showline": true, "linecolor": INK,
        "ticks": "outside", "ticklen": 4, "tickcolor": INK, "automargin": true,
        "title": {"standoff": 8, "font": {"size": 14}}, "tickfont": {"size": 14},
    });
    json!({
        "template": {"layout": {
            "font": {"family": FONT, "size": 14, "color": INK},
            "colorway": SERIES,
            "paper_bgcolor": "white", "plot_bgcolor": "white",
            "xaxis": axis, "yaxis": axis,
            "legend": {
                "orientation": "h", "x": 0.0, "xanchor": "left", "y": 1.01, "yanchor": "bottom",
                "bgcolor": "rgba(255,255,255,0)", "traceorder": "normal",
            },
            "hovermode": "closest",
            "annotationdefaults": {"font": {"size": 12}},
        }},
        "height": HEIGHT, "autosize": true,
        "margin": {"l": 64, "r": 24, "t": 44, "b": 68},
    })
}

/// An axis with its title, unit included.
pub fn axis(title: &str) -> Value {
    json!({"title": {"text": title}})
}

/// The letter and title above one panel of several, `x` and `y` being its axes (`"x2"`, `"y2"`).
pub fn panel_title(x: &str, y: &str, title: &str) -> Value {
    json!({
        "text": format!("<b>{title}</b>"), "showarrow": false, "xref": format!("{x} domain"),
        "yref": format!("{y} domain"), "x": 0.0, "y": 1.02, "xanchor": "left", "yanchor": "bottom",
        "font": {"size": 14},
    })
}

/// A straight line across a panel at a fixed value of `y`.
pub fn horizontal(x: &str, y: &str, value: f64, dash: &str, color: &str) -> Value {
    json!({
        "type": "line", "layer": "above", "xref": format!("{x} domain"), "yref": y, "x0": 0, "x1": 1,
        "y0": value, "y1": value, "line": {"width": 1.2, "dash": dash, "color": color},
    })
}

/// A value at so many significant digits: figures show shapes, tables show numbers.
pub fn rounded(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let scale = 10_f64.powi(digits - 1 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// A colour of this palette that lets through what lies below it: opacity 0 to 1.
///
/// Colours see through where whole elements would: as an attribute of every point of a scatter plot, opacity
/// makes PDF files ten times larger.
pub fn translucent(color: &str, opacity: f64) -> String {
    let part = |at: usize| color.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    match (part(1), part(3), part(5)) {
        (Some(red), Some(green), Some(blue)) => format!("rgba({red},{green},{blue},{opacity})"),
        _ => color.to_owned(),
    }
}

/// The UTC day of an instant, as plotly reads dates.
pub fn date(time: Timestamp) -> String {
    time.civil().date().to_string()
}

/// Means over UTC days: what long time plots show.
///
/// Hourly series of exchanges may be shown, not handed on: no figure holds them row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Daily {
    /// The UTC days, every one from the first to the last.
    pub days: Vec<Timestamp>,
    /// The mean of the values present on each day, NaN where there is none.
    pub means: Vec<f64>,
}

impl Daily {
    /// Daily means of values at increasing times.
    pub fn of(times: impl IntoIterator<Item = Timestamp>, values: &[f64]) -> Self {
        let mut sums: Vec<(f64, f64)> = Vec::new();
        let mut first = None;
        for (time, value) in times.into_iter().zip(values) {
            let day = time.hours().div_euclid(24);
            let offset = (day - *first.get_or_insert(day)).max(0) as usize;
            if offset >= sums.len() {
                sums.resize(offset + 1, (0.0, 0.0));
            }
            if value.is_finite() {
                sums[offset].0 += value;
                sums[offset].1 += 1.0;
            }
        }
        let start = first.unwrap_or(0);
        let days =
            (0..sums.len()).map(|offset| Timestamp::from_hours((start + offset as i64) * 24)).collect();
        Self { days, means: sums.into_iter().map(|(sum, count)| sum / count).collect() }
    }

    /// The days as plotly reads dates.
    pub fn dates(&self) -> Vec<String> {
        self.days.iter().map(|&day| date(day)).collect()
    }

    /// The means at five significant digits.
    pub fn values(&self) -> Vec<f64> {
        self.means.iter().map(|&mean| rounded(mean, 5)).collect()
    }

    /// The mean of the `width` days around each day; NaN within half a width of either end or with less than
    /// half of the days present.
    pub fn centred_mean(&self, width: usize) -> Vec<f64> {
        let half = width / 2;
        (0..self.means.len())
            .map(|day| {
                let Some(window) = day.checked_sub(half).and_then(|from| self.means.get(from..=day + half))
                else {
                    return f64::NAN;
                };
                let (sum, count) = window
                    .iter()
                    .filter(|mean| mean.is_finite())
                    .fold((0.0, 0), |(sum, count), mean| (sum + mean, count + 1));
                if 2 * count >= width { rounded(sum / f64::from(count as u32), 5) } else { f64::NAN }
            })
            .collect()
    }
}

/// Daily means of one value an hour of a panel.
///
/// # Errors
/// When there is not one value a row.
///
/// # Examples
/// ```
/// use dvol::figures::theme;
/// use dvol::panel::Panel;
/// let panel = Panel::new("2021-03-24T22:00".parse()?, 4)?;
/// let daily = theme::daily(&panel, &[60.0, 62.0, f64::NAN, 70.0])?;
/// assert_eq!(daily.dates(), ["2021-03-24", "2021-03-25"]);
/// assert_eq!(daily.means, [61.0, 70.0]);
/// # Ok::<(), dvol::Error>(())
/// ```
pub fn daily(panel: &Panel, values: &[f64]) -> Result<Daily> {
    if values.len() != panel.len() {
        return Err(Error::Mismatch {
            what: "daily means".to_owned(),
            left: format!("{} values", values.len()),
            right: format!("{} rows", panel.len()),
            remedy: "give one value a row, NaN for a gap".to_owned(),
        });
    }
    Ok(Daily::of(panel.times(), values))
}
