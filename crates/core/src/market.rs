//! The market that an experiment is about: whose volatility, by which index, in which unit, beside which events.

use crate::error::{Error, Result};
use crate::events::Event;
use crate::report::{Report, Reported};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The asset whose volatility is forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Asset {
    /// Bitcoin.
    #[default]
    Btc,
    /// Ether; blockchain.com reports no transaction volume for it.
    Eth,
}

impl Asset {
    /// Every asset with an index of its own.
    pub const ALL: [Self; 2] = [Self::Btc, Self::Eth];

    /// Its name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Btc => "Bitcoin",
            Self::Eth => "Ether",
        }
    }

    /// Its symbol on exchanges, in capitals.
    pub fn ticker(self) -> &'static str {
        match self {
            Self::Btc => "BTC",
            Self::Eth => "ETH",
        }
    }
}

impl FromStr for Asset {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|asset| asset.ticker().eq_ignore_ascii_case(text))
            .ok_or_else(|| Error::parameter("asset", text, "btc or eth"))
    }
}

/// A market: what captions, axes and tables call the series, and the events that belong to it.
///
/// In a configuration, whatever is not given is the asset's own:
///
/// | key | meaning | Bitcoin's own |
/// | --- | --- | --- |
/// | `asset` | `btc` or `eth` | `btc` |
/// | `index` | the volatility index's name | `DVOL` |
/// | `currency` | of the price | `USD` |
/// | `events` | a list of names, dates and days | [`Event::thesis`] |
///
/// # Examples
/// ```
/// use dvol_core::market::{Asset, Market};
/// let ether = Market::new(Asset::Eth);
/// assert_eq!(ether.index_axis(), "ETH DVOL (index points)");
/// assert_eq!(Market::default(), Market::new(Asset::Btc));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Given")]
pub struct Market {
    /// Whose volatility.
    pub asset: Asset,
    /// The volatility index's name.
    pub index: String,
    /// The index's unit, as on axes; no configuration changes it, because every score is in it.
    #[serde(skip)]
    pub unit: String,
    /// The currency of the price.
    pub currency: String,
    /// Events that readers of this market remember.
    pub events: Vec<Event>,
}

impl Market {
    /// The market of an asset: Deribit's index of it, its price in dollars, its own events.
    pub fn new(asset: Asset) -> Self {
        let (index, events) = match asset {
            Asset::Btc => ("DVOL", Event::thesis()),
            Asset::Eth => ("ETH DVOL", Event::ether()),
        };
        Self {
            asset,
            index: index.to_owned(),
            unit: "index points".to_owned(),
            currency: "USD".to_owned(),
            events,
        }
    }

    /// A market of which nothing is known but that it has a volatility index: for values that do not say whose they are.
    pub fn unnamed() -> Self {
        Self { index: "volatility index".to_owned(), events: Vec::new(), ..Self::default() }
    }

    /// The same market with its asset's own events called by their days: what happened on those days in the real market
    /// did not happen in a simulated one.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::market::Market;
    /// assert_eq!(Market::default().without_history().events[3].name, "2022-11-08");
    /// ```
    #[must_use]
    pub fn without_history(mut self) -> Self {
        let own = Self::new(self.asset).events;
        for event in self.events.iter_mut().filter(|event| own.contains(event)) {
            event.name = event.date.civil().date().to_string();
        }
        self
    }

    /// The title of an axis of levels: name and unit.
    pub fn index_axis(&self) -> String {
        format!("{} ({})", self.index, self.unit)
    }

    /// The same where there is little room: the unit's last word.
    pub fn short_index_axis(&self) -> String {
        format!("{} ({})", self.index, self.unit.rsplit(' ').next().unwrap_or_default())
    }
}

impl Default for Market {
    fn default() -> Self {
        Self::new(Asset::default())
    }
}

impl Reported for Market {
    fn report(&self) -> Report {
        Report::sentences(self)
    }
}

impl fmt::Display for Market {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asset, index, unit, currency, events } = self;
        let events: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
        let events = if events.is_empty() { "none".to_owned() } else { events.join(", ") };
        let (name, ticker) = (asset.name(), asset.ticker());
        write!(f, "{name} ({ticker}): {index} in {unit}, price in {currency}; events: {events}")
    }
}

/// A market as a configuration gives it.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Given {
    asset: Asset,
    index: Option<String>,
    currency: Option<String>,
    events: Option<Vec<Event>>,
}

impl From<Given> for Market {
    fn from(given: Given) -> Self {
        let own = Self::new(given.asset);
        Self {
            asset: given.asset,
            index: given.index.unwrap_or(own.index),
            unit: own.unit,
            currency: given.currency.unwrap_or(own.currency),
            events: given.events.unwrap_or(own.events),
        }
    }
}
