#pragma once

#include <array>
#include <cstddef>

#include "base/aligned.hpp"

namespace imgmine {

/// Memory for what one thread is working on. It grows to what the largest call asks for and is then
/// used again: calls that follow allocate nothing.
class Scratch {
  public:
    static constexpr std::size_t n_arrays = 9;

    /// Room for n values of any content in array `which`; what was asked for there before is gone.
    template <class T>
    T* array(std::size_t which, std::ptrdiff_t n) {
        auto& bytes = arrays_[which];
        const std::size_t size = static_cast<std::size_t>(n) * sizeof(T);
        if (bytes.size() < size) {
            bytes.clear();  // nothing to move
            bytes.resize(size);
        }
        return reinterpret_cast<T*>(bytes.data());
    }

  private:
    std::array<AlignedVector<std::byte>, n_arrays> arrays_;
};

}  // namespace imgmine
