#include "features/glcm.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/cooccurrence.hpp"
#include "kernels/lookup.hpp"

namespace imgmine {
namespace {

using Counts = std::vector<std::uint64_t>;

std::array<std::uint8_t, 256> quantizer(const GlcmOptions& options) {
    std::array<std::uint8_t, 256> table;
    for (int v = 0; v < 256; ++v)
        table[static_cast<std::size_t>(v)] =
            static_cast<std::uint8_t>(options.quantize ? v * options.levels / 256 : v);
    return table;
}

/// Quantized rows, asked for in an order that rises but for the reach of the offsets.
class LevelRows {
  public:
    LevelRows(ImageView<const std::uint8_t> image, const GlcmOptions& options, std::ptrdiff_t reach)
        : image_(image),
          levels_(options.levels),
          copies_(options.quantize && options.levels < 256),
          table_(quantizer(options)),
          n_slots_(2 * reach + 1),
          rows_(copies_ ? static_cast<std::size_t>(n_slots_ * image.width) : 0),
          held_(static_cast<std::size_t>(n_slots_), -1) {}

    const std::uint8_t* row(std::ptrdiff_t y) {
        const std::uint8_t* row = image_.row(y);
        if (!copies_) return row;
        const std::ptrdiff_t slot = y % n_slots_;
        std::uint8_t* copy = rows_.data() + slot * image_.width;
        if (held_[static_cast<std::size_t>(slot)] != y) {
            held_[static_cast<std::size_t>(slot)] = y;
            lookup_kernels().apply_table(row, static_cast<std::size_t>(image_.width), table_.data(),
                                         copy);
        }
        return copy;
    }

    /// Throws unless all values of a row are below the number of levels.
    void check(std::ptrdiff_t y) const {
        if (copies_ || levels_ == 256) return;
        const std::uint8_t* row = image_.row(y);
        const std::uint8_t most = *std::max_element(row, row + image_.width);
        require(most < levels_, "image must have values below levels = " + std::to_string(levels_) +
                                    ", got " + std::to_string(most) +
                                    "; quantize=True scales them");
    }

  private:
    ImageView<const std::uint8_t> image_;
    int levels_;
    bool copies_;
    std::array<std::uint8_t, 256> table_;
    std::ptrdiff_t n_slots_;
    std::vector<std::uint8_t> rows_;
    std::vector<std::ptrdiff_t> held_;
};

/// Counts the pairs of one thread's rows.
class PairCounter {
  public:
    PairCounter(ImageView<const std::uint8_t> image, const GlcmOptions& options,
                std::ptrdiff_t reach)
        : image_(image),
          options_(options),
          rows_(image, options, reach),
          shift_(static_cast<unsigned>(std::bit_width(static_cast<unsigned>(options.levels - 1)))),
          size_(std::size_t{1} << 2 * shift_),
          everywhere_(!options.mask.data && !options.labels.data),
          together_(way_of(image, options)),
          copies_(size_ <= 4096 ? 2 : 1) {
        if (everywhere_)
            pairs_.resize(copies_ * options.offsets.size() * size_);
        else
            chosen_.resize(options.n_tables() * size_);
        if (together_ == Together::triples) tuples_.resize(4 * 32768);
        if (together_ == Together::squares) tuples_.resize(2 * size_ * size_);
    }

    void add(std::ptrdiff_t y) {
        rows_.check(y);
        if (together_ != Together::none) return add_neighbours(y);
        std::size_t k = 0;
        if (everywhere_)
            for (; k + 4 <= options_.offsets.size(); k += 4) add_four(k, y);
        for (; k < options_.offsets.size(); ++k) add_offset(k, y);
    }

    void flush(Counts& counts) {
        if (together_ == Together::triples) flush_triples();
        if (together_ == Together::squares) flush_squares();
        const auto levels = static_cast<std::size_t>(options_.levels);
        for (std::size_t t = 0; t < options_.n_tables(); ++t)
            for (std::size_t i = 0; i < levels; ++i)
                for (std::size_t j = 0; j < levels; ++j) {
                    std::uint64_t& count = counts[(t * levels + i) * levels + j];
                    const std::size_t at = i << shift_ | j;
                    if (!everywhere_) count += chosen_[t * size_ + at];
                    for (std::size_t c = 0; everywhere_ && c < copies_; ++c)
                        count += pairs_[(copies_ * t + c) * size_ + at];
                }
    }

  private:
    /// How the pairs of the four neighbours of Haralick are counted, several at a time.
    enum class Together { none, triples, squares };

