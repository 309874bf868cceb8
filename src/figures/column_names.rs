//! Columns as a reader writes them.

use crate::market::Market;

/// How one column is called in figures. `{index}` in a label stands for the market's index.
struct ColumnName {
    column: &'static str,
    label: &'static str,
    unit: Option<&'static str>,
}

const fn named(column: &'static str, label: &'static str, unit: Option<&'static str>) -> ColumnName {
    ColumnName { column, label, unit }
}

/// The columns whose label is not their name with spaces, or whose unit a reader wants to know.
const COLUMNS: &[ColumnName] = &[
    named("dvol", "{index}", Some("points")),
    named("dvol_lag_1d", "{index} lag 1 d", Some("points")),
    named("dvol_lag_7d", "{index} lag 7 d", Some("points")),
    named("dvol_lag_30d", "{index} lag 30 d", Some("points")),
    named("dvol_rv_spread", "{index} \u{2212} RV", Some("points")),
    named("realized_volatility", "realized volatility", Some("points")),
    named("transaction_volume", "transaction volume", Some("USD")),
    named("transaction_volume_usd", "transaction volume", Some("USD")),
    named("active_addresses", "active addresses", Some("a day")),
    named("mvrv", "MVRV", None),
    named("nvrv", "NVRV", None),
    named("jump_indicator", "jump indicator", Some("0 or 1")),
    named("jump_magnitude", "jump magnitude", Some("log")),
    named("jump_cluster_7d", "jumps in 7 d", Some("count")),
];

fn find(column: &str) -> Option<&'static ColumnName> {
    COLUMNS.iter().find(|known| known.column == column)
}

/// A column's name as a reader writes it. A name that ends in a currency's code, as `market_cap_usd`, shows it.
pub(super) fn readable(column: &str, market: &Market) -> String {
    match (find(column), column.strip_suffix("_usd")) {
        (Some(known), _) => known.label.replace("{index}", &market.index),
        (None, Some(amount)) => format!("{} (USD)", amount.replace('_', " ")),
        (None, None) => column.replace('_', " "),
    }
}

/// A column with its unit below, for an axis.
pub(super) fn with_unit(column: &str, market: &Market) -> String {
    let unit = find(column).and_then(|known| known.unit).map(|unit| format!("<br>({unit})"));
    readable(column, market) + &unit.unwrap_or_default()
}
