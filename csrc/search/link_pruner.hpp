#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "search/graph_walk.hpp"

namespace imgmine {

/// Which of many rows one row is best linked with: Vamana's robust pruning, by squared Euclidean
/// distances of codes. Subramanya et al., "DiskANN", NeurIPS 2019.
class LinkPruner {
  public:
    using Key = Pool::Key;

    explicit LinkPruner(const Segment& segment) : segment_(segment) {}

    /// Adds rows at their distances from one row; it itself and numbers of no row are left out.
    void add(std::int32_t from, const std::int32_t* rows, std::size_t n, std::vector<Key>& keys) {
        rows_.clear();
        for (std::size_t i = 0; i < n; ++i)
            if (segment_.contains(rows[i]) && rows[i] != from) rows_.push_back(rows[i]);
        compare(from);
        for (std::size_t i = 0; i < rows_.size(); ++i)
            keys.push_back(Pool::key(distances_[i], rows_[i]));
    }

    /// Leaves at most `most` of a row's candidates, nearest first and none twice.
    ///
    /// One that is nearer to a chosen one than to the row, by any measure, is reached through that;
    /// where places are left, it must be nearer by a factor.
    void prune(std::int32_t row, std::vector<Key>& candidates, std::size_t most) {
        std::sort(candidates.begin(), candidates.end());
        candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
        drop_copies(row, candidates, static_cast<std::ptrdiff_t>(most / 2));
        state_.assign(candidates.size(), free);
        std::size_t n_chosen = 0;
        for (const State last : {free, nearer})
            for (std::size_t i = 0; i < candidates.size() && n_chosen < most; ++i)
                if (state_[i] <= last) choose(candidates, i), ++n_chosen;
        std::size_t n = 0;
        for (std::size_t i = 0; i < candidates.size(); ++i)
            if (state_[i] == chosen) candidates[n++] = candidates[i];
        candidates.resize(n);
    }

  private:
    /// What is known of a candidate: nothing, nearer to a chosen one, nearer by the factor.
    enum State : std::uint8_t { free, nearer, nearer_by_far, chosen };

    /// Of rows that are the same as the row at most so many: places are left for others. Those that
    /// come after it, the first after the last: so each leads to the next, and to all in the end.
    static void drop_copies(std::int32_t row, std::vector<Key>& candidates, std::ptrdiff_t most) {
        const auto first = candidates.begin();
        const auto last = std::lower_bound(first, candidates.end(), Pool::key(1, 0));
        if (last - first <= most) return;
        std::rotate(first, std::lower_bound(first, last, Pool::key(0, row)), last);
        candidates.erase(first + most, last);
    }

    void choose(const std::vector<Key>& candidates, std::size_t i) {
        state_[i] = chosen;
        rows_.clear(), places_.clear();
        for (std::size_t j = i + 1; j < candidates.size(); ++j)
            if (state_[j] < nearer_by_far)
                rows_.push_back(Pool::row(candidates[j])), places_.push_back(j);
        compare(Pool::row(candidates[i]));
        for (std::size_t r = 0; r < places_.size(); ++r) {
            const std::size_t j = places_[r];
            const std::int64_t far = Pool::distance(candidates[j]), near = distances_[r];
            if (6 * near < 5 * far)  // Vamana's alpha = 1.2
                state_[j] = nearer_by_far;
            else if (near < far)
                state_[j] = nearer;
        }
    }

    void compare(std::int32_t row) {
        distances_.resize(rows_.size());
        query_.set_row(segment_, row);
        query_.compare(rows_.data(), rows_.size(), distances_.data());
    }

    const Segment& segment_;
    CodeQuery query_;
    std::vector<State> state_;
    std::vector<std::int32_t> rows_, distances_;
    std::vector<std::size_t> places_;
};

}  // namespace imgmine
