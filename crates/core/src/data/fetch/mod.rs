//! The real series from their public sources: patient, resumable, rebuilt offline from what was fetched.
//!
//! Every answer is kept raw before it is used, so a fetch may be killed at any moment: the same command
//! continues with what is on disk and ends with the same bytes. The data set in place is replaced only when
//! everything is here and has passed every check of an import.

mod admission;
mod binance;
mod blockchain_com;
mod cache;
mod client;
mod coin_metrics;
mod deribit;
mod failure;
mod funding;
mod pages;
mod reader;
mod redirect;
mod research_bitcoin;
mod secret;
mod settings;
mod source;

pub use settings::{FetchPlan, FetchSettings, FundingSource, Host, PriceSource};
pub use source::DataSource;

use super::dataset::Dataset;
use super::import::{SourceBytes, import_bytes};
use super::manifest::Provenance;
use super::policy::ImportPolicy;
use crate::artifacts::write_atomic;
use crate::error::{Error, Result};
use crate::market::Asset;
use crate::panel::Frequency;
use crate::time::{HOUR_MS, Timestamp};
use admission::admitted;
use cache::{Cache, Journal};
use client::{Client, TOKEN_VARIABLE};
use pages::Rows;
use rayon::prelude::*;
use reader::Reader;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// 2021-03-24 00:00 UTC: the first hour Deribit has of its index.
const FIRST_HOUR: Timestamp = Timestamp::from_millis(1_616_544_000_000);
/// An answer about hours older than this will not change any more.
const SETTLED_HOURS: i64 = 14 * 24;
/// A fetch that broke off longer ago than this begins anew.
const RESUMED_HOURS: i64 = 24;
/// DVOL may end this many hours before the last one asked for.
const LATE_HOURS: i64 = 6;

/// Every source, in the order of asking; of two about one column the first is heard. A further source is a file with
/// its entry, and a line here.
pub const SOURCES: &[DataSource] = &[
    deribit::INDEX,
    binance::SPOT,
    deribit::PERPETUAL,
    funding::DERIBIT,
    funding::BINANCE,
    // before Coin Metrics: who asks for a metric by name wants that one
    research_bitcoin::METRICS,
    coin_metrics::METRICS,
    blockchain_com::VOLUME,
];

/// What to fetch and where to put it.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// The asset.
    pub asset: Asset,
    /// Where the price comes from.
    pub price: PriceSource,
    /// Where the perpetual future's funding rate comes from; none: not asked.
    pub funding: Option<FundingSource>,
    /// DVOL's first hour; `None` is the index's own.
    pub from: Option<Timestamp>,
    /// DVOL's last hour; `None` is the last full one.
    pub until: Option<Timestamp>,
    /// The folder of the data set; sources go to `sources/`, raw answers to `raw/` below it.
    pub folder: PathBuf,
    /// Use only what was fetched before.
    pub offline: bool,
    /// Use nothing that was fetched before.
    pub refresh: bool,
}

/// Called with a series' name, questions answered and questions known, after each answer.
pub type Progress<'a> = dyn Fn(&str, usize, usize) + Sync + 'a;

/// Fetches every source, checks and aligns it, and replaces the data set in `fetch.folder`.
///
/// `RESEARCH_BITCOIN_API_TOKEN` is read from the environment where `settings.research_bitcoin` names
/// metrics; it is sent in a header and appears nowhere else.
///
/// # Errors
/// When a source cannot be reached, answers something unusable, or what came is incomplete or
/// implausible. The data set in place then stays as it is, and what was fetched is kept.
pub fn fetch(
    fetch: &Fetch,
    settings: &FetchSettings,
    policy: &ImportPolicy,
    progress: &Progress<'_>,
) -> Result<Dataset> {
    let settings = settings.clone().checked()?;
    let cache = Cache::new(&fetch.folder.join("raw"));
    let _alone = cache.lock()?;
    let journal = begin(fetch, &cache)?;
    let token = if settings.research_bitcoin.is_empty() || fetch.offline { None } else { Some(token()?) };
    let client = Client::new(&settings, token)?;
    let readers = readers(&journal.plan, &settings)?;
    let used = Mutex::new(BTreeMap::new());
    let run = Run {
        fetch,
        cache: &cache,
        client: &client,
        journal: &journal,
        used: &used,
        progress,
        settings: &settings,
        policy,
    };
    // one thread a series: each server sees one question at a time from each
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(readers.len())
        .build()
        .map_err(Error::internal("starting the threads of a fetch"))?;
    let series: Vec<Result<SourceBytes>> =
        pool.install(|| readers.par_iter().map(|reader| run.series(reader.as_ref())).collect());
    let sources = series.into_iter().collect::<Result<Vec<_>>>()?;
    let provenance = Provenance::Fetch { plan: journal.plan.clone(), policy: policy.clone() };
    let dataset = import_bytes(sources.clone(), policy).map_err(of_answers)?.with_provenance(provenance);
    complete(&dataset, &journal.plan)?;
    for source in &sources {
        write_atomic(&fetch.folder.join(&source.path), &source.bytes)?;
    }
    let dataset = dataset.save(&fetch.folder)?;
    if !fetch.offline {
        let answers = used.into_inner().unwrap_or_else(PoisonError::into_inner);
        cache.complete(&Journal { answers, ..journal })?;
    }
    Ok(dataset)
}

