//! Where a redirect may lead: to the same server, by the same scheme.

use ureq::http::Uri;

/// The most redirects in a row.
pub(super) const MOST: usize = 5;

/// The address that `location`, in an answer from `here`, leads to.
///
/// # Errors
/// What is wrong with it: another scheme, host or port, or no address at all.
pub(super) fn followed(here: &str, location: &str) -> Result<String, String> {
    let (scheme, rest) = here.split_once("://").ok_or_else(|| "is no address".to_owned())?;
    let (authority, path) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
    let location = location.trim();
    let there = if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.contains("://") {
        location.to_owned()
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        let path = path.split('?').next().unwrap_or("");
        let folder = path.rfind('/').map_or("", |at| &path[..at]);
        format!("{scheme}://{authority}{folder}/{location}")
    };
    let (from, to) = (place(here), place(&there));
    match (from, to) {
        (Some(from), Some(to)) if from == to => Ok(there),
        (_, Some((scheme, host, port))) => Err(format!("to {scheme}://{host}:{port}, another server")),
        _ => Err("to no address".to_owned()),
    }
}

/// Scheme, host and port of an address.
fn place(address: &str) -> Option<(String, String, u16)> {
    let address: Uri = address.parse().ok()?;
    let scheme = address.scheme_str()?.to_ascii_lowercase();
    let port = address.port_u16().or(match scheme.as_str() {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    })?;
    Some((scheme, address.host()?.to_ascii_lowercase(), port))
}
