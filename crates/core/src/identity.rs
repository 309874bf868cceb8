//! What a result was made of: code, data, protocol, specification. A result is used again when all four are the same.

use crate::artifacts::sha256;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The code that decides a forecast of this crate's models: a hash of its sources, without comments and layout, and
/// of the packages that compute for them.
pub const FORECAST_CODE: &str = env!("DVOL_CODE_FORECASTS");
/// The same for everything that is said about forecasts and data.
pub const RESULT_CODE: &str = env!("DVOL_CODE_RESULTS");

/// Hexadecimal digits that tell results of one folder apart.
const SHORT: usize = 12;

/// What a result was made of, four SHA-256 in hexadecimal digits.
///
/// # Examples
/// ```
/// use dvol_core::identity::Identity;
/// let made = Identity::new("code", "data", &("24 h", 90), &["har_calendar"])?;
/// let again = Identity::new("code", "data", &("24 h", 90), &["har_calendar"])?;
/// assert_eq!(made.short(), again.short());
/// assert_ne!(made.short(), Identity::new("code", "data", &("6 h", 90), &["har_calendar"])?.short());
/// # Ok::<(), dvol_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// The sources that can change its numbers.
    pub code: String,
    /// The values it was made from and when each was known.
    pub data: String,
    /// How origins were cut into training and test.
    pub protocol: String,
    /// What the model, or the stage, reads of the configuration.
    pub spec: String,
}

impl Identity {
    /// The identity of code and data known by their hashes, and of protocol and specification as they are.
    ///
    /// # Errors
    /// When one of them cannot be written as JSON.
    pub fn new(code: &str, data: &str, protocol: &impl Serialize, spec: &impl Serialize) -> Result<Self> {
        Ok(Self {
            code: code.to_owned(),
            data: data.to_owned(),
            protocol: hash_of(protocol)?,
            spec: hash_of(spec)?,
        })
    }

    /// Twelve digits over all four: a part of a file's name.
    pub fn short(&self) -> String {
        let Self { code, data, protocol, spec } = self;
        sha256(format!("{code}\n{data}\n{protocol}\n{spec}").as_bytes())[..SHORT].to_owned()
    }
}

/// What a model is: the code that fits it and everything it was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelIdentity {
    /// A hash of the sources that fit it and forecast.
    pub code: String,
    /// Its specification.
    pub spec: Value,
}

impl ModelIdentity {
    /// A model whose code is in this crate.
    ///
    /// `None` when the specification cannot be written as JSON: such a model is never reused.
    pub fn of_this_crate(kind: &str, spec: &impl Serialize) -> Option<Self> {
        Self::of_code(FORECAST_CODE, kind, spec)
    }

    /// A model whose code is elsewhere, known by a hash of its own.
    ///
    /// `None` when the specification cannot be written as JSON: such a model is never reused.
    pub fn of_code(code: &str, kind: &str, spec: &impl Serialize) -> Option<Self> {
        let spec = serde_json::to_value(spec).ok()?;
        Some(Self { code: code.to_owned(), spec: serde_json::json!({ "kind": kind, "spec": spec }) })
    }

    /// A model made of others.
    pub fn of_members(kind: &str, members: Vec<Self>) -> Self {
        let mut codes: Vec<String> = members.iter().map(|member| member.code.clone()).collect();
        codes.sort_unstable();
        codes.dedup();
        // Members of one code leave it as it is, so that an average is known by the same code as its members.
        let code = if let [only] = &codes[..] { only.clone() } else { sha256(codes.join("\n").as_bytes()) };
        let specs: Vec<Value> = members.into_iter().map(|member| member.spec).collect();
        Self { code, spec: serde_json::json!({ "kind": kind, "members": specs }) }
    }
}

fn hash_of(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string(value).map_err(Error::internal("writing an identity"))?;
    Ok(sha256(text.as_bytes()))
}
