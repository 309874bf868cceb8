//! One question, asked until it is answered or hopeless.

use super::failure::{Failure, Refusal, again, describe, hopeless, quote};
use super::settings::{FetchSettings, Host};
use crate::error::{Error, Result};
use crate::time::Timestamp;
use backon::{BlockingRetryable, ExponentialBuilder};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};
use ureq::http::HeaderMap;

/// The environment variable that holds the token of Bitcoin Researcher's Lab.
pub(super) const TOKEN_VARIABLE: &str = "RESEARCH_BITCOIN_API_TOKEN";
/// A local clock this far ahead of a server's asks for hours that have not happened.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(600);
/// The longest answer we read.
const LARGEST_BODY: u64 = 256 << 20;

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
    token: Option<String>,
}

impl<'a> Client<'a> {
    pub(super) fn new(settings: &'a FetchSettings, token: Option<String>) -> Result<Self> {
        let seconds = Duration::from_secs_f64;
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(seconds(settings.timeout_seconds)))
            .timeout_connect(Some(seconds(settings.timeout_seconds.min(10.0))))
            .http_status_as_error(false)
            .user_agent(concat!("dvol/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let limit = |host: Host| {
            let quota = Quota::with_period(seconds(1.0 / settings.rate(host)))
                .ok_or_else(|| Error::parameter("requests_per_second", settings.rate(host), "above 0"))?;
            Ok((host, RateLimiter::direct(quota)))
        };
        let limits = Host::ALL.into_iter().map(limit).collect::<Result<_>>()?;
        Ok(Self { settings, agent, limits, token })
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
        Error::Source { origin: self.discreet(&origin), problem: self.discreet(&problem.into()) }
    }

    fn tried(&self) -> String {
        format!(" ({} attempts; what was fetched is kept: the same command resumes)", self.settings.attempts)
    }

    fn discreet(&self, text: &str) -> String {
        match &self.token {
            Some(token) if !token.is_empty() => text.replace(token.as_str(), "***"),
            _ => text.to_owned(),
        }
    }

    fn attempt(&self, request: &Request) -> std::result::Result<Vec<u8>, Failure> {
        self.wait_for_turn(request.host);
        let mut call = self.agent.get(format!("{}{}", self.settings.base(request.host), request.path));
        for (key, value) in &request.query {
            call = call.query(*key, value);
        }
        if request.host == Host::ResearchBitcoin
            && let Some(token) = &self.token
        {
            // a redirect would carry the header to a stranger
            call = call.header("X-API-Token", token).config().max_redirects(0).build();
        }
        if is_loopback(self.settings.base(request.host)) {
            // a proxy named in the environment has its own loopback
            call = call.config().proxy(None).build();
        }
        let mut answer = call.call().map_err(|error| match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::InvalidProxyUrl => {
                hopeless(format!("{error}; check the base URL"))
            }
            error => again(trouble(&error)),
        })?;
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let body = answer.body_mut().with_config().limit(LARGEST_BODY).read_to_vec();
        if (200..300).contains(&status) {
            check_clock(&headers)?;
            return body.map_err(|error| again(trouble(&error)));
        }
        let body = body.unwrap_or_default();
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
