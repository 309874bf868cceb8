// Products of a row-major matrix with one in slices, in tiles that a processor's registers hold. Included by cells.h
// after gates.h: no include guard.

// Columns of a slice; rows of a tile at most, whose sums, a row of a slice and one element fit AVX2's registers.
constexpr std::int64_t SLICE = 16;
constexpr std::int64_t TILE = 6;
// Registers that a row of a slice takes.
constexpr int PIECES = SLICE / LANES;
// Rows of a slice that are asked for ahead.
constexpr std::int64_t AHEAD = 16;
// Rows that all slices are multiplied with before the next ones: they stay in the cache.
constexpr std::int64_t TALL = 16 * TILE;

// C = A B or C += A B of ROWS rows and one slice. Each sum goes over the depth in order, and what it is added to comes
// last, as in libtorch's kernels.
template <int ROWS>
DVOL_INLINE void tile(std::int64_t columns, std::int64_t depth, const float* a, std::int64_t a_stride, const float* b,
                      float* c, std::int64_t c_stride, bool add) {
  Floats sums[ROWS][PIECES] = {};
  // What the sums go to lies far away: it is wanted only at the end, when nothing is left to do meanwhile.
#pragma GCC unroll 6
  for (int row = 0; row < ROWS; ++row) ask_for(c + row * c_stride);
// Additions that count take turns with the sums' in the same units: few of them a row.
#pragma GCC unroll 4
  for (std::int64_t k = 0; k < depth; ++k) {
    ask_for(b + (k + AHEAD) * SLICE);
    Floats factor[PIECES];
#pragma GCC unroll 4
    for (int piece = 0; piece < PIECES; ++piece) factor[piece] = load(b + k * SLICE + piece * LANES, LANES);
#pragma GCC unroll 6
    for (int row = 0; row < ROWS; ++row) {
      const float element = a[row * a_stride + k];
#pragma GCC unroll 4
      for (int piece = 0; piece < PIECES; ++piece) sums[row][piece] += element * factor[piece];
    }
  }
#pragma GCC unroll 6
  for (int row = 0; row < ROWS; ++row) {
#pragma GCC unroll 4
    for (int piece = 0; piece < PIECES; ++piece) {
      const auto count = columns - piece * LANES;
      if (count <= 0) break;
      float* to = c + row * c_stride + piece * LANES;
      store(to, add ? load(to, count) + sums[row][piece] : sums[row][piece], count);
    }
  }
}

// (rows, depth) x (depth, columns); `b` in slices, (slice, depth, SLICE).
static void multiply(std::int64_t rows, std::int64_t columns, std::int64_t depth, const float* a, std::int64_t a_stride,
                     const float* b, float* c, std::int64_t c_stride, bool add) {
  for (std::int64_t top = 0; top < rows; top += TALL) {
    const auto height = rows - top < TALL ? rows - top : TALL;
    const auto tiles = (height + TILE - 1) / TILE;
    for (std::int64_t from = 0; from < columns; from += SLICE) {
      const float* slice = b + from * depth;
      for (std::int64_t i = 0; i < tiles; ++i) {
        // Tiles of about one height: those of few rows leave the multipliers waiting.
        const auto row = height * i / tiles, count = height * (i + 1) / tiles - row;
        const float* left = a + (top + row) * a_stride;
        float* to = c + (top + row) * c_stride + from;
        const auto wide = columns - from;
        switch (count) {
          case 1: tile<1>(wide, depth, left, a_stride, slice, to, c_stride, add); break;
          case 2: tile<2>(wide, depth, left, a_stride, slice, to, c_stride, add); break;
          case 3: tile<3>(wide, depth, left, a_stride, slice, to, c_stride, add); break;
          case 4: tile<4>(wide, depth, left, a_stride, slice, to, c_stride, add); break;
          case 5: tile<5>(wide, depth, left, a_stride, slice, to, c_stride, add); break;
          default: tile<6>(wide, depth, left, a_stride, slice, to, c_stride, add);
        }
      }
    }
  }
}
