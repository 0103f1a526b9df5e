#pragma once

#include <cmath>
#include <limits>
#include <mutex>

#include "segment/regions.hpp"

// Sums over the runs of regions.
namespace imgmine {

/// Calls body(region, y, first, last) for the runs of a band, row by row; regions count from 0.
template <class Body>
void for_each_run(const RunBand& band, const Body& body) {
    for (std::ptrdiff_t i = 0; i < band.n_rows(); ++i)
        for (std::size_t k = band.begin(i); k < band.end(i); ++k)
            body(static_cast<std::size_t>(band.numbers[k] - 1), band.first_row + i,
                 static_cast<std::int64_t>(band.runs.first(k)),
                 static_cast<std::int64_t>(band.runs.last(k)));
}

template <class Body>
void for_each_run(const std::vector<RunBand>& bands, const Body& body) {
    for (const RunBand& band : bands) for_each_run(band, body);
}

/// Sums over the runs of each region: `n` of them a region, filled by add(sums, y, first, last),
/// what threads found being put together by merge(to, from), in any order.
template <class Sums, class Add, class Merge>
std::vector<Sums> sums_over_runs(const Regions& regions, std::size_t n, const Add& add,
                                 const Merge& merge) {
    std::vector<Sums> all;
    std::mutex mutex;
    const auto some = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        std::vector<Sums> mine(regions.labels().size() * n);
        for (std::ptrdiff_t b = from; b < to; ++b)
            for_each_run(regions.bands()[static_cast<std::size_t>(b)],
                         [&](std::size_t region, std::int64_t y, std::int64_t first,
                             std::int64_t last) { add(mine[region * n], y, first, last); });
        const std::lock_guard lock(mutex);
        if (all.empty()) return all.swap(mine);
        for (std::size_t i = 0; i < all.size(); ++i) merge(all[i], mine[i]);
    };
    parallel_for(static_cast<std::ptrdiff_t>(regions.bands().size()), 4, some);
    return all;
}

/// out[q] = the sum of x^q over 0 <= x < n, q up to 3.
inline void power_sums(WideInteger n, WideInteger* out) {
    out[0] = n;
    out[1] = n * (n - 1) / 2;
    out[2] = n * (n - 1) * (2 * n - 1) / 6;
    out[3] = out[1] * out[1];
}

struct ByteSums {
    std::int64_t n = 0;
    std::uint64_t sum = 0, squares = 0;
    std::uint8_t least = 255, most = 0;
};

inline std::vector<RegionValues> values_of_bytes(const Regions& regions,
                                                 ImageView<const std::uint8_t> image) {
    const auto channels = static_cast<std::size_t>(image.channels);
    const auto add = [&](ByteSums& region, std::int64_t y, std::int64_t first, std::int64_t last) {
        for (std::size_t c = 0; c < channels; ++c) {
            const std::uint8_t* p = image.row(y) + first * image.channels + c;
            ByteSums sums = (&region)[c];
            sums.n += last - first;
            for (std::int64_t x = first; x < last; ++x, p += channels) {
                sums.sum += *p, sums.squares += std::uint64_t{*p} * *p;
                sums.least = std::min(sums.least, *p), sums.most = std::max(sums.most, *p);
            }
            (&region)[c] = sums;
        }
    };
    const auto merge = [](ByteSums& to, const ByteSums& from) {
        to.n += from.n, to.sum += from.sum, to.squares += from.squares;
        to.least = std::min(to.least, from.least), to.most = std::max(to.most, from.most);
    };
    std::vector<RegionValues> values;
    for (const ByteSums& sums : sums_over_runs<ByteSums>(regions, channels, add, merge)) {
        const auto n = static_cast<double>(sums.n);
        const WideInteger spread =
            WideInteger{sums.n} * sums.squares - WideInteger{sums.sum} * sums.sum;
        values.push_back({static_cast<double>(sums.sum) / n,
                          std::sqrt(static_cast<double>(spread)) / n,
                          static_cast<double>(sums.least), static_cast<double>(sums.most)});
    }
    return values;
}

inline std::vector<RegionValues> values_of_floats(const Regions& regions,
                                                  ImageView<const float> image) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const auto channels = static_cast<std::size_t>(image.channels);
    std::vector<RegionValues> values(regions.labels().size() * channels,
                                     {0, 0, infinity, -infinity});
    std::vector<double> n(regions.labels().size());
    const auto each = [&](const auto& body) {
        for_each_run(regions.bands(), [&](std::size_t region, std::int64_t y, std::int64_t first,
                                          std::int64_t last) {
            const float* p = image.row(y) + first * image.channels;
            for (std::int64_t x = first; x < last; ++x)
                for (std::size_t c = 0; c < channels; ++c)
                    body(values[region * channels + c], static_cast<double>(*p++));
        });
    };
    for_each_run(regions.bands(),
                 [&](std::size_t region, std::int64_t, std::int64_t first, std::int64_t last) {
                     n[region] += static_cast<double>(last - first);
                 });
    each([](RegionValues& of, double v) {
        of.mean += v;
        if (!(v >= of.least)) of.least = v;  // so that one that is no number stays
        if (!(v <= of.most)) of.most = v;
    });
    for (std::size_t i = 0; i < values.size(); ++i) values[i].mean /= n[i / channels];
    each([](RegionValues& of, double v) { of.deviation += (v - of.mean) * (v - of.mean); });
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i].deviation = std::sqrt(values[i].deviation / n[i / channels]);
    return values;
}

}  // namespace imgmine
