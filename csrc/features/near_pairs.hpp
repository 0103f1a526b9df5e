#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "features/gray_levels.hpp"
#include "kernels/cooccurrence.hpp"

// Pairs of neighbours in pictures, where most are near each other in value.
namespace imgmine {

/// Counts the pairs of the four neighbours of Haralick, right, lower right, below and lower left,
/// in rows where most are alike: several pairs have one number together, as their differences are
/// small, and are counted as one. Of up to 32 levels these are the eight that begin in two pixels,
/// of more levels three or two.
class NearPairs {
  public:
    /// Adds to `pairs`, of the four directions.
    NearPairs(ImageView<const std::uint8_t> image, const PairTables& pairs)
        : image_(image), pairs_(pairs) {}

    /// Whether this is how rows [first, last) are counted fastest.
    bool suits(LevelRows& rows, std::ptrdiff_t first, std::ptrdiff_t last) const {
        const std::size_t entries = in_blocks() ? 2 * NearBlocks::size : NearTriples::size;
        // Reading the tables must not cost more than filling them.
        if (last == image_.height) --last;
        if (first >= last || image_.width < 64 || image_.width > most_codes ||
            image_.height * image_.width < 4 * static_cast<std::ptrdiff_t>(entries))
            return false;
        constexpr std::ptrdiff_t samples = 64;
        int near = 0;
        for (std::ptrdiff_t k = 0; k < samples; ++k) {
            const std::ptrdiff_t y = first + k * 7 % (last - first);
            const std::ptrdiff_t x = (2 * k + 1) * (image_.width - 2) / (2 * samples);
            near += is_near(rows.row(y) + x, rows.row(y + 1) + x);
        }
        return near >= (in_blocks() ? 52 : 48);
    }

    void add(LevelRows& rows, std::ptrdiff_t first, std::ptrdiff_t last) {
        if (in_blocks())
            blocks_.resize(NearBlocks::size + 1);
        else
            triples_.resize(2 * NearTriples::size);
        for (std::ptrdiff_t y = first; y < last; ++y) add_row(rows, y);
        if (in_blocks()) return;
        for (std::ptrdiff_t y = first; y < last; y += 2) add_lines(rows, y, y + 1 < last);
    }

    void flush() {
        if (!blocks_.empty()) flush_blocks();
        for (std::size_t table = 0; !triples_.empty() && table < 2; ++table) drain(table, 1);
    }

  private:
    /// Of 16-bit counts, of which none is larger than the other number at first.
    static constexpr std::ptrdiff_t most_codes = 49151, most_kept = 16384;

    bool in_blocks() const { return pairs_.levels <= 32; }

    bool is_near(const std::uint8_t* a, const std::uint8_t* b) const {
        const auto alike = [](int x, int y) { return std::abs(x - y) <= 1; };
        if (in_blocks())
            return alike(a[0], a[1]) && alike(a[1], a[2]) && alike(a[0], b[0]) &&
                   alike(a[1], b[1]) && alike(a[2], b[2]);
        return std::abs(a[0] - a[1]) <= 11 && std::abs(a[0] - b[0]) <= 10;
    }

    void spread(std::size_t k, std::size_t i, std::size_t j, std::uint32_t count) {
        pairs_.table(k)[i * pairs_.levels + j] += count;
    }

    /// All directions but the falling diagonal, of blocks that, too.
    void add_row(LevelRows& rows, std::ptrdiff_t y) {
        const std::uint8_t* a = rows.row(y);
        const std::ptrdiff_t n = image_.width - 1;
        if (y + 1 == image_.height) {
            for (std::ptrdiff_t x = 0; x < n; ++x) spread(0, a[x], a[x + 1], 1);
            return;
        }
        const std::uint8_t* b = rows.row(y + 1);
        spread(2, a[n], b[n], 1);
        if (!in_blocks()) return add_triples(0, a, a + 1, b, n);
        cooccurrence_kernels().count_near_blocks(a, b, static_cast<std::size_t>(n / 2),
                                                 blocks_.data(), pairs_);
        if (n % 2 == 0) return;
        spread(0, a[n - 1], a[n], 1);
        spread(1, a[n - 1], b[n], 1);
        spread(2, a[n - 1], b[n - 1], 1);
        spread(3, a[n], b[n - 1], 1);
    }

