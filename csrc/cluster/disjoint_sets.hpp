#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace imgmine {

/// Which of n things have been joined; the least of a set stands for it.
class DisjointSets {
  public:
    explicit DisjointSets(std::size_t n) : above_(n) {
        std::iota(above_.begin(), above_.end(), std::int32_t{0});
    }

    std::int64_t find(std::int64_t i) {
        auto at = static_cast<std::size_t>(i);
        while (above_[at] != static_cast<std::int32_t>(at)) {
            above_[at] = above_[static_cast<std::size_t>(above_[at])];
            at = static_cast<std::size_t>(above_[at]);
        }
        return static_cast<std::int64_t>(at);
    }
    void join(std::int64_t i, std::int64_t j) {
        std::int64_t one = find(i), other = find(j);
        if (other < one) std::swap(one, other);
        above_[static_cast<std::size_t>(other)] = static_cast<std::int32_t>(one);
    }

  private:
    std::vector<std::int32_t> above_;
};

}  // namespace imgmine
