//! A token that goes to its server and appears nowhere else.

/// What stands in its place.
const MASK: &str = "***";
/// Shorter text is no secret: it would be found everywhere.
const SHORTEST: usize = 4;

/// A token, or none.
#[derive(Clone, Default)]
pub(super) struct Secret {
    token: Option<String>,
    /// The token as it may come back: plain, percent-encoded, escaped for JSON.
    shapes: Vec<String>,
}

impl Secret {
    pub(super) fn new(token: Option<String>) -> Self {
        let shapes = token.as_deref().map(shapes).unwrap_or_default();
        Self { token, shapes }
    }

    /// The token itself, for its own server.
    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same text without the token.
    pub(super) fn hide(&self, text: &str) -> String {
        self.shapes.iter().fold(text.to_owned(), |text, shape| replaced(&text, shape))
    }

    /// The same bytes without the token, as text.
    pub(super) fn hide_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        if self.is_in(bytes) {
            self.hide(&String::from_utf8_lossy(bytes)).into_bytes()
        } else {
            bytes.to_vec()
        }
    }

    /// Whether it stands anywhere in these bytes.
    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        !self.shapes.is_empty() && {
            let text = String::from_utf8_lossy(bytes);
            self.shapes.iter().any(|shape| found(&text, shape).is_some())
        }
    }
}

fn shapes(token: &str) -> Vec<String> {
    if token.len() < SHORTEST {
        return Vec::new();
    }
    let percent = |keep: fn(u8) -> bool| -> String {
        token
            .bytes()
            .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    let unreserved = percent(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    let everything = percent(|_| false);
    let json = serde_json::to_string(token).unwrap_or_default();
    let json = json.trim_matches('"').to_owned();
    let escaped: Vec<String> = token.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let slashed = json.replace('/', "\\/");
    let mut shapes = vec![
        token.to_owned(),
        unreserved.clone(),
        unreserved.replace("%20", "+"),
        everything,
        json,
        slashed,
        escaped.concat(),
    ];
    shapes.sort_unstable_by_key(|shape| std::cmp::Reverse(shape.len()));
    shapes.dedup();
    shapes
}

/// Where a shape begins, whatever the case of its escapes. (A token's own letters in another case are no token, but
/// hiding them does no harm.)
fn found(text: &str, shape: &str) -> Option<usize> {
    let (text, shape) = (text.as_bytes(), shape.as_bytes());
    (0..=text.len().checked_sub(shape.len())?)
        .find(|&at| text[at..at + shape.len()].eq_ignore_ascii_case(shape))
}

fn replaced(text: &str, shape: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = found(rest, shape) {
        let (Some(before), Some(after)) = (rest.get(..at), rest.get(at + shape.len()..)) else { break };
        out.push_str(before);
        out.push_str(MASK);
        rest = after;
    }
    out + rest
}
