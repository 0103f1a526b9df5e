#include "filters/sep_convolve.hpp"

#include <optional>
#include <type_traits>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/convolve.hpp"
#include "filters/costs.hpp"
#include "filters/sliding.hpp"

namespace imgmine {
namespace {

/// Sums along the columns [from, to) of rows: of float values.
template <class T>
class RowSums {
  public:
    RowSums(ImageView<const T> src, const SeparableKernel& kernel,
            const std::vector<float>& weights, Border border, std::ptrdiff_t from,
            std::ptrdiff_t to)
        : src_(src),
          border_(border),
          left_(kernel.anchor_x),
          in_place_(from == 0 && to == src.width &&
                    to >= static_cast<std::ptrdiff_t>(weights.size()) + 16),
          columns_(src, border, from - kernel.anchor_x,
                   to - kernel.anchor_x + static_cast<std::ptrdiff_t>(weights.size()) - 1),
          n_(static_cast<std::size_t>((to - from) * src.channels)),
          window_{.weights = weights.data(),
                  .height = 1,
                  .width = weights.size(),
                  .step = static_cast<std::size_t>(src.channels)},
          values_(n_ + weights.size() * window_.step + 64) {}

    void operator()(std::ptrdiff_t y, float* out) {
        if constexpr (std::is_same_v<T, float>)
            if (in_place_) return sum_in_place(y, out);
        columns_(y, values_.data());
        sum(values_.data(), out, n_);
    }

  private:
    void sum(const float* row, float* out, std::size_t n) const {
        void* const place = out;
        if (n) correlate_kernels().window_f32(window_, &row, &place, 1, n);
    }

    /// Copies only what stands around the pixels that a window over the edge covers.
    void sum_in_place(std::ptrdiff_t y, float* out) {
        const auto channels = src_.channels;
        const std::ptrdiff_t around = static_cast<std::ptrdiff_t>(window_.width) - 1;
        const std::ptrdiff_t right = around - left_;
        const float* const row = src_.row(y);
        const auto strip = [&](std::ptrdiff_t from, std::ptrdiff_t n) {
            copy_columns(row, src_.width, channels, border_, from - left_, from + n + right,
                         values_.data());
            sum(values_.data(), out + from * channels, static_cast<std::size_t>(n * channels));
        };
        strip(0, left_);
        sum(row, out + left_ * channels,
            static_cast<std::size_t>((src_.width - around) * channels));
        strip(src_.width - right, right);
    }

    ImageView<const T> src_;
    Border border_;
    std::ptrdiff_t left_;
    bool in_place_;
    FloatColumns<T> columns_;
    std::size_t n_;
    Window<float> window_;
    std::vector<float> values_;
};

/// The same of bytes, exactly, for whole weights.
class QuadRowSums {
  public:
    QuadRowSums(ImageView<const std::uint8_t> src, const SeparableKernel& kernel,
                const QuadWeights& weights, Border border, std::ptrdiff_t from, std::ptrdiff_t to)
        : src_(src),
          weights_(weights),
          border_(border),
          from_(from - kernel.anchor_x),
          to_(to - kernel.anchor_x + 4 * static_cast<std::ptrdiff_t>(weights.width) - 1),
          n_(static_cast<std::size_t>((to - from) * src.channels)),
          channels_(static_cast<std::size_t>(src.channels)),
          n_quads_(n_ + 4 * (weights.width - 1) * channels_),
          bytes_(n_quads_ + 3 * channels_ + 128),
          quads_(n_quads_ + 64) {}

    void operator()(std::ptrdiff_t y, float* out) {
        prefetch_columns(src_, y + static_cast<std::ptrdiff_t>(rows_at_once), from_, to_);
        copy_columns(src_.row(y), src_.width, src_.channels, border_, from_, to_, bytes_.data());
        correlate_kernels().quads_u8(bytes_.data(), channels_, quads_.data(), n_quads_);
        const std::int32_t* const row = quads_.data();
        void* const place = out;
        weights_.sum()(weights_.window(src_.channels, Result::f32, 1), &row, &place, 1, n_);
    }

