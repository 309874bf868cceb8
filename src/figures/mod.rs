//! Figures as values: plotly data made by pure functions, drawn by whoever shows them.
//!
//! A [`Figure`] knows nothing of files or renderers until it is written. One file holds the figures of one kind of result;
//! [`theme`] is the look they share; [`Browser`] makes the static images.

pub mod audit;
mod column_names;
pub mod comparison;
pub mod data;
pub mod descriptive;
mod figure;
mod fitting;
pub mod fluctuation;
pub mod forecasts;
pub mod har;
mod html;
pub mod importance;
pub mod intervals;
pub mod jump_tests;
pub mod jumps;
mod marks;
mod paper;
pub mod regimes;
pub mod replication;
pub mod residuals;
mod static_image;
pub mod theme;
pub mod training;

pub use figure::{Figure, write_figures};
pub use html::plotly_js;
pub use paper::Width;
pub use static_image::{Browser, Format, Image};
