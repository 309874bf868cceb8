// The network's layers that shim.cpp hands to Rust.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace dvol {

// Whether this processor has vector units the kernels were written for.
bool has_lstm();

// The top layer's state at the last time step, (batch, hidden), of `windows`, (batch, time, features). Parameters
// are each layer's w_ih, w_hh, b_ih, b_hh. Dropout between layers follows from `seed`.
//
// The parameters' gradients are views of one buffer of `room` floats: all layers' weights, then all layers' biases.
at::Tensor lstm_last(const at::Tensor& windows, const std::vector<at::Tensor>& parameters, double dropout,
                     std::int64_t seed, std::int64_t room);

}  // namespace dvol
