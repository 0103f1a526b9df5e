#include "similarity/top_k.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/distance.hpp"
#include "similarity/pairwise.hpp"

namespace imgmine {
namespace {

struct Candidate {
    float rank;  ///< smaller is better
    std::int64_t id;
    bool operator<(const Candidate& other) const {
        return rank != other.rank ? rank < other.rank : id < other.id;
    }
};

/// The best k > 0 of what it is offered: a heap whose top is the worst one kept.
class Best {
  public:
    explicit Best(std::ptrdiff_t k) : k_(static_cast<std::size_t>(k)) { kept_.reserve(k_); }

    /// What a newcomer must not exceed; ties go to the smaller id.
    float limit() const {
        return kept_.size() < k_ ? std::numeric_limits<float>::infinity() : kept_.front().rank;
    }
    void offer(const Candidate& candidate) {
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
        for (const Candidate& candidate : other.kept_) offer(candidate);
    }
    const std::vector<Candidate>& sorted() {
        std::sort_heap(kept_.begin(), kept_.end());
        return kept_;
    }

  private:
    std::size_t k_;
    std::vector<Candidate> kept_;
};

/// Goes through the base block by block; score_block(q, n_q, b, n_b, out, stride, scratch) scores
/// one block of either. Ranks are scores, or their negatives where more is better; NaN ranks last.
template <class ScoreBlock>
void search(std::ptrdiff_t n_queries, std::ptrdiff_t n_base, std::ptrdiff_t k, std::ptrdiff_t size,
            bool negate, const ScoreBlock& score_block, std::int64_t* ids, float* scores) {
    if (k == 0) return;  // a list of none has no worst one
    constexpr std::ptrdiff_t query_block = 64, base_block = 256;
    const std::ptrdiff_t n_blocks = (n_base + base_block - 1) / base_block;
    const std::ptrdiff_t grain =
        row_grain(base_block * std::max<std::ptrdiff_t>(n_queries * size, 1), 0.1);
    std::vector<Best> best(static_cast<std::size_t>(n_queries), Best(k));
    std::mutex mutex;
    parallel_for(n_blocks, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<Best> mine(best.size(), Best(k));
        std::vector<float> block(static_cast<std::size_t>(query_block * base_block)), scratch;
        for (std::ptrdiff_t b = first * base_block; b < std::min(last * base_block, n_base);
             b += base_block) {
            const std::ptrdiff_t n_b = std::min(base_block, n_base - b);
            for (std::ptrdiff_t q = 0; q < n_queries; q += query_block) {
                const std::ptrdiff_t n_q = std::min(query_block, n_queries - q);
                score_block(q, n_q, b, n_b, block.data(), base_block, scratch);
                for (std::ptrdiff_t i = 0; i < n_q; ++i) {
                    Best& list = mine[static_cast<std::size_t>(q + i)];
                    float limit = list.limit();
                    const float* line = block.data() + i * base_block;
                    for (std::ptrdiff_t j = 0; j < n_b; ++j) {
                        float rank = negate ? -line[j] : line[j];
                        if (rank > limit) continue;
                        if (std::isnan(rank)) rank = std::numeric_limits<float>::infinity();
                        list.offer({rank, b + j});
                        limit = list.limit();
                    }
                }
            }
        }
        const std::lock_guard lock(mutex);
        for (std::size_t q = 0; q < best.size(); ++q) best[q].merge(mine[q]);
    });
    for (Best& list : best)
        for (const Candidate& candidate : list.sorted()) {
            *ids++ = candidate.id;
            *scores++ = negate ? -candidate.rank : candidate.rank;
        }
}

}  // namespace

void top_k(const RowsView<float>& queries, const RowsView<float>& base, std::ptrdiff_t k,
           Metric metric, std::int64_t* ids, float* scores) {
    const Comparison comparison(metric, queries.size);
    std::vector<float> scratch;
    const RowsView<float> left = comparison.prepare(queries, scratch);
    const auto score_block = [&](std::ptrdiff_t q, std::ptrdiff_t n_q, std::ptrdiff_t b,
                                 std::ptrdiff_t n_b, float* out, std::ptrdiff_t stride,
                                 std::vector<float>& prepared) {
        const RowsView<float> rows =
            comparison.prepare({base.row(b), n_b, base.size, base.row_stride}, prepared);
        comparison.compare({left.row(q), n_q, left.size, left.row_stride}, rows, out, stride);
    };
    search(queries.n_rows, base.n_rows, k, queries.size, is_similarity(metric), score_block, ids,
           scores);
}

void top_k_hamming(const RowsView<std::uint8_t>& queries, const RowsView<std::uint8_t>& base,
                   std::ptrdiff_t k, std::int64_t* ids, float* scores) {
    const auto score_block = [&](std::ptrdiff_t q, std::ptrdiff_t n_q, std::ptrdiff_t b,
                                 std::ptrdiff_t n_b, float* out, std::ptrdiff_t stride,
                                 std::vector<float>&) {
        for (std::ptrdiff_t i = 0; i < n_q; ++i)
            for (std::ptrdiff_t j = 0; j < n_b; ++j)
                out[i * stride + j] = static_cast<float>(distance_kernels().hamming(
                    queries.row(q + i), base.row(b + j), static_cast<std::size_t>(queries.size)));
    };
    search(queries.n_rows, base.n_rows, k, queries.size, false, score_block, ids, scores);
}

}  // namespace imgmine