/// An error of an import, about what came: the file it names is not on disk, and will not be.
fn of_answers(error: Error) -> Error {
    let origin = |path: PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let remedy = "ask again with --refresh; where the server means it, `invalid = \"null\"` under [import] makes a gap of it";
    match error {
        Error::Cell { path, column, row, value, problem } => Error::Source {
            origin: origin(path),
            problem: format!(
                "its answers hold, in column `{column}`, row {row}, `{value}`: {problem} ({remedy})"
            ),
        },
        Error::File { path, problem } => Error::Source { origin: origin(path), problem },
        other => other,
    }
}

fn token() -> Result<String> {
    std::env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty()).ok_or_else(|| {
        Error::parameter(TOKEN_VARIABLE, "unset", "the token of Bitcoin Researcher's Lab, in the environment")
    })
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(since.as_millis() as i64)
}

/// Continues the fetch that broke off, rebuilds the last one offline, or begins anew.
fn begin(fetch: &Fetch, cache: &Cache) -> Result<Journal> {
    let from = fetch.from.unwrap_or(FIRST_HOUR);
    let started_at = now();
    let last_full = Timestamp::from_hours(started_at.hours() - 1);
    let before = if fetch.offline { cache.completed()? } else { cache.begun()? };
    let before = before.filter(|journal| {
        let plan = &journal.plan;
        let same = (plan.asset, plan.price, plan.funding, plan.from)
            == (fetch.asset, fetch.price, fetch.funding, from);
        same && match fetch.until {
            Some(until) => plan.until == until,
            None => fetch.offline || !journal.until_given,
        }
    });
    if fetch.offline {
        return before.ok_or_else(|| {
            let path = fetch.folder.join("raw/complete.json");
            Error::file(path, "nothing was fetched here with these arguments; run without --offline first")
        });
    }
    if let Some(journal) = before
        && !fetch.refresh
        && started_at.hours() - journal.started_at.hours() < RESUMED_HOURS
    {
        return Ok(journal);
    }
    let until = fetch.until.unwrap_or(last_full);
    for (name, time) in [("from", from), ("until", until)] {
        if !time.is_full_hour() {
            return Err(Error::parameter(name, time, "a full hour in UTC"));
        }
    }
    if until < from || until > last_full {
        return Err(Error::parameter(
            "until",
            until,
            format!("from {from} to the last full hour, {last_full}"),
        ));
    }
    let plan = FetchPlan { asset: fetch.asset, price: fetch.price, funding: fetch.funding, from, until };
    let until_given = fetch.until.is_some();
    let journal = Journal { plan, until_given, started_at, answers: BTreeMap::new() };
    cache.begin(&journal)?;
    Ok(journal)
}

fn readers(plan: &FetchPlan, settings: &FetchSettings) -> Result<Vec<Box<dyn Reader>>> {
    let mut readers = Vec::new();
    for source in SOURCES {
        readers.extend((source.readers)(plan, settings)?);
    }
    Ok(readers)
}

/// A panel that begins late or stops early is no replacement for a good one.
fn complete(dataset: &Dataset, plan: &FetchPlan) -> Result<()> {
    for name in ["dvol", "price"] {
        let record = dataset.manifest().column(name);
        let (first, last) =
            record.and_then(|record| Some((record.first?, record.last?))).unwrap_or((plan.until, plan.from));
        let early = first.hours() - plan.from.hours();
        if early > LATE_HOURS {
            let problem = format!(
                "begins at {first}, {early} h after {}: an incomplete answer; try later, or give --from",
                plan.from
            );
            return Err(Error::Source { origin: name.to_owned(), problem });
        }
        let late = plan.until.hours() - last.hours();
        if late > LATE_HOURS {
            return Err(Error::Source {
                origin: name.to_owned(),
                problem: format!(
                    "ends at {last}, {late} h before {}: an incomplete answer; try later, or give --until",
                    plan.until
                ),
            });
        }
    }
    Ok(())
}

