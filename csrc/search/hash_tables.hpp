#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/image.hpp"
#include "base/parallel.hpp"
#include "kernels/distance.hpp"

namespace imgmine {

/// For each 16 bits of some hashes, a table of the hashes by them.
///
/// Of two hashes that differ in fewer than (flips + 1) * parts() bits, one part differs in at most
/// `flips`: so all hashes that near to a query stand in few lists.
class HashTables {
  public:
    static constexpr std::size_t n_keys = 65536;

    /// How many hashes, from the first on, are in the tables.
    std::ptrdiff_t n_rows() const { return n_rows_; }
    std::ptrdiff_t n_parts() const { return static_cast<std::ptrdiff_t>(starts_.size()); }
    void clear() {
        n_rows_ = 0;
        starts_.clear();
        rows_.clear();
    }

    void build(const RowsView<std::uint8_t>& hashes) {
        n_rows_ = hashes.n_rows;
        const auto n_parts = static_cast<std::size_t>(hashes.size / 2);
        starts_.assign(n_parts, {});
        rows_.assign(n_parts, {});
        parallel_for(hashes.size / 2, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (std::ptrdiff_t p = first; p < last; ++p) build_part(hashes, p);
        });
    }

    /// How many hashes the lists hold that visit() goes through, not counted further than `most`.
    std::ptrdiff_t cost(const std::uint8_t* query, int flips, std::ptrdiff_t most) const {
        std::ptrdiff_t total = 0;
        for (std::ptrdiff_t p = 0; p < n_parts() && total <= most; ++p)
            each_key(key(query, p), flips, [&](std::uint16_t k) {
                const auto& starts = starts_[static_cast<std::size_t>(p)];
                total += 1 + starts[k + std::size_t{1}] - starts[k];
            });
        return total;
    }

    /// take(row, distance) of every hash that differs from the query in at most `radius` bits and
    /// has a part that differs in at most `flips`: once.
    template <class Take>
    void visit(const RowsView<std::uint8_t>& hashes, const std::uint8_t* query, int flips,
               std::uint32_t radius, const Take& take) const {
        const auto hamming = distance_kernels().hamming;
        const auto size = static_cast<std::size_t>(hashes.size);
        for (std::ptrdiff_t p = 0; p < n_parts(); ++p)
            each_key(key(query, p), flips, [&](std::uint16_t k) {
                const auto& starts = starts_[static_cast<std::size_t>(p)];
                const std::uint32_t* list = rows_[static_cast<std::size_t>(p)].data();
                for (std::uint32_t i = starts[k]; i < starts[k + std::size_t{1}]; ++i) {
                    if (i + ahead < starts[k + std::size_t{1}])
                        __builtin_prefetch(hashes.row(list[i + ahead]));
                    const std::uint8_t* hash = hashes.row(list[i]);
                    const auto d = static_cast<std::uint32_t>(hamming(hash, query, size));
                    if (d <= radius && !seen_before(hash, query, p, flips)) take(list[i], d);
                }
            });
    }

  private:
    static constexpr std::uint32_t ahead = 8;

    static std::uint16_t key(const std::uint8_t* hash, std::ptrdiff_t part) {
        std::uint16_t value;
        std::memcpy(&value, hash + 2 * part, 2);
        return value;
    }

    /// use(key) of all keys that differ in at most `flips` bits, 0 or 1.
    template <class Use>
    static void each_key(std::uint16_t exact, int flips, const Use& use) {
        use(exact);
        for (int bit = 0; bit < (flips ? 16 : 0); ++bit)
            use(static_cast<std::uint16_t>(exact ^ (1u << bit)));
    }

    /// Whether an earlier part has led to the hash, too.
    static bool seen_before(const std::uint8_t* hash, const std::uint8_t* query,
                            std::ptrdiff_t part, int flips) {
        for (std::ptrdiff_t p = 0; p < part; ++p)
            if (std::popcount(static_cast<unsigned>(key(hash, p) ^ key(query, p))) <= flips)
                return true;
        return false;
    }

    void build_part(const RowsView<std::uint8_t>& hashes, std::ptrdiff_t p) {
        std::vector<std::uint32_t>& starts = starts_[static_cast<std::size_t>(p)];
        std::vector<std::uint32_t>& rows = rows_[static_cast<std::size_t>(p)];
        starts.assign(n_keys + 1, 0);
        rows.resize(static_cast<std::size_t>(hashes.n_rows));
        for (std::ptrdiff_t i = 0; i < hashes.n_rows; ++i)
            ++starts[key(hashes.row(i), p) + std::size_t{1}];
        for (std::size_t k = 0; k < n_keys; ++k) starts[k + 1] += starts[k];
        std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
        for (std::ptrdiff_t i = 0; i < hashes.n_rows; ++i)
            rows[next[key(hashes.row(i), p)]++] = static_cast<std::uint32_t>(i);
    }

    std::ptrdiff_t n_rows_ = 0;
    std::vector<std::vector<std::uint32_t>> starts_, rows_;  ///< of each part
};

}  // namespace imgmine
