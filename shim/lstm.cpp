// A stacked LSTM whose last time step is wanted, for training on CPUs: the arithmetic of at::lstm with the loops
// turned so that one product serves all hours where that is possible.
//
// Weights are copied once a pass into panels that products (products.h) read in order. A thread owns a range of hidden
// units, in all layers and hours, so that gates never leave its cache and threads meet once an hour. No sum depends on
// the number of threads: results are the same bits for any. What may throw is in stages (team.h), never between them.

#include "lstm.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "cells.h"
#include "products.h"
#include "scratch.h"
#include "team.h"

namespace dvol {

namespace {

// Rows whose sums stay in the cache while panel after panel is added: whole tiles (tiles.h).
constexpr std::int64_t BLOCK = base::TALL;

std::int64_t panels(std::int64_t width) { return (width + PANEL - 1) / PANEL; }

// Multiplications and additions of the forward pass, and for each cell's gates the time of so many; the backward pass
// has twice as many. Small batches wait for weights as long as one of sixteen computes.
double operations(const Shape& shape) {
  constexpr std::int64_t GATES = 512;
  const auto inputs = shape.features + (2 * shape.layers - 1) * shape.hidden;
  const auto rows = shape.time * std::max<std::int64_t>(shape.batch, 16);
  return static_cast<double>(rows * shape.hidden) * static_cast<double>(8 * inputs + GATES * shape.layers);
}

// Hidden units of one panel.
bool narrow(const Shape& shape) { return panels(shape.hidden) == 1; }

// Rows of the batch that a thread takes at least. Those of a narrow network are little work.
std::int64_t fewest(const Shape& shape) { return narrow(shape) ? 32 : 16; }

// How the threads of a pass share each layer: by ranges of the batch, which meet a few times, or by ranges of hidden units,
// which meet once an hour but each read their own weights alone. To be asked before the threads start: among themselves
// each has a number of threads of its own.
bool by_rows(const Shape& shape) {
  constexpr std::int64_t WIDEST = 256;  // whose weights fit a core's cache
  return narrow(shape) || (shape.hidden <= WIDEST && shape.batch >= fewest(shape) * at::get_num_threads());
}

// What a pass of so many times the forward pass's operations asks of its threads.
Effort effort(const Shape& shape, double times, bool apart) {
  const auto meetings = static_cast<double>(shape.layers * (apart ? 4 : shape.time));
  const auto parts = apart ? std::max<std::int64_t>(shape.batch / fewest(shape), 1) : panels(shape.hidden);
  return {times * operations(shape), meetings, parts, apart ? 8 : 512};
}

// One thread's part: panels, rows of the batch, and rows of all hours.
struct Part {
  std::int64_t first, last, top, bottom, begin, end;

  Part(const Shape& shape, const Member& me, bool apart)
      : first(0), last(panels(shape.hidden)), top(0), bottom(shape.batch), begin(0), end(shape.time * shape.batch) {
    if (apart) {
      top = me.from(bottom), bottom = me.to(bottom);
      begin = me.from(end), end = me.to(end);
    } else {
      first = me.from(last), last = me.to(last);
    }
  }

  // The panels in turns from the first to the last and back: what an hour read last is in the cache still when the next
  // begins.
  std::int64_t panel(std::int64_t place, std::int64_t hour) const {
    return hour % 2 == 0 ? first + place : last - 1 - place;
  }