  private:
    ImageView<const std::uint8_t> src_;
    const QuadWeights& weights_;
    Border border_;
    std::ptrdiff_t from_, to_;
    std::size_t n_, channels_, n_quads_;
    std::vector<std::uint8_t> bytes_;
    std::vector<std::int32_t> quads_;
};

void check(const std::vector<double>& weights, const char* name) {
    require(
        !weights.empty() && weights.size() <= 65535,
        std::string(name) + " must have 1 to 65535 taps, got " + std::to_string(weights.size()));
    for (const double w : weights)
        require(
            std::isfinite(static_cast<float>(w)),
            std::string(name) + " must hold numbers that float32 holds, got " + std::to_string(w));
}

/// The kernel in whole numbers, where these keep its sums exact in floats.
std::optional<SeparableKernel> whole_kernel(const SeparableKernel& kernel) {
    const auto column = whole_weights(kernel.column), row = whole_weights(kernel.row);
    if (!column || !row) return std::nullopt;
    const double divisor = kernel.divisor * column->divisor * row->divisor;
    const double largest = sum_of_magnitudes(column->values) * row->largest_sum();
    if (largest >= 0x1p24 || static_cast<double>(static_cast<float>(divisor)) != divisor)
        return std::nullopt;
    return SeparableKernel{column->values, row->values, kernel.anchor_y, kernel.anchor_x, divisor};
}

/// The kernel in one piece.
Kernel product_of(const SeparableKernel& kernel) {
    Kernel product{static_cast<std::ptrdiff_t>(kernel.column.size()),
                   static_cast<std::ptrdiff_t>(kernel.row.size()),
                   kernel.anchor_y,
                   kernel.anchor_x,
                   {}};
    for (const double y : kernel.column)
        for (const double x : kernel.row) product.weights.push_back(y * x);
    return product;
}

/// Filters in one pass of whole weights, if that is faster.
template <class R>
bool correlated_whole(ImageView<const std::uint8_t> src, ImageView<R> dst,
                      const SeparableKernel& whole, Border border) {
    const std::size_t height = whole.column.size(), width = whole.row.size();
    if (height * width > 225) return false;
    const Kernel product = product_of(whole);
    if (WholeWeights{product.weights, 1}.largest() > largest_quad_weight) return false;
    const QuadWeights quads(product.weights, height, width);
    if (quads_cost(quads) > separable_cost(height, width)) return false;
    correlate_whole(src, dst, product, whole.divisor, border);
    return true;
}

template <class T, class R, class MakeRowSums>
void sum_columns(ImageView<const T> src, ImageView<R> dst, const SeparableKernel& kernel,
                 Border border, const MakeRowSums& make_row_sums) {
    const std::vector<float> weights(kernel.column.begin(), kernel.column.end());
    const bool power = is_power_of_two(kernel.divisor);
    const Window<float> window{
        .weights = weights.data(),
        .height = weights.size(),
        .width = 1,
        .step = 1,
        .result = result_of<R>,
        .factor = static_cast<float>(power ? 1 / kernel.divisor : kernel.divisor),
        .divide = !power,
    };
    const WindowRows rows_of{static_cast<std::ptrdiff_t>(weights.size()), kernel.anchor_y};
    // A share also filters the rows around it sideways: keep that below a quarter.
    const double cost = 0.3 + 0.04 * static_cast<double>(weights.size() + kernel.row.size());
    const std::ptrdiff_t grain =
        std::max(row_grain(src.row_size(), cost), 4 * (rows_of.height - 1));
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        in_tiles(src.width, src.channels, rows_of.held(), 0,
                 [&](std::ptrdiff_t from, std::ptrdiff_t to) {
                     const std::ptrdiff_t n = (to - from) * src.channels;
                     const auto sum = [&](const float* const* rows, std::ptrdiff_t y,
                                          std::size_t count) {
                         const Places<R> out(dst, y, from, count);
                         correlate_kernels().window_f32(window, rows, out.rows, count,
                                                        static_cast<std::size_t>(n));
                     };
                     slide<float>(rows_of, src.height, border, n, first, last,
                                  make_row_sums(from, to), sum);
                 });
    });
}

template <class T, class R>
void correlate_floats(ImageView<const T> src, ImageView<R> dst, const SeparableKernel& kernel,
                      Border border) {
    const std::vector<float> row(kernel.row.begin(), kernel.row.end());
    sum_columns(src, dst, kernel, border, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        return RowSums<T>(src, kernel, row, border, from, to);
    });
}

}  // namespace

template <class T, class R>
void sep_correlate(ImageView<const T> src, ImageView<R> dst, const SeparableKernel& kernel,
                   Border border) {
    check(kernel.column, "ky");
    check(kernel.row, "kx");
    if (src.empty()) return;
    if constexpr (std::is_same_v<T, std::uint8_t>) {
        const auto whole = whole_kernel(kernel);
        if (whole && correlated_whole(src, dst, *whole, border)) return;
        if (whole && WholeWeights{whole->row, 1}.largest() <= largest_quad_weight) {
            const QuadWeights row(whole->row, 1, whole->row.size());
            return sum_columns(src, dst, *whole, border,
                               [&](std::ptrdiff_t from, std::ptrdiff_t to) {
                                   return QuadRowSums(src, *whole, row, border, from, to);
                               });
        }
        if (whole) return correlate_floats(src, dst, *whole, border);
    }
    const std::size_t height = kernel.column.size(), width = kernel.row.size();
    const double largest =
        WholeWeights{kernel.column, 1}.largest() * WholeWeights{kernel.row, 1}.largest();
    if (kernel.divisor == 1 && std::isfinite(static_cast<float>(largest)) &&
        floats_cost(height, width) <= separable_cost(height, width))
        return correlate(src, dst, product_of(kernel), border);  // which takes that road, too
    correlate_floats(src, dst, kernel, border);
}

template void sep_correlate(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                            const SeparableKernel&, Border);
template void sep_correlate(ImageView<const std::uint8_t>, ImageView<std::int16_t>,
                            const SeparableKernel&, Border);
template void sep_correlate(ImageView<const std::uint8_t>, ImageView<float>, const SeparableKernel&,
                            Border);
template void sep_correlate(ImageView<const float>, ImageView<float>, const SeparableKernel&,
                            Border);

}  // namespace imgmine
