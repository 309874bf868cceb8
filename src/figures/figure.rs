//! The figure itself.

use super::fitting::fitted;
use super::static_image::{Browser, Format, Image};
use super::{Width, html, theme};
use crate::artifacts::write_atomic;
use crate::error::{Error, Result};
use plotly::Trace;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A figure: its name, its caption and plotly's own JSON.
///
/// # Examples
/// ```
/// use dvol::figures::{Figure, theme};
/// use plotly::Scatter;
/// # use dvol::plotly;
/// let trace = Scatter::new(vec![1, 2, 3], vec![60.0, 61.0, 59.0]).name("DVOL");
/// let layout = serde_json::json!({"yaxis": theme::axis("DVOL (index points)")});
/// # use dvol::serde_json;
/// let figure = Figure::new("example", "Three days of DVOL.", vec![trace], layout)?;
/// assert_eq!(figure.plot()["data"][0]["name"], "DVOL");
/// # Ok::<(), dvol::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    name: String,
    caption: String,
    plot: Value,
    width: u32,
    // where it is not the data of whoever keeps the figure
    drawn_from: Option<String>,
}

impl Figure {
    /// Traces and what the layout adds to the [`theme`]'s, key by key.
    ///
    /// `name` is the file's name without extension.
    ///
    /// # Errors
    /// A name that is not lower-case letters, digits and underscores, or a trace that plotly cannot write.
    pub fn new(
        name: impl Into<String>,
        caption: impl Into<String>,
        traces: Vec<Box<dyn Trace>>,
        layout: Value,
    ) -> Result<Self> {
        let (name, caption) = (name.into(), drawable(&caption.into()));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(Error::parameter("figure", &name, "lower-case letters, digits and underscores"));
        }
        let data = traces
            .iter()
            .map(|trace| serde_json::from_str(&trace.to_json()))
            .collect::<Result<Vec<Value>, _>>()
            .map_err(Error::internal("writing a plotly trace"))?;
        let mut whole = theme::layout();
        merge(&mut whole, layout);
        merge(&mut whole, json!({"meta": {"name": name, "caption": caption}}));
        let mut plot =
            json!({"data": data, "layout": whole, "config": {"displaylogo": false, "responsive": true}});
        each_text(&mut plot, &drawable);
        Ok(Self { name, caption, plot, width: theme::WIDTH, drawn_from: None })
    }

    /// The file's name without extension.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a reader must know to read the figure.
    pub fn caption(&self) -> &str {
        &self.caption
    }

    /// Plotly's JSON: `data`, `layout`, `config`.
    pub fn plot(&self) -> &Value {
        &self.plot
    }

    /// Pixels across when drawn as a static image.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.plot["layout"]["height"]
            .as_u64()
            .and_then(|height| height.try_into().ok())
            .unwrap_or(theme::HEIGHT)
    }

    /// The same under another name: one figure function, several models.
    ///
    /// # Errors
    /// As [`Figure::new`].
    pub fn named(mut self, name: impl Into<String>) -> Result<Self> {
        let empty = Self::new(name, self.caption.clone(), Vec::new(), Value::Null)?;
        self.name = empty.name;
        self.plot["layout"]["meta"]["name"] = json!(self.name);
        Ok(self)
    }

    /// The same with a caption that begins with the name of the index it is about.
    #[must_use]
    pub fn about(mut self, index: &str) -> Self {
        self.caption = format!("{index}: {}", self.caption);
        self.plot["layout"]["meta"]["caption"] = json!(self.caption);
        self
    }

    /// The same, so many pixels wide as a static image.
    #[must_use]
    pub fn with_width(mut self, pixels: u32) -> Self {
        self.width = pixels.max(1);
        self
    }

    /// The same as a paper takes it: so wide, and in a typeface of the paper's when one is named. Numbers in the cells of
    /// a heat map that have no room are left out, and the caption says so.
    #[must_use]
    pub fn printed(mut self, width: Width, typeface: Option<&str>) -> Self {
        self.width = width.pixels();
        if fitted(&mut self.plot, self.width) {
            self.caption += " Numbers that cells of this width cannot hold are left out.";
            self.plot["layout"]["meta"]["caption"] = json!(self.caption);
        }
        if let Some(typeface) = typeface {
            let font = &mut self.plot["layout"]["template"]["layout"]["font"]["family"];
            *font = json!(format!("{typeface}, {}", theme::FONT));
        }
        self
    }

    /// What was drawn, where that is not what the study reads: the margin's words.
    pub fn drawn_from(&self) -> Option<&str> {
        self.drawn_from.as_deref()
    }

    /// The same, known to be drawn from something else than the study's data: a recorded result.
    #[must_use]
    pub fn with_origin(mut self, words: impl Into<String>) -> Self {
        self.drawn_from = Some(words.into());
        self
    }

    /// The same with a small remark in the lower right margin: the short hashes of what it was made of.
    #[must_use]
    pub fn with_margin_note(mut self, note: &str) -> Self {
        // Plotly's title, which captions leave free, is the one text that is placed in the whole image.
        self.plot["layout"]["title"] = json!({
            "text": html::escape(note), "font": {"size": 10, "color": theme::GREY}, "automargin": false,
            "xref": "container", "x": 1.0, "xanchor": "right", "yref": "container", "y": 0.0, "yanchor": "bottom",
            "pad": {"r": 6, "b": 4},
        });
        self
    }

    /// An HTML element that draws itself on a page where plotly.js is loaded ([`super::plotly_js`]).
    pub fn to_div(&self) -> String {
        html::element(&self.plot, &self.caption, self.height())
    }

    /// A page that needs nothing else, not even a network.
    pub fn to_html(&self) -> String {
        let script = format!("<script>{}</script>", html::plotly_js());
        html::page(&self.name, &script, &self.to_div())
    }

    /// Writes `<name>.json` and `<name>.html` into a folder and, with a browser, `.svg`, `.png`, `.pdf`.
    ///
    /// The page reads `plotly.min.js` beside it, which is written when it is not there.
    ///
    /// # Errors
    /// When the disk refuses or the browser fails.
    pub fn write(&self, folder: impl AsRef<Path>, browser: Option<&Browser>) -> Result<Vec<PathBuf>> {
        write_figures(std::slice::from_ref(self), folder, browser)
    }
}

