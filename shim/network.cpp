// The LSTM of lstm.h as an operation that libtorch's autograd knows.

#include "network.h"

#include <ATen/Version.h>
#include <ATen/ops/empty.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

#include "lstm.h"

namespace dvol {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Shape shape_of(const at::Tensor& hours_first, const variable_list& parameters) {
  return {hours_first.size(1), hours_first.size(0), hours_first.size(2), parameters[1].size(1),
          static_cast<std::int64_t>(parameters.size() / 4)};
}

std::vector<Weights> weights_of(const variable_list& parameters, std::size_t from) {
  std::vector<Weights> weights;
  for (auto i = from; i + 3 < parameters.size(); i += 4) {
    const auto data = [&](std::size_t k) { return parameters[i + k].const_data_ptr<float>(); };
    weights.push_back({data(0), data(1), data(2), data(3)});
  }
  return weights;
}

// One tensor a layer: gates, cell, tanh of the cell, state; with dropout towards a next layer, what that one sees.
variable_list records_for(const Shape& shape, bool dropout) {
  variable_list records;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const std::int64_t parts = dropout && layer + 1 < shape.layers ? 8 : 7;
    records.push_back(at::empty({parts, shape.time * shape.batch, shape.hidden}));
  }
  return records;
}

// Dropout between the layers of one pass.
struct Chance {
  double dropout = 0;
  std::uint64_t seed = 0;

  Dropout after(std::size_t layer) const {
    // Steele, Lea and Flood's splitmix64: neighbouring seeds and layers get unrelated keys.
    auto x = seed + (layer + 1) * 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    x ^= x >> 31;
    return {static_cast<float>(1 / (1 - dropout)), static_cast<std::uint32_t>((1 - dropout) * 4294967296.0),
            {static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(x >> 32)}};
  }
};

std::vector<Record> pointers_to(const variable_list& records, std::size_t from, std::size_t count,
                                const Chance& chance) {
  std::vector<Record> pointers;
  for (std::size_t layer = 0; layer < count; ++layer) {
    const auto& record = records[from + layer];
    auto* data = record.data_ptr<float>();
    const auto part = record.stride(0);
    const bool drops = record.size(0) == 8;
    pointers.push_back({data, data + 4 * part, data + 5 * part, data + 6 * part, data + (drops ? 7 : 6) * part,
                        drops ? chance.after(layer) : Dropout{}});
  }
  return pointers;
}

at::Tensor last_state(const Shape& shape, const variable_list& records) {
  return records.back()[6].slice(0, (shape.time - 1) * shape.batch).clone();
}

class LastState : public torch::autograd::Function<LastState> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& windows, at::TensorList list,
                            double dropout, std::int64_t seed, std::int64_t room) {
    const variable_list parameters = list.vec();
    const auto input = windows.transpose(0, 1).contiguous();  // (time, batch, features)
    const auto shape = shape_of(input, parameters);
    const auto records = records_for(shape, dropout > 0);
    auto pointers = pointers_to(records, 0, records.size(), {dropout, static_cast<std::uint64_t>(seed)});
    const auto weights = weights_of(parameters, 0);
    dvol::forward(shape, input.const_data_ptr<float>(), weights.data(), pointers.data());
    variable_list saved{input};
    saved.insert(saved.end(), records.begin(), records.end());
    saved.insert(saved.end(), parameters.begin(), parameters.end());
    context->save_for_backward(saved);
    context->saved_data["dropout"] = dropout;
    context->saved_data["seed"] = seed;
    context->saved_data["room"] = room;
    return last_state(shape, records);
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto layers = (saved.size() - 1) / 5;
    const variable_list parameters(saved.begin() + 1 + static_cast<std::ptrdiff_t>(layers), saved.end());
    const auto shape = shape_of(saved[0], parameters);
    auto& kept = context->saved_data;
    const Chance chance{kept["dropout"].toDouble(), static_cast<std::uint64_t>(kept["seed"].toInt())};
    const auto records = pointers_to(saved, 1, layers, chance);
    // All in one buffer, weights of all layers before their biases, with room for what the caller adds.
    const auto flat = at::empty({kept["room"].toInt()});
    variable_list answer(1 + parameters.size() + 3);  // windows, parameters, and three numbers without a gradient
    std::int64_t offset = 0;
    for (const std::size_t part : {0, 2}) {
      for (std::size_t layer = 0; layer < layers; ++layer) {
        for (const auto i : {4 * layer + part, 4 * layer + part + 1}) {
          answer[1 + i] = flat.narrow(0, offset, parameters[i].numel()).view(parameters[i].sizes());
          offset += parameters[i].numel();
        }
      }
    }
    std::vector<Gradients> places;
    for (std::size_t i = 1; i < 1 + parameters.size(); i += 4) {
      const auto data = [&](std::size_t k) { return answer[i + k].data_ptr<float>(); };
      places.push_back({data(0), data(1), data(2), data(3)});
    }
    const auto weights = weights_of(parameters, 0);
    const auto last = gradients[0].contiguous();
    dvol::backward(shape, saved[0].const_data_ptr<float>(), weights.data(), records.data(),
                   last.const_data_ptr<float>(), places.data());
    return answer;
  }
};

at::Tensor evaluate(const at::Tensor& windows, const variable_list& parameters) {
  const auto input = windows.contiguous();
  const auto shape = shape_of(input.transpose(0, 1), parameters);
  const auto states = at::empty({shape.batch, shape.hidden});
  evaluate(shape, input.const_data_ptr<float>(), weights_of(parameters, 0).data(), states.data_ptr<float>());
  return states;
}

}  // namespace

bool has_lstm() {
  static const auto found = at::get_cpu_capability();
  return found == "AVX2" || found == "AVX512";
}

at::Tensor lstm_last(const at::Tensor& windows, const variable_list& parameters, double dropout, std::int64_t seed,
                     std::int64_t room) {
  if (!at::GradMode::is_enabled()) return evaluate(windows, parameters);
  return LastState::apply(windows, at::TensorList(parameters), dropout, seed, room);
}

}  // namespace dvol
