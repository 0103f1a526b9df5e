#pragma once
// What translated kernels know of the machine. It stands in each of them, so it includes little.

#include <cstddef>
#include <cstdint>

namespace emulator {

enum class Space { global, shared, local, generic };
enum class Access { read, write, atomic };

/// One thread of a block: what PTX's special registers tell, and its local memory.
struct Thread {
    std::uint32_t tid[3], ntid[3], ctaid[3], nctaid[3];
    std::uint32_t index;  ///< in its block
    std::uint32_t lane, warp;
    unsigned char* local;
    std::uint32_t local_bytes;
};

/// What the lanes of a warp gave to an operation that they all take part in.
struct Gathered {
    std::uint32_t lanes;  ///< a bit for each lane that takes part
    std::uint64_t values[32];
};

/// What the threads of a block gave to a barrier.
struct Counted {
    std::uint32_t n_true, n_threads;
};

/// Where `bytes` bytes at an address are, or scrap memory if the access is wrong (and reported).
unsigned char* reach(Thread& thread, Space space, std::uint64_t address, std::uint32_t bytes,
                     Access access);

/// A shared or local address as one of all memory (PTX's cvta), and back.
std::uint64_t to_generic(const Thread& thread, Space space, std::uint64_t address);
std::uint64_t from_generic(const Thread& thread, Space space, std::uint64_t address);
bool is_in(const Thread& thread, Space space, std::uint64_t address);

/// Waits until all threads of the block are at the barrier. `site` tells apart the instructions.
Counted wait_for_block(Thread& thread, std::uint32_t site, bool value = false);

/// Waits until all lanes of `mask` that have not finished are here with the same mask.
const Gathered& wait_for_warp(Thread& thread, std::uint32_t mask, std::uint64_t value = 0);

/// The lanes of the thread's warp that have not finished.
std::uint32_t lanes_alive(const Thread& thread);

/// Reports what the thread did and, for `stop`, ends the launch.
void complain(const Thread& thread, const char* kind, std::uint64_t address);
[[noreturn]] void stop(Thread& thread, const char* kind);

/// A parameter of a kernel: where it is among the bytes of all.
struct Parameter {
    std::uint32_t offset, bytes;
};

/// A variable of a module in global or constant memory.
struct Variable {
    const char* name;
    void* begin;
    std::size_t bytes;
};

/// What a translated kernel exports, under the name `emulated_kernel`.
struct Kernel {
    void (*run)(Thread& thread, const unsigned char* parameters);
    std::uint32_t shared_bytes;
    std::uint32_t n_parameters;
    const Parameter* parameters;
    std::uint32_t n_variables;
    const Variable* variables;
};

}  // namespace emulator
