#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/aligned.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "base/sparse.hpp"
#include "kernels/half.hpp"
#include "kernels/linear.hpp"

// The samples of a linear model, read where they lie, each with a constant feature behind it whose
// weight stands last.
namespace imgmine {

template <class T>
const LinearLoops<T>& linear_loops() {
    if constexpr (std::is_same_v<T, float>)
        return linear_kernels().f32;
    else if constexpr (std::is_same_v<T, double>)
        return linear_kernels().f64;
    else if constexpr (std::is_same_v<T, Half>)
        return linear_kernels().f16;
    else
        return linear_kernels().u8;
}

inline double as_double(Half value) {
    return to_float(value);
}
template <class T>
double as_double(T value) {
    return static_cast<double>(value);
}

/// The weights of several decisions, each line beginning at a cache line, zeros behind it.
template <class Sum>
class WeightLines {
  public:
    WeightLines(const double* weights, std::size_t n_lines, std::size_t size)
        : stride_((size + 15) / 16 * 16), values_(n_lines * stride_) {
        for (std::size_t p = 0; p < n_lines; ++p)
            std::copy_n(weights + p * size, size, values_.data() + p * stride_);
    }

    const Sum* line(std::size_t p) const { return values_.data() + p * stride_; }
    std::size_t stride() const { return stride_; }

  private:
    std::size_t stride_;
    AlignedVector<Sum> values_;
};

template <class T>
class DenseRows {
  public:
    DenseRows(const RowsView<T>& view, double constant)
        : view_(view), loops_(&linear_loops<T>()), constant_(constant) {}

    std::size_t n_rows() const { return static_cast<std::size_t>(view_.n_rows); }
    std::size_t size() const { return static_cast<std::size_t>(view_.size); }
    double constant() const { return constant_; }
    std::size_t bytes() const { return n_rows() * size() * sizeof(T); }

    double dot(std::size_t i, const double* weights) const {
        return loops_->dot(row(i), weights, size()) + weights[size()] * constant_;
    }
    void add(std::size_t i, double scale, double* weights) const {
        loops_->add(row(i), scale, weights, size());
        weights[size()] += scale * constant_;
    }
    /// The same in single precision, of four rows.
    void dot(const std::size_t (&at)[4], const float* weights, float* out) const {
        const T* const rows[4] = {row(at[0]), row(at[1]), row(at[2]), row(at[3])};
        loops_->dot_four(rows, weights, size(), out);
        for (std::size_t r = 0; r < 4; ++r)
            out[r] += weights[size()] * static_cast<float>(constant_);
    }
    void add(const std::size_t (&at)[4], const float* scales, float* weights) const {
        const T* const rows[4] = {row(at[0]), row(at[1]), row(at[2]), row(at[3])};
        loops_->add_four(rows, scales, weights, size());
        for (std::size_t r = 0; r < 4; ++r)
            weights[size()] += scales[r] * static_cast<float>(constant_);
    }
    /// Asks for a row that is about to be read.
    void prefetch(std::size_t i) const {
        const auto* bytes = reinterpret_cast<const char*>(row(i));
        for (std::size_t b = 0; b < size() * sizeof(T); b += 64) __builtin_prefetch(bytes + b);
    }
    /// out[p] = row . weights[p].
    void decide(std::size_t i, const WeightLines<double>& weights, std::size_t first,
                std::size_t count, double* out) const {
        loops_->decide(row(i), weights.line(first), weights.stride(), size(), count, out);
    }
    void decide(std::size_t i, const WeightLines<float>& weights, std::size_t first,
                std::size_t count, float* out) const {
        loops_->decide_single(row(i), weights.line(first), weights.stride(), size(), count, out);
    }
    /// The row's values as floats, times `scale`, sixteen at a time.
    void pack(std::size_t i, double scale, double* stripes, std::size_t stride,
              std::size_t n_stripes) const {
        std::fill_n(stripes + (n_stripes - 1) * stride, 16, 0.0);
        loops_->pack(row(i), scale, size(), stripes, stride);
        stripes[size() / 16 * stride + size() % 16] = static_cast<float>(scale * constant_);
    }
    /// Calls use(column, value) for every value that may not be zero.
    template <class Use>
    void each(std::size_t i, const Use& use) const {
        const T* values = row(i);
        for (std::size_t j = 0; j < size(); ++j) use(j, as_double(values[j]));
        use(size(), constant_);
    }