    static Together way_of(ImageView<const std::uint8_t> image, const GlcmOptions& options) {
        constexpr PixelOffset four[] = {{0, 1}, {1, 1}, {1, 0}, {1, -1}};
        const auto same = [](PixelOffset a, PixelOffset b) {
            return a.row == b.row && a.column == b.column;
        };
        if (options.mask.data || options.labels.data || options.levels > 32 ||
            !std::equal(options.offsets.begin(), options.offsets.end(), four, four + 4, same))
            return Together::none;
        // Reading the tables must not cost more than filling them.
        const std::ptrdiff_t pixels = image.height * image.width;
        const auto entries = [&](unsigned values) {
            return std::ptrdiff_t{1}
                   << values * std::bit_width(static_cast<unsigned>(options.levels - 1));
        };
        if (options.levels <= 16 && pixels >= 4 * entries(4)) return Together::squares;
        return options.levels > 16 && pixels >= 8 * entries(3) ? Together::triples : Together::none;
    }

    std::uint32_t* table(std::size_t k) { return pairs_.data() + copies_ * k * size_; }

    void add_pairs(std::size_t k, const std::uint8_t* first, const std::uint8_t* second,
                   std::ptrdiff_t n) {
        if (n > 0)
            cooccurrence_kernels().count_pairs(first, second, static_cast<std::size_t>(n), shift_,
                                               table(k), copies_ == 2 ? size_ : 0);
    }

    /// Columns in which a pixel has its partner in the image: the first, and the one after the
    /// last.
    std::array<std::ptrdiff_t, 2> columns(std::size_t k) const {
        const std::ptrdiff_t right = options_.offsets[k].column;
        return {std::max<std::ptrdiff_t>(0, -right), std::min(image_.width, image_.width - right)};
    }

    bool has_row(std::size_t k, std::ptrdiff_t y) const {
        const std::ptrdiff_t partner = y + options_.offsets[k].row;
        return partner >= 0 && partner < image_.height;
    }

    /// Four offsets at once in the columns that all of them have.
    void add_four(std::size_t k, std::ptrdiff_t y) {
        std::ptrdiff_t first = 0, last = image_.width;
        bool all = true;
        for (std::size_t i = k; i < k + 4; ++i) {
            const auto [begin, end] = columns(i);
            first = std::max(first, begin);
            last = std::min(last, end);
            all = all && has_row(i, y);
        }
        if (!all || first >= last) {
            for (std::size_t i = k; i < k + 4; ++i) add_offset(i, y);
            return;
        }
        const std::uint8_t *row = rows_.row(y), *seconds[4];
        std::uint32_t* tables[4];
        for (std::size_t i = 0; i < 4; ++i) {
            const auto [down, right] = options_.offsets[k + i];
            const std::uint8_t* partners = rows_.row(y + down) + right;
            const auto [begin, end] = columns(k + i);
            add_pairs(k + i, row + begin, partners + begin, first - begin);
            add_pairs(k + i, row + last, partners + last, end - last);
            seconds[i] = partners + first;
            tables[i] = table(k + i);
        }
        cooccurrence_kernels().count_four(row + first, seconds,
                                          static_cast<std::size_t>(last - first), shift_, tables);
    }

    void add_offset(std::size_t k, std::ptrdiff_t y) {
        if (!has_row(k, y)) return;
        const auto [down, right] = options_.offsets[k];
        const auto [first, last] = columns(k);
        const std::uint8_t *a = rows_.row(y), *b = rows_.row(y + down);
        if (everywhere_) return add_pairs(k, a + first, b + first + right, last - first);
        for (std::ptrdiff_t x = first; x < last; ++x) {
            const std::ptrdiff_t region = region_of(y, x, y + down, x + right);
            if (region < 0) continue;
            const std::size_t table =
                static_cast<std::size_t>(region) * options_.offsets.size() + k;
            ++chosen_[table * size_ + (std::size_t{a[x]} << shift_ | b[x + right])];
        }
    }

    /// Of two pixels: 0 where a mask holds both, a label less 1 where both have it, or -1.
    std::ptrdiff_t region_of(std::ptrdiff_t y, std::ptrdiff_t x, std::ptrdiff_t y2,
                             std::ptrdiff_t x2) const {
        if (options_.mask.data)
            return options_.mask.row(y)[x] && options_.mask.row(y2)[x2] ? 0 : -1;
        const std::int32_t label = options_.labels.row(y)[x];
        return label > 0 && label == options_.labels.row(y2)[x2] ? label - 1 : -1;
    }

