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

// What the backward pass needs of one layer. A panel is a range of hidden units that one thread works on.
struct Record {
  float* gates;      // (panel, time, batch, 4, width), after their sigmoid or tanh
  float* cell;       // (panel, time, batch, width)
  float* cell_tanh;  // (panel, time, batch, width)
  float* state;      // (time, batch, hidden)
  float* mask;       // (time, batch, hidden): dropout towards the next layer, or null
  float* output;     // state times mask; the state itself without a mask
};

struct Gradients {
  float* input;
  float* state;
  float* input_bias;
  float* state_bias;
};

void forward(const Shape& shape, const float* input, const Weights* weights, Record* layers);

// `last_gradient` is that of the top layer's last state, (batch, hidden).
void backward(const Shape& shape, const float* input, const Weights* weights, const Record* layers,
              const float* last_gradient, const Gradients* gradients);

}  // namespace dvol
