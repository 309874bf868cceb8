//! What libtorch says when it fails.

use crate::error::Error;

/// libtorch's own words as our error: their first line, since a trace of C++ functions follows.
#[allow(clippy::needless_pass_by_value, reason = "what map_err takes")]
pub(super) fn torch(error: tch::TchError) -> Error {
    let said = error.to_string();
    let mut detail = said.lines().next().unwrap_or_default().to_owned();
    if OUT_OF_MEMORY.iter().any(|words| detail.contains(words)) {
        let end = detail.find(" If reserved but unallocated").unwrap_or(detail.len());
        detail.truncate(end);
        detail.push_str(
            "; take a smaller batch_size, sequence_length, hidden_size or num_layers, or another device",
        );
    }
    Error::Internal { what: "libtorch".to_owned(), detail }
}

/// How libtorch begins to say that a device has no memory left: there is no other sign of it in a message.
const OUT_OF_MEMORY: [&str; 2] = ["CUDA out of memory", "HIP out of memory"];