/// Writes several figures as [`Figure::write`] does.
///
/// # Errors
/// As [`Figure::write`].
pub fn write_figures(
    figures: &[Figure],
    folder: impl AsRef<Path>,
    browser: Option<&Browser>,
) -> Result<Vec<PathBuf>> {
    let folder = folder.as_ref();
    let mut written = Vec::new();
    let mut put = |file: String, bytes: &[u8]| -> Result<()> {
        let path = folder.join(file);
        write_atomic(&path, bytes)?;
        written.push(path);
        Ok(())
    };
    if !folder.join(html::PLOTLY_FILE).exists() {
        write_atomic(&folder.join(html::PLOTLY_FILE), html::plotly_js().as_bytes())?;
    }
    for figure in figures {
        let json = serde_json::to_string(&figure.plot).map_err(Error::internal("writing a figure"))?;
        put(format!("{}.json", figure.name), format!("{json}\n").as_bytes())?;
        let script = format!("<script src=\"{}\"></script>", html::PLOTLY_FILE);
        put(format!("{}.html", figure.name), html::page(&figure.name, &script, &figure.to_div()).as_bytes())?;
    }
    if let Some(browser) = browser {
        for Image { figure, format, bytes } in browser.render(figures, &Format::ALL)? {
            put(format!("{figure}.{}", format.extension()), &bytes)?;
        }
    }
    Ok(written)
}

/// Text as an image can hold it: SVG has no control characters, and a name with one would end the drawing.
fn drawable(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() && c != '\n' && c != '\t' { c.escape_default().to_string() } else { c.to_string() }
    };
    text.chars().map(shown).collect()
}

fn each_text(value: &mut Value, change: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) if text.contains(char::is_control) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(items) => items.values_mut().for_each(|item| each_text(item, change)),
        _ => {}
    }
}

/// Objects are joined key by key; anything else replaces what was there.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (_, Value::Null) => {}
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in new {
                merge(old.entry(key).or_insert(Value::Null), value);
            }
        }
        (old, new) => *old = new,
    }
}
