// The data of one LSTM pass. All matrices are row-major floats; hours are the slowest dimension: (time, batch, ...).
// Gates come in PyTorch's order: input, forget, cell, output.
#pragma once

#include <cstdint>

namespace dvol {

struct Shape {
  std::int64_t batch, time, features, hidden, layers;
};

// One layer's parameters, as PyTorch stores them.
struct Weights {
  const float* input;  // (4 hidden, inputs)
  const float* state;  // (4 hidden, hidden)
  const float* input_bias;
  const float* state_bias;
};

// Which units of a layer the next one does not see. A unit's fate follows from its place and the keys alone, so the
// backward pass asks again instead of reading a mask from memory.
struct Dropout {
  float factor = 0;         // of the units that stay: 1 / (1 - p); 0 means no dropout
  std::uint32_t limit = 0;  // those stay whose hash is below: (1 - p) 2^32
  std::uint32_t keys[2] = {0, 0};
};

// What the backward pass needs of one layer. A panel is a range of hidden units that one thread works on.
struct Record {
  float* gates;      // (panel, time, batch, 4, width), after their sigmoid or tanh
  float* cell;       // (panel, time, batch, width)
  float* cell_tanh;  // (panel, time, batch, width)
  float* state;      // (time, batch, hidden)
  float* output;     // the state as the next layer sees it; the state itself without dropout
  Dropout dropout;
};

struct Gradients {
  float* input;
  float* state;
  float* input_bias;
  float* state_bias;
};

void forward(const Shape& shape, const float* input, const Weights* weights, Record* layers);

// The last states of windows, (batch, time, features) -> (batch, hidden), with nothing left for a backward pass.
void evaluate(const Shape& shape, const float* windows, const Weights* weights, float* states);

// `last_gradient` is that of the top layer's last state, (batch, hidden).
void backward(const Shape& shape, const float* input, const Weights* weights, const Record* layers,
              const float* last_gradient, const Gradients* gradients);

}  // namespace dvol