  std::int64_t panel_count() const { return last - first; }
  std::int64_t batch() const { return bottom - top; }
  std::int64_t rows() const { return end - begin; }
};

std::int64_t width_of(std::int64_t panel, std::int64_t width) { return std::min(PANEL, width - panel * PANEL); }

// Columns of the weights of all gates, (4 hidden, hidden): a factor for each panel, its rows in the order of the panel's
// gates.
void pack_gates(const float* weights, std::int64_t hidden, std::int64_t from, std::int64_t width, float* out) {
  for (std::int64_t panel = 0; panel < panels(hidden); ++panel) {
    const auto height = width_of(panel, hidden);
    for (std::int64_t gate = 0; gate < 4; ++gate) {
      const float* rows = weights + (gate * hidden + panel * PANEL) * hidden + from;
      pack(rows, height, hidden, width, out, gate * height, 4 * height);
    }
    out += 4 * height * room(width);
  }
}

}  // namespace

void forward(const Shape& shape, const float* input, const Weights* weights, Record* layers) {
  const auto batch = shape.batch, time = shape.time, features = shape.features, hidden = shape.hidden;
  const auto rows = time * batch, all = panels(hidden);
  static thread_local Scratch scratch;
  float* packed_input = scratch.of(0, 4 * room(hidden) * std::max(features, hidden));
  float* packed_state = scratch.of(1, 4 * room(hidden) * hidden);
  static thread_local Crowding crowding;
  const bool apart = by_rows(shape);
  together(effort(shape, 1, apart), crowding, [&](Member& me) {
    const Part part(shape, me, apart);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
      const auto& w = weights[layer];
      const auto& record = layers[layer];
      const auto inputs = layer == 0 ? features : hidden;
      const float* x = layer == 0 ? input : layers[layer - 1].output;
      me.stage([&] {
        for (auto panel = me.from(all); panel < me.to(all); ++panel) {
          for (std::int64_t gate = 0; gate < 4; ++gate) {
            const auto row = gate * hidden + panel * PANEL, place = gate * room(hidden) + panel * PANEL;
            const auto width = width_of(panel, hidden);
            pack_transposed(w.input + row * inputs, width, inputs, inputs, packed_input + place * inputs);
            pack_transposed(w.state + row * hidden, width, hidden, hidden, packed_state + place * hidden);
          }
        }
      });
      if (apart) me.meet();
      me.stage([&] {
        // What comes from the inputs, for all hours at once.
        for (auto panel = part.first; panel < part.last; ++panel) {
          const auto from = panel * PANEL, width = width_of(panel, hidden);
          for (std::int64_t gate = 0; gate < 4; ++gate) {
            multiply(part.rows(), width, inputs, x + part.begin * inputs, inputs,
                     packed_input + (gate * room(hidden) + from) * inputs,
                     record.gates + from * 4 * rows + (part.begin * 4 + gate) * width, 4 * width, false);
          }
        }
      });
      if (apart) me.meet();
      for (std::int64_t t = 0; t < time; ++t) {
        const auto at = t * batch + part.top;
        me.stage([&] {
          for (std::int64_t place = 0; place < part.panel_count(); ++place) {
            const auto panel = part.panel(place, t), from = panel * PANEL, width = width_of(panel, hidden);
            float* gates = record.gates + from * 4 * rows + at * 4 * width;
            for (std::int64_t gate = 0; t > 0 && gate < 4; ++gate) {
              ask_for(part.batch(), width, gates + gate * width, 4 * width);
              multiply(part.batch(), width, hidden, record.state + (at - batch) * hidden, hidden,
                       packed_state + (gate * room(hidden) + from) * hidden, gates + gate * width, 4 * width, true);
            }
            float* cell = record.cell + from * rows + at * width;
            const auto first_cell = at * hidden + from;
            cells_forward({part.batch(), width, hidden, first_cell}, w.input_bias + from, w.state_bias + from, gates,
                          t > 0 ? cell - batch * width : nullptr, cell,
                          record.cell_tanh + from * rows + at * width, record.state + first_cell, record.dropout,
                          record.output + first_cell);
          }
        });
        if (!apart) me.meet();
      }
      if (apart) me.meet();
    }
  });
}

