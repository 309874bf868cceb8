//! Why an answer is of no use, and whether another attempt may succeed.

use super::settings::Host;
use serde_json::Value;

/// Characters of an unusable answer that an error quotes.
const QUOTED: usize = 160;
/// Characters of a server's own reason that an error quotes.
const QUOTED_REASON: usize = 400;

/// Why an attempt failed, and whether another may succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) problem: String,
    pub(super) hopeless: bool,
}

pub(super) fn again(problem: impl Into<String>) -> Failure {
    Failure { problem: problem.into(), hopeless: false }
}

pub(super) fn hopeless(problem: impl Into<String>) -> Failure {
    Failure { problem: problem.into(), hopeless: true }
}

/// An answer that reads wrongly may be whole the next time.
impl From<String> for Failure {
    fn from(problem: String) -> Self {
        again(problem)
    }
}

impl From<&str> for Failure {
    fn from(problem: &str) -> Self {
        again(problem)
    }
}

/// What a server says instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Its reason and code, without what stands around them.
    pub(super) said: String,
    /// Whether it passes, where its code or kind says so.
    pub(super) passes: Option<bool>,
}

/// Deribit's codes of a moment: too many requests, settlement, full queues, maintenance, time-outs.
const DERIBIT_PASSING: [i64; 9] = [10_028, 10_040, 10_041, 10_047, 10_066, 11_051, 11_094, 13_028, 13_888];

/// Coin Metrics' kinds of error that no patience mends.
const COIN_METRICS_FINAL: [&str; 8] = [
    "bad_parameter",
    "bad_parameters",
    "missing_parameter",
    "unsupported_parameter",
    "wrong_credentials",
    "unauthorized",
    "forbidden",
    "not_found",
];

impl Refusal {
    /// The refusal that a body holds, if it holds one, whatever the HTTP status says.
    ///
    /// `{"error": {"code", "message", "data": {"reason", "param"}}}` (Deribit, after timings),
    /// `{"error": {"type", "message"}}` (Coin Metrics), `{"code", "msg"}` (Binance), `{"error", "message"}`.
    pub(super) fn found(host: Host, body: &[u8]) -> Option<Self> {
        let named = |name: &[u8]| body.windows(name.len()).any(|window| window == name);
        if !(named(b"\"error\"") || named(b"\"msg\"")) {
            return None;
        }
        let Value::Object(answer) = serde_json::from_slice(body).ok()? else { return None };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let (code, parts) = match answer.get("error") {
            None | Some(Value::Null) => (answer.get("code"), vec![Some(text(answer.get("msg"))?)]),
            Some(Value::Object(error)) => {
                let within = |name: &str| error.get("data").and_then(|data| data.get(name));
                let param = text(within("param")).map(|param| format!("`{param}`"));
                let reason = text(within("reason")).or_else(|| text(error.get("data")));
                (
                    error.get("code").or_else(|| error.get("type")),
                    vec![text(error.get("message")), reason, param],
                )
            }
            Some(error) => (answer.get("code"), vec![text(Some(error)), text(answer.get("message"))]),
        };
        let mut said =
            parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
        let passes = match (host, code) {
            (Host::Deribit, Some(code)) => code.as_i64().map(|code| DERIBIT_PASSING.contains(&code)),
            (Host::CoinMetrics, Some(kind)) => kind.as_str().map(|kind| !COIN_METRICS_FINAL.contains(&kind)),
            _ => None,
        };
        said = cut(&said, QUOTED_REASON);
        if let Some(code) = code.filter(|code| code.is_number() || code.is_string()) {
            said = format!("{said} ({})", code.to_string().trim_matches('"'));
        }
        Some(Self { said: said.trim_start().to_owned(), passes })
    }

    /// The same as the failure of an attempt whose HTTP status was that of an answer.
    pub(super) fn failure(self) -> Failure {
        Failure { problem: format!("refused: {}", self.said), hopeless: self.passes == Some(false) }
    }
}

/// The beginning of a body, on one line.
pub(super) fn quote(body: &[u8]) -> String {
    cut(&String::from_utf8_lossy(body), QUOTED)
}

fn cut(text: &str, most: usize) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most { line } else { line.chars().take(most).chain("...".chars()).collect() }
}

/// What an unusable body looks like to a person.
pub(super) fn describe(body: &[u8], failure: Failure) -> Failure {
    let text = String::from_utf8_lossy(body);
    let problem = if text.trim_start().starts_with('<') {
        format!("HTML instead of JSON (a proxy, a block page?): {}", quote(body))
    } else if text.trim().is_empty() {
        "an empty answer".to_owned()
    } else {
        format!("not the expected answer: {}", failure.problem)
    };
    Failure { problem, ..failure }
}
