// Memory that runs out while threads work: they are given back all the same.
#include <atomic>
#include <cstdlib>
#include <new>

#include "base/parallel.hpp"
#include "check.hpp"

namespace {

thread_local bool is_out_of_memory = false;

}  // namespace

void* operator new(std::size_t size) {
    void* const memory = is_out_of_memory ? nullptr : std::malloc(size);
    if (!memory) throw std::bad_alloc();
    return memory;
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

int main() {
    for (const int n : {2, 4, 8}) {
        imgmine::set_num_threads(n);
        std::atomic<int> done = 0;
        imgmine::parallel_for(n, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            done += static_cast<int>(last - first);
            if (first == 0) is_out_of_memory = true;  // of the caller, from now on
        });
        is_out_of_memory = false;
        CHECK(done == n);
    }
}