    /// The falling diagonal of row y, and of the one below, if it is asked for, too.
    void add_lines(LevelRows& rows, std::ptrdiff_t y, bool two) {
        if (y + 1 == image_.height) return;
        const std::uint8_t *a = rows.row(y), *b = rows.row(y + 1);
        const std::ptrdiff_t n = image_.width - 1;
        if (!two || y + 2 == image_.height) {
            for (std::ptrdiff_t x = 0; x < n; ++x) spread(1, a[x], b[x + 1], 1);
            return;
        }
        const std::uint8_t* c = rows.row(y + 2);
        spread(1, a[n - 1], b[n], 1);
        spread(1, b[0], c[1], 1);
        add_triples(1, a, b + 1, c + 2, n - 1);
    }

    void add_triples(std::size_t table, const std::uint8_t* first, const std::uint8_t* second,
                     const std::uint8_t* third, std::ptrdiff_t n) {
        if (held_[table] + n > most_codes) drain(table, most_kept);
        held_[table] += n;
        const std::uint8_t* const triples[] = {first, second, third};
        std::uint32_t* const corners[] = {pairs_.table(0), pairs_.table(3), pairs_.table(2)};
        std::uint32_t* const lines[] = {pairs_.table(1), pairs_.table(1), nullptr};
        cooccurrence_kernels().count_near(triples, static_cast<std::size_t>(n), triples_of(table),
                                          pairs_.levels, table == 0 ? corners : lines);
    }

    std::uint16_t* triples_of(std::size_t table) {
        return triples_.data() + table * NearTriples::size;
    }

    /// Moves counts of at least `least`, a power of two, to the pairs.
    void drain(std::size_t table, std::uint16_t least) {
        constexpr std::size_t size = NearTriples::size;
        held_[table] = 0;
        std::uint16_t* counts = triples_of(table);
        const auto find = cooccurrence_kernels().find_counts;
        for (std::size_t at = 0; (at = find(counts, at, size, least)) < size;)
            for (const std::size_t end = at + 256; at < end; ++at)
                if (counts[at] >= least) {
                    spread_triple(table, at, counts[at]);
                    counts[at] = 0;
                }
    }

    void spread_triple(std::size_t table, std::size_t code, std::uint32_t count) {
        const std::size_t part = code % 512;
        if (part >= 504) return;  // of no triple
        // Differences are of bytes, which wrap around: 0 is near 255.
        const std::size_t i = code / 512, j = (i + part % 24 - 12) & 255,
                          k = (i + part / 24 - 10) & 255;
        spread(table == 0 ? 0 : 1, i, j, count);
        spread(table == 0 ? 3 : 1, j, k, count);
        if (table == 0) spread(2, i, k, count);
    }

    void flush_blocks() {
        for (std::size_t code = 0; code < NearBlocks::size; ++code) {
            const std::uint32_t count = blocks_[code];
            if (count == 0) continue;
            std::size_t digits = code / 32;
            const auto next = [&digits](std::size_t from) {
                const std::size_t value = from + digits % 3 - 1;
                digits /= 3;
                return value;
            };
            const std::size_t a = code % 32, b = next(a), d = next(a), c = next(b), e = next(b),
                              f = next(c);
            const std::size_t upper[3] = {a, b, c}, lower[3] = {d, e, f};
            for (std::size_t x = 0; x < 2; ++x) {
                spread(0, upper[x], upper[x + 1], count);
                spread(1, upper[x], lower[x + 1], count);
                spread(2, upper[x], lower[x], count);
                spread(3, upper[x + 1], lower[x], count);
            }
        }
    }

    ImageView<const std::uint8_t> image_;
    PairTables pairs_;
    std::vector<std::uint32_t> blocks_;
    std::vector<std::uint16_t> triples_;
    std::ptrdiff_t held_[2] = {};
};

}  // namespace imgmine