    /// Of few levels, each square of four pixels is counted as one, which all four directions are
    /// read from. Else its upper left pixel and the right and lower neighbours are counted as one
    /// triple, which three are read from, and triples along the falling diagonal, on every other
    /// row, hold the fourth.
    void add_neighbours(std::ptrdiff_t y) {
        const std::uint8_t* a = rows_.row(y);
        const std::ptrdiff_t n = image_.width - 1;
        if (y + 1 == image_.height) return add_pairs(0, a, a + 1, n);
        const std::uint8_t* b = rows_.row(y + 1);
        add_pairs(2, a + n, b + n, 1);
        if (n == 0) return;
        if (together_ == Together::squares)
            return cooccurrence_kernels().count_squares(a, b, static_cast<std::size_t>(n), shift_,
                                                        tuples_.data());
        const auto triples = [&](const std::uint8_t* second, const std::uint8_t* third,
                                 std::ptrdiff_t m, std::size_t table) {
            cooccurrence_kernels().count_triples(a, second, third, static_cast<std::size_t>(m),
                                                 tuples_.data() + table * 65536);
        };
        triples(a + 1, b, n, 0);
        if (y % 2 == 1) {  // the row above has counted all but the first
            add_pairs(1, a, b + 1, 1);
        } else if (y + 2 == image_.height) {
            add_pairs(1, a, b + 1, n);
        } else {
            triples(b + 1, rows_.row(y + 2) + 2, n - 1, 1);
            add_pairs(1, a + n - 1, b + n, 1);
        }
    }

    void spread(std::size_t k, std::size_t i, std::size_t j, std::uint32_t count) {
        table(k)[i << shift_ | j] += count;
    }

    void flush_triples() {
        for (std::size_t at = 0; at < 32768; ++at) {
            const std::size_t i = at >> 10, j = at >> 5 & 31, k = at & 31;
            if (const std::uint32_t corner = tuples_[at] + tuples_[at + 32768]) {
                spread(0, i, j, corner);
                spread(2, i, k, corner);
                spread(3, j, k, corner);
            }
            if (const std::uint32_t line = tuples_[at + 65536] + tuples_[at + 98304]) {
                spread(1, i, j, line);
                spread(1, j, k, line);
            }
        }
    }

    void flush_squares() {
        const std::size_t entries = size_ * size_, mask = (std::size_t{1} << shift_) - 1;
        for (std::size_t at = 0; at < entries; ++at) {
            const std::uint32_t count = tuples_[at] + tuples_[entries + at];
            if (count == 0) continue;
            const std::size_t a = at >> 3 * shift_, b = at >> 2 * shift_ & mask;
            const std::size_t c = at >> shift_ & mask, d = at & mask;
            spread(0, a, b, count);
            spread(1, a, d, count);
            spread(2, a, c, count);
            spread(3, b, c, count);
        }
    }

    ImageView<const std::uint8_t> image_;
    const GlcmOptions& options_;
    LevelRows rows_;
    unsigned shift_;
    std::size_t size_;
    bool everywhere_;
    Together together_;
    std::size_t copies_;  // of each table of pairs, where they are small
    std::vector<std::uint32_t> pairs_, tuples_;
    Counts chosen_;
};

}  // namespace

Counts glcm(ImageView<const std::uint8_t> src, const GlcmOptions& options) {
    require(options.levels >= 1 && options.levels <= 256,
            "levels must be from 1 to 256, got " + std::to_string(options.levels));
    const auto levels = static_cast<std::size_t>(options.levels);
    Counts counts(options.n_tables() * levels * levels);
    if (src.empty()) return counts;
    std::ptrdiff_t reach = 1;
    for (const PixelOffset offset : options.offsets)
        if (std::abs(offset.row) < src.height) reach = std::max(reach, std::abs(offset.row));
    std::mutex mutex;
    const double cost = 0.5 * static_cast<double>(options.offsets.size());
    // Clearing and adding up tables must stay small beside the counting.
    const std::ptrdiff_t grain =
        std::max(row_grain(src.width, cost), static_cast<std::ptrdiff_t>(counts.size()) /
                                                 std::max<std::ptrdiff_t>(src.width, 1));
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        PairCounter counter(src, options, reach);
        Counts mine(counts.size());
        // 32-bit counts of a thread hold 2^31 pixels.
        const std::ptrdiff_t most =
            std::max<std::ptrdiff_t>(1, (std::ptrdiff_t{1} << 31) / src.width);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            counter.add(y);
            require(y - first < most, "image must have fewer than 2^31 pixels");
        }
        counter.flush(mine);
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += mine[i];
    });
    return counts;
}

}  // namespace imgmine
