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
    explicit DisjointSets(std::size_t n = 0) : above_(n) {
        std::iota(above_.begin(), above_.end(), std::uint32_t{0});
    }

    std::size_t size() const { return above_.size(); }
    /// Appends one that is joined with none.
    std::int64_t add() {
        above_.push_back(static_cast<std::uint32_t>(above_.size()));
        return above_.back();
    }
    /// Appends those of others, which are counted on.
    void append(const DisjointSets& others) {
        const auto offset = static_cast<std::uint32_t>(above_.size());
        for (const std::uint32_t i : others.above_) above_.push_back(offset + i);
    }

    std::int64_t find(std::int64_t i) {
        auto at = static_cast<std::size_t>(i);
        while (above_[at] != at) at = above_[at] = above_[above_[at]];
        return static_cast<std::int64_t>(at);
    }
    void join(std::int64_t i, std::int64_t j) { join_roots(find(i), find(j)); }
    /// Joins two that stand for others; returns which of them stands for all now.
    std::int64_t join_roots(std::int64_t i, std::int64_t j) {
        if (j < i) std::swap(i, j);
        above_[static_cast<std::size_t>(j)] = static_cast<std::uint32_t>(i);
        return i;
    }
    /// Asks memory for what find(i) will want.
    void expect(std::int64_t i) const { __builtin_prefetch(&above_[static_cast<std::size_t>(i)]); }

    /// Numbers the sets from 1 on in the order of their least, and returns how many there are.
    /// number_of(i) then is that of the set of i; nothing else may be asked any more.
    std::int32_t count_off() {
        std::uint32_t n = 0;
        for (std::size_t i = 0; i < above_.size(); ++i)
            above_[i] = above_[i] == i ? ++n : above_[above_[i]];
        return static_cast<std::int32_t>(n);
    }
    std::int32_t number_of(std::int64_t i) const {
        return static_cast<std::int32_t>(above_[static_cast<std::size_t>(i)]);
    }

  private:
    std::vector<std::uint32_t> above_;
};

}  // namespace imgmine
