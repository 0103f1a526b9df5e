#include "features/lbp.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "features/histogram.hpp"
#include "features/lbp_unit_circle.hpp"
#include "kernels/lookup.hpp"

namespace imgmine {
namespace {

std::uint32_t nri_code(std::uint32_t pattern, unsigned points) {
    const auto all = static_cast<std::uint32_t>((std::uint64_t{1} << points) - 1);
    const int changes = std::popcount((pattern ^ pattern >> 1) & all >> 1);
    if (changes > 2) return points * (points - 1) + 2;
    const auto ones = static_cast<unsigned>(std::popcount(pattern));
    if (ones == 0) return 0;
    if (ones == points) return points * (points - 1) + 1;
    const auto first_one = static_cast<unsigned>(std::countr_zero(pattern));
    const auto first_zero = static_cast<unsigned>(std::countr_one(pattern));
    const unsigned turns = first_one == 0 ? ones - first_zero : points - first_one;
    return 1 + (ones - 1) * points + turns;
}

/// Patterns become codes.
void encode(std::uint32_t* patterns, std::size_t n, unsigned points, LbpMethod method) {
    switch (method) {
        case LbpMethod::all:
            return;
        case LbpMethod::turned:
            return lbp_kernels().turned_codes(patterns, n, points);
        case LbpMethod::uniform:
            return lbp_kernels().uniform_codes(patterns, n, points);
        case LbpMethod::nri_uniform:
            for (std::size_t x = 0; x < n; ++x) patterns[x] = nri_code(patterns[x], points);
    }
}

double cost(const LbpOptions& options) {  // nanoseconds a pixel
    return UnitCircle::is_one(options) ? 0.5 : 1.0 * options.points();
}

}  // namespace

LbpMethod lbp_method_from_name(std::string_view name) {
    if (name == "default") return LbpMethod::all;
    if (name == "ror") return LbpMethod::turned;
    if (name == "uniform") return LbpMethod::uniform;
    if (name == "nri_uniform") return LbpMethod::nri_uniform;
    throw std::invalid_argument(
        "method must be 'uniform', 'ror', 'default' or 'nri_uniform', got '" + std::string(name) +
        "'");
}

std::uint64_t LbpOptions::n_codes() const {
    const std::uint64_t p = points();
    if (method == LbpMethod::uniform) return p + 2;
    if (method == LbpMethod::nri_uniform) return p * (p - 1) + 3;
    return std::uint64_t{1} << p;
}

std::array<std::uint8_t, 256> LbpOptions::codes() const {
    std::array<std::uint8_t, 256> codes{};
    for (std::uint32_t p = 0; p < 1u << points(); ++p) {
        std::uint32_t code = p;
        encode(&code, 1, points(), method);
        codes[p] = static_cast<std::uint8_t>(code);
    }
    return codes;
}

void LbpOptions::check() const {
    require(!rows.empty() && rows.size() <= 32 && rows.size() == columns.size(),
            "points must be from 1 to 32, got " + std::to_string(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
        require(std::abs(rows[i]) <= 1e6 && std::abs(columns[i]) <= 1e6,
                "radius must be at most 1e6");
}

LbpRows::LbpRows(ImageView<const std::uint8_t> image, const LbpOptions& options)
    : image_(image), options_(options), width_(static_cast<std::size_t>(image.width)) {
    const unsigned points = options.points();
    const std::size_t room = (width_ + 63) / 64 * 64 + 64;
    if (points <= 8) {
        codes_ = options.codes();
        bytes_.resize(room);
    } else {
        words_.resize(room);
    }
    if (UnitCircle::is_one(options)) {
        unit_ = std::make_unique<UnitCircle>(image.height, image.width, codes_.data());
        return;
    }
    for (auto* row : {&top_, &bottom_, &center_, &flags_}) row->resize(room);
    for (std::size_t i = 0; i < points; ++i) {
        auto& right = right_.emplace_back();
        if (behind(0, options.columns[i]) == 0 && behind(0, options.rows[i]) == 0) continue;
        right.resize(room);
        for (std::size_t x = 0; x < width_; ++x)
            right[x] = behind(static_cast<std::ptrdiff_t>(x), options.columns[i]);
    }
}

LbpRows::~LbpRows() = default;

/// Copies the pixels from column `first` on, width + 1 of them, zeros outside of the image.
void LbpRows::copy_row(std::ptrdiff_t y, std::ptrdiff_t first,
                       std::vector<std::uint8_t>& to) const {
    std::fill(to.begin(), to.end(), std::uint8_t{0});
    if (y < 0 || y >= image_.height) return;
    const std::ptrdiff_t from = std::max<std::ptrdiff_t>(first, 0);
    const std::ptrdiff_t until = std::min(first + image_.width + 1, image_.width);
    if (from < until)
        std::copy(image_.row(y) + from, image_.row(y) + until, to.data() + from - first);
}

/// Which of row y's pixels have a place not below them at a point.
void LbpRows::flags_of(std::size_t point, std::ptrdiff_t y) {
    const double row = options_.rows[point], column = options_.columns[point];
    const auto top = y + static_cast<std::ptrdiff_t>(std::floor(row));
    const auto left = static_cast<std::ptrdiff_t>(std::floor(column));
    copy_row(top, left, top_);
    if (right_[point].empty())
        return lbp_kernels().whole_not_below(top_.data(), center_.data(), width_, flags_.data());
    copy_row(top + 1, left, bottom_);
    lbp_kernels().between_not_below(top_.data(), bottom_.data(), center_.data(),
                                    right_[point].data(), behind(y, row), width_, flags_.data());
}

void LbpRows::bytes(std::ptrdiff_t y, std::uint8_t* codes) {
    if (unit_) {
        for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(y - 1, 0);
             i <= std::min(y + 1, image_.height - 1); ++i)
            if (!unit_->holds(i)) unit_->hold(i, image_.row(i));
        return unit_->row(y, codes);
    }
    std::fill(bytes_.begin(), bytes_.end(), std::uint8_t{0});
    copy_row(y, 0, center_);
    for (std::size_t i = 0; i < options_.points(); ++i) {
        flags_of(i, y);
        lbp_kernels().add_flags_u8(flags_.data(), width_, static_cast<unsigned>(i), bytes_.data());
    }
    lookup_kernels().apply_table(bytes_.data(), width_, codes_.data(), codes);
}

const std::uint32_t* LbpRows::words(std::ptrdiff_t y) {
    std::fill(words_.begin(), words_.end(), 0u);
    copy_row(y, 0, center_);
    for (std::size_t i = 0; i < options_.points(); ++i) {
        flags_of(i, y);
        lbp_kernels().add_flags_u32(flags_.data(), width_, static_cast<unsigned>(i), words_.data());
    }
    encode(words_.data(), width_, options_.points(), options_.method);
    return words_.data();
}

template <class T>
void lbp(ImageView<const std::uint8_t> src, const LbpOptions& options, ImageView<T> codes) {
    options.check();
    if (src.empty()) return;
    const bool few = options.points() <= 8;
    parallel_for(src.height, row_grain(src.width, cost(options)),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     LbpRows rows(src, options);
                     std::vector<std::uint8_t> bytes(
                         few && sizeof(T) > 1 ? static_cast<std::size_t>(src.width) : 0);
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         if constexpr (sizeof(T) == 1) {
                             if (few) {
                                 rows.bytes(y, codes.row(y));
                                 continue;
                             }
                         } else if (few) {
                             rows.bytes(y, bytes.data());
                             std::copy(bytes.begin(), bytes.end(), codes.row(y));
                             continue;
                         }
                         const std::uint32_t* words = rows.words(y);
                         std::transform(words, words + src.width, codes.row(y),
                                        [](std::uint32_t code) { return static_cast<T>(code); });
                     }
                 });
}

