//! Values that their source itself calls preliminary.

use super::{Check, Finding, Severity};
use crate::data::manifest::Manifest;

/// What the sources of a data set mark as preliminary: a live forecast leans on such values, history on others.
pub(super) fn check(manifest: &Manifest) -> Vec<Finding> {
    let sources = manifest.sources.iter();
    let marked = sources.flat_map(|source| source.preliminary.iter());
    marked
        .map(|(column, early)| Finding {
            severity: Severity::Warning,
            check: Check::Preliminary,
            column: column.clone(),
            count: early.count,
            at: Some(early.first),
            detail: format!(
                "preliminary values, {} .. {}: they will be revised, and history holds revised values that a live \
                 forecast never had",
                early.first, early.last
            ),
        })
        .collect()
}
