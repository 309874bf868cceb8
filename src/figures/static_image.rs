//! Figures as SVG, PNG and PDF, by headless Chromium.
//!
//! plotly.js draws in a browser only. Chromium is started directly: a page leaves SVG and PNG in its own text, which
//! `--dump-dom` prints, and shows on paper the SVG alone, which is the PDF. So one start gives a figure in all formats,
//! or many figures as SVG and PNG.
//! The crate `plotly_static` does the same over WebDriver; it needs a second program of exactly the browser's version,
//! and drags OpenSSL and two HTTP stacks into a build that asks for Rust, a C++ compiler and Python only.

use super::Figure;
use super::html;
use super::paper::millimetres;
use crate::error::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long one start of the browser may take before it is ended.
const PATIENCE: Duration = Duration::from_mins(3);

/// Pixels of a PNG per pixel of the figure: 250 dpi on paper.
const SCALE: u32 = 2;

/// A static format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Vectors for the web and for documents, of the figure's size on paper.
    Svg,
    /// Pixels, two for each of the figure's.
    Png,
    /// Vectors for print, one page of the figure's size.
    Pdf,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Svg, Self::Png, Self::Pdf];

    /// The extension of files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }
}

/// One figure in one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The figure's name.
    pub figure: String,
    /// The format.
    pub format: Format,
    /// The file's content.
    pub bytes: Vec<u8>,
}

/// A Chromium or Chrome on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    path: PathBuf,
}

impl Browser {
    /// The browser of `BROWSER_PATH`, or else the first of chromium, chromium-browser, google-chrome on PATH.
    ///
    /// # Errors
    /// One sentence that says what to install when there is none.
    pub fn find() -> Result<Self> {
        Self::among(env::var_os("BROWSER_PATH").map(PathBuf::from), &env::var_os("PATH").unwrap_or_default())
    }

    /// The browser named, or else the first on the search path given.
    ///
    /// # Errors
    /// As [`Browser::find`].
    pub fn among(named: Option<PathBuf>, search: &std::ffi::OsStr) -> Result<Self> {
        if let Some(path) = named {
            return if path.is_file() {
                Ok(Self { path })
            } else {
                Err(Error::parameter("BROWSER_PATH", path.display(), "the path of Chromium or Chrome"))
            };
        }
        env::split_paths(search)
            .flat_map(|folder| {
                ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name))
            })
            .find(|path| path.is_file())
            .map(|path| Self { path })
            .ok_or_else(|| {
                Error::parameter(
                    "BROWSER_PATH",
                    "(not set)",
                    "the path of Chromium or Chrome, which svg, png and pdf figures need and PATH does not \
                     have: install it (Debian and Ubuntu: apt-get install chromium)",
                )
            })
    }

    /// The program.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Draws the figures in each of the formats: for the first figure all formats, then for the next.
    ///
    /// # Errors
    /// When the browser fails, takes longer than three minutes, or plotly.js refuses a figure.
    pub fn render(&self, figures: &[Figure], formats: &[Format]) -> Result<Vec<Image>> {
        if figures.is_empty() || formats.is_empty() {
            return Ok(Vec::new());
        }
        let folder = tempfile::tempdir().map_err(Error::io(env::temp_dir()))?;
        let script = folder.path().join(html::PLOTLY_FILE);
        fs::write(&script, html::plotly_js()).map_err(Error::io(&script))?;
        // A PDF holds one figure.
        let together = if formats.contains(&Format::Pdf) { 1 } else { figures.len() };
        let mut images = Vec::new();
        for figures in figures.chunks(together) {
            let drawn = self.draw(figures, formats, folder.path())?;
            for (figure, Drawing { svg, png, pdf }) in figures.iter().zip(drawn) {
                images.extend(formats.iter().map(|&format| {
                    let bytes = match format {
                        Format::Svg => svg.clone().into_bytes(),
                        Format::Png => png.clone(),
                        Format::Pdf => pdf.clone(),
                    };
                    Image { figure: figure.name().to_owned(), format, bytes }
                }));
            }
        }
        Ok(images)
    }

    /// One page draws every figure; its text afterwards is the images, its print the last one.
    fn draw(&self, figures: &[Figure], formats: &[Format], folder: &Path) -> Result<Vec<Drawing>> {
        let Some(last) = figures.last() else { return Ok(Vec::new()) };
        let plots: Vec<_> = figures
            .iter()
            .map(|figure| {
                let paper = [figure.width(), figure.height()].map(printed);
                json!({"plot": figure.plot(), "width": figure.width(), "height": figure.height(), "paper": paper})
            })
            .collect();
        let scale = if formats.contains(&Format::Png) { SCALE } else { 0 };
        let page = folder.join("draw.html");
        let text = DRAW
            .replace("SIZE", &format!("{} {}", printed(last.width()), printed(last.height())))
            .replace("TITLE", &html::escape(last.name()))
            .replace("SCALE", &scale.to_string())
            .replace("FIGURES", &html::script_json(&json!(plots)));
        fs::write(&page, text).map_err(Error::io(&page))?;
        let printed = folder.join("print.pdf");
        let target = format!("--print-to-pdf={}", printed.display());
        let mut flags = vec!["--dump-dom", "--virtual-time-budget=600000"];
        let on_paper = formats.contains(&Format::Pdf);
        if on_paper {
            flags.extend([target.as_str(), "--no-pdf-header-footer"]);
        }
        let dumped = self.run(&flags, &page, folder)?;
        let pdf = if on_paper { fs::read(&printed).map_err(Error::io(&printed))? } else { Vec::new() };
        let answers: Vec<&str> =
            dumped.split("<pre>").skip(1).filter_map(|rest| rest.split("</pre>").next()).collect();
        figures
            .iter()
            .enumerate()
            .map(|(i, figure)| {
                let failed = |detail: &str| Error::Internal {
                    what: format!("drawing figure {} with {}", figure.name(), self.path.display()),
                    detail: detail.to_owned(),
                };
                let [svg, png] = [2 * i, 2 * i + 1].map(|at| answers.get(at).copied());
                let svg = unescape(svg.ok_or_else(|| failed("the page gave no image"))?);
                if !svg.starts_with("<svg") {
                    return Err(failed(&svg));
                }
                let png = png.unwrap_or_default();
                let png = BASE64.decode(png).map_err(|error| failed(&error.to_string()))?;
                Ok(Drawing { svg, png, pdf: pdf.clone() })
            })
            .collect()
    }

    /// Starts the browser on a page and returns what it prints.
    fn run(&self, flags: &[&str], page: &Path, folder: &Path) -> Result<String> {
        let name = || format!("running {}", self.path.display());
        let (output, complaints) = (folder.join("stdout"), folder.join("stderr"));
        let create = |path: &Path| File::create(path).map_err(Error::io(path));
        let mut child = Command::new(&self.path)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .args(flags)
            .arg(format!("file://{}", page.display()))
            .stdin(Stdio::null())
            // Files, not pipes: a page of images would fill a pipe and stop the browser.
            .stdout(create(&output)?)
            .stderr(create(&complaints)?)
            .spawn()
            .map_err(Error::io(&self.path))?;
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(Error::io(&self.path))? {
                break status;
            }
            if started.elapsed() > PATIENCE {
                let _ = child.kill();
                let _ = child.wait();
                let detail = format!("no answer within {} s", PATIENCE.as_secs());
                return Err(Error::Internal { what: name(), detail });
            }
            thread::sleep(Duration::from_millis(10));
        };
        if !status.success() {
            let complaint = fs::read_to_string(&complaints).unwrap_or_default();
            let last = complaint.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no message");
            return Err(Error::Internal { what: name(), detail: format!("{status}: {last}") });
        }
        fs::read_to_string(&output).map_err(Error::io(&output))
    }
}

