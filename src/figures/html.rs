//! Figures as HTML.

use plotly::Plot;
use serde_json::Value;
use std::sync::LazyLock;

/// The name under which pages look for plotly.js beside themselves.
pub(super) const PLOTLY_FILE: &str = "plotly.min.js";

/// The source of plotly.js, the version plotly.rs was written for: 4.6 MB, no network needed.
///
/// # Examples
/// ```
/// assert!(dvol::figures::plotly_js().contains("plotly.js v3"));
/// ```
pub fn plotly_js() -> &'static str {
    static SOURCE: LazyLock<String> = LazyLock::new(|| {
        // Two scripts, plotly.js and MathJax; captions carry our equations, figures need none.
        let scripts = Plot::offline_js_sources();
        let from = scripts.find('>').map_or(0, |end| end + 1);
        let length = scripts[from..].find("</script>").unwrap_or(scripts.len() - from);
        scripts[from..from + length].to_owned()
    });
    &SOURCE
}

/// JSON that may stand inside a script element: no `</script>`, no `<!--`.
pub(super) fn script_json(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// Text that may stand between tags.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A figure element and the script that fills it, now or when the page has loaded plotly.js.
pub(super) fn element(plot: &Value, caption: &str, height: u32) -> String {
    // The script finds its element by position: the same figure may stand on a page twice.
    format!(
        "<figure class=\"dvol-figure\"><div style=\"height:{height}px\" role=\"img\" aria-label=\"{}\"></div>\
         <figcaption>{}</figcaption><script>(function () {{\n\
         const box = document.currentScript.parentElement.firstElementChild, plot = {};\n\
         const draw = () => Plotly.newPlot(box, plot.data, plot.layout, plot.config);\n\
         if (window.Plotly) draw(); else window.addEventListener('load', draw);\n\
         }})();</script></figure>",
        escape(caption).replace('"', "&quot;"),
        escape(caption),
        script_json(plot)
    )
}

/// A page around an element.
pub(super) fn page(title: &str, script: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <style>body {{ font-family: serif; margin: 1em auto; max-width: 960px }} figure {{ margin: 0 }} \
         figcaption {{ margin: .5em 1em; line-height: 1.4 }}</style>\n{script}</head>\n<body>{body}</body></html>\n",
        escape(title)
    )
}
