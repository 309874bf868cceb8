//! `dvol data fetch`: the real series, with progress.

use crate::data::show;
use crate::{ConfigFlag, Output};
use clap::Args;
use dvol_core::data::{Fetch, FundingSource, Host, PriceSource, fetch};
use dvol_core::error::{Error, Result};
use dvol_core::market::Asset;
use dvol_core::time::Timestamp;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};

/// Flags of `dvol data fetch`.
#[derive(Debug, Args)]
#[command(mut_arg("out", |flag| flag
    .value_name("DIR")
    .help("Where the data set goes; raw answers are kept in DIR/raw [default: the experiment's data folder]")))]
pub struct FetchArguments {
    /// Whose volatility
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    asset: Asset,
    /// Where the price comes from
    #[arg(long, value_name = "SOURCE", value_enum, ignore_case = true, default_value_t)]
    price: PriceSource,
    /// Where the perpetual future's funding rate comes from, a column beside the others [default: not asked]
    #[arg(long, value_name = "SOURCE", value_enum, ignore_case = true)]
    funding: Option<FundingSource>,
    /// First hour of DVOL [default: 2021-03-24, the index's own]
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Last hour of DVOL, stamped at its open [default: the last full hour]
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Another base URL for a server (`deribit`, `binance`, `binance_futures`, `coin_metrics`, `blockchain_com`, `research_bitcoin`)
    #[arg(long, value_name = "SERVER=URL", value_parser = base)]
    base: Vec<(Host, String)>,
    #[command(flatten)]
    experiment: ConfigFlag,
    /// Ask nobody: rebuild the last data set from the answers kept
    #[arg(long, conflicts_with = "refresh")]
    offline: bool,
    /// Ask for everything again
    #[arg(long)]
    refresh: bool,
    #[command(flatten)]
    output: Output,
}

fn base(text: &str) -> Result<(Host, String)> {
    let wrong = || Error::parameter("base", text, "SERVER=URL, e.g. binance=http://localhost:8080");
    let (host, url) = text.split_once('=').ok_or_else(wrong)?;
    let host = Host::ALL.into_iter().find(|known| known.to_string() == host).ok_or_else(wrong)?;
    Ok((host, url.to_owned()))
}

impl FetchArguments {
    /// Fetches, showing a bar a series on a terminal and whole lines elsewhere.
    pub(crate) fn run(self) -> Result<()> {
        let config = self.experiment.configuration()?;
        let folder = self.output.place(config.data());
        let mut settings = config.fetch;
        settings.base.extend(self.base);
        let fetching = Fetch {
            asset: self.asset,
            price: self.price,
            funding: self.funding,
            from: self.from,
            until: self.until,
            folder: folder.clone(),
            offline: self.offline,
            refresh: self.refresh,
        };
        let board = Board::default();
        let dataset =
            fetch(&fetching, &settings, &config.import, &|name, done, known| board.show(name, done, known))?;
        show(dataset.manifest(), &folder, self.output.printing)
    }
}

/// A bar a series with the time left, or a line when a series begins and ends.
#[derive(Default)]
struct Board {
    bars: MultiProgress,
    series: Mutex<BTreeMap<String, ProgressBar>>,
}

impl Board {
    fn show(&self, name: &str, done: usize, known: usize) {
        if !std::io::stderr().is_terminal() {
            if done == 0 || done == known {
                eprintln!("fetch: {name}: {done} of {known} answers");
            }
            return;
        }
        let mut series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = series.entry(name.to_owned()).or_insert_with(|| {
            let bar = self.bars.add(ProgressBar::new(known as u64));
            let template = "{prefix:22} {wide_bar} {pos}/{len} {elapsed} (rest {eta})";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_prefix(name.to_owned());
            bar
        });
        bar.set_length(known as u64);
        bar.set_position(done as u64);
        if done == known {
            bar.finish();
        }
    }
}
