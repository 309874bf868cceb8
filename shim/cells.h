// gates.h compiled for several processors; the one that runs is chosen when the program starts.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

#include "lstm.h"

namespace dvol {

// One hour's cells of one panel; `hidden` is the distance between rows of state and output, `first` the place of
// the first cell among all of the layer's.
struct Cells {
  std::int64_t batch, width, hidden, first;
};

#if defined(__x86_64__)
// Clang has no vectors of sixteen in functions with target_clones: both compilers get the text twice.
namespace avx512 {
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#include "gates.h"
#pragma clang attribute pop
#else
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
#include "gates.h"
#pragma GCC pop_options
#endif
}  // namespace avx512

// What has_lstm in network.h asks for at least.
namespace avx2 {
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "gates.h"
#pragma clang attribute pop
#else
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
#include "gates.h"
#pragma GCC pop_options
#endif
}  // namespace avx2

inline bool has_avx512() {
  static const bool found = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                            __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                            __builtin_cpu_supports("avx512vl");
  return found;
}
#define DVOL_CHOSEN(function) (has_avx512() ? avx512::function : avx2::function)
#else
namespace plain {
#include "gates.h"
}  // namespace plain
#define DVOL_CHOSEN(function) plain::function
#endif

static const auto cells_forward = DVOL_CHOSEN(cells_forward);
static const auto cells_backward = DVOL_CHOSEN(cells_backward);
static const auto drop = DVOL_CHOSEN(drop);
static const auto sums = DVOL_CHOSEN(sums);
static const auto transpose_square = DVOL_CHOSEN(transpose_square);

}  // namespace dvol
