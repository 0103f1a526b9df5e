#pragma once
// The threads of a block as coroutines, each of which runs until it has to wait for others.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "machine/coroutine.hpp"
#include "machine/shared_memory.hpp"
#include "machine/thread.hpp"

namespace emulator {

/// In which order threads and blocks run. 0: by their numbers; else shuffled by this number.
void set_order(std::uint64_t seed);

struct Launch {
    const Kernel* kernel;
    std::string name;
    std::uint32_t grid[3], block[3];
    std::uint32_t dynamic_shared_bytes;
    std::vector<unsigned char> parameters;
};

/// Runs all blocks of a launch; errors are reported by add_error().
void run(const Launch& launch);

class Block {
  public:
    explicit Block(const Launch& launch);

    /// Runs one block; false if it was stopped.
    bool run(std::uint64_t number);

    // For the running thread:
    Counted wait_for_block(Thread& thread, std::uint32_t site, bool value);
    const Gathered& wait_for_warp(Thread& thread, std::uint32_t mask, std::uint64_t value);
    [[noreturn]] void stop(Thread& thread);
    std::uint32_t lanes_alive(std::uint32_t warp) const;
    bool has_on_stack(const Thread& thread, std::uint64_t address) const;
    SharedMemory& shared() { return shared_; }
    const Launch& launch() const { return launch_; }

  private:
    enum class State { ready, at_barrier, in_warp_operation, finished };

    struct Member {
        Thread thread{};
        State state = State::ready;
        std::uint32_t site = 0;  ///< the barrier it waits at
        std::uint32_t mask = 0;  ///< the lanes it waits for
        std::uint64_t value = 0;
        Gathered gathered{};
        Coroutine* coroutine = nullptr;
    };

    static void enter(void* block);
    void place(std::uint64_t number);
    void suspend(Member& member, State state);
    bool run_ready();
    bool finish_warp_operations();
    bool finish_warp_operation(const Member& member);
    bool finish_barrier();
    void tell_deadlock() const;
    std::size_t count(State state) const;
    Member& member_of(const Thread& thread) { return members_[thread.index]; }

    const Launch& launch_;
    std::vector<Member> members_;
    std::vector<std::uint32_t> order_;
    SharedMemory shared_;
    Counted counted_{};
    Member* running_ = nullptr;
    bool is_stopped_ = false;
};

}  // namespace emulator
