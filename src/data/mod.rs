//! The only readers of the crate: files, public sources, and a market whose truth is known.

mod table;

pub use table::Table;
