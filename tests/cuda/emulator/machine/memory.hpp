#pragma once
// Memory that the device reaches: what cuMemAlloc gave out, pinned host memory, modules' variables.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <vector>

namespace emulator {

struct Allocation {
    std::uint64_t begin = 0;
    std::size_t size = 0;
    bool is_on_host = false;
    bool is_owned = false;                ///< freed when it is dropped
    std::vector<std::uint8_t> written{};  ///< a flag a byte; empty where all bytes count as written

    bool has(std::uint64_t address, std::size_t n) const {
        return address >= begin && address - begin <= size && n <= size - (address - begin);
    }
};

class Memory {
  public:
    /// New memory, filled with a pattern that is no sensible number; null beyond the capacity.
    void* allocate(std::size_t size, bool on_host);
    bool release(std::uint64_t begin);
    /// Memory that somebody else owns, all of it written.
    void add(void* begin, std::size_t size);
    void drop(const void* begin);

    /// The allocation that `n` bytes at `address` are within, or null.
    Allocation* find(std::uint64_t address, std::size_t n);

    void set_capacity(std::size_t bytes) { capacity_ = bytes; }
    std::size_t capacity() const { return capacity_; }
    std::size_t available() const { return capacity_ > used_ ? capacity_ - used_ : 0; }

    /// Copies and fills as the device does: what was not written stays so in the copy.
    bool copy(std::uint64_t to, std::uint64_t from, std::size_t n);
    bool fill(std::uint64_t to, std::uint64_t value, std::size_t width, std::size_t count);

  private:
    void quarantine(std::uint64_t begin, std::size_t size);

    std::map<std::uint64_t, Allocation> allocations_;
    Allocation* last_ = nullptr;
    std::size_t capacity_ = std::size_t{4} << 30;
    std::size_t used_ = 0;
    std::deque<std::pair<void*, std::size_t>> freed_;
    std::size_t n_freed_ = 0;
};

Memory& memory();

}  // namespace emulator
