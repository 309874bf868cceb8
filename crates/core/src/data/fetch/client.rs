//! One question, asked until it is answered or hopeless.

use super::failure::{Failure, Refusal, again, describe, hopeless, quote};
use super::redirect::{self, followed};
use super::secret::Secret;
use super::settings::{FetchSettings, Host};
use crate::error::{Error, Result};
use crate::time::Timestamp;
use backon::{BlockingRetryable, ExponentialBuilder};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};
use ureq::http::HeaderMap;

type Answer = ureq::http::Response<ureq::Body>;

/// The environment variable that holds the token of Bitcoin Researcher's Lab.
pub(super) const TOKEN_VARIABLE: &str = "RESEARCH_BITCOIN_API_TOKEN";
/// A local clock this far ahead of a server's asks for hours that have not happened.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(600);

/// A question to one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) host: Host,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    /// First and last stamp that an answer may hold.
    pub(super) window: (Timestamp, Timestamp),
}

impl Request {
    /// What is asked, whoever is asked: the same behind a proxy. Holds no secret.
    pub(super) fn question(&self) -> String {
        let query: Vec<String> = self.query.iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("{}:{}?{}", self.host, self.path, query.join("&"))
    }
}

/// An HTTP client with patience, manners and discretion.
pub(super) struct Client<'a> {
    settings: &'a FetchSettings,
    agent: ureq::Agent,
    limits: BTreeMap<Host, DefaultDirectRateLimiter>,
    secret: Secret,
    /// Bytes of all answers so far, decompressed.
    received: AtomicU64,
    begun: Instant,
}

impl<'a> Client<'a> {
    pub(super) fn new(settings: &'a FetchSettings, token: Option<String>) -> Result<Self> {
        let seconds = Duration::from_secs_f64;
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(seconds(settings.timeout_seconds)))
            .timeout_connect(Some(seconds(settings.timeout_seconds.min(10.0))))
            .http_status_as_error(false)
            // where a redirect leads is ours to look at
            .max_redirects(0)
            .user_agent(concat!("dvol/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let limit = |host: Host| {
            let quota = Quota::with_period(seconds(1.0 / settings.rate(host)))
                .ok_or_else(|| Error::parameter("requests_per_second", settings.rate(host), "above 0"))?;
            Ok((host, RateLimiter::direct(quota)))
        };
        let limits = Host::ALL.into_iter().map(limit).collect::<Result<_>>()?;
        let (received, begun) = (AtomicU64::new(0), Instant::now());
        Ok(Self { settings, agent, limits, secret: Secret::new(token), received, begun })
    }

    /// Asks until `accept` takes the body. `accept` returns what is wrong with it, or its content.
    ///
    /// Trouble of the network, 408, 418, 429, 5xx and unusable bodies are tried again, after
    /// exponentially longer pauses with jitter, and never before a `Retry-After`. Other 4xx are final.
    pub(super) fn ask<T>(
        &self,
        request: &Request,
        accept: impl Fn(&[u8]) -> std::result::Result<T, Failure>,
    ) -> Result<(Vec<u8>, T)> {
        let seconds = Duration::from_secs_f64;
        let pauses = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(seconds(self.settings.first_pause_seconds))
            .with_max_delay(seconds(self.settings.longest_pause_seconds))
            .with_max_times(self.settings.attempts.saturating_sub(1));
        let attempt = || {
            let body = self.attempt(request)?;
            // a server may say no under the status of a yes, even beside rows
            if let Some(refusal) = Refusal::found(request.host, &body) {
                return Err(refusal.failure());
            }
            let content = accept(&body).map_err(|failure| describe(&body, failure))?;
            Ok((body, content))
        };
        attempt.retry(pauses).when(|failure: &Failure| !failure.hopeless).call().map_err(|failure| {
            let tried = if failure.hopeless { String::new() } else { self.tried() };
            self.source(request, format!("{}{tried}", failure.problem))
        })
    }

    /// An error about an answer, without secrets.
    pub(super) fn source(&self, request: &Request, problem: impl Into<String>) -> Error {
        let base = without_credentials(self.settings.base(request.host));
        let origin = format!("{} ({base}{})", request.host, request.path);
        Error::Source { origin: self.secret.hide(&origin), problem: self.secret.hide(&problem.into()) }
    }

    fn tried(&self) -> String {
        format!(" ({} attempts; what was fetched is kept: the same command resumes)", self.settings.attempts)
    }

    /// The whole fetch's limits of time and bytes, which no server can stretch.
    fn within_limits(&self) -> std::result::Result<(), Failure> {
        let minutes = self.begun.elapsed().as_secs_f64() / 60.0;
        if minutes > self.settings.most_minutes {
            return Err(hopeless(format!(
                "the fetch has taken {minutes:.1} minutes; what came is kept: the same command resumes, \
                 `most_minutes` under [fetch] allows more"
            )));
        }
        let mebibytes = self.received.load(Ordering::Relaxed) >> 20;
        if mebibytes > self.settings.most_mib {
            return Err(hopeless(format!(
                "all answers together are {mebibytes} MiB; `most_mib` under [fetch] allows more"
            )));
        }
        Ok(())
    }

