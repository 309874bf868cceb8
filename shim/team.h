// The threads that share one pass of the LSTM. All of them go through the same meetings whatever happens in between,
// and the first exception of any of them reaches the caller.
#pragma once

#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>

#include "fault.h"

namespace dvol {

// The threads libtorch's own loops run on: a pool of our own would fight them for the cores.
struct Threads {
  using Start = void (*)(void (*)(void*), void*, unsigned, unsigned);
  Start start = reinterpret_cast<Start>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  void (*barrier)() = reinterpret_cast<void (*)()>(dlsym(RTLD_DEFAULT, "GOMP_barrier"));
  int (*rank)() = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_thread_num"));
  int (*count)() = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_num_threads"));
};

inline const Threads& threads() {
  static const Threads found;
  return found;
}

// How a pass went, as all its threads see it.
class Outcome {
 public:
  explicit Outcome(const Fault& fault) : fault_(fault) {}

  bool failed() const { return failed_.load(std::memory_order_relaxed); }

  // Remembers the exception being handled, if it is the first.
  void fail() noexcept {
    if (!failed_.exchange(true)) first_ = std::current_exception();
  }

  // Once all threads have ended.
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

  const Fault& fault() const { return fault_; }

 private:
  std::atomic<bool> failed_{false};
  std::exception_ptr first_;
  const Fault fault_;
};

// One thread among those that share a pass.
class Member {
 public:
  Member(Outcome& outcome, std::int64_t rank, std::int64_t count) : outcome_(outcome), rank_(rank), count_(count) {}

  // This thread's work until the next meeting. An exception would end the process here, or leave the others waiting:
  // it is remembered, and from the next meeting on nobody works.
  template <typename Work>
  void stage(const Work& work) {
    const auto number = stage_++;
    if (outcome_.failed()) return;
    try {
      outcome_.fault().strike(rank_, number);
      work();
    } catch (...) {
      outcome_.fail();
    }
  }

  // Waits for the others. Outside of stages only, so that all threads come equally often.
  void meet() const {
    if (count_ > 1) threads().barrier();
  }

  // This thread's part of `total` things.
  std::int64_t from(std::int64_t total) const { return total * rank_ / count_; }
  std::int64_t to(std::int64_t total) const { return total * (rank_ + 1) / count_; }

 private:
  Outcome& outcome_;
  const std::int64_t rank_, count_;
  std::int64_t stage_ = 0;
};

// A pass of so many operations, with `meetings` meetings, of which at most `parts` threads have something to do. Once
// cores are crowded, as many passes as `patience` go by on one thread before the others are tried again.
struct Effort {
  double operations, meetings;
  std::int64_t parts, patience;
};

// Threads that wait for one another lose more on a busy machine than they gain: between two meetings each waits until
// the other has a core again, and a step of 128x2 took a second beside compilers instead of 3 milliseconds. What no
// other work explains is taken for that, and the next passes, ever more of them, run on one thread. The results are
// the same bits.
class Crowding {
 public:
  bool alone() { return passes_ > 0 && passes_-- > 0; }

  // After a pass by `threads` threads.
  void observe(double seconds, const Effort& effort, std::int64_t threads) {
    constexpr double SLOWEST = 25e9;     // operations a second and thread that any core with AVX2 reaches
    constexpr double MEETING = 20e-6;    // seconds
    const bool crowded = seconds > effort.operations / (SLOWEST * static_cast<double>(threads)) + effort.meetings * MEETING;
    next_ = crowded ? std::min(2 * next_, effort.patience) : FIRST;
    if (crowded) passes_ = next_;
  }

 private:
  static constexpr std::int64_t FIRST = 1;  // a thread's very first pass is slow for other reasons
  std::int64_t passes_ = 0, next_ = FIRST;
};

// Runs `body(Member&)` on all threads, or on this one where others would not help. `body` throws inside stages only;
// the first exception of any thread is thrown again here.
template <typename Body>
void together(const Effort& effort, Crowding& crowding, const Body& body) {
  const auto& found = threads();
  const int wanted = at::get_num_threads();
  const bool has_threads = found.start && found.barrier && found.rank && found.count;
  Outcome outcome(Fault::take());
  if (wanted == 1 || effort.parts == 1 || !has_threads || at::in_parallel_region() || crowding.alone()) {
    Member me(outcome, 0, 1);
    body(me);
    outcome.rethrow();
    return;
  }
  struct Shared {
    Outcome& outcome;
    const Body& body;
  } shared{outcome, body};
  const auto enter = [](void* data) {
    const auto& all = *static_cast<const Shared*>(data);
    Member me(all.outcome, threads().rank(), threads().count());
    all.body(me);
  };
  const auto start = std::chrono::steady_clock::now();
  found.start(enter, &shared, static_cast<unsigned>(wanted), 0);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  outcome.rethrow();
  crowding.observe(taken.count(), effort, std::min<std::int64_t>(wanted, effort.parts));
}

}  // namespace dvol
