//! What an answer must hold to be kept: a value that no series of its kind can take would be refused for ever.

use super::failure::Failure;
use super::pages::Page;
use super::reader::Reader;
use crate::data::policy::{ImportPolicy, InvalidPolicy};

/// The longest question that a page may lead to, in characters: more is no address.
const LONGEST_QUESTION: usize = 8_192;

/// Whether a page may be used and kept.
///
/// # Errors
/// The first value that its column cannot take, where the policy does not make it a null; a next question that is too
/// long.
pub(super) fn admitted(reader: &dyn Reader, page: Page, policy: &ImportPolicy) -> Result<Page, Failure> {
    if let Some(next) = &page.next {
        let length = next.question().len();
        if length > LONGEST_QUESTION {
            return Err(format!("leads to a next page by a question of {length} characters").into());
        }
    }
    if policy.invalid == InvalidPolicy::Null {
        return Ok(page);
    }
    let expected = reader.subject().expected();
    for (place, (name, _)) in reader.columns().iter().enumerate() {
        let known = expected.iter().find(|known| known.name == *name || known.known_as.contains(name));
        let Some(known) = known else { continue };
        let wrong = page.rows.iter().find(|(_, values)| {
            values.get(place).is_some_and(|value| !value.is_nan() && !known.bound.admits(*value))
        });
        if let Some((time, values)) = wrong {
            return Err(format!("`{name}` is {} at {time}: {}", values[place], known.bound.words()).into());
        }
    }
    Ok(page)
}
