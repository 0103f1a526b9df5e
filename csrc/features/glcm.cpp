#include "features/glcm.hpp"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "features/gray_levels.hpp"
#include "features/near_pairs.hpp"
#include "kernels/cooccurrence.hpp"

namespace imgmine {
namespace {

using Counts = std::vector<std::uint64_t>;

/// Tables of counts of tuples: wide ones, and bytes, which small tables and rough images use.
class Tables {
  public:
    Tables(std::size_t n, std::size_t size)
        : n_(n),
          size_(size),
          small_(size <= PairCounts::most_small),
          bytes_stride_(small_ ? 8 * PairCounts::small_stride : size) {}

    /// From one wide table to the next: not 4096, see PairCounts.
    std::size_t stride() const { return size_ + 48; }

    std::uint32_t* wide(std::size_t k) {
        if (wide_.empty()) wide_.resize(n_ * stride());
        return wide_.data() + k * stride();
    }
    PairCounts table(std::size_t k, bool rough) {
        if (!rough && !small_) return {wide(k), nullptr, false};
        if (bytes_.empty()) bytes_.resize(n_ * bytes_stride_);
        return {wide(k), bytes_.data() + k * bytes_stride_, small_};
    }

    bool in_use() const { return !wide_.empty(); }

    /// Adds the bytes to the wide counts of table k, which it returns.
    const std::uint32_t* total(std::size_t k) {
        std::uint32_t* const counts = wide(k);
        for (std::size_t copy = 0; !bytes_.empty() && copy < (small_ ? 8 : 1); ++copy) {
            std::uint8_t* bytes =
                bytes_.data() + k * bytes_stride_ + copy * PairCounts::small_stride;
            for (std::size_t at = 0; at < size_; ++at) counts[at] += bytes[at];
            std::fill_n(bytes, size_, std::uint8_t{0});
        }
        return counts;
    }

  private:
    std::size_t n_, size_;
    bool small_;
    std::size_t bytes_stride_;
    std::vector<std::uint32_t> wide_;
    std::vector<std::uint8_t> bytes_;
};

/// Counts the pairs of one thread's rows.
class PairCounter {
  public:
    /// Of rows that are added together.
    static constexpr std::ptrdiff_t rows_at_once = 32;

    PairCounter(ImageView<const std::uint8_t> image, const GlcmOptions& options,
                std::ptrdiff_t reach)
        : image_(image),
          options_(options),
          rows_(image, options, 2 * reach + rows_at_once),
          levels_(static_cast<std::uint16_t>(options.levels)),
          size_(std::size_t{levels_} * levels_),
          everywhere_(!options.mask.data && !options.labels.data),
          together_(way_of(image, options)),
          pairs_(everywhere_ ? options.offsets.size() : 0, size_),
          tuples_(together_ == Together::none ? 0 : 2,
                  together_ == Together::squares ? size_ * size_ : size_ * levels_),
          near_(image, {everywhere_ ? pairs_.wide(0) : nullptr, levels_, pairs_.stride()}),
          chosen_(everywhere_ ? 0 : options.n_tables() * size_) {}

    /// Adds rows [first, last), one table after the other, as not all fit into the cache.
    void add(std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t y = first; y < last; ++y) rows_.check(y);
        if (has_four(options_) && near_.suits(rows_, first, last))
            return near_.add(rows_, first, last);
        if (together_ == Together::none) {
            for (std::size_t k = 0; k < options_.offsets.size(); ++k)
                for (std::ptrdiff_t y = first; y < last; ++y) add_offset(k, y);
            return;
        }
        for (std::ptrdiff_t y = first; y < last; ++y) add_corners(y);
        for (std::ptrdiff_t y = first; together_ == Together::triples && y < last; y += 2)
            add_lines(y, y + 1 < last);
    }

    void flush(Counts& counts) {
        near_.flush();
        if (together_ == Together::triples && tuples_.in_use()) flush_triples();
        if (together_ == Together::squares && tuples_.in_use()) flush_squares();
        for (std::size_t i = 0; i < chosen_.size(); ++i) counts[i] += chosen_[i];
        if (!everywhere_) return;
        for (std::size_t k = 0; k < options_.offsets.size(); ++k) {
            const std::uint32_t* total = pairs_.total(k);
            for (std::size_t at = 0; at < size_; ++at) counts[k * size_ + at] += total[at];
        }
    }

  private:
    /// How the pairs of the four neighbours of Haralick are counted, several at a time.
    enum class Together { none, triples, squares };

    static bool has_four(const GlcmOptions& options) {
        constexpr PixelOffset four[] = {{0, 1}, {1, 1}, {1, 0}, {1, -1}};
        const auto same = [](PixelOffset a, PixelOffset b) {
            return a.row == b.row && a.column == b.column;
        };
        return !options.mask.data && !options.labels.data &&
               std::equal(options.offsets.begin(), options.offsets.end(), four, four + 4, same);
    }

    static Together way_of(ImageView<const std::uint8_t> image, const GlcmOptions& options) {
        if (options.levels > 32 || !has_four(options)) return Together::none;
        // Reading the tables must not cost more than filling them.
        const bool squares = options.levels <= 8;
        std::ptrdiff_t entries = 1;
        for (int i = 0; i < (squares ? 4 : 3); ++i) entries *= options.levels;
        if (image.height * image.width < 4 * entries) return Together::none;
        return squares ? Together::squares : Together::triples;
    }