struct Drawing {
    svg: String,
    png: Vec<u8>,
    pdf: Vec<u8>,
}

/// No sandbox, because containers forbid it (the page is ours); nothing that talks to a network.
const FLAGS: [&str; 14] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--allow-file-access-from-files",
    "--hide-scrollbars",
];

/// plotly.js calls its elements by chance; here chance begins anew with every figure, so that the same figure is the same
/// bytes. Two `pre` elements a figure: the SVG (or what plotly.js complained of) and the PNG in base 64. On paper, the last SVG.
const DRAW: &str =
    "<!DOCTYPE html><meta charset=\"utf-8\"><title>TITLE</title><style>@page { size: SIZE; margin: 0 }
body { margin: 0 } svg { display: block } @media print { pre { display: none } }</style>
<script src=\"plotly.min.js\"></script><body><script>
const put = text => { const pre = document.createElement('pre'); pre.textContent = text; return pre; };
const image = (item, format, scale) => Plotly.toImage(item.plot,
  {format, scale, width: item.width, height: item.height});
let drawn = 1;
Math.random = () => (drawn = (drawn * 16807) % 2147483647) / 2147483647;
(async () => {
  let svg = '', png = '';
  for (const item of FIGURES) {
    svg = png = '';
    drawn = 1;
    try {
      svg = decodeURIComponent((await image(item, 'svg', 1)).replace(/^data:image\\/svg\\+xml,/, ''))
        .replace(/ width=\"[\\d.]+\" height=\"[\\d.]+\"/, ` width=\"${item.paper[0]}\" height=\"${item.paper[1]}\"`);
      if (SCALE) png = (await image(item, 'png', SCALE)).replace(/^data:image\\/png;base64,/, '');
    } catch (error) { svg = String(error); }
    document.body.append(put(svg), put(png));
  }
  const paper = document.createElement('div');
  document.body.append(paper);
  if (svg.startsWith('<svg')) paper.innerHTML = svg;
})();
</script>";

/// A length of a figure as SVG and CSS write it on paper.
fn printed(pixels: u32) -> String {
    format!("{:.2}mm", millimetres(pixels))
}

/// What a browser escapes when it writes an element's text.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}
