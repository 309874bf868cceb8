// Buffers of a thread's own, which begin where a line of the cache does: a vector register that crosses from one line into
// the next is read twice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace dvol {

constexpr std::align_val_t LINE{64};

struct Release {
  void operator()(float* floats) const { ::operator delete[](floats, LINE); }
};

// Room for so many floats, which hold anything.
inline std::unique_ptr<float[], Release> room_for(std::int64_t count) {
  return std::unique_ptr<float[], Release>(static_cast<float*>(::operator new[](count * sizeof(float), LINE)));
}

// Buffers that live as long as their thread: asking the system for fresh pages would cost more than filling them.
class Scratch {
 public:
  float* of(std::size_t index, std::int64_t count) {
    auto& buffer = buffers_[index];
    if (buffer.count < count) {
      buffer = {};  // before the next: both at once may not fit
      buffer = {room_for(count), count};
    }
    return buffer.floats.get();
  }

 private:
  struct Buffer {
    std::unique_ptr<float[], Release> floats;
    std::int64_t count = 0;
  };
  std::array<Buffer, 6> buffers_;
};

}  // namespace dvol
