//! Well-known files without a header, told by what stands in each place.

use super::moment::{Moment, time_of_day};
use super::numbers::plain_number;

/// Columns of a source that writes no header.
pub(super) struct Layout {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    kinds: &'static [Kind],
    /// Places of open, high, low and close, which must be in order of size.
    bars: Option<[usize; 4]>,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Seconds to nanoseconds since 1970.
    Epoch,
    /// A date, with or without a time of day.
    Date,
    /// A time of day.
    Clock,
    /// Any number.
    Number,
    /// A whole number.
    Count,
    /// `true` or `false`.
    Truth,
}

use Kind::{Clock, Count, Date, Epoch, Number, Truth};

const LAYOUTS: &[Layout] = &[
    Layout {
        name: "a Binance file of bars",
        columns: &[
            "open_time",
            "open",
            "high",
            "low",
            "close",
            "volume",
            "close_time",
            "quote_volume",
            "count",
            "taker_buy_volume",
            "taker_buy_quote_volume",
            "ignore",
        ],
        kinds: &[Epoch, Number, Number, Number, Number, Number, Epoch, Number, Count, Number, Number, Number],
        bars: Some([1, 2, 3, 4]),
    },
    Layout {
        name: "a Binance file of aggregate trades",
        columns: &[
            "agg_trade_id",
            "price",
            "quantity",
            "first_trade_id",
            "last_trade_id",
            "transact_time",
            "is_buyer_maker",
            "is_best_match",
        ],
        kinds: &[Count, Number, Number, Count, Count, Epoch, Truth, Truth],
        bars: None,
    },
    Layout {
        name: "a Binance file of trades",
        columns: &["id", "price", "quantity", "quote_quantity", "time", "is_buyer_maker", "is_best_match"],
        kinds: &[Count, Number, Number, Number, Epoch, Truth, Truth],
        bars: None,
    },
    Layout {
        name: "a Kraken file of bars",
        columns: &["time", "open", "high", "low", "close", "volume", "trades"],
        kinds: &[Epoch, Number, Number, Number, Number, Number, Count],
        bars: Some([1, 2, 3, 4]),
    },
    Layout {
        name: "a file of trades (time, price, volume)",
        columns: &["time", "price", "volume"],
        kinds: &[Epoch, Number, Number],
        bars: None,
    },
    Layout {
        name: "a file of times and values",
        columns: &["time", "value"],
        kinds: &[Date, Number],
        bars: None,
    },
    Layout {
        name: "a file of times and values",
        columns: &["time", "value"],
        kinds: &[Epoch, Number],
        bars: None,
    },
    Layout {
        name: "a HistData or MetaTrader file of bars",
        columns: &["time", "open", "high", "low", "close", "volume"],
        kinds: &[Date, Number, Number, Number, Number, Number],
        bars: Some([1, 2, 3, 4]),
    },
    Layout {
        name: "a MetaTrader file of bars",
        columns: &["date", "time", "open", "high", "low", "close", "volume"],
        kinds: &[Date, Clock, Number, Number, Number, Number, Count],
        bars: Some([2, 3, 4, 5]),
    },
];

/// The layout that all rows keep, if there is one.
pub(super) fn recognised(rows: &[Vec<&str>]) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|layout| rows.iter().all(|row| layout.holds(row)))
}

impl Layout {
    fn holds(&self, row: &[&str]) -> bool {
        let trailing =
            usize::from(matches!(self.kinds.last(), Some(Truth))) + usize::from(self.kinds.len() == 12);
        let length = row.len();
        if length > self.kinds.len() || length + trailing < self.kinds.len() {
            return false;
        }
        let fits = row.iter().zip(self.kinds).all(|(cell, kind)| kind.holds(cell));
        let ordered = self.bars.is_none_or(|places| {
            let [open, high, low, close] =
                places.map(|place| row.get(place).and_then(|cell| plain_number(cell)).unwrap_or(f64::NAN));
            low <= open.min(close) && high >= open.max(close)
        });
        fits && ordered
    }
}

impl Kind {
    fn holds(self, cell: &str) -> bool {
        let number = plain_number(cell);
        match self {
            Epoch => number.is_some_and(|value| {
                [1.0, 1e3, 1e6, 1e9].iter().any(|unit| (1e9..4.2e9).contains(&(value / unit)))
            }),
            Date => Moment::parse(cell).is_some(),
            Clock => time_of_day(cell).is_some() && number.is_none(),
            Number => number.is_some(),
            Count => number.is_some_and(|value| value.fract() == 0.0 && value >= 0.0),
            Truth => cell.eq_ignore_ascii_case("true") || cell.eq_ignore_ascii_case("false"),
        }
    }
}
