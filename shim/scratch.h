// Buffers of a thread's own, which begin where a line of the cache does: a vector register that crosses from one line into
// the next is read twice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace dvol {

// Room for so many floats, which hold anything. From a larger piece of plain memory: glibc's aligned pieces are not found
// again once they are given back, and a process that asks for them in turns grows.
class Room {
 public:
  Room() = default;
  explicit Room(std::int64_t count) : memory_(std::make_unique_for_overwrite<std::byte[]>(count * sizeof(float) + LINE)) {}

  float* floats() const {
    const auto place = reinterpret_cast<std::uintptr_t>(memory_.get());
    return reinterpret_cast<float*>((place + LINE - 1) / LINE * LINE);
  }

 private:
  static constexpr std::size_t LINE = 64;
  std::unique_ptr<std::byte[]> memory_;
};

// Buffers that live as long as their thread: asking the system for fresh pages would cost more than filling them.
class Scratch {
 public:
  float* of(std::size_t index, std::int64_t count) {
    auto& buffer = buffers_[index];
    if (buffer.count < count) {
      buffer = {};  // before the next: both at once may not fit
      buffer = {Room(count), count};
    }
    return buffer.room.floats();
  }

 private:
  struct Buffer {
    Room room;
    std::int64_t count = 0;
  };
  std::array<Buffer, 6> buffers_;
};

}  // namespace dvol
