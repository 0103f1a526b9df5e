#pragma once

#include <cstdint>
#include <vector>

#include "machine/thread.hpp"

namespace emulator {

/// Shared memory of a block, with what is needed to see that two accesses are in no order.
///
/// Two accesses to a byte, one of them a write, are a race unless a barrier of the block is between
/// them, or, within a warp, an operation that its lanes take part in. Atomics race with no atomics.
class SharedMemory {
  public:
    /// Starts a block: nothing is written.
    void reset(std::uint32_t bytes, std::uint32_t n_warps);

    unsigned char* begin() { return bytes_.data(); }
    std::uint32_t size() const { return size_; }

    /// Judges an access; null if it is right, else what is wrong.
    const char* judge(const Thread& thread, std::uint32_t offset, std::uint32_t n, Access access);

    void pass_barrier();
    void pass_warp_operation(std::uint32_t warp) { ++warp_times_[warp]; }

  private:
    static constexpr std::uint32_t nobody = ~0u, several = ~0u - 1;

    /// The last writer and the readers since the last barrier; times count barriers and, of a
    /// warp, its operations.
    struct Byte {
        std::uint32_t writer = nobody, written_at = 0, written_at_of_warp = 0;
        std::uint32_t reader = nobody, reading_warp = nobody, read_at = 0, read_at_of_warp = 0;
        bool is_written = false, is_by_atomic = false;
    };

    bool follows_write(const Byte& byte, const Thread& thread) const;
    bool follows_reads(const Byte& byte, const Thread& thread) const;
    void note_read(Byte& byte, const Thread& thread);
    void note_write(Byte& byte, const Thread& thread, bool is_atomic);

    std::vector<unsigned char> bytes_;
    std::vector<Byte> states_;
    std::vector<std::uint32_t> warp_times_;
    std::uint32_t size_ = 0;
    std::uint32_t time_ = 1;
};

}  // namespace emulator
