#include "similarity/pairwise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/distance.hpp"

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

RowsView<float> part(const RowsView<float>& rows, std::ptrdiff_t first, std::ptrdiff_t n) {
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

void Comparison::compare(const RowsView<float>& a, const RowsView<float>& b, float* out,
                         std::ptrdiff_t out_stride) const {
    kernel_of(metric_)(a.data, static_cast<std::size_t>(a.n_rows),
                       static_cast<std::size_t>(a.row_stride), b.data,
                       static_cast<std::size_t>(b.n_rows), static_cast<std::size_t>(b.row_stride),
                       static_cast<std::size_t>(size_), out, static_cast<std::size_t>(out_stride));
    for (std::ptrdiff_t i = 0; i < a.n_rows; ++i, out += out_stride) {
        if (metric_ == Metric::euclidean)
            for (std::ptrdiff_t j = 0; j < b.n_rows; ++j) out[j] = std::sqrt(out[j]);
        if (metric_ == Metric::cosine || metric_ == Metric::pearson)  // beyond 1 by rounding
            for (std::ptrdiff_t j = 0; j < b.n_rows; ++j) out[j] = std::clamp(out[j], -1.0f, 1.0f);
    }
}

void pairwise(const RowsView<float>& a, const RowsView<float>& b, Metric metric, float* out) {
    const Comparison comparison(metric, a.size);
    std::vector<float> scratch_a;
    const RowsView<float> left = comparison.prepare(a, scratch_a);
    const std::ptrdiff_t n_blocks = (b.n_rows + block - 1) / block;
    const std::ptrdiff_t grain =
        row_grain(block * std::max<std::ptrdiff_t>(a.n_rows * a.size, 1), 0.1);
    parallel_for(n_blocks, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<float> scratch_b;
        for (std::ptrdiff_t i = first; i < last; ++i) {
            const RowsView<float> right = comparison.prepare(part(b, i * block, block), scratch_b);
            comparison.compare(left, right, out + i * block, b.n_rows);
        }
    });
}

void pairwise_hamming(const RowsView<std::uint8_t>& a, const RowsView<std::uint8_t>& b,
                      float* out) {
    const std::ptrdiff_t grain = row_grain(std::max<std::ptrdiff_t>(b.n_rows * a.size, 1), 0.1);
    parallel_for(a.n_rows, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i)
            for (std::ptrdiff_t j = 0; j < b.n_rows; ++j)
                out[i * b.n_rows + j] = static_cast<float>(distance_kernels().hamming(
                    a.row(i), b.row(j), static_cast<std::size_t>(a.size)));
    });
}

}  // namespace imgmine
