#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

// Taps along the columns in the form that the kernels take: for the new pixels [first, first + n)
// of rows of `channels` channels.
namespace imgmine {

/// Registers are loaded from tables: each from one line of cache.
template <class T>
struct LineAllocator {
    using value_type = T;
    LineAllocator() = default;
    template <class U>
    LineAllocator(const LineAllocator<U>&) {}
    T* allocate(std::size_t n) {
        return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64}));
    }
    void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t{64}); }
    bool operator==(const LineAllocator&) const { return true; }
};
template <class T>
using Table = std::vector<T, LineAllocator<T>>;

struct ColumnRange {
    std::ptrdiff_t first, n, channels;
};

}  // namespace imgmine
