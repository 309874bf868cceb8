// What happens to gates element by element, LANES at a time. Included by cells.h once for each kind of processor,
// inside a namespace of its own: no include guard.

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef std::uint32_t Words __attribute__((vector_size(4 * LANES)));
typedef std::int32_t Bits __attribute__((vector_size(4 * LANES)));

// Fewer than LANES at the end of a row leave the other lanes zero, or untouched in memory.
DVOL_INLINE Floats load(const float* from, std::int64_t count) {
  Floats out = {};
  if (count >= LANES) {
    std::memcpy(&out, from, sizeof out);
  } else {
    for (std::int64_t lane = 0; lane < count; ++lane) out[lane] = from[lane];
  }
  return out;
}

DVOL_INLINE void store(float* to, Floats values, std::int64_t count) {
  if (count >= LANES) {
    std::memcpy(to, &values, sizeof values);
  } else {
    for (std::int64_t lane = 0; lane < count; ++lane) to[lane] = values[lane];
  }
}

// exp by 2^n and a polynomial (Moshier's Cephes, expf): within 2 units in the last place; NaN stays NaN.
DVOL_INLINE Floats exponential(Floats x) {
  const Floats highest = Floats{} + 88.0F, lowest = Floats{} - 87.0F;
  x = x > highest ? highest : x;
  x = x < lowest ? lowest : x;
  const Floats shifted = x * 1.44269504088896341F + 12582912.0F;
  const Floats n = shifted - 12582912.0F;
  const Floats r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  Floats p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * (r * r) + r + 1.0F;
  const Bits power = ((Bits)shifted - (0x4B400000 - 127)) << 23;
  return p * (Floats)power;
}

DVOL_INLINE Floats sigmoid(Floats x) { return 1.0F / (1.0F + exponential(-x)); }

DVOL_INLINE Floats hyperbolic(Floats x) {
  const Floats z = x * x;
  Floats p = z * -5.70498872745e-3F + 2.06390887954e-2F;
  p = p * z - 5.37397155531e-2F;
  p = p * z + 1.33314422036e-1F;
  p = p * z - 3.33332819422e-1F;
  const Floats small = p * z * x + x;
  const Floats large = 1.0F - 2.0F / (exponential(x + x) + 1.0F);
  return z < 0.390625F ? small : large;
}

// What dropout leaves of units that follow one another: the factor or 0. The hash is MurmurHash3's finaliser
// (Appleby), twice, with a key before each.
DVOL_INLINE Floats left_by(const Dropout& dropout, std::int64_t first) {
  Words x;
  for (std::int64_t lane = 0; lane < LANES; ++lane) x[lane] = static_cast<std::uint32_t>(lane);
  x += static_cast<std::uint32_t>(first);
  for (const std::uint32_t key : dropout.keys) {
    x += key;
    x = (x ^ (x >> 16)) * 0x85EBCA6BU;
    x = (x ^ (x >> 13)) * 0xC2B2AE35U;
    x ^= x >> 16;
  }
  return x < dropout.limit ? Floats{} + dropout.factor : Floats{};
}

// The cell's step: gates in place, then cell and state. Biases are those of each gate, `hidden` apart; `before` is
// the hour before's cell, or null.
static void cells_forward(const Cells& cells, const float* input_bias, const float* state_bias,
                                      float* gates, const float* before, float* cell, float* cell_tanh,
                                      float* state, const Dropout& dropout, float* output) {
  const auto width = cells.width, hidden = cells.hidden;
  for (std::int64_t j = 0; j < width; j += LANES) {
    const auto count = width - j;
    Floats bias[4];
    for (std::int64_t gate = 0; gate < 4; ++gate) {
      bias[gate] = load(input_bias + gate * hidden + j, count) + load(state_bias + gate * hidden + j, count);
    }
    for (std::int64_t b = 0; b < cells.batch; ++b) {
      float* gate = gates + b * 4 * width + j;
      const auto at = b * width + j, outside = b * hidden + j;
      const Floats in = sigmoid(load(gate, count) + bias[0]);
      const Floats keep = sigmoid(load(gate + width, count) + bias[1]);
      const Floats fresh = hyperbolic(load(gate + 2 * width, count) + bias[2]);
      const Floats out = sigmoid(load(gate + 3 * width, count) + bias[3]);
      Floats now = in * fresh;
      if (before != nullptr) now += keep * load(before + at, count);
      const Floats bent = hyperbolic(now);
      const Floats h = out * bent;
      store(gate, in, count);
      store(gate + width, keep, count);
      store(gate + 2 * width, fresh, count);
      store(gate + 3 * width, out, count);
      store(cell + at, now, count);
      store(cell_tanh + at, bent, count);
      store(state + outside, h, count);
      if (dropout.factor > 0) {
        store(output + outside, h * left_by(dropout, cells.first + b * hidden + j), count);
      }
    }
  }
}