  private:
    const T* row(std::size_t i) const { return view_.row(static_cast<std::ptrdiff_t>(i)); }

    RowsView<T> view_;
    const LinearLoops<T>* loops_;
    double constant_;
};

template <class T>
class SparseRows {
  public:
    SparseRows(const SparseView<T>& view, double constant) : view_(view), constant_(constant) {}

    std::size_t n_rows() const { return static_cast<std::size_t>(view_.n_rows); }
    std::size_t size() const { return static_cast<std::size_t>(view_.size); }
    double constant() const { return constant_; }
    std::size_t bytes() const {
        return static_cast<std::size_t>(view_.starts[view_.n_rows] - view_.starts[0]) *
               (sizeof(T) + sizeof(std::int32_t));
    }

    template <class W>
    W dot(std::size_t i, const W* weights) const {
        W total[4] = {};
        std::int64_t k = view_.starts[i];
        const std::int64_t end = view_.starts[i + 1];
        for (; k + 4 <= end; k += 4)
            for (std::int64_t u = 0; u < 4; ++u)
                total[u] += static_cast<W>(view_.values[k + u]) * weights[view_.columns[k + u]];
        for (; k < end; ++k)
            total[0] += static_cast<W>(view_.values[k]) * weights[view_.columns[k]];
        return ((total[0] + total[1]) + (total[2] + total[3])) +
               weights[size()] * static_cast<W>(constant_);
    }
    template <class W>
    void add(std::size_t i, W scale, W* weights) const {
        each(i, [&](std::size_t column, double value) {
            weights[column] += scale * static_cast<W>(value);
        });
    }
    void dot(const std::size_t (&at)[4], const float* weights, float* out) const {
        for (std::size_t r = 0; r < 4; ++r) out[r] = dot(at[r], weights);
    }
    void add(const std::size_t (&at)[4], const float* scales, float* weights) const {
        for (std::size_t r = 0; r < 4; ++r) add(at[r], scales[r], weights);
    }
    void prefetch(std::size_t) const {}
    template <class Sum>
    void decide(std::size_t i, const WeightLines<Sum>& weights, std::size_t first,
                std::size_t count, Sum* out) const {
        for (std::size_t p = 0; p < count; ++p) {
            const Sum* line = weights.line(first + p);
            out[p] = 0;
            for (std::int64_t k = view_.starts[i]; k < view_.starts[i + 1]; ++k)
                out[p] += static_cast<Sum>(view_.values[k]) * line[view_.columns[k]];
        }
    }
    void pack(std::size_t i, double scale, double* stripes, std::size_t stride,
              std::size_t n_stripes) const {
        for (std::size_t s = 0; s < n_stripes; ++s) std::fill_n(stripes + s * stride, 16, 0.0);
        each(i, [&](std::size_t column, double value) {
            stripes[column / 16 * stride + column % 16] = static_cast<float>(scale * value);
        });
    }
    template <class Use>
    void each(std::size_t i, const Use& use) const {
        for (std::int64_t k = view_.starts[i]; k < view_.starts[i + 1]; ++k)
            use(static_cast<std::size_t>(view_.columns[k]), static_cast<double>(view_.values[k]));
        use(size(), constant_);
    }

  private:
    SparseView<T> view_;
    double constant_;
};

/// |x_i|^2 of each row with its constant feature.
template <class Rows>
std::vector<double> squared_norms(const Rows& rows) {
    std::vector<double> norms(rows.n_rows());
    parallel_for(static_cast<std::ptrdiff_t>(norms.size()), 4096,
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (auto i = static_cast<std::size_t>(first);
                          i < static_cast<std::size_t>(last); ++i) {
                         double total = 0;
                         rows.each(i, [&](std::size_t, double v) { total += v * v; });
                         norms[i] = total;
                     }
                 });
    return norms;
}

/// A two-class problem: the samples of one class against all others, and what mistakes cost.
struct Sides {
    const std::int32_t* classes;
    std::int32_t positive;
    double positive_cost, other_cost;
    const double* sample_weights;  ///< null: all 1

    double sign(std::size_t i) const { return classes[i] == positive ? 1 : -1; }
    double cost(std::size_t i) const {
        const double cost = classes[i] == positive ? positive_cost : other_cost;
        return sample_weights ? cost * sample_weights[i] : cost;
    }
};

}  // namespace imgmine
