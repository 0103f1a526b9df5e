#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "cluster/disjoint_sets.hpp"
#include "kernels/runs.hpp"

// Connected components of an image, as runs of pixels within rows.
namespace imgmine {

/// The runs of some rows one after the other: run k reaches from ends[2 k] to ends[2 k + 1].
class Runs {
  public:
    /// Appends the runs of a row of bytes that are not 0, or of those that are.
    void add(const std::uint8_t* row, std::size_t width, bool of_zeros) {
        reserve(width + 2);
        size_ += run_kernels().ends_u8(row, width, of_zeros, ends_.get() + size_);
    }

    /// Appends the runs of equal numbers that are not 0 of a row.
    void add(const std::int32_t* row, std::size_t width, bool) {
        reserve(3 * width + 2);
        std::int32_t* const changes = ends_.get() + size_ + 2 * width;
        const std::size_t n = run_kernels().changes_i32(row, width, changes);
        std::int32_t* out = ends_.get() + size_;
        std::int32_t first = 0;
        for (std::size_t k = 0; k <= n; ++k) {
            const std::int32_t last = k < n ? changes[k] : static_cast<std::int32_t>(width);
            if (row[first] != 0) *out++ = first, *out++ = last;
            first = last;
        }
        size_ = static_cast<std::size_t>(out - ends_.get());
    }

    std::size_t size() const { return size_ / 2; }
    const std::int32_t* ends() const { return ends_.get(); }
    std::int32_t first(std::size_t k) const { return ends_[2 * k]; }
    std::int32_t last(std::size_t k) const { return ends_[2 * k + 1]; }

  private:
    void reserve(std::size_t n) {
        if (size_ + n <= capacity_) return;
        capacity_ = std::max(size_ + n, 2 * capacity_);
        auto larger = std::make_unique_for_overwrite<std::int32_t[]>(capacity_);
        std::copy_n(ends_.get(), size_, larger.get());
        ends_ = std::move(larger);
    }

    std::unique_ptr<std::int32_t[]> ends_;
    std::size_t size_ = 0, capacity_ = 0;
};

/// Rows of an image that are worked on by one thread, and their runs.
struct RunBand {
    std::ptrdiff_t first_row = 0;
    Runs runs;
    std::vector<std::size_t> row_begin;  ///< the first run of each row; after the last: of all
    std::vector<std::int32_t> numbers;   ///< of the component of each run

    std::ptrdiff_t n_rows() const { return static_cast<std::ptrdiff_t>(row_begin.size()) - 1; }
    std::size_t begin(std::ptrdiff_t row) const { return row_begin[static_cast<std::size_t>(row)]; }
    std::size_t end(std::ptrdiff_t row) const {
        return row_begin[static_cast<std::size_t>(row) + 1];
    }
};

/// Throws std::invalid_argument unless an image has fewer than 2^31 pixels.
inline void require_few_pixels(std::ptrdiff_t height, std::ptrdiff_t width, const char* name) {
    require(width == 0 || height < (std::ptrdiff_t{1} << 31) / width,
            std::string(name) + " must have fewer than 2^31 pixels, got " + std::to_string(height) +
                " x " + std::to_string(width));
}

/// Rows for bands of some 64 thousand pixels.
inline std::ptrdiff_t rows_of_band(std::ptrdiff_t width) {
    return std::max<std::ptrdiff_t>(65536 / std::max<std::ptrdiff_t>(width, 1), 1);
}

/// The connected components of pixels that are not 0 (or of zeros): of bytes, whatever they are; of
/// numbers, only where they are equal. They are numbered from 1 on in the order of their first
/// pixels, row by row.
template <class T>
class Components {
  public:
    /// Throws std::invalid_argument unless connectivity is 4 or 8 and there are fewer than 2^31
    /// pixels; `name` is that of the image.
    Components(ImageView<const T> image, int connectivity, const char* name, bool of_zeros = false)
        : image_(image), diagonal_(connectivity == 8 ? 1 : 0), of_zeros_(of_zeros) {
        require(connectivity == 4 || connectivity == 8,
                "connectivity must be 4 or 8, got " + std::to_string(connectivity));
        require_few_pixels(image.height, image.width, name);
        if (image.empty()) return;
        const std::ptrdiff_t rows = rows_of_band(image.width);
        const std::ptrdiff_t n_bands = (image.height + rows - 1) / rows;
        bands_.resize(static_cast<std::size_t>(n_bands));
        std::vector<DisjointSets> found(bands_.size());
        parallel_for(n_bands, 2, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (auto b = static_cast<std::size_t>(first); b < static_cast<std::size_t>(last); ++b)
                find_runs(bands_[b], static_cast<std::ptrdiff_t>(b) * rows, rows, found[b]);
        });
        join_bands(found);
    }