void evaluate(const Shape& shape, const float* windows, const Weights* weights, float* states) {
  constexpr std::int64_t AT_A_TIME = 64;  // windows whose records stay in the cache
  const auto batch = shape.batch, time = shape.time, features = shape.features, hidden = shape.hidden;
  const auto parts = (batch + AT_A_TIME - 1) / AT_A_TIME;
  const auto evaluate_parts = [&](std::int64_t first, std::int64_t last) {
    const auto cells = time * std::min(batch, AT_A_TIME) * hidden;
    const Room left(7 * shape.layers * cells + cells / hidden * features);
    float* hours_first = left.floats() + 7 * shape.layers * cells;
    std::vector<Record> records;
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
      float* to = left.floats() + 7 * layer * cells;
      records.push_back({to, to + 4 * cells, to + 5 * cells, to + 6 * cells, to + 6 * cells, {}});
    }
    for (auto part = first; part < last; ++part) {
      const auto top = part * AT_A_TIME, count = std::min(batch - top, AT_A_TIME);
      for (std::int64_t row = 0; row < count * time; ++row) {
        std::copy_n(windows + (top * time + row) * features, features,
                    hours_first + (row % time * count + row / time) * features);
      }
      forward({count, time, features, hidden, shape.layers}, hours_first, weights, records.data());
      std::copy_n(records.back().state + (time - 1) * count * hidden, count * hidden, states + top * hidden);
    }
  };
  // Threads share each hour of wide networks, whose records are large, and take windows of narrow ones in turns.
  if (!narrow(shape) || parts == 1) return evaluate_parts(0, parts);
  static thread_local Crowding crowding;
  together({operations(shape), 1, parts, 8}, crowding, [&](Member& me) {
    me.stage([&] { evaluate_parts(me.from(parts), me.to(parts)); });
  });
}

