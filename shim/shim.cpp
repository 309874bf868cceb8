// C functions over the parts of libtorch that tch does not bind. A tensor argument is an at::Tensor*.
// Every function that can fail returns a message (to be freed with dvol_free) or null.

#include <ATen/core/Tensor.h>
#include <ATen/ops/_fused_adam.h>
#include <torch/headeronly/version.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "network.h"

// gloo/ beside this file mirrors class layouts of this very version.
static_assert(TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR == 13, "shim/ is written for libtorch 2.13");

namespace {

struct Group {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::Backend> backend;
};

template <typename Body>
char* guarded(Body body) {
  try {
    body();
    return nullptr;
  } catch (const c10::Error& error) {
    return strdup(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return strdup(error.what());
  } catch (...) {
    return strdup("an unknown C++ exception");
  }
}

}  // namespace

extern "C" {

void dvol_free(char* text) { std::free(text); }

int dvol_has_nccl() {
#ifdef USE_C10D_NCCL
  return 1;
#else
  return 0;
#endif
}

// Meets the other workers at host:port; rank 0 serves the store there.
char* dvol_group_new(const char* host, int port, int rank, int world, int nccl, double rendezvous_seconds,
                     double collective_seconds, void** out) {
  return guarded([&] {
    const auto milliseconds = [](double seconds) {
      return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    };
    c10d::TCPStoreOptions options;
    options.port = static_cast<std::uint16_t>(port);
    options.isServer = rank == 0 && std::getenv("TORCHELASTIC_USE_AGENT_STORE") == nullptr;
    options.numWorkers = static_cast<std::size_t>(world);
    options.timeout = milliseconds(rendezvous_seconds);
    // torchrun serves a store of its own at this address, which counts no workers.
    options.waitWorkers = std::getenv("TORCHELASTIC_USE_AGENT_STORE") == nullptr;
    auto group = std::make_unique<Group>();
    group->store = c10::make_intrusive<c10d::TCPStore>(std::string(host), options);
    if (nccl != 0) {
#ifdef USE_C10D_NCCL
      auto nccl_options = c10d::ProcessGroupNCCL::Options::create();
      nccl_options->timeout = milliseconds(collective_seconds);
      group->backend = c10::make_intrusive<c10d::ProcessGroupNCCL>(group->store, rank, world, nccl_options);
#else
      throw std::runtime_error("this build has no NCCL");
#endif
    } else {
      auto gloo_options = c10d::ProcessGroupGloo::Options::create(milliseconds(collective_seconds));
      const std::string name(host);
      const bool local = name == "localhost" || name.rfind("127.", 0) == 0;
      gloo_options->devices.push_back(local ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                            : c10d::ProcessGroupGloo::createDefaultDevice());
      group->backend = c10::make_intrusive<c10d::ProcessGroupGloo>(group->store, rank, world, gloo_options);
    }
    *out = group.release();
  });
}

void dvol_group_drop(void* group) { delete static_cast<Group*>(group); }

// Adds the tensors of all workers, in place.
char* dvol_group_sum(void* group, void* tensor) {
  return guarded([&] {
    std::vector<at::Tensor> tensors{*static_cast<at::Tensor*>(tensor)};
    static_cast<Group*>(group)->backend->allreduce(tensors)->wait();
  });
}

// Overwrites every worker's tensor with rank 0's.
char* dvol_group_broadcast(void* group, void* tensor) {
  return guarded([&] {
    std::vector<at::Tensor> tensors{*static_cast<at::Tensor*>(tensor)};
    c10d::BroadcastOptions options;
    options.rootRank = 0;
    static_cast<Group*>(group)->backend->broadcast(tensors, options)->wait();
  });
}

// Waits until every worker is here. A worker that dies ends the wait at once, whatever the limit.
char* dvol_group_barrier(void* group, double seconds) {
  return guarded([&] {
    c10d::BarrierOptions options;
    options.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    static_cast<Group*>(group)->backend->barrier(options)->wait();
  });
}

int dvol_has_lstm() { return dvol::has_lstm() ? 1 : 0; }

// The last state of an LSTM, as lstm_last in network.h; `*out` is a new tensor.
char* dvol_lstm_last(void* windows, void* const* parameters, std::size_t count, double dropout, std::int64_t seed,
                     std::int64_t room, void** out) {
  return guarded([&] {
    std::vector<at::Tensor> list;
    for (std::size_t i = 0; i < count; ++i) list.push_back(*static_cast<at::Tensor*>(parameters[i]));
    *out = new at::Tensor(dvol::lstm_last(*static_cast<at::Tensor*>(windows), list, dropout, seed, room));
  });
}

// One step of Adam over flat buffers, in one pass; the gradient is first divided by `scale` (one element).
char* dvol_fused_adam(void* parameters, void* gradient, void* first, void* second, void* step, void* scale,
                      double lr, double beta1, double beta2, double weight_decay, double epsilon) {
  return guarded([&] {
    const auto tensor = [](void* pointer) -> at::Tensor& { return *static_cast<at::Tensor*>(pointer); };
    at::_fused_adam_({tensor(parameters)}, {tensor(gradient)}, {tensor(first)}, {tensor(second)}, {},
                     {tensor(step)}, lr, beta1, beta2, weight_decay, epsilon, false, false, tensor(scale));
  });
}

}  // extern "C"