    std::int32_t count() const { return count_; }

    /// Calls body(band) for each; its runs have their components' numbers.
    template <class Body>
    void for_each_band(const Body& body) const {
        parallel_for(static_cast<std::ptrdiff_t>(bands_.size()), 2,
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         for (std::ptrdiff_t b = first; b < last; ++b)
                             body(bands_[static_cast<std::size_t>(b)]);
                     });
    }

    /// Which components, by their numbers, reach into a frame of `margin` + 1 pixels.
    std::vector<std::uint8_t> on_border(std::ptrdiff_t margin) const {
        std::vector<std::uint8_t> found(static_cast<std::size_t>(count_) + 1);
        for (const RunBand& band : bands_)
            for (std::ptrdiff_t i = 0; i < band.n_rows(); ++i) {
                const std::ptrdiff_t y = band.first_row + i;
                const bool whole = y <= margin || y >= image_.height - 1 - margin;
                for (std::size_t k = band.begin(i); k < band.end(i); ++k)
                    if (whole || band.runs.first(k) <= margin ||
                        band.runs.last(k) >= image_.width - margin)
                        found[static_cast<std::size_t>(band.numbers[k])] = 1;
            }
        return found;
    }

  private:
    void find_runs(RunBand& band, std::ptrdiff_t first_row, std::ptrdiff_t rows,
                   DisjointSets& found) const {
        const std::ptrdiff_t n = std::min(rows, image_.height - first_row);
        band.first_row = first_row;
        band.row_begin.assign(1, 0);
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            band.runs.add(image_.row(first_row + i), static_cast<std::size_t>(image_.width),
                          of_zeros_);
            band.row_begin.push_back(band.runs.size());
            band.numbers.resize(band.runs.size());
            join_rows(band, i - 1, band, i, found, [&](std::size_t k, std::int64_t joined) {
                band.numbers[k] = static_cast<std::int32_t>(joined < 0 ? found.add() : joined);
            });
        }
    }

    /// Joins the numbers of the runs of a row with those of the row above that they touch, and
    /// calls got(run, number), with a number of -1 where there are none. Rows are counted from the
    /// first of their band; above -1 there are none.
    template <class Got>
    void join_rows(const RunBand& above, std::ptrdiff_t upper, const RunBand& here,
                   std::ptrdiff_t row, DisjointSets& found, const Got& got) const {
        std::size_t i = upper < 0 ? 0 : above.begin(upper);
        const std::size_t end = upper < 0 ? 0 : above.end(upper);
        for (std::size_t k = here.begin(row); k < here.end(row); ++k) {
            const std::int32_t first = here.runs.first(k) - diagonal_;
            const std::int32_t last = here.runs.last(k) + diagonal_;
            while (i < end && above.runs.last(i) <= first) ++i;
            std::int64_t number = -1;
            for (std::size_t j = i; j < end && above.runs.first(j) < last; ++j) {
                if (!alike(above, upper, j, here, row, k)) continue;
                const std::int64_t other = found.find(above.numbers[j]);
                if (number < 0) number = other;
                if (number != other) number = found.join_roots(number, other);
            }
            got(k, number);
        }
    }

    bool alike(const RunBand& above, std::ptrdiff_t upper, std::size_t j, const RunBand& here,
               std::ptrdiff_t row, std::size_t k) const {
        if constexpr (sizeof(T) == 1) return true;
        return image_.row(above.first_row + upper)[above.runs.first(j)] ==
               image_.row(here.first_row + row)[here.runs.first(k)];
    }

    /// Joins what touches across bands, and gives all runs their final numbers.
    void join_bands(const std::vector<DisjointSets>& found) {
        DisjointSets all;
        for (std::size_t b = 0; b < bands_.size(); ++b) {
            const auto offset = static_cast<std::int32_t>(all.size());
            if (b > 0)
                for (std::int32_t& number : bands_[b].numbers) number += offset;
            all.append(found[b]);
            if (b == 0) continue;
            const RunBand& above = bands_[b - 1];
            const std::vector<std::int32_t>& numbers = bands_[b].numbers;
            join_rows(above, above.n_rows() - 1, bands_[b], 0, all,
                      [&](std::size_t k, std::int64_t joined) {
                          const std::int64_t other = all.find(numbers[k]);
                          if (joined >= 0 && joined != other) all.join_roots(joined, other);
                      });
        }
        count_ = all.count_off();
        for (RunBand& band : bands_)
            for (std::int32_t& number : band.numbers) number = all.number_of(number);
    }

    ImageView<const T> image_;
    std::int32_t diagonal_;
    bool of_zeros_;
    std::vector<RunBand> bands_;
    std::int32_t count_ = 0;
};

}  // namespace imgmine
