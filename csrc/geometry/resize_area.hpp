#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "geometry/area_means.hpp"
#include "kernels/area_f32.hpp"

namespace imgmine {

/// The old pixels that each new one covers along one axis, in the largest unit that makes old and
/// new widths whole: so floats stay as they are where the size does.
struct CoverAxis {
    std::uint64_t width;        ///< of a new pixel: the sum of its weights
    std::uint32_t whole_width;  ///< of an old pixel: the weight of all but the first and the last
    std::vector<Cover> covers;

    CoverAxis(std::ptrdiff_t from, std::ptrdiff_t to) {
        const std::ptrdiff_t divisor = std::gcd(from, to);
        const std::ptrdiff_t new_width = from / divisor, old_width = to / divisor;
        width = static_cast<std::uint64_t>(new_width);
        whole_width = static_cast<std::uint32_t>(old_width);
        covers.reserve(static_cast<std::size_t>(to));
        for (std::ptrdiff_t i = 0; i < to; ++i) {
            const std::ptrdiff_t begin = i * new_width, end = begin + new_width;
            const std::ptrdiff_t first = begin / old_width, last = (end - 1) / old_width;
            const std::ptrdiff_t first_end = std::min(end, (first + 1) * old_width);
            const std::ptrdiff_t last_begin = std::max(begin, last * old_width);
            covers.push_back({static_cast<std::int32_t>(first),
                              static_cast<std::int32_t>(last - first + 1),
                              static_cast<std::uint32_t>(first_end - begin),
                              last == first ? 0 : static_cast<std::uint32_t>(end - last_begin)});
        }
    }
};

/// Calls add(first, n) for the rows strictly inside a cover, some at a time, and leaves out what
/// `at_once` of them at the end hold; returns the first of those.
template <class Add>
std::int32_t add_inner_rows(const Cover& cover, const Add& add) {
    std::int32_t y = cover.first + 1;
    const std::int32_t last = cover.first + cover.count - 1;
    for (; last - y > area_rows; y += area_rows) add(y, area_rows);
    return y;
}

inline void resize_area(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst) {
    const CoverAxis vertical(src.height, dst.height), horizontal(src.width, dst.width);
    const auto n = static_cast<std::size_t>(src.row_size());
    const auto channels = static_cast<std::size_t>(src.channels);
    const AreaMeans means(horizontal.covers, horizontal.whole_width, horizontal.width,
                          vertical.width, src.width, channels);
    const auto& kernels = area_kernels();

    const auto resize_rows = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        AreaSums sums(n, means.form());
        std::vector<std::uint32_t> carry;
        std::vector<std::uint8_t> scratch;
        std::vector<const std::uint8_t*> rows(static_cast<std::size_t>(area_rows));
        const auto take = [&](std::int32_t y, std::int32_t count) {
            for (std::int32_t k = 0; k < count; ++k)
                rows[static_cast<std::size_t>(k)] = src.row(y + k);
        };
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const Cover& cover = vertical.covers[static_cast<std::size_t>(y)];
            bool carries = false;
            const std::int32_t from = add_inner_rows(cover, [&](std::int32_t at,
                                                                std::int32_t many) {
                if (!carries) carry.assign(n, 0);
                carries = true;
                take(at, many);
                kernels.add_rows_u8(rows.data(), static_cast<std::size_t>(many), carry.data(), n);
            });
            const std::int32_t bottom = cover.first + cover.count - 1;
            const std::int32_t inner = std::max(bottom - from, 0);
            take(from, inner);
            const AreaRows weighed{rows.data(),          static_cast<std::size_t>(inner),
                                   vertical.whole_width, carries ? carry.data() : nullptr,
                                   src.row(cover.first), cover.first_weight,
                                   src.row(bottom),      cover.last_weight};
            kernels.weigh_rows_u8(weighed, sums.view(), n);
            means.run(sums, scratch, dst.row(y));
        }
    };
    const double rows_each = static_cast<double>(src.height) / static_cast<double>(dst.height);
    parallel_for(dst.height, row_grain(src.row_size(), 0.1 * rows_each + 0.2), resize_rows);
}

inline void resize_area(ImageView<const float> src, ImageView<float> dst) {
    const CoverAxis vertical(src.height, dst.height), horizontal(src.width, dst.width);
    const auto n = static_cast<std::size_t>(src.row_size());
    const double inverse =
        1.0 / static_cast<double>(vertical.width) / static_cast<double>(horizontal.width);
    const auto& kernels = area_f32_kernels();

    const auto resize_rows = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<float> totals(n + 16);
        std::vector<double> carry;
        std::vector<const float*> rows;
        std::vector<float> weights;
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const Cover& cover = vertical.covers[static_cast<std::size_t>(y)];
            const bool carries = cover.count > area_rows;
            if (carries) carry.assign(n, 0);
            for (std::int32_t at = 0; at < cover.count; at += area_rows) {
                rows.clear();
                weights.clear();
                for (std::int32_t k = at; k < std::min(at + area_rows, cover.count); ++k) {
                    rows.push_back(src.row(cover.first + k));
                    weights.push_back(static_cast<float>(k == 0 ? cover.first_weight
                                                         : k == cover.count - 1
                                                             ? cover.last_weight
                                                             : vertical.whole_width));
                }
                const bool ends = at + area_rows >= cover.count;
                kernels.weigh_rows_f32(rows.data(), weights.data(), rows.size(),
                                       carries ? carry.data() : nullptr,
                                       ends ? totals.data() : nullptr, n);
            }
            kernels.mean_columns_f32(totals.data(), horizontal.covers.data(),
                                     horizontal.covers.size(), horizontal.whole_width, inverse,
                                     static_cast<std::size_t>(src.channels), dst.row(y));
        }
    };
    const double rows_each = static_cast<double>(src.height) / static_cast<double>(dst.height);
    parallel_for(dst.height, row_grain(src.row_size(), 0.2 * rows_each + 1), resize_rows);
}

}  // namespace imgmine
