#include "machine/coroutine.hpp"

#include <ucontext.h>

#include <cstdint>
#include <cstdlib>

namespace emulator {
namespace {

Coroutine* entering = nullptr;  // makecontext hands over no pointers

}  // namespace

void Coroutine::enter() {
    Coroutine* const self = entering;
    for (;;) {
        self->body_(self->argument_);
        self->suspend();
    }
}

void Coroutine::begin() {
    if (!stack_) stack_.reset(new char[stack_bytes]);  // not zeroed: most of it is never touched
    ucontext_t context;
    getcontext(&context);
    context.uc_stack.ss_sp = stack_.get();
    context.uc_stack.ss_size = stack_bytes;
    context.uc_link = nullptr;
    makecontext(&context, &Coroutine::enter, 0);
    entering = this;
    started_ = true;
    setcontext(&context);
    std::abort();
}

void Coroutine::resume(void (*body)(void*), void* argument) {
    body_ = body;
    argument_ = argument;
    if (_setjmp(outside_)) return;
    if (started_) _longjmp(inside_, 1);
    begin();
}

void Coroutine::suspend() {
    if (!_setjmp(inside_)) _longjmp(outside_, 1);
}

bool Coroutine::has_on_stack(std::uint64_t address) const {
    const auto begin = reinterpret_cast<std::uint64_t>(stack_.get());
    return address >= begin && address < begin + stack_bytes;
}

}  // namespace emulator
