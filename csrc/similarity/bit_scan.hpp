#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/image.hpp"
#include "kernels/hamming.hpp"
#include "similarity/best.hpp"

namespace imgmine {

/// Compares some packed bit strings with blocks of a base by the number of bits that differ.
class BitScan {
  public:
    BitScan(const RowsView<std::uint8_t>& queries, const RowsView<std::uint8_t>& base)
        : base_(base),
          n_queries_(static_cast<std::size_t>(queries.n_rows)),
          n_words_((static_cast<std::size_t>(base.size) + 7) / 8),
          words_(n_queries_ * n_words_) {
        std::vector<std::uint64_t> one(n_words_ * hamming_block);
        for (std::size_t q = 0; q < n_queries_; ++q) {
            pack({queries.row(static_cast<std::ptrdiff_t>(q)), 1, base.size, 0}, one.data());
            for (std::size_t w = 0; w < n_words_; ++w)
                words_[q * n_words_ + w] = one[w * hamming_block];
        }
    }

    void scan(std::ptrdiff_t first, std::ptrdiff_t last, Best<std::uint32_t>* lists) const {
        each(
            first, last, [&](std::size_t q) { return lists[q].limit(); },
            [&](std::size_t q, std::ptrdiff_t id, std::uint32_t distance) {
                lists[q].offer({distance, id});
            });
    }

    /// take(query, row, distance) of the pairs whose distance is below limit(query).
    template <class Limit, class Take>
    void each(std::ptrdiff_t first, std::ptrdiff_t last, const Limit& limit,
              const Take& take) const {
        std::vector<std::uint64_t> block(n_words_ * hamming_block);
        std::uint32_t at[hamming_block + 1], distances[hamming_block + 1];
        for (std::ptrdiff_t b = first; b < last; b += scan_block) {
            const std::ptrdiff_t n = std::min(scan_block, last - b);
            pack({base_.row(b), n, base_.size, base_.row_stride}, block.data());
            for (std::size_t q = 0; q < n_queries_; ++q) {
                const std::size_t n_found = hamming_kernels().below(
                    block.data(), static_cast<std::size_t>(n), words_.data() + q * n_words_,
                    n_words_, limit(q), at, distances);
                for (std::size_t f = 0; f < n_found; ++f) take(q, b + at[f], distances[f]);
            }
        }
    }

    /// out[q * out_stride + row] = distance, for rows from `first` on.
    void distances(std::ptrdiff_t first, std::ptrdiff_t last, float* out,
                   std::ptrdiff_t out_stride) const {
        std::vector<std::uint64_t> block(n_words_ * hamming_block);
        for (std::ptrdiff_t b = first; b < last; b += scan_block) {
            const std::ptrdiff_t n = std::min(scan_block, last - b);
            pack({base_.row(b), n, base_.size, base_.row_stride}, block.data());
            for (std::size_t q = 0; q < n_queries_; ++q)
                hamming_kernels().distances(block.data(), static_cast<std::size_t>(n),
                                            words_.data() + q * n_words_, n_words_,
                                            out + static_cast<std::ptrdiff_t>(q) * out_stride + b);
        }
    }

  private:
    static_assert(scan_block == static_cast<std::ptrdiff_t>(hamming_block));

    static void pack(const RowsView<std::uint8_t>& rows, std::uint64_t* block) {
        hamming_kernels().pack(rows.data, static_cast<std::size_t>(rows.row_stride),
                               static_cast<std::size_t>(rows.n_rows),
                               static_cast<std::size_t>(rows.size), block);
    }

    RowsView<std::uint8_t> base_;
    std::size_t n_queries_, n_words_;
    std::vector<std::uint64_t> words_;
};

}  // namespace imgmine