    /// The whole body of an answer, up to the largest we take.
    fn body(&self, answer: &mut Answer) -> std::result::Result<Vec<u8>, Failure> {
        let most = self.settings.largest_answer_mib << 20;
        let body =
            answer.body_mut().with_config().limit(most).read_to_vec().map_err(|error| match error {
                ureq::Error::BodyExceedsLimit(_) => hopeless(format!(
                    "an answer of more than {} MiB; `largest_answer_mib` under [fetch] allows more",
                    self.settings.largest_answer_mib
                )),
                error => again(trouble(&error)),
            })?;
        self.received.fetch_add(body.len() as u64, Ordering::Relaxed);
        Ok(body)
    }

    /// Sends one question, and goes where the server sends us, as long as it is to itself.
    fn send(&self, request: &Request) -> std::result::Result<Answer, Failure> {
        let base = self.settings.base(request.host);
        let mut address = format!("{base}{}", request.path);
        for redirects in 0..=redirect::MOST {
            let mut call = self.agent.get(&address);
            if redirects == 0 {
                for (key, value) in &request.query {
                    call = call.query(*key, value);
                }
            }
            if request.host == Host::ResearchBitcoin
                && let Some(token) = self.secret.token()
            {
                call = call.header("X-API-Token", token);
            }
            if is_loopback(base) {
                // a proxy named in the environment has its own loopback
                call = call.config().proxy(None).build();
            }
            let answer = call.call().map_err(|error| match error {
                ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::InvalidProxyUrl => {
                    hopeless(format!("{error}; check the base URL"))
                }
                error => again(trouble(&error)),
            })?;
            let status = answer.status().as_u16();
            let location = answer.headers().get("location").and_then(|location| location.to_str().ok());
            let Some(location) = location.filter(|_| [301, 302, 303, 307, 308].contains(&status)) else {
                return Ok(answer);
            };
            address = followed(&address, location).map_err(|where_to| {
                hopeless(format!("HTTP {status}: moved {where_to}; set the base URL of {}", request.host))
            })?;
        }
        Err(hopeless(format!("more than {} redirects in a row", redirect::MOST)))
    }

    fn attempt(&self, request: &Request) -> std::result::Result<Vec<u8>, Failure> {
        self.wait_for_turn(request.host);
        self.within_limits()?;
        let mut answer = self.send(request)?;
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let body = self.body(&mut answer);
        if (200..300).contains(&status) {
            check_clock(&headers)?;
            let body = body?;
            // what is kept on disk and quoted in errors never holds it
            return if self.secret.is_in(&body) {
                Err(hopeless("its answer repeats the token: it is not kept"))
            } else {
                Ok(body)
            };
        }
        let body = self.secret.hide_bytes(&body.unwrap_or_default());
        let refusal = Refusal::found(request.host, &body);
        let said = refusal.as_ref().map_or_else(|| quote(&body), |refusal| refusal.said.clone());
        match status {
            451 => Err(hopeless(format!("HTTP 451: {said}; {}", request.host.elsewhere()))),
            401 | 403 if request.host == Host::ResearchBitcoin => {
                Err(hopeless(format!("HTTP {status}: the token in {TOKEN_VARIABLE} was refused: {said}")))
            }
            408 | 418 | 429 | 500..=599 => {
                if let Some(pause) = retry_after(&headers) {
                    if pause.as_secs_f64() > self.settings.longest_pause_seconds {
                        let seconds = pause.as_secs();
                        return Err(hopeless(format!("HTTP {status}: asks to wait {seconds} s; try later")));
                    }
                    std::thread::sleep(pause);
                }
                Err(again(format!("HTTP {status}: {said}")))
            }
            _ if refusal.is_some_and(|refusal| refusal.passes == Some(true)) => {
                Err(again(format!("HTTP {status}: {said}")))
            }
            300..=399 => Err(hopeless(format!("HTTP {status}: moved; set the base URL of {}", request.host))),
            _ => Err(hopeless(format!("HTTP {status}: {said}"))),
        }
    }

    fn wait_for_turn(&self, host: Host) {
        let Some(limit) = self.limits.get(&host) else { return };
        while let Err(not_until) = limit.check() {
            std::thread::sleep(not_until.wait_time_from(DefaultClock::default().now()));
        }
    }
}

fn trouble(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => format!("no complete answer in time ({error})"),
        _ => format!("the connection failed: {error}"),
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    httpdate::parse_http_date(value).ok()?.duration_since(SystemTime::now()).ok()
}

/// A clock that runs ahead asks for hours that have not happened, and would call them gaps.
fn check_clock(headers: &HeaderMap) -> std::result::Result<(), Failure> {
    let date = headers.get("date").and_then(|value| value.to_str().ok());
    let server = date.and_then(|date| httpdate::parse_http_date(date).ok());
    match server.and_then(|server| SystemTime::now().duration_since(server).ok()) {
        // an intermediate cache may serve an old page, and says so with `age`
        Some(ahead) if ahead > CLOCK_TOLERANCE && !headers.contains_key("age") => Err(hopeless(format!(
            "this machine's clock is {} s ahead of the server's; set the clock",
            ahead.as_secs()
        ))),
        _ => Ok(()),
    }
}

fn is_loopback(base: &str) -> bool {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    ["127.", "localhost", "[::1]"].iter().any(|start| rest.starts_with(start))
}

fn without_credentials(base: &str) -> String {
    match (base.split_once("://"), base.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => base.to_owned(),
    }
}
