#pragma once

#include <cstddef>

#include "base/aligned.hpp"

namespace imgmine {

/// Memory for what one thread is working on. It grows to what the largest call asks for and is then
/// used again: calls that follow allocate nothing.
class Scratch {
  public:
    /// Room for n values of any content; what an earlier call returned is no longer valid.
    float* floats(std::size_t n) {
        if (values_.size() < n) {
            values_.clear();  // nothing to move
            values_.resize(n);
        }
        return values_.data();
    }

  private:
    AlignedVector<float> values_;
};

}  // namespace imgmine
