#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "kernels/counts.hpp"
#include "kernels/histogram.hpp"

namespace imgmine {

/// Counts bytes of rows, many a call, in the way that is fastest for as many as are expected.
class ByteCounts {
  public:
    explicit ByteCounts(std::ptrdiff_t expected)
        : in_pairs_(expected >= worth_pairs), counts_(1024), total_(256) {}

    void add(const std::uint8_t* values, std::ptrdiff_t n) {
        constexpr std::ptrdiff_t most = std::ptrdiff_t{1} << 30;  // 32 bits hold two of these
        for (; n > 0; values += most, n -= most) {
            const auto part = static_cast<std::size_t>(std::min(n, most));
            if ((held_ += part) > 2u * most) flush(), held_ = part;
            if (!in_pairs_) {
                histogram_kernels().count_bytes(values, part, counts_.data());
                continue;
            }
            if (pairs_.empty()) pairs_.resize(65536);
            const bool rough = is_rough(values, part);
            if (rough && bytes_.empty()) bytes_.resize(pairs_.size());
            counts_kernels().count_pairs(values, part, pairs_.data(),
                                         rough ? bytes_.data() : nullptr, counts_.data());
        }
    }

    /// The counts of all 256 values; starts anew.
    std::vector<std::uint64_t> take() {
        flush();
        held_ = 0;
        std::vector<std::uint64_t> total(256);
        total.swap(total_);
        return total;
    }

  private:
    /// Whether neighbours are unlike: their pairs would be all over the table, out of the cache.
    static bool is_rough(const std::uint8_t* values, std::size_t n) {
        constexpr std::size_t samples = 32;
        int far = 0;
        for (std::size_t k = 0; k < samples && n > 2 * samples; ++k) {
            const std::uint8_t* at = values + k * (n - 1) / samples;
            far += at[0] > at[1] + 24 || at[1] > at[0] + 24;
        }
        return far > static_cast<int>(samples) / 3;
    }

    // Clearing and adding up a table of pairs takes as long as counting so many bytes.
    static constexpr std::ptrdiff_t worth_pairs = 100000;

    void flush() {
        if (!bytes_.empty()) counts_kernels().add_bytes(bytes_.data(), pairs_.data());
        if (!pairs_.empty()) counts_kernels().fold_pairs(pairs_.data(), total_.data());
        for (std::size_t i = 0; i < counts_.size(); ++i) total_[i % 256] += counts_[i];
        std::fill(counts_.begin(), counts_.end(), 0);
    }

    bool in_pairs_;
    std::vector<std::uint32_t> pairs_, counts_;
    std::vector<std::uint8_t> bytes_;  // of pairs, where neighbours are unlike
    std::vector<std::uint64_t> total_;
    std::size_t held_ = 0;
};

/// How often each value occurs in rows [first, last), channel after channel: 256 counts each.
inline std::vector<std::uint64_t> byte_counts_of_rows(ImageView<const std::uint8_t> image,
                                                      std::ptrdiff_t first, std::ptrdiff_t last) {
    const auto channels = static_cast<std::size_t>(image.channels);
    if (channels == 1) {
        ByteCounts counts((last - first) * image.width);
        for (std::ptrdiff_t y = first; y < last; ++y) counts.add(image.row(y), image.width);
        return counts.take();
    }
    std::vector<std::uint64_t> total(256 * channels);
    std::vector<std::uint32_t> tables(2 * total.size());
    for (std::ptrdiff_t y = first; y < last; ++y) {
        counts_kernels().count_channels(image.row(y), static_cast<std::size_t>(image.width),
                                        channels, tables.data());
        const std::ptrdiff_t since = y + 1 - first, most = (std::ptrdiff_t{1} << 31) / image.width;
        if (y + 1 < last && since % std::max<std::ptrdiff_t>(most, 1) != 0) continue;
        for (std::size_t i = 0; i < tables.size(); ++i) total[i % total.size()] += tables[i];
        std::fill(tables.begin(), tables.end(), 0);
    }
    return total;
}

/// How often each value occurs in `image`, channel after channel: 256 counts each.
inline std::vector<std::uint64_t> byte_counts(ImageView<const std::uint8_t> image) {
    std::vector<std::uint64_t> counts(256 * static_cast<std::size_t>(image.channels));
    if (image.empty()) return counts;
    std::mutex mutex;
    parallel_for(image.height, row_grain(image.row_size(), 0.4),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     const auto mine = byte_counts_of_rows(image, first, last);
                     const std::lock_guard lock(mutex);
                     for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += mine[i];
                 });
    return counts;
}

}  // namespace imgmine
