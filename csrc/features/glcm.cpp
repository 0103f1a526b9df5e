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
          by_triples_(is_square(options)),
          everywhere_(!options.mask.data && !options.labels.data) {
        // Each table is there twice for the kernels, once where pairs are chosen one by one.
        if (!everywhere_)
            chosen_.resize(options.n_tables() * size_);
        else
            pairs_.resize(2 * options.offsets.size() * size_);
        if (by_triples_) triples_.resize(2 * 2 * 32768);
    }

    void add(std::ptrdiff_t y) {
        rows_.check(y);
        if (by_triples_) return add_square(y);
        for (std::size_t k = 0; k < options_.offsets.size(); ++k) add_offset(k, y);
    }

    void flush(Counts& counts) {
        if (by_triples_) flush_triples();
        const auto levels = static_cast<std::size_t>(options_.levels);
        for (std::size_t t = 0; t < options_.n_tables(); ++t)
            for (std::size_t i = 0; i < levels; ++i)
                for (std::size_t j = 0; j < levels; ++j) {
                    const std::size_t at = i << shift_ | j;
                    counts[(t * levels + i) * levels + j] +=
                        everywhere_ ? std::uint64_t{pairs_[2 * t * size_ + at]} +
                                          pairs_[(2 * t + 1) * size_ + at]
                                    : chosen_[t * size_ + at];
                }
    }

  private:
    /// The four neighbours of Haralick in this order: their pairs are counted three at a time.
    static bool is_square(const GlcmOptions& options) {
        constexpr PixelOffset square[] = {{0, 1}, {1, 1}, {1, 0}, {1, -1}};
        return !options.mask.data && !options.labels.data && options.levels <= 32 &&
               options.levels > 8 && options.offsets.size() == 4 &&
               std::equal(options.offsets.begin(), options.offsets.end(), square,
                          [](PixelOffset a, PixelOffset b) {
                              return a.row == b.row && a.column == b.column;
                          });
    }

    void add_pairs(std::size_t k, const std::uint8_t* first, const std::uint8_t* second,
                   std::ptrdiff_t n) {
        if (n > 0)
            cooccurrence_kernels().count_pairs(first, second, static_cast<std::size_t>(n), shift_,
                                               pairs_.data() + 2 * k * size_);
    }

    void add_offset(std::size_t k, std::ptrdiff_t y) {
        const auto [down, right] = options_.offsets[k];
        if (y + down < 0 || y + down >= image_.height) return;
        const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, -right);
        const std::ptrdiff_t last = std::min(image_.width, image_.width - right);
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

    /// Of each square of four pixels, the upper left one and its right and lower neighbours are
    /// counted as one triple, which three directions are read from. Triples along the falling
    /// diagonal, on every other row, hold the fourth.
    void add_square(std::ptrdiff_t y) {
        const std::uint8_t* a = rows_.row(y);
        const std::ptrdiff_t n = image_.width - 1;
        if (y + 1 == image_.height) return add_pairs(0, a, a + 1, n);
        const std::uint8_t* b = rows_.row(y + 1);
        const auto triples = [&](const std::uint8_t* p, const std::uint8_t* q,
                                 const std::uint8_t* r, std::ptrdiff_t m, std::size_t table) {
            if (m > 0)
                cooccurrence_kernels().count_triples(p, q, r, static_cast<std::size_t>(m),
                                                     triples_.data() + table * 65536);
        };
        triples(a, a + 1, b, n, 0);
        add_pairs(2, a + n, b + n, 1);
        if (y % 2 == 1) {  // the row above has counted all but the first, if it could
            add_pairs(1, a, b + 1, std::min<std::ptrdiff_t>(n, 1));
        } else if (y + 2 == image_.height) {
            add_pairs(1, a, b + 1, n);
        } else {
            triples(a, b + 1, rows_.row(y + 2) + 2, n - 1, 1);
            if (n > 0) add_pairs(1, a + n - 1, b + n, 1);
        }
    }

    void flush_triples() {
        const auto add = [&](std::size_t k, std::size_t i, std::size_t j, std::uint32_t count) {
            pairs_[2 * k * size_ + (i << shift_ | j)] += count;
        };
        for (std::size_t i = 0; i < 32; ++i)
            for (std::size_t j = 0; j < 32; ++j)
                for (std::size_t k = 0; k < 32; ++k) {
                    const std::uint32_t* at = triples_.data() + (i << 10 | j << 5 | k);
                    if (const std::uint32_t corner = at[0] + at[32768]) {
                        add(0, i, j, corner);
                        add(2, i, k, corner);
                        add(3, j, k, corner);
                    }
                    if (const std::uint32_t line = at[65536] + at[98304]) {
                        add(1, i, j, line);
                        add(1, j, k, line);
                    }
                }
        std::fill(triples_.begin(), triples_.end(), 0u);
    }

    ImageView<const std::uint8_t> image_;
    const GlcmOptions& options_;
    LevelRows rows_;
    unsigned shift_;
    std::size_t size_;
    bool by_triples_, everywhere_;
    std::vector<std::uint32_t> pairs_, triples_;
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
