#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"

namespace imgmine {

/// Where pixels are counted: cell by cell of a grid, and of these only the ones of a mask; or
/// region by region of a label image, in which 0 is no region. `mask` and `labels` have no data
/// where there is none.
struct Areas {
    std::ptrdiff_t rows = 1, columns = 1;
    ImageView<const std::uint8_t> mask = {nullptr, 0, 0, 1, 0};
    ImageView<const std::int32_t> labels = {nullptr, 0, 0, 1, 0};
    std::ptrdiff_t n_labels = 0;

    /// How many histograms there will be.
    std::size_t count() const {
        return static_cast<std::size_t>(labels.data ? n_labels : rows * columns);
    }

    void check() const {
        require(rows >= 1 && rows <= 4096 && columns >= 1 && columns <= 4096,
                "grid must be two numbers from 1 to 4096, got (" + std::to_string(rows) + ", " +
                    std::to_string(columns) + ")");
    }
};

namespace areas {

/// Copies the pixels whose byte in `mask` is not 0; returns how many there are.
template <class T>
std::size_t chosen(const T* pixels, const std::uint8_t* mask, std::size_t n, std::size_t channels,
                   T* out) {
    std::size_t found = 0;
    for (std::size_t x = 0; x < n; ++x) {
        for (std::size_t c = 0; c < channels; ++c) out[found * channels + c] = pixels[c];
        found += mask[x] != 0;
        pixels += channels;
    }
    return found;
}

/// Counts the part of rows [first, last) that belongs to the columns [left, right).
template <class T, class Counter>
void count_cell(ImageView<const T> image, ImageView<const std::uint8_t> mask, std::ptrdiff_t first,
                std::ptrdiff_t last, std::ptrdiff_t left, std::ptrdiff_t right, Counter& counter) {
    const auto n = static_cast<std::size_t>(right - left);
    const auto channels = static_cast<std::size_t>(image.channels);
    if (!mask.data && right - left == image.width && image.row_stride == image.row_size()) {
        const std::size_t all = n * static_cast<std::size_t>(last - first);
        const std::size_t part = std::max<std::size_t>(1, 15360 / channels);  // a third of a cache
        for (std::size_t i = 0; i < all; i += part)
            counter.add(image.row(first) + i * channels, std::min(part, all - i));
        return;
    }
    std::vector<T> row(mask.data ? n * channels : 0);
    for (std::ptrdiff_t y = first; y < last; ++y) {
        const T* pixels = image.row(y) + left * image.channels;
        if (mask.data)
            counter.add(row.data(), chosen(pixels, mask.row(y) + left, n, channels, row.data()));
        else
            counter.add(pixels, n);
    }
}

template <class T, class Counter>
void count_labels(ImageView<const T> image, const Areas& areas, std::ptrdiff_t first,
                  std::ptrdiff_t last, std::size_t size, Counter& counter, std::uint64_t* counts) {
    const auto n = static_cast<std::size_t>(image.width);
    const std::size_t each = counter.bins_per_pixel();
    std::vector<std::int32_t> bins(n * each);
    for (std::ptrdiff_t y = first; y < last; ++y) {
        counter.find_bins(image.row(y), n, bins.data());
        const std::int32_t* labels = areas.labels.row(y);
        for (std::size_t x = 0; x < n; ++x) {
            if (labels[x] <= 0) continue;
            std::uint64_t* mine = counts + static_cast<std::size_t>(labels[x] - 1) * size;
            for (std::size_t k = 0; k < each; ++k)
                if (bins[x * each + k] >= 0) ++mine[bins[x * each + k]];
        }
    }
}

}  // namespace areas

/// The counts of every place, `size` of them each.
///
/// `make(n)` returns a counter for about n pixels: add(pixels, n) counts pixels that stand side by
/// side, flush(counts) adds what was counted to a vector; find_bins(pixels, n, bins) writes the
/// bins_per_pixel() numbers of the bins, or -1, of each pixel. A value takes about `cost`
/// nanoseconds.
template <class T, class Make>
std::vector<std::uint64_t> count_areas(ImageView<const T> image, const Areas& areas,
                                       std::size_t size, double cost, const Make& make) {
    areas.check();
    std::vector<std::uint64_t> counts(areas.count() * size);
    if (image.empty() || counts.empty()) return counts;
    std::mutex mutex;
    // Adding up what the threads counted must not take longer than counting.
    const std::ptrdiff_t grain = std::max(row_grain(image.row_size(), areas.labels.data ? 2 : cost),
                                          static_cast<std::ptrdiff_t>(counts.size()) / image.width);
    parallel_for(image.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<std::uint64_t> mine(counts.size()), cell(size);
        const auto border = [](std::ptrdiff_t i, std::ptrdiff_t extent, std::ptrdiff_t parts) {
            return i * extent / parts;
        };
        if (areas.labels.data) {
            auto counter = make(0);
            areas::count_labels(image, areas, first, last, size, counter, mine.data());
        } else {
            for (std::ptrdiff_t i = 0; i < areas.rows; ++i) {
                const auto top = std::max(first, border(i, image.height, areas.rows));
                const auto bottom = std::min(last, border(i + 1, image.height, areas.rows));
                for (std::ptrdiff_t j = 0; top < bottom && j < areas.columns; ++j) {
                    const auto left = border(j, image.width, areas.columns);
                    const auto right = border(j + 1, image.width, areas.columns);
                    if (left == right) continue;
                    auto counter = make((bottom - top) * (right - left));
                    areas::count_cell(image, areas.mask, top, bottom, left, right, counter);
                    std::fill(cell.begin(), cell.end(), 0);
                    counter.flush(cell);
                    std::uint64_t* to =
                        mine.data() + static_cast<std::size_t>(i * areas.columns + j) * size;
                    for (std::size_t b = 0; b < size; ++b) to[b] += cell[b];
                }
            }
        }
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += mine[i];
    });
    return counts;
}

}  // namespace imgmine
