//! Numbers in tables.

/// A number with so many decimals, or a dash where there is none.
pub fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}
