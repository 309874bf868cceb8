// The one setting of ours that holds for the whole process.
#pragma once

namespace dvol {

// Tells glibc's malloc to keep freed memory instead of returning it to the system: a training step frees what the next
// one needs again, and pages that were returned would be filled with zeros anew, which takes a tenth of a step. Blocks
// up to 256 MB then come from the heap, which shrinks only when 1 GB lies free at its end.
//
// It changes malloc for everything in this process, Rust included; to be called once, before training. False where
// malloc is another one, or does not take the setting: steps are slower there, and nothing else.
bool keep_freed_pages();

}  // namespace dvol
