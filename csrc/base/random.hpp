#pragma once

#include <cstdint>
#include <utility>

namespace imgmine {

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for a seed on every machine.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

    /// A whole number in [0, n), 0 < n < 2^32 (Lemire 2019, without the rejection step: the bias
    /// is below n / 2^32).
    std::uint32_t below(std::uint32_t n) {
        return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32);
    }

    /// Puts [first, first + n) into a random order (Fisher and Yates).
    template <class T>
    void shuffle(T* first, std::uint32_t n) {
        for (std::uint32_t i = n; i > 1; --i) std::swap(first[i - 1], first[below(i)]);
    }

  private:
    std::uint64_t state_;
};

}  // namespace imgmine