    void add_pairs(std::size_t k, const std::uint8_t* first, const std::uint8_t* second,
                   std::ptrdiff_t n, bool rough) {
        if (n > 0)
            cooccurrence_kernels().count_pairs(first, second, static_cast<std::size_t>(n), levels_,
                                               pairs_.table(k, rough));
    }

    void add_offset(std::size_t k, std::ptrdiff_t y) {
        const auto [down, right] = options_.offsets[k];
        if (y + down < 0 || y + down >= image_.height) return;
        // Columns in which a pixel has its partner in the image.
        const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, -right);
        const std::ptrdiff_t last = std::min(image_.width, image_.width - right);
        const std::uint8_t *a = rows_.row(y), *b = rows_.row(y + down);
        if (everywhere_)
            return add_pairs(k, a + first, b + first + right, last - first, rows_.is_rough(y));
        for (std::ptrdiff_t x = first; x < last; ++x) {
            const std::ptrdiff_t region = region_of(y, x, y + down, x + right);
            if (region < 0) continue;
            const std::size_t table =
                static_cast<std::size_t>(region) * options_.offsets.size() + k;
            ++chosen_[table * size_ + std::size_t{a[x]} * levels_ + b[x + right]];
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
    /// triple, which three are read from.
    void add_corners(std::ptrdiff_t y) {
        const std::uint8_t* a = rows_.row(y);
        const std::ptrdiff_t n = image_.width - 1;
        if (y + 1 == image_.height) return add_pairs(0, a, a + 1, n, false);
        const std::uint8_t* b = rows_.row(y + 1);
        add_pairs(2, a + n, b + n, 1, false);
        if (n == 0) return;
        const PairCounts counts = tuples_.table(0, rows_.is_rough(y));
        const auto& kernels = cooccurrence_kernels();
        if (together_ == Together::squares)
            return kernels.count_squares(a, b, static_cast<std::size_t>(n), levels_, counts);
        kernels.count_triples(a, a + 1, b, static_cast<std::size_t>(n), levels_, counts);
    }

    /// Triples along the falling diagonal hold the fourth direction, of row y and, if it is asked
    /// for, of the one below, too.
    void add_lines(std::ptrdiff_t y, bool two) {
        const std::ptrdiff_t n = image_.width - 1;
        if (n == 0 || y + 1 == image_.height) return;
        const std::uint8_t *a = rows_.row(y), *b = rows_.row(y + 1);
        const bool rough = rows_.is_rough(y);
        if (!two || y + 2 == image_.height) return add_pairs(1, a, b + 1, n, rough);
        const std::uint8_t* c = rows_.row(y + 2);
        add_pairs(1, a + n - 1, b + n, 1, false);
        add_pairs(1, b, c + 1, 1, false);
        if (n > 1)
            cooccurrence_kernels().count_triples(a, b + 1, c + 2, static_cast<std::size_t>(n - 1),
                                                 levels_, tuples_.table(1, rough));
    }

    void spread(std::size_t k, std::size_t i, std::size_t j, std::uint32_t count) {
        pairs_.wide(k)[i * levels_ + j] += count;
    }

    void flush_triples() {
        const std::uint32_t *corners = tuples_.total(0), *lines = tuples_.total(1);
        for (std::size_t i = 0; i < levels_; ++i)
            for (std::size_t j = 0; j < levels_; ++j)
                for (std::size_t k = 0; k < levels_; ++k, ++corners, ++lines) {
                    if (*corners) {
                        spread(0, i, j, *corners);
                        spread(2, i, k, *corners);
                        spread(3, j, k, *corners);
                    }
                    if (*lines) {
                        spread(1, i, j, *lines);
                        spread(1, j, k, *lines);
                    }
                }
    }

    void flush_squares() {
        const std::uint32_t* counts = tuples_.total(0);
        for (std::size_t a = 0; a < levels_; ++a)
            for (std::size_t b = 0; b < levels_; ++b)
                for (std::size_t c = 0; c < levels_; ++c)
                    for (std::size_t d = 0; d < levels_; ++d, ++counts) {
                        if (*counts == 0) continue;
                        spread(0, a, b, *counts);
                        spread(1, a, d, *counts);
                        spread(2, a, c, *counts);
                        spread(3, b, c, *counts);
                    }
    }

    ImageView<const std::uint8_t> image_;
    const GlcmOptions& options_;
    LevelRows rows_;
    std::uint16_t levels_;
    std::size_t size_;  // of a table of pairs
    bool everywhere_;
    Together together_;
    Tables pairs_, tuples_;
    NearPairs near_;
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
        // 32-bit counts of a thread hold 2^31 pixels.
        require(last - first <= std::max<std::ptrdiff_t>(1, (std::ptrdiff_t{1} << 31) / src.width),
                "image must have fewer than 2^31 pixels");
        constexpr std::ptrdiff_t step = PairCounter::rows_at_once;
        for (std::ptrdiff_t y = first; y < last; y += step)
            counter.add(y, std::min(y + step, last));
        const std::lock_guard lock(mutex);
        counter.flush(counts);
    });
    return counts;
}

}  // namespace imgmine
