// Failures on purpose, for tests of what a caller sees then.
#pragma once

#include <cstdint>
#include <new>
#include <stdexcept>

namespace dvol {

// What one thread meets at the beginning of one of its stages. Always compiled: it costs a comparison a stage.
struct Fault {
  std::int64_t rank = -1;  // the thread; -1: no fault
  std::int64_t stage = 0;
  bool memory = false;     // no memory left, or else a failed check

  void strike(std::int64_t at_rank, std::int64_t at_stage) const {
    if (rank != at_rank || stage != at_stage) return;
    if (memory) throw std::bad_alloc();
    throw std::runtime_error("a failure on purpose");
  }

  // That of the calling thread's next pass; a pass takes it away.
  static Fault& next() {
    static thread_local Fault armed;
    return armed;
  }

  static Fault take() {
    const auto armed = next();
    next() = {};
    return armed;
  }
};

}  // namespace dvol
