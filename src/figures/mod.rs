//! Figures as values: plotly data made by pure functions, drawn by whoever shows them.
//!
//! A [`Figure`] knows nothing of files' names or renderers until it is written. One file holds one chapter's
//! set; [`theme`] is the look they share; [`Browser`] makes the static images.

mod figure;
mod html;
mod static_image;
pub mod theme;

pub use figure::{Figure, write_figures};
pub use html::plotly_js;
pub use static_image::{Browser, Format, Image};