template void lbp(ImageView<const std::uint8_t>, const LbpOptions&, ImageView<std::uint8_t>);
template void lbp(ImageView<const std::uint8_t>, const LbpOptions&, ImageView<std::uint16_t>);
template void lbp(ImageView<const std::uint8_t>, const LbpOptions&, ImageView<std::uint32_t>);

namespace {

/// Counts one thread's rows.
class LbpCounter {
  public:
    LbpCounter(ImageView<const std::uint8_t> image, const LbpOptions& options,
               const LbpRegions& regions, std::vector<std::uint64_t>& counts)
        : image_(image),
          regions_(regions),
          rows_(image, options),
          few_(options.points() <= 8),
          n_codes_(static_cast<std::size_t>(options.n_codes())),
          counts_(counts),
          codes_(static_cast<std::size_t>(image.width)) {
        if (!few_) return;
        const auto n = static_cast<int>(n_codes_);
        cells_.assign(static_cast<std::size_t>(regions.grid_columns),
                      ByteCounter(Bins{n, 0, static_cast<double>(n)}));
    }

    void add(std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t y = first; y < last; ++y) {
            while (y >= border(cell_row_ + 1, regions_.grid_rows, image_.height)) flush();
            if (few_) {
                rows_.bytes(y, codes_.data());
                add_row(codes_.data(), y);
            } else {
                add_row(rows_.words(y), y);
            }
        }
        flush();
    }

