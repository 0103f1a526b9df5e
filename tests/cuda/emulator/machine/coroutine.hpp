#pragma once
// A function that can be left in its middle and gone on with. ucontext.h makes the stacks; setjmp
// switches between them, since swapcontext would make a system call each time.

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace emulator {

class Coroutine {
  public:
    static constexpr std::size_t stack_bytes = std::size_t{1} << 17;

    /// Goes on with `body(argument)`, or begins it, until it suspends itself or returns.
    void resume(void (*body)(void*), void* argument);
    /// Leaves the coroutine that runs; the resume() that it runs by returns.
    void suspend();
    /// Forgets what the coroutine was doing: the next resume() begins anew.
    void reset() { started_ = false; }

    bool has_on_stack(std::uint64_t address) const;

  private:
    static void enter();
    [[noreturn]] void begin();

    std::jmp_buf inside_, outside_;
    std::unique_ptr<char[]> stack_;
    void (*body_)(void*) = nullptr;
    void* argument_ = nullptr;
    bool started_ = false;
};

}  // namespace emulator
