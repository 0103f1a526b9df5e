#include "machine/shared_memory.hpp"

#include <algorithm>

namespace emulator {

void SharedMemory::reset(std::uint32_t bytes, std::uint32_t n_warps) {
    size_ = bytes;
    bytes_.assign(bytes + 64, 0xA5);
    states_.assign(bytes, Byte());
    warp_times_.assign(n_warps, 1);
    time_ = 1;
}

void SharedMemory::pass_barrier() {
    ++time_;
    for (std::uint32_t& time : warp_times_) ++time;
}

bool SharedMemory::follows_write(const Byte& byte, const Thread& thread) const {
    if (byte.writer == nobody || byte.writer == thread.index || byte.written_at != time_)
        return true;
    return byte.writer / 32 == thread.warp && byte.written_at_of_warp < warp_times_[thread.warp];
}

bool SharedMemory::follows_reads(const Byte& byte, const Thread& thread) const {
    if (byte.reader == nobody || byte.reader == thread.index || byte.read_at != time_) return true;
    return byte.reading_warp == thread.warp && byte.read_at_of_warp < warp_times_[thread.warp];
}

void SharedMemory::note_read(Byte& byte, const Thread& thread) {
    if (byte.read_at != time_) {
        byte.reader = thread.index;
        byte.reading_warp = thread.warp;
    } else {
        if (byte.reader != thread.index) byte.reader = several;
        if (byte.reading_warp != thread.warp) byte.reading_warp = several;
    }
    byte.read_at = time_;
    byte.read_at_of_warp = warp_times_[thread.warp];
}

void SharedMemory::note_write(Byte& byte, const Thread& thread, bool is_atomic) {
    byte.writer = thread.index;
    byte.written_at = time_;
    byte.written_at_of_warp = warp_times_[thread.warp];
    byte.is_by_atomic = is_atomic;
    byte.is_written = true;
}

const char* SharedMemory::judge(const Thread& thread, std::uint32_t offset, std::uint32_t n,
                                Access access) {
    const bool reads = access != Access::write, writes = access != Access::read;
    const char* wrong = nullptr;
    for (std::uint32_t i = offset; i < offset + n; ++i) {
        Byte& byte = states_[i];
        const bool are_atomics = access == Access::atomic && byte.is_by_atomic;
        if (reads && !byte.is_written) wrong = "read of shared memory that was not written";
        if (!are_atomics && !follows_write(byte, thread))
            wrong = writes ? "race in shared memory: two writes" : "race in shared memory: a read";
        if (writes && !follows_reads(byte, thread))
            wrong = "race in shared memory: a write of what is read";
        if (access == Access::read) note_read(byte, thread);
        if (writes) note_write(byte, thread, access == Access::atomic);
    }
    return wrong;
}

}  // namespace emulator