// From the state's gradient to the gates' (before sigmoid and tanh); the cell's is carried to the hour before.
static void cells_backward(const Cells& cells, const float* gates, const float* before,
                                       const float* cell_tanh, const float* state_gradient, float* cell_gradient,
                                       float* gate_gradient) {
  const auto width = cells.width;
  for (std::int64_t b = 0; b < cells.batch; ++b) {
    for (std::int64_t j = 0; j < width; j += LANES) {
      const float* gate = gates + b * 4 * width + j;
      float* to = gate_gradient + b * 4 * width + j;
      const auto count = width - j, at = b * width + j;
      const Floats in = load(gate, count), keep = load(gate + width, count);
      const Floats fresh = load(gate + 2 * width, count), out = load(gate + 3 * width, count);
      const Floats bent = load(cell_tanh + at, count), dh = load(state_gradient + b * cells.hidden + j, count);
      const Floats now = load(cell_gradient + at, count) + dh * out * (1.0F - bent * bent);
      const Floats was = before != nullptr ? load(before + at, count) : Floats{};
      store(to, now * fresh * in * (1.0F - in), count);
      store(to + width, now * was * keep * (1.0F - keep), count);
      store(to + 2 * width, now * in * (1.0F - fresh * fresh), count);
      store(to + 3 * width, dh * bent * out * (1.0F - out), count);
      store(cell_gradient + at, now * keep, count);
    }
  }
}

// Dropout on the way back: `values` is the gradient of what the next layer saw.
static void drop(const Cells& cells, const Dropout& dropout, float* values) {
  for (std::int64_t b = 0; b < cells.batch; ++b) {
    for (std::int64_t j = 0; j < cells.width; j += LANES) {
      float* at = values + b * cells.hidden + j;
      const auto count = cells.width - j;
      store(at, load(at, count) * left_by(dropout, cells.first + b * cells.hidden + j), count);
    }
  }
}

// The sum of each row, in sixteen parts that are added at the end.
static void sums(std::int64_t rows, std::int64_t width, const float* matrix, std::int64_t stride, float* out) {
  constexpr std::int64_t PARTS = 16;
  for (std::int64_t row = 0; row < rows; ++row) {
    Floats parts[PARTS / LANES] = {};
    for (std::int64_t j = 0; j < width; j += PARTS) {
      for (std::int64_t part = 0; part < PARTS && j + part < width; part += LANES) {
        parts[part / LANES] += load(matrix + row * stride + j + part, width - j - part);
      }
    }
    float total = 0.0F;
    for (std::int64_t part = 0; part < PARTS; ++part) total += parts[part / LANES][part % LANES];
    out[row] = total;
  }
}

// Exchanges between two rows whose numbers differ in one bit.
template <int BIT, int... LANE>
DVOL_INLINE void exchange(Floats& a, Floats& b, std::integer_sequence<int, LANE...>) {
  constexpr int COUNT = sizeof...(LANE);
  const Floats low = __builtin_shufflevector(a, b, ((LANE & BIT) != 0 ? (LANE & ~BIT) + COUNT : LANE)...);
  b = __builtin_shufflevector(a, b, ((LANE & BIT) != 0 ? LANE + COUNT : LANE + BIT)...);
  a = low;
}

// Of rows from LANES / 2 apart down to neighbours.
template <int BIT>
DVOL_INLINE void exchange_all(Floats* rows) {
  for (int i = 0; i < LANES; ++i) {
    if ((i & BIT) == 0) exchange<BIT>(rows[i], rows[i + BIT], std::make_integer_sequence<int, LANES>());
  }
  if constexpr (BIT > 1) exchange_all<BIT / 2>(rows);
}

// A square of sixteen rows becomes one of sixteen columns.
static void transpose_square(const float* from, std::int64_t stride, float* to, std::int64_t to_stride) {
  for (std::int64_t top = 0; top < 16; top += LANES) {
    for (std::int64_t left = 0; left < 16; left += LANES) {
      Floats rows[LANES];
      for (std::int64_t i = 0; i < LANES; ++i) rows[i] = load(from + (top + i) * stride + left, LANES);
      exchange_all<LANES / 2>(rows);
      for (std::int64_t i = 0; i < LANES; ++i) store(to + (left + i) * to_stride + top, rows[i], LANES);
    }
  }
}
