// C functions over the parts of libtorch that tch does not bind. A tensor argument is an at::Tensor*.
// Every function returns DONE or FAILED; then `message`, a place for `capacity` characters, says why. Nothing of that
// needs memory, so that running out of it can be told.

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/_fused_adam.h>
#include <torch/headeronly/version.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fault.h"
#include "memory.h"
#include "network.h"

// gloo/ beside this file mirrors class layouts of this very version.
// A build of PyPI's says more behind the version, such as +cu130.
static_assert(std::string_view(TORCH_VERSION).substr(0, sizeof(DVOL_TORCH_VERSION) - 1) == DVOL_TORCH_VERSION,
              "shim/ is written for the libtorch of the file torch-version");

namespace {

struct Group {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::Backend> backend;
};

enum Status : int { DONE = 0, FAILED = 1 };

// Where the caller wants the reason.
struct Message {
  char* text;
  std::size_t capacity;

  // As much of `reason` as fits.
  void say(const char* reason) const noexcept {
    if (text == nullptr || capacity == 0) return;
    const auto length = std::min(std::strlen(reason), capacity - 1);
    std::memcpy(text, reason, length);
    text[length] = '\0';
  }
};

// The one wrapper of all functions below: no exception leaves it.
template <typename Body>
Status guarded(const Message& message, const Body& body) noexcept {
  try {
    body();
    return DONE;
  } catch (const std::bad_alloc&) {
    message.say("out of memory");
  } catch (const c10::Error& error) {
    message.say(error.what_without_backtrace());
  } catch (const std::exception& error) {
    message.say(error.what());
  } catch (...) {
    message.say("an unknown C++ exception");
  }
  return FAILED;
}

}  // namespace

extern "C" {

int dvol_has_nccl(int* out, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] {
#ifdef USE_C10D_NCCL
    *out = 1;
#else
    *out = 0;
#endif
  });
}

// Loads the half of libtorch that computes on GPUs, from the folder its CPU half was loaded from; `out` is 0 where there is
// none. What is linked to the CPU half alone, as a notebook's cells are, sees a GPU only after this. No device is opened.
int dvol_load_gpu_half(int* out, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] {
    *out = 0;
    Dl_info cpu_half{};
    if (dladdr(reinterpret_cast<void*>(&at::get_num_threads), &cpu_half) == 0) return;
    const auto folder = std::filesystem::path(cpu_half.dli_fname).parent_path();
    for (const char* name : {"libtorch_cuda.so", "libtorch_hip.so"}) {
      const auto library = folder / name;
      if (!std::filesystem::exists(library)) continue;
      if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) throw std::runtime_error(dlerror());
      *out = 1;
    }
  });
}

// Meets the other workers at host:port; rank 0 serves the store there, on the socket `listening` where that is not
// negative (the store closes it). `local`: all workers are on this machine, and Gloo keeps to its loopback.
int dvol_group_new(const char* host, int port, int listening, int local, int rank, int world, int nccl,
                   double rendezvous_seconds, double collective_seconds, void** out, char* message,
                   std::size_t capacity) {
  return guarded({message, capacity}, [&] {
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
    // Left to itself, the store listens on every interface, and it asks nobody for a password.
    if (listening >= 0) options.masterListenFd = listening;
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
      gloo_options->devices.push_back(local != 0 ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                                 : c10d::ProcessGroupGloo::createDefaultDevice());
      group->backend = c10::make_intrusive<c10d::ProcessGroupGloo>(group->store, rank, world, gloo_options);
    }
    *out = group.release();
  });
}

int dvol_group_drop(void* group, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] { delete static_cast<Group*>(group); });
}

// Adds the tensors of all workers, in place.
int dvol_group_sum(void* group, void* tensor, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] {
    std::vector<at::Tensor> tensors{*static_cast<at::Tensor*>(tensor)};
    static_cast<Group*>(group)->backend->allreduce(tensors)->wait();
  });
}

// Overwrites every worker's tensor with rank 0's.
int dvol_group_broadcast(void* group, void* tensor, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] {
    std::vector<at::Tensor> tensors{*static_cast<at::Tensor*>(tensor)};
    c10d::BroadcastOptions options;
    options.rootRank = 0;
    static_cast<Group*>(group)->backend->broadcast(tensors, options)->wait();
  });
}

// Waits until every worker is here. A worker that dies ends the wait at once, whatever the limit.
int dvol_group_barrier(void* group, double seconds, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] {
    c10d::BarrierOptions options;
    options.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    static_cast<Group*>(group)->backend->barrier(options)->wait();
  });
}

int dvol_has_lstm(int* out, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] { *out = dvol::has_lstm() ? 1 : 0; });
}

// As keep_freed_pages in memory.h; `*out` says whether malloc took it.
int dvol_keep_freed_pages(int* out, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] { *out = dvol::keep_freed_pages() ? 1 : 0; });
}

// Lets a thread of the calling thread's next LSTM pass fail at the beginning of a stage, for tests (fault.h).
int dvol_fail_next_pass(std::int64_t rank, std::int64_t stage, int memory, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] { dvol::Fault::next() = {rank, stage, memory != 0}; });
}

// The last state of an LSTM, as lstm_last in network.h; `*out` is a new tensor.
int dvol_lstm_last(void* windows, void* const* parameters, std::size_t count, double dropout, std::int64_t seed,
                   std::int64_t room, void** out, char* message, std::size_t capacity) {
  return guarded({message, capacity}, [&] {
    std::vector<at::Tensor> list;
    for (std::size_t i = 0; i < count; ++i) list.push_back(*static_cast<at::Tensor*>(parameters[i]));
    *out = new at::Tensor(dvol::lstm_last(*static_cast<at::Tensor*>(windows), list, dropout, seed, room));
  });
}

// One step of Adam over flat buffers, in one pass; the gradient is first divided by `scale` (one element).
int dvol_fused_adam(void* parameters, void* gradient, void* first, void* second, void* step, void* scale, double lr,
                    double beta1, double beta2, double weight_decay, double epsilon, char* message,
                    std::size_t capacity) {
  return guarded({message, capacity}, [&] {
    const auto tensor = [](void* pointer) -> at::Tensor& { return *static_cast<at::Tensor*>(pointer); };
    at::_fused_adam_({tensor(parameters)}, {tensor(gradient)}, {tensor(first)}, {tensor(second)}, {},
                     {tensor(step)}, lr, beta1, beta2, weight_decay, epsilon, false, false, tensor(scale));
  });
}

}  // extern "C"