/// Why a series did not come together, and whether its answers are to be forgotten for it.
struct Misfit(bool, Error);

/// One fetch under way.
struct Run<'a> {
    fetch: &'a Fetch,
    cache: &'a Cache,
    client: &'a Client<'a>,
    journal: &'a Journal,
    used: &'a Mutex<BTreeMap<String, String>>,
    progress: &'a Progress<'a>,
    settings: &'a FetchSettings,
    policy: &'a ImportPolicy,
}

impl Run<'_> {
    /// All rows of one series, as the CSV file an import reads. Answers that do not fit together are not kept: a
    /// mended server is asked for all of them again.
    fn series(&self, reader: &dyn Reader) -> Result<SourceBytes> {
        let mut asked = BTreeSet::new();
        let series = self.pages(reader, &mut asked);
        if let Err(Misfit(true, _)) = &series
            && !self.fetch.offline
        {
            asked.iter().for_each(|question| self.cache.forget(question));
        }
        series.map_err(|Misfit(_, error)| error)
    }

    fn pages(&self, reader: &dyn Reader, asked: &mut BTreeSet<String>) -> Result<SourceBytes, Misfit> {
        let mut open = reader.questions(&self.journal.plan);
        open.reverse();
        let mut rows = Rows::default();
        let mut known = open.len();
        (self.progress)(reader.name(), 0, known);
        while let Some(request) = open.pop() {
            let misfit = |problem: String| Misfit(true, self.client.source(&request, problem));
            if !asked.insert(request.question()) {
                return Err(misfit("its pages lead in a circle".to_owned()));
            }
            if asked.len() > self.settings.most_pages {
                let most = self.settings.most_pages;
                return Err(misfit(format!(
                    "more than {most} pages; `most_pages` under [fetch] allows more"
                )));
            }
            let mut page = self.answer(reader, &request).map_err(|error| Misfit(false, error))?;
            let (before, next) = (rows.len(), page.next.take());
            rows.add(page).map_err(misfit)?;
            if let Some(next) = next {
                // a stretch without rows is passed over by asking for less of it
                let circle = asked.contains(&next.question());
                if rows.len() == before && next.window == request.window && !circle {
                    return Err(misfit("its pages go on and bring no new row".to_owned()));
                }
                known += 1;
                open.push(next);
            }
            (self.progress)(reader.name(), asked.len(), known);
            if open.is_empty() {
                let checked = rows.check(reader.columns(), &reader.plausible());
                checked.map_err(misfit)?;
                if rows.len() == 0 {
                    return Err(misfit("no row at all; check the asset and the range".to_owned()));
                }
            }
        }
        let folder = match reader.subject().frequency() {
            Frequency::Daily => "daily",
            Frequency::EightHourly | Frequency::Hourly => "hourly",
        };
        let path = Path::new("sources").join(folder).join(format!("{}.csv", reader.name()));
        let bytes = rows.csv(reader.columns()).into_bytes();
        Ok(SourceBytes { subject: reader.subject(), path, bytes })
    }

    /// From the cache where its answer still holds, else from the server.
    fn answer(&self, reader: &dyn Reader, request: &client::Request) -> Result<pages::Page> {
        let question = request.question();
        let read = |body: &[u8]| admitted(reader, reader.read(request, body)?, self.policy);
        if self.fetch.offline {
            let hash = self.journal.answers.get(&question);
            let body = hash.map(|hash| self.cache.object(hash)).transpose()?.flatten();
            let body = body.ok_or_else(|| "not among the answers kept; run without --offline".to_owned());
            return body
                .and_then(|body| read(&body).map_err(|failure| failure.problem))
                .map_err(|problem| self.client.source(request, problem));
        }
        let kept = self.cache.get(&question)?.filter(|(_, _, fetched_at)| {
            let settled = fetched_at.millis() - request.window.1.millis() > SETTLED_HOURS * HOUR_MS;
            *fetched_at >= self.journal.started_at || (settled && !self.fetch.refresh)
        });
        // kept answers were accepted once, but perhaps by another version of ours
        let kept = kept.and_then(|(body, hash, _)| Some((read(&body).ok()?, hash)));
        let (page, hash) = if let Some(kept) = kept {
            kept
        } else {
            let (body, page) = self.client.ask(request, read)?;
            (page, self.cache.put(&question, &body, now())?)
        };
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(question, hash);
        Ok(page)
    }
}