void backward(const Shape& shape, const float* input, const Weights* weights, const Record* layers,
              const float* last_gradient, const Gradients* gradients) {
  const auto batch = shape.batch, time = shape.time, features = shape.features, hidden = shape.hidden;
  const auto rows = time * batch, all = panels(hidden);
  static thread_local Scratch scratch;
  float* packed = scratch.of(0, 4 * hidden * room(hidden));
  float* gate_gradient = scratch.of(1, rows * 4 * hidden);  // (panel, time, batch, 4 width)
  float* output_gradient = scratch.of(2, rows * hidden);
  float* cell_gradient = scratch.of(3, batch * hidden);  // (panel, batch, width)
  float* packed_input = scratch.of(4, rows * room(std::max(features, hidden)));
  float* packed_state = scratch.of(5, rows * room(hidden));
  // Only the last hour's state leaves the top layer.
  std::fill_n(output_gradient, (rows - batch) * hidden, 0.0F);
  std::memcpy(output_gradient + (rows - batch) * hidden, last_gradient, batch * hidden * sizeof(float));
  // Adds gates' gradient times weights, (count, 4 hidden) x (4 hidden, width), to `out`.
  const auto spread = [&](std::int64_t from_row, std::int64_t count, std::int64_t panel, float* out, bool add) {
    const auto width = width_of(panel, hidden);
    for (std::int64_t other = 0; other < all; ++other) {
      const auto depth = 4 * width_of(other, hidden);
      multiply(count, width, depth, gate_gradient + other * PANEL * 4 * rows + from_row * depth, depth,
               packed + panel * PANEL * 4 * hidden + other * PANEL * 4 * room(width), out, hidden,
               add || other > 0);
    }
  };
  static thread_local Crowding crowding;
  const bool apart = by_rows(shape);
  together(effort(shape, 2, apart), crowding, [&](Member& me) {
    const Part part(shape, me, apart);
    static thread_local Scratch own;
    float* turned = nullptr;
    const auto stride = rows + 16;  // of turned rows: at multiples of a page they would share few places in the cache
    me.stage([&] { turned = own.of(0, PANEL * stride); });
    for (auto layer = shape.layers - 1; layer >= 0; --layer) {
      const auto& w = weights[layer];
      const auto& record = layers[layer];
      const auto& to = gradients[layer];
      const auto inputs = layer == 0 ? features : hidden;
      const float* x = layer == 0 ? input : layers[layer - 1].output;
      me.stage([&] {
        for (auto panel = me.from(all); panel < me.to(all); ++panel) {
          const auto from = panel * PANEL, width = width_of(panel, hidden);
          pack_gates(w.state, hidden, from, width, packed + from * 4 * hidden);
          std::fill_n(cell_gradient + from * batch, width * batch, 0.0F);
        }
      });
      if (apart) me.meet();
      for (auto t = time - 1; t >= 0; --t) {
        const auto at = t * batch + part.top;
        me.stage([&] {
          for (std::int64_t place = 0; place < part.panel_count(); ++place) {
            const auto panel = part.panel(place, t), from = panel * PANEL, width = width_of(panel, hidden);
            if (t + 1 < time) spread(at + batch, part.batch(), panel, output_gradient + at * hidden + from, true);
            const auto gates = from * 4 * rows + at * 4 * width;
            const float* cell = record.cell + from * rows + at * width;
            const float* before = t > 0 ? cell - batch * width : nullptr;
            cells_backward({part.batch(), width, hidden, at * hidden + from}, record.gates + gates, before,
                           record.cell_tanh + from * rows + at * width, output_gradient + at * hidden + from,
                           cell_gradient + from * batch + part.top * width, gate_gradient + gates);
          }
        });
        if (!apart) me.meet();
      }
      me.stage([&] {
        // Inputs and states in panels, for the weights' gradients; all threads read all of them.
        const auto wide = panels(inputs), begin = part.begin;
        for (auto panel = apart ? 0 : me.from(wide); panel < (apart ? wide : me.to(wide)); ++panel) {
          pack(x + begin * inputs + panel * PANEL, part.rows(), inputs, width_of(panel, inputs),
               packed_input + panel * PANEL * rows, begin, rows);
        }
        const auto depth = rows - batch;
        for (auto panel = part.first; panel < part.last; ++panel) {
          pack(record.state + begin * hidden + panel * PANEL, std::min(part.end, depth) - begin, hidden,
               width_of(panel, hidden), packed_state + panel * PANEL * depth, begin, depth);
        }
      });
      me.meet();
      me.stage([&] {
        for (auto block = me.from(4 * all); block < me.to(4 * all); ++block) {
          const auto panel = block / 4, gate = block % 4, height = width_of(panel, hidden);
          const auto row = gate * hidden + panel * PANEL;
          // (rows, height) -> (height, rows)
          transpose(gate_gradient + panel * PANEL * 4 * rows + gate * height, rows, height, 4 * height, turned, stride);
          sums(height, rows, turned, stride, to.input_bias + row);
          std::memcpy(to.state_bias + row, to.input_bias + row, height * sizeof(float));
          for (std::int64_t other = 0; other < panels(inputs); ++other) {
            const auto width = width_of(other, inputs);
            multiply(height, width, rows, turned, stride, packed_input + other * PANEL * rows,
                     to.input + row * inputs + other * PANEL, inputs, false);
          }
          for (std::int64_t other = 0; other < all; ++other) {
            const auto width = width_of(other, hidden);
            float* out = to.state + row * hidden + other * PANEL;
            if (time == 1) {
              for (std::int64_t i = 0; i < height; ++i) std::fill_n(out + i * hidden, width, 0.0F);
              continue;
            }
            // The state before hour t is that of t - 1: the first hour has none.
            multiply(height, width, rows - batch, turned + batch, stride, packed_state + other * PANEL * (rows - batch),
                     out, hidden, false);
          }
        }
      });
      if (layer == 0) break;
      me.stage([&] {
        for (auto panel = me.from(all); panel < me.to(all); ++panel) {
          const auto from = panel * PANEL;
          pack_gates(w.input, hidden, from, width_of(panel, hidden), packed + from * 4 * hidden);
        }
      });
      if (apart) me.meet();
      me.stage([&] {
        const auto& dropout = layers[layer - 1].dropout;
        for (auto panel = part.first; panel < part.last; ++panel) {
          const auto from = panel * PANEL, width = width_of(panel, hidden);
          for (auto row = part.begin; row < part.end; row += BLOCK) {
            const auto count = std::min(BLOCK, part.end - row);
            spread(row, count, panel, output_gradient + row * hidden + from, false);
            const auto first_cell = row * hidden + from;
            if (dropout.factor > 0) drop({count, width, hidden, first_cell}, dropout, output_gradient + first_cell);
          }
        }
      });
      me.meet();
    }
  });
}

}  // namespace dvol
