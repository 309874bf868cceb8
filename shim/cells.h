// gates.h and tiles.h compiled for several processors; the one that runs is chosen when the program starts.
#pragma once

#include <ATen/Version.h>

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

// Vectors as arguments have no stable convention between processors: everything that takes one is inlined.
#define DVOL_INLINE static inline __attribute__((always_inline))

// Asks for what lies there. The compiler would compute the builtin's address apart, in the units that sums need.
DVOL_INLINE void ask_for(const float* place) {
#if defined(__x86_64__)
  asm volatile("prefetcht0 %0" : : "m"(*place));
#else
  __builtin_prefetch(place);
#endif
}

#if defined(__x86_64__)
// Clang has no vectors of sixteen in functions with target_clones: both compilers get the text twice.
namespace avx512 {
constexpr std::int64_t LANES = 16;
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
constexpr std::int64_t LANES = 8;
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "gates.h"
#include "tiles.h"
#pragma clang attribute pop
#else
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
#include "gates.h"
#include "tiles.h"
#pragma GCC pop_options
#endif
}  // namespace avx2
namespace base = avx2;

// As libtorch does: ATEN_CPU_CAPABILITY=avx2 is for both.
inline bool has_avx512() {
  static const bool found = at::get_cpu_capability() == "AVX512" && __builtin_cpu_supports("avx512f") &&
                            __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
                            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return found;
}
#define DVOL_CHOSEN(function) (has_avx512() ? avx512::function : base::function)
#else
namespace plain {
constexpr std::int64_t LANES = 4;
#include "gates.h"
#include "tiles.h"
}  // namespace plain
namespace base = plain;

inline bool has_avx512() { return false; }
#define DVOL_CHOSEN(function) base::function
#endif

static const auto cells_forward = DVOL_CHOSEN(cells_forward);
static const auto cells_backward = DVOL_CHOSEN(cells_backward);
static const auto drop = DVOL_CHOSEN(drop);
static const auto sums = DVOL_CHOSEN(sums);
static const auto transpose_square = DVOL_CHOSEN(transpose_square);

#undef DVOL_INLINE

}  // namespace dvol
