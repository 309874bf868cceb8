// Products with packed matrices: by libtorch's own small-matrix kernels (at::native::cpublas::brgemm, oneDNN underneath)
// where there is AVX-512, by tiles.h elsewhere. Both add up in one order: results are the same bits.
#pragma once

#include <ATen/native/CPUBlas.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "cells.h"

namespace dvol {

// Hidden units a panel: four vector registers of AVX-512.
constexpr std::int64_t PANEL = 64;

// How right factors of up to PANEL columns lie in memory: in slices one after the other, each a row-major matrix.
inline std::int64_t slice_width() { return has_avx512() ? PANEL : base::SLICE; }

// Floats that a row of a slice of so many columns takes.
inline std::int64_t pitch(std::int64_t columns) { return has_avx512() ? columns : base::SLICE; }

// Floats that a row of all slices takes.
inline std::int64_t room(std::int64_t columns) {
  return has_avx512() ? columns : (columns + base::SLICE - 1) / base::SLICE * base::SLICE;
}

// Rows of a slice, as wide as the compiler knows: of a number of bytes it does not know it makes a loop in microcode, which
// takes longer to start than so few take to copy.
template <std::int64_t WIDTH>
inline void copy_rows(const float* matrix, std::int64_t rows, std::int64_t stride, float* out) {
  for (std::int64_t row = 0; row < rows; ++row) std::memcpy(out + row * WIDTH, matrix + row * stride, WIDTH * sizeof(float));
}

// Rows of a row-major matrix, (rows, width), as those of a factor of `depth` rows from `first` on.
inline void pack(const float* matrix, std::int64_t rows, std::int64_t stride, std::int64_t width, float* out,
                 std::int64_t first, std::int64_t depth) {
  for (std::int64_t from = 0; from < width; from += slice_width()) {
    const auto columns = std::min(slice_width(), width - from), wide = pitch(columns);
    float* slice = out + from * depth + first * wide;
    if (columns == PANEL) {
      copy_rows<PANEL>(matrix + from, rows, stride, slice);
    } else if (columns == wide && columns == base::SLICE) {
      copy_rows<base::SLICE>(matrix + from, rows, stride, slice);
    } else {
      for (std::int64_t row = 0; row < rows; ++row) {
        float* to = slice + row * wide;
        std::copy_n(matrix + row * stride + from, columns, to);
        std::fill_n(to + columns, wide - columns, 0.0F);
      }
    }
  }
}

// Rows of a row-major matrix as columns: (width, depth) -> (depth, width), in squares that fit the cache. Sixteen
// rows at a time are read from end to end: more streams than the processor fetches ahead would wait for memory.
inline void transpose(const float* matrix, std::int64_t width, std::int64_t depth, std::int64_t stride, float* out,
                      std::int64_t out_stride) {
  constexpr std::int64_t SIDE = 16;
  for (std::int64_t c = 0; c < width; c += SIDE) {
    for (std::int64_t k = 0; k < depth; k += SIDE) {
      const auto k_end = std::min(depth, k + SIDE), c_end = std::min(width, c + SIDE);
      if (k_end - k == SIDE && c_end - c == SIDE) {
        transpose_square(matrix + c * stride + k, stride, out + k * out_stride + c, out_stride);
        continue;
      }
      for (auto i = k; i < k_end; ++i) {
        for (auto j = c; j < c_end; ++j) out[i * out_stride + j] = matrix[j * stride + i];
      }
    }
  }
}

// A factor from the rows of a row-major matrix, (width, depth).
inline void pack_transposed(const float* matrix, std::int64_t width, std::int64_t depth, std::int64_t stride, float* out) {
  for (std::int64_t from = 0; from < width; from += slice_width()) {
    const auto columns = std::min(slice_width(), width - from), wide = pitch(columns);
    transpose(matrix + from * stride, columns, depth, stride, out + from * depth, wide);
    for (std::int64_t row = 0; columns < wide && row < depth; ++row) {
      std::fill_n(out + from * depth + row * wide + columns, wide - columns, 0.0F);
    }
  }
}

// Asks for what a product will be added to: libtorch's kernels want it all at once at their end. Tiles ask themselves, and
// of many rows the first ones would be gone again.
inline void ask_for(std::int64_t rows, std::int64_t columns, const float* c, std::int64_t c_stride) {
  constexpr std::int64_t FEW = 64, LINE = 16;
  if (!has_avx512() || rows > FEW) return;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < columns; column += LINE) ask_for(c + row * c_stride + column);
  }
}

// C = A B or C += A B, (rows, depth) x (depth, columns), with B packed.
inline void multiply(std::int64_t rows, std::int64_t columns, std::int64_t depth, const float* a, std::int64_t a_stride,
                     const float* b, float* c, std::int64_t c_stride, bool add) {
  if (has_avx512()) {
    at::native::cpublas::brgemm(rows, columns, depth, a_stride, columns, c_stride, add, a, b, c, false);
  } else {
    base::multiply(rows, columns, depth, a, a_stride, b, c, c_stride, add);
  }
}

}  // namespace dvol