  private:
    static std::ptrdiff_t border(std::ptrdiff_t i, std::ptrdiff_t parts, std::ptrdiff_t extent) {
        return i * extent / parts;
    }

    template <class Code>
    void add_row(const Code* codes, std::ptrdiff_t y) {
        if (regions_.labels.data) {
            const std::int32_t* label = regions_.labels.row(y);
            for (std::ptrdiff_t x = 0; x < image_.width; ++x)
                if (label[x] > 0)
                    ++counts_[static_cast<std::size_t>(label[x] - 1) * n_codes_ + codes[x]];
            return;
        }
        for (std::ptrdiff_t j = 0; j < regions_.grid_columns; ++j)
            add_cell(codes, y, j, border(j, regions_.grid_columns, image_.width),
                     border(j + 1, regions_.grid_columns, image_.width));
    }

    template <class Code>
    void add_cell(const Code* codes, std::ptrdiff_t y, std::ptrdiff_t column, std::ptrdiff_t first,
                  std::ptrdiff_t last) {
        const std::uint8_t* mask = regions_.mask.data ? regions_.mask.row(y) : nullptr;
        if constexpr (sizeof(Code) == 1)
            if (!mask)
                return cells_[static_cast<std::size_t>(column)].add(
                    codes + first, static_cast<std::size_t>(last - first));
        std::uint64_t* counts = cell(column);
        for (std::ptrdiff_t x = first; x < last; ++x)
            if (!mask || mask[x]) ++counts[codes[x]];
    }

    std::uint64_t* cell(std::ptrdiff_t column) {
        return counts_.data() +
               static_cast<std::size_t>(cell_row_ * regions_.grid_columns + column) * n_codes_;
    }

    /// Ends a row of cells.
    void flush() {
        for (std::size_t j = 0; j < cells_.size() && !regions_.labels.data; ++j)
            cells_[j].flush(cell(static_cast<std::ptrdiff_t>(j)));
        if (cell_row_ + 1 < regions_.grid_rows) ++cell_row_;
    }

    ImageView<const std::uint8_t> image_;
    const LbpRegions& regions_;
    LbpRows rows_;
    bool few_;
    std::size_t n_codes_;
    std::vector<std::uint64_t>& counts_;
    std::vector<std::uint8_t> codes_;
    std::vector<ByteCounter> cells_;
    std::ptrdiff_t cell_row_ = 0;
};

}  // namespace

std::vector<std::uint64_t> lbp_histogram(ImageView<const std::uint8_t> src,
                                         const LbpOptions& options, const LbpRegions& regions) {
    options.check();
    require(options.n_codes() <= 65536,
            "points must be at most 16 for patterns to be counted, got " +
                std::to_string(options.points()));
    const std::ptrdiff_t cells =
        regions.labels.data ? regions.n_labels : regions.grid_rows * regions.grid_columns;
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(cells) *
                                      static_cast<std::size_t>(options.n_codes()));
    if (src.empty()) return counts;
    std::mutex mutex;
    parallel_for(src.height, row_grain(src.width, cost(options) + 0.3),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<std::uint64_t> mine(counts.size());
                     LbpCounter(src, options, regions, mine).add(first, last);
                     const std::lock_guard lock(mutex);
                     for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += mine[i];
                 });
    return counts;
}

}  // namespace imgmine
