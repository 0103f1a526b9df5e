#include "similarity/pairwise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/distance.hpp"
#include "kernels/shortlist.hpp"
#include "similarity/bit_scan.hpp"
#include "similarity/byte_scan.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t block = 64;  // rows of b that stay in cache while rows of a go by

CompareRows kernel_of(Metric metric) {
    const DistanceKernels& k = distance_kernels();
    switch (metric) {
        case Metric::euclidean:
            return k.squared_l2s;
        case Metric::l1:
            return k.l1s;
        case Metric::chi2:
            return k.chi2s;
        case Metric::intersection:
            return k.intersections;
        default:
            return k.dots;
    }
}

float squared_length(const float* row, std::size_t n) {
    float squares = 0;
    distance_kernels().dots(row, 1, n, row, 1, n, n, &squares, 1);
    return squares;
}

void scale_to_length_one(const float* row, float* out, std::size_t n, bool center) {
    const float mean = center ? distance_kernels().sum_f32(row, n) / static_cast<float>(n) : 0;
    for (std::size_t i = 0; i < n; ++i) out[i] = row[i] - mean;
    // A constant row, less its rounded mean, may leave crumbs; other rows end this loop at once.
    if (center && std::all_of(row, row + n, [row](float x) { return x == row[0]; }))
        std::fill_n(out, n, 0.0f);
    float squares = squared_length(out, n);
    if (!(squares > 1e-30f && squares < 1e30f)) {  // squares of these would leave a float's range
        float most = 0;
        for (std::size_t i = 0; i < n; ++i) most = std::max(most, std::abs(out[i]));
        if (most > 0)
            for (std::size_t i = 0; i < n; ++i) out[i] /= most;
        squares = squared_length(out, n);
    }
    const float scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
    for (std::size_t i = 0; i < n; ++i) out[i] *= scale;
}

template <class T>
RowsView<T> part(const RowsView<T>& rows, std::ptrdiff_t first, std::ptrdiff_t n) {
    return {rows.row(first), std::min(n, rows.n_rows - first), rows.size, rows.row_stride};
}

}  // namespace

Comparison::Comparison(Metric metric, std::ptrdiff_t size) : metric_(metric), size_(size) {}

RowsView<float> Comparison::prepare(const RowsView<float>& rows,
                                    std::vector<float>& scratch) const {
    if (metric_ != Metric::cosine && metric_ != Metric::pearson) return rows;
    scratch.resize(static_cast<std::size_t>(rows.n_rows * size_));
    for (std::ptrdiff_t i = 0; i < rows.n_rows; ++i)
        scale_to_length_one(rows.row(i), scratch.data() + i * size_,
                            static_cast<std::size_t>(size_), metric_ == Metric::pearson);
    return {scratch.data(), rows.n_rows, size_, size_};
}

void Comparison::raw(const RowsView<float>& a, const RowsView<float>& b, float* out,
                     std::ptrdiff_t out_stride) const {
    kernel_of(metric_)(a.data, static_cast<std::size_t>(a.n_rows),
                       static_cast<std::size_t>(a.row_stride), b.data,
                       static_cast<std::size_t>(b.n_rows), static_cast<std::size_t>(b.row_stride),
                       static_cast<std::size_t>(size_), out, static_cast<std::size_t>(out_stride));
}

float Comparison::finish(float raw) const {
    if (metric_ == Metric::euclidean) return std::sqrt(raw);
    if (metric_ == Metric::cosine || metric_ == Metric::pearson)  // beyond 1 by rounding
        return std::clamp(raw, -1.0f, 1.0f);
    return raw;
}

void Comparison::compare(const RowsView<float>& a, const RowsView<float>& b, float* out,
                         std::ptrdiff_t out_stride) const {
    raw(a, b, out, out_stride);
    if (metric_ != Metric::euclidean && metric_ != Metric::cosine && metric_ != Metric::pearson)
        return;
    for (std::ptrdiff_t i = 0; i < a.n_rows; ++i, out += out_stride)
        for (std::ptrdiff_t j = 0; j < b.n_rows; ++j) out[j] = finish(out[j]);
}

template <class T>
RowsView<float> widened(const RowsView<T>& rows, std::vector<float>& scratch) {
    if constexpr (std::is_same_v<T, float>) {
        return rows;
    } else {
        scratch.resize(static_cast<std::size_t>(rows.n_rows * rows.size));
        const auto n = static_cast<std::size_t>(rows.size);
        for (std::ptrdiff_t i = 0; i < rows.n_rows; ++i) {
            float* out = scratch.data() + i * rows.size;
            if constexpr (std::is_same_v<T, Half>)
                shortlist_kernels().widen_half(rows.row(i), n, out);
            else if constexpr (std::is_signed_v<T>)
                shortlist_kernels().widen_s8(rows.row(i), n, out);
            else
                shortlist_kernels().widen_u8(rows.row(i), n, out);
        }
        return {scratch.data(), rows.n_rows, rows.size, rows.size};
    }
}

template <class T>
void pairwise(const RowsView<T>& a, const RowsView<T>& b, Metric metric, float* out) {
    const std::ptrdiff_t n_blocks = (b.n_rows + block - 1) / block;
    const std::ptrdiff_t grain =
        row_grain(block * std::max<std::ptrdiff_t>(a.n_rows * a.size, 1), 0.1);
    if constexpr (sizeof(T) == 1)
        if (ByteScan<T>::can(metric, a.size)) {
            const ByteScan<T> scan(a, b, metric);
            parallel_for(n_blocks, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                scan.all(first * block, std::min(last * block, b.n_rows),
                         [&](std::size_t q, std::ptrdiff_t row, std::int32_t rank) {
                             out[static_cast<std::ptrdiff_t>(q) * b.n_rows + row] =
                                 byte_score(rank, metric);
                         });
            });
            return;
        }
    const Comparison comparison(metric, a.size);
    std::vector<float> wide_a, scratch_a;
    const RowsView<float> left = comparison.prepare(widened(a, wide_a), scratch_a);
    parallel_for(n_blocks, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<float> wide_b, scratch_b;
        for (std::ptrdiff_t i = first; i < last; ++i) {
            const RowsView<float> right =
                comparison.prepare(widened(part(b, i * block, block), wide_b), scratch_b);
            comparison.compare(left, right, out + i * block, b.n_rows);
        }
    });
}

void pairwise_hamming(const RowsView<std::uint8_t>& a, const RowsView<std::uint8_t>& b,
                      float* out) {
    const BitScan scan(a, b);
    const std::ptrdiff_t n_blocks = (b.n_rows + scan_block - 1) / scan_block;
    const std::ptrdiff_t grain =
        row_grain(scan_block * std::max<std::ptrdiff_t>(a.n_rows * (a.size + 8), 1), 0.02);
    parallel_for(n_blocks, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        scan.distances(first * scan_block, std::min(last * scan_block, b.n_rows), out, b.n_rows);
    });
}

#define IMGMINE_ROWS(T)                                                           \
    template RowsView<float> widened<T>(const RowsView<T>&, std::vector<float>&); \
    template void pairwise<T>(const RowsView<T>&, const RowsView<T>&, Metric, float*);
IMGMINE_ROWS(float)
IMGMINE_ROWS(Half)
IMGMINE_ROWS(std::uint8_t)
IMGMINE_ROWS(std::int8_t)
#undef IMGMINE_ROWS

}  // namespace imgmine
