#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/neighbors.hpp"
#include "similarity/exact_rows.hpp"

// Exact neighbors from fast estimates: float32 products say of nearly all pairs on which side of a
// limit they are, and how far that can be trusted; the few others are compared exactly. Rows are
// put into blocks of neighbors, so that pairs of blocks far from each other are passed over.
namespace imgmine {

inline constexpr std::ptrdiff_t block_rows = static_cast<std::ptrdiff_t>(neighbor_columns);

/// Up to 64 rows as float32, less the mean of all rows and scaled to values of at most 1; of
/// `norms` the largest stands for all columns.
struct NeighborBlock {
    std::ptrdiff_t first = 0, n = 0;  ///< places in the order
    std::vector<float> values;        ///< (n, size), for queries
    std::vector<float> columns;       ///< (size, 64), for those compared with them
    std::vector<float> offsets;       ///< 64
    std::vector<double> exact;        ///< (n, size), for queries
    std::vector<double> norms;        ///< n
    double most = 0;
};

class Neighborhoods {
  public:
    explicit Neighborhoods(const ExactRows& samples) : samples_(samples), center_(samples.size()) {
        const std::ptrdiff_t n = samples.n_rows();
        std::vector<double> row(samples.size());
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            samples.copy_row(i, row.data());
            for (std::size_t k = 0; k < row.size(); ++k)
                center_[k] += row[k] / static_cast<double>(n);
        }
        double most = 0;
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            samples.copy_row(i, row.data());
            for (std::size_t k = 0; k < row.size(); ++k) {
                most = std::max(most, std::abs(row[k] - center_[k]));
                largest_ = std::max(largest_, std::abs(row[k]));
            }
        }
        if (most > 0) scale_ = std::exp2(-std::ilogb(most) - 1);
        order_.resize(static_cast<std::size_t>(n));
        std::iota(order_.begin(), order_.end(), std::ptrdiff_t{0});
        arrange(0, n);
        measure();
    }

    std::ptrdiff_t n_blocks() const { return (samples_.n_rows() + block_rows - 1) / block_rows; }
    std::ptrdiff_t id(std::ptrdiff_t place) const {
        return order_[static_cast<std::size_t>(place)];
    }
    const ExactRows& samples() const { return samples_; }

    /// Fills a block as one that queries are compared with, or as queries.
    void fill(std::ptrdiff_t b, bool queries, NeighborBlock& block) const {
        const std::size_t size = samples_.size();
        block.first = b * block_rows;
        block.n = std::min(block_rows, samples_.n_rows() - block.first);
        block.norms.assign(static_cast<std::size_t>(block.n), 0.0);
        block.most = 0;
        block.exact.resize((queries ? static_cast<std::size_t>(block.n) : 1) * size);
        if (queries) block.values.resize(static_cast<std::size_t>(block.n) * size);
        if (!queries) block.columns.assign(size * neighbor_columns, 0.0f);
        if (!queries) block.offsets.assign(neighbor_columns, -infinity);
        for (std::ptrdiff_t i = 0; i < block.n; ++i) {
            const auto at = static_cast<std::size_t>(i);
            double* row = block.exact.data() + (queries ? at * size : 0);
            samples_.copy_row(id(block.first + i), row);
            double norm = 0;
            for (std::size_t k = 0; k < size; ++k) {
                const double x = (row[k] - center_[k]) * scale_;
                norm += samples_.squares() ? x * x : std::abs(x);
                (queries ? block.values[at * size + k] : block.columns[k * neighbor_columns + at]) =
                    static_cast<float>(x);
            }
            if (!queries)
                block.offsets[at] = samples_.squares() ? static_cast<float>(-norm / 2) : 0.0f;
            block.norms[at] = samples_.squares() ? std::sqrt(norm) : norm;
            block.most = std::max(block.most, block.norms[at]);
        }
    }

    /// out (a.n, 64): estimates of the ranks of a's rows and b's columns; greater is nearer.
    void estimate(const NeighborBlock& a, const NeighborBlock& b, float* out) const {
        const auto kernel =
            samples_.squares() ? neighbor_kernels().products : neighbor_kernels().minus_l1s;
        kernel(a.values.data(), static_cast<std::size_t>(a.n), samples_.size(), b.columns.data(),
               b.offsets.data(), out);
    }

    /// Above `surely` a rank is below `rank`, below `possibly` it is above.
    struct Limits {
        float possibly, surely;
    };
    Limits limits(const NeighborBlock& a, std::ptrdiff_t i, const NeighborBlock& b,
                  double rank) const {
        const double norm = a.norms[static_cast<std::size_t>(i)];
        const auto d = static_cast<double>(samples_.size());
        const double rounding = (d + 8) * 0x1p-23;  // of a sum of products, twice what it can be
        // What the rows lost when they became float32, and what the subtraction of the mean cost.
        const double lost =
            0x1p-23 * (norm + b.most) + 0x1p-50 * largest_ * scale_ * (d + 1) + 0x1p-100 * (d + 1);
        double middle, doubt;
        if (samples_.squares()) {
            const double squared = (samples_.apart() == Apart::cosine ? 2 * rank : rank) * scale_ *
                                   scale_;  // the estimate is (norm^2 - squared) / 2
            middle = (norm * norm - squared) / 2;
            doubt = rounding * (norm * b.most + b.most * b.most) + lost * (norm + b.most + lost) +
                    0x1p-50 * std::abs(middle) + 0x1p-120;
        } else {
            middle = -rank * scale_;
            doubt = rounding * (norm + b.most) + lost;
        }
        doubt += 0x1p-22 * std::abs(middle);  // the limit, too, becomes float32
        if (!(std::abs(middle) + doubt < 1e38)) return {middle > 0 ? infinity : -1e38f, infinity};
        return {static_cast<float>(middle - doubt), static_cast<float>(middle + doubt)};
    }

    /// No rank between the blocks is less than this.
    double least_rank(std::ptrdiff_t a, std::ptrdiff_t b) const {
        const std::size_t size = samples_.size();
        const float* low_a = boxes_.data() + static_cast<std::size_t>(a) * 2 * size;
        const float* low_b = boxes_.data() + static_cast<std::size_t>(b) * 2 * size;
        const float *high_a = low_a + size, *high_b = low_b + size;
        float total = 0;
        for (std::size_t k = 0; k < size; ++k) {
            const float gap = std::max(std::max(low_a[k] - high_b[k], low_b[k] - high_a[k]), 0.0f);
            total += samples_.squares() ? gap * gap : gap;
        }
        // Boxes are wider than their rows, rounded outwards; the sum may be too large by this.
        const double sure = static_cast<double>(total) *
                            (1 - static_cast<double>(size + 2) * 0x1p-23) /
                            (samples_.squares() ? scale_ * scale_ : scale_);
        return samples_.apart() == Apart::cosine ? sure / 2 : sure;
    }

    static constexpr float infinity = std::numeric_limits<float>::infinity();

  private:
    /// Puts near rows together: halves by the widest of the values, down to blocks.
    void arrange(std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t n = last - first;
        if (n <= block_rows || samples_.size() == 0) return;
        std::vector<double> low(samples_.size(), std::numeric_limits<double>::infinity());
        std::vector<double> high(samples_.size(), -std::numeric_limits<double>::infinity());
        std::vector<double> row(samples_.size());
        const std::ptrdiff_t step = std::max<std::ptrdiff_t>(1, n / 64);
        for (std::ptrdiff_t i = first; i < last; i += step) {
            samples_.copy_row(id(i), row.data());
            for (std::size_t k = 0; k < row.size(); ++k) {
                low[k] = std::min(low[k], row[k]);
                high[k] = std::max(high[k], row[k]);
            }
        }
        std::size_t widest = 0;
        for (std::size_t k = 1; k < row.size(); ++k)
            if (high[k] - low[k] > high[widest] - low[widest]) widest = k;
        std::vector<std::pair<double, std::ptrdiff_t>> keys(static_cast<std::size_t>(n));
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            samples_.copy_row(id(first + i), row.data());
            keys[static_cast<std::size_t>(i)] = {row[widest], id(first + i)};
        }
        const std::ptrdiff_t half = (n / 2 + block_rows - 1) / block_rows * block_rows;
        std::nth_element(keys.begin(), keys.begin() + half, keys.end());
        for (std::ptrdiff_t i = 0; i < n; ++i)
            order_[static_cast<std::size_t>(first + i)] = keys[static_cast<std::size_t>(i)].second;
        keys = {};
        arrange(first, first + half);
        arrange(first + half, last);
    }

    void measure() {
        const std::size_t size = samples_.size();
        boxes_.assign(static_cast<std::size_t>(n_blocks()) * 2 * size, -infinity);
        std::vector<double> row(size);
        const double margin = 0x1p-22 + 0x1p-50 * largest_ * scale_;
        for (std::ptrdiff_t i = 0; i < samples_.n_rows(); ++i) {
            float* low = boxes_.data() + static_cast<std::size_t>(i / block_rows) * 2 * size;
            float* high = low + size;
            samples_.copy_row(id(i), row.data());
            for (std::size_t k = 0; k < size; ++k) {
                const double x = (row[k] - center_[k]) * scale_;
                if (i % block_rows == 0) low[k] = infinity;
                low[k] = std::min(low[k], static_cast<float>(x - margin));
                high[k] = std::max(high[k], static_cast<float>(x + margin));
            }
        }
    }

    const ExactRows& samples_;
    std::vector<double> center_;
    double largest_ = 0;
    double scale_ = 1;
    std::vector<std::ptrdiff_t> order_;
    std::vector<float> boxes_;
};

}  // namespace imgmine
