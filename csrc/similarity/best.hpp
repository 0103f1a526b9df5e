#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <type_traits>
#include <vector>

#include "base/parallel.hpp"

namespace imgmine {

template <class Rank>
struct Candidate {
    Rank rank;  ///< smaller is better
    std::int64_t id;
    bool operator<(const Candidate& other) const {
        return rank != other.rank ? rank < other.rank : id < other.id;
    }
};

/// The best k > 0 of what it is offered: a heap whose top is the worst one kept.
template <class Rank>
class Best {
  public:
    static constexpr Rank no_limit = std::is_floating_point_v<Rank>
                                         ? std::numeric_limits<Rank>::infinity()
                                         : std::numeric_limits<Rank>::max();

    explicit Best(std::ptrdiff_t k) : k_(static_cast<std::size_t>(k)) {}

    /// What a newcomer must not exceed; ties go to the smaller id.
    Rank limit() const { return kept_.size() < k_ ? no_limit : kept_.front().rank; }
    void offer(const Candidate<Rank>& candidate) {
        if (kept_.size() < k_) {
            kept_.push_back(candidate);
            std::push_heap(kept_.begin(), kept_.end());
        } else if (candidate < kept_.front()) {
            std::pop_heap(kept_.begin(), kept_.end());
            kept_.back() = candidate;
            std::push_heap(kept_.begin(), kept_.end());
        }
    }
    void merge(const Best& other) {
        for (const Candidate<Rank>& candidate : other.kept_) offer(candidate);
    }
    const std::vector<Candidate<Rank>>& sorted() {
        std::sort_heap(kept_.begin(), kept_.end());
        return kept_;
    }

  private:
    std::size_t k_;
    std::vector<Candidate<Rank>> kept_;
};

/// What keep_best() goes through.
struct ScanSizes {
    std::ptrdiff_t n_queries, n_base, k;
    double pair_cost;  ///< nanoseconds
};

inline constexpr std::ptrdiff_t scan_block = 256;  ///< rows of the base

/// Goes through the base for some queries at a time: `make_scan(first, n)` prepares queries, and
/// its result's scan(first, last, lists) offers rows of the base to their lists, in rising order.
/// Threads share the base or, where there are many, the queries. `write(query, candidates)`.
template <class Rank, class MakeScan, class Write>
void keep_best(const ScanSizes& sizes, const MakeScan& make_scan, const Write& write) {
    if (sizes.k == 0) return;  // a list of none has no worst one
    constexpr std::ptrdiff_t chunk = 1008;
    const std::ptrdiff_t n_chunks = (sizes.n_queries + chunk - 1) / chunk;
    const std::ptrdiff_t n_blocks = (sizes.n_base + scan_block - 1) / scan_block;
    const auto search = [&](std::ptrdiff_t first_chunk, std::ptrdiff_t last_chunk) {
        for (std::ptrdiff_t c = first_chunk; c < last_chunk; ++c) {
            const std::ptrdiff_t n = std::min(chunk, sizes.n_queries - c * chunk);
            const auto scan = make_scan(c * chunk, n);
            std::vector<Best<Rank>> best(static_cast<std::size_t>(n), Best<Rank>(sizes.k));
            std::mutex mutex;
            const double block_cost = sizes.pair_cost * static_cast<double>(n * scan_block);
            const auto grain =
                std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(50e3 / (block_cost + 1)));
            parallel_for(n_blocks, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                std::vector<Best<Rank>> mine(best.size(), Best<Rank>(sizes.k));
                scan.scan(first * scan_block, std::min(last * scan_block, sizes.n_base),
                          mine.data());
                const std::lock_guard lock(mutex);
                for (std::size_t q = 0; q < best.size(); ++q) best[q].merge(mine[q]);
            });
            for (std::ptrdiff_t q = 0; q < n; ++q)
                write(c * chunk + q, best[static_cast<std::size_t>(q)].sorted());
        }
    };
    if (n_chunks >= 4 * num_threads())
        parallel_for(n_chunks, 1, search);
    else
        search(0, n_chunks);
}

}  // namespace imgmine
