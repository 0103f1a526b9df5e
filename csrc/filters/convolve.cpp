#include "filters/convolve.hpp"

#include <optional>
#include <type_traits>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/costs.hpp"
#include "filters/quads.hpp"
#include "filters/sep_convolve.hpp"
#include "filters/sliding.hpp"
#include "filters/weights.hpp"

namespace imgmine {
namespace {

/// Calls body(first row, last row, first column, last column) for parts of an image.
template <class Body>
void in_parts(const Kernel& kernel, std::ptrdiff_t height, std::ptrdiff_t width,
              std::ptrdiff_t channels, double cost, const Body& body) {
    const std::ptrdiff_t grain =
        std::max(row_grain(width * channels, nanoseconds_a_cycle * cost), kernel.height);
    const std::ptrdiff_t held = kernel.height + static_cast<std::ptrdiff_t>(rows_at_once) - 1;
    parallel_for(height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        in_tiles(width, channels, held, (kernel.width + 2) * channels,
                 [&](std::ptrdiff_t from, std::ptrdiff_t to) { body(first, last, from, to); });
    });
}

template <class R>
void correlate_quads(ImageView<const std::uint8_t> src, ImageView<R> dst, const Kernel& kernel,
                     const QuadWeights& quads, double divisor, Border border) {
    const auto window = quads.window(src.channels, result_of<R>, divisor);
    const auto channels = src.channels;
    const std::ptrdiff_t extra = 4 * (static_cast<std::ptrdiff_t>(quads.width) - 1);
    in_parts(
        kernel, src.height, src.width, channels, quads_cost(quads),
        [&](std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t from, std::ptrdiff_t to) {
            const std::ptrdiff_t n = (to - from) * channels, n_quads = n + extra * channels;
            std::vector<std::uint8_t> bytes(static_cast<std::size_t>(n_quads + 3 * channels + 128));
            const auto fill = [&](std::ptrdiff_t y, std::int32_t* values) {
                prefetch_columns(src, y + static_cast<std::ptrdiff_t>(rows_at_once), from, to);
                copy_columns(src.row(y), src.width, channels, border, from - kernel.anchor_x,
                             to - kernel.anchor_x + extra + 3, bytes.data());
                correlate_kernels().quads_u8(bytes.data(), static_cast<std::size_t>(channels),
                                             values, static_cast<std::size_t>(n_quads));
            };
            const auto sum = [&](const std::int32_t* const* rows, std::ptrdiff_t y,
                                 std::size_t count) {
                const Places<R> out(dst, y, from, count);
                quads.sum()(window, rows, out.rows, count, static_cast<std::size_t>(n));
            };
            slide<std::int32_t>({kernel.height, kernel.anchor_y}, src.height, border, n_quads,
                                first, last, fill, sum);
        });
}

void part_of(const float* const* rows, std::ptrdiff_t from, std::size_t n,
             std::vector<const float*>& part) {
    for (std::size_t k = 0; k < n; ++k) part[k] = rows[k] + from;
}

/// Reads pixels where they are, but for columns from which a window reaches over the edge: these
/// are filtered in strips.
void correlate_in_place(ImageView<const float> src, ImageView<float> dst, const Kernel& kernel,
                        const Window<float>& window, double cost, Border border) {
    const std::ptrdiff_t channels = src.channels, around = kernel.width - 1;
    const std::ptrdiff_t left = kernel.anchor_x, right = around - left;
    const std::vector<float> zeros(
        border == Border::constant ? static_cast<std::size_t>(src.row_size()) : 0);
    const auto row_at = [&](std::ptrdiff_t y) {
        const std::ptrdiff_t from = border_index(border, y, src.height);
        return from < 0 ? zeros.data() : src.row(from);
    };
    const auto share = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        // A row of the ring: what the left strip needs, then what the right one needs.
        const std::ptrdiff_t second = (left + around) * channels;
        const auto fill = [&](std::ptrdiff_t y, float* strips) {
            copy_columns(src.row(y), src.width, channels, border, -left, around, strips);
            copy_columns(src.row(y), src.width, channels, border, src.width - around,
                         src.width + right, strips + second);
        };
        std::vector<const float*> pointers(static_cast<std::size_t>(kernel.height + 3));
        const auto sum = [&](const float* const* rows, std::ptrdiff_t y, std::size_t count) {
            const std::size_t needed = window.height + count - 1;
            const auto part = [&](std::ptrdiff_t x, std::ptrdiff_t n) {
                const Places<float> out(dst, y, x, count);
                correlate_kernels().window_f32(window, pointers.data(), out.rows, count,
                                               static_cast<std::size_t>(n * channels));
            };
            if (left) part_of(rows, 0, needed, pointers), part(0, left);
            for (std::size_t k = 0; k < needed; ++k)
                pointers[k] = row_at(y - kernel.anchor_y + static_cast<std::ptrdiff_t>(k));
            part(left, src.width - around);
            if (right) part_of(rows, second, needed, pointers), part(src.width - right, right);
        };
        slide<float>({kernel.height, kernel.anchor_y}, src.height, border,
                     second + (around + right) * channels, first, last, fill, sum);
    };
    const double nanoseconds = nanoseconds_a_cycle * cost;
    parallel_for(src.height, std::max(row_grain(src.row_size(), nanoseconds), kernel.height),
                 share);
}

template <class T, class R>
void correlate_floats(ImageView<const T> src, ImageView<R> dst, const Kernel& kernel,
                      Border border) {
    const std::vector<float> weights(kernel.weights.begin(), kernel.weights.end());
    const auto channels = src.channels;
    const Window<float> window{
        .weights = weights.data(),
        .height = static_cast<std::size_t>(kernel.height),
        .width = static_cast<std::size_t>(kernel.width),
        .step = static_cast<std::size_t>(channels),
        .result = result_of<R>,
    };
    const double cost = floats_cost(window.height, window.width);
    if constexpr (std::is_same_v<T, float>)
        if (src.width >= kernel.width + 16)
            return correlate_in_place(src, dst, kernel, window, cost, border);
    in_parts(
        kernel, src.height, src.width, channels, cost,
        [&](std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t from, std::ptrdiff_t to) {
            const std::ptrdiff_t n = (to - from) * channels;
            const std::ptrdiff_t n_values = n + (kernel.width - 1) * channels;
            FloatColumns<T> columns(src, border, from - kernel.anchor_x,
                                    to - kernel.anchor_x + kernel.width - 1);
            const auto sum = [&](const float* const* rows, std::ptrdiff_t y, std::size_t count) {
                const Places<R> out(dst, y, from, count);
                correlate_kernels().window_f32(window, rows, out.rows, count,
                                               static_cast<std::size_t>(n));
            };
            slide<float>({kernel.height, kernel.anchor_y}, src.height, border, n_values, first,
                         last, columns, sum);
        });
}

void check(const Kernel& kernel) {
    const auto is_side = [](std::ptrdiff_t side) { return side >= 1 && side <= 255; };
    require(is_side(kernel.height) && is_side(kernel.width),
            "kernel must have sides from 1 to 255, got " + std::to_string(kernel.height) + " x " +
                std::to_string(kernel.width));
    for (const double w : kernel.weights)
        require(std::isfinite(static_cast<float>(w)),
                "kernel must hold numbers that float32 holds, got " + std::to_string(w));
}

}  // namespace

template <class R>
void correlate_whole(ImageView<const std::uint8_t> src, ImageView<R> dst, const Kernel& kernel,
                     double divisor, Border border) {
    const QuadWeights quads(kernel.weights, static_cast<std::size_t>(kernel.height),
                            static_cast<std::size_t>(kernel.width));
    correlate_quads(src, dst, kernel, quads, divisor, border);
}

template <class T, class R>
void correlate(ImageView<const T> src, ImageView<R> dst, const Kernel& kernel, Border border) {
    check(kernel);
    if (src.empty()) return;
    const auto height = static_cast<std::size_t>(kernel.height);
    const auto width = static_cast<std::size_t>(kernel.width);
    std::optional<WholeWeights> whole;
    if constexpr (std::is_same_v<T, std::uint8_t>) whole = whole_weights(kernel.weights);
    // Floats hold whole sums below 2^24 exactly.
    const bool separate = !whole || whole->largest_sum() < 0x1p24;
    auto factors =
        separate ? factors_of(whole ? whole->values : kernel.weights, width) : std::nullopt;
    double divisor = whole ? whole->divisor : 1;
    if constexpr (std::is_same_v<T, std::uint8_t>) {
        if (!whole && result_of<R> != Result::f32)
            whole = nearly_whole_weights(kernel.weights, largest_quad_weight);
        if (whole && whole->largest() <= largest_quad_weight) {
            const QuadWeights quads(whole->values, height, width);
            if (!factors || quads_cost(quads) <= separable_cost(height, width))
                return correlate_quads(src, dst, kernel, quads, whole->divisor, border);
        }
    }
    if (factors && separable_cost(height, width) < floats_cost(height, width))
        return sep_correlate(src, dst,
                             SeparableKernel{std::move(factors->column), std::move(factors->row),
                                             kernel.anchor_y, kernel.anchor_x, divisor},
                             border);
    correlate_floats(src, dst, kernel, border);
}

template void correlate(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const Kernel&,
                        Border);
template void correlate(ImageView<const std::uint8_t>, ImageView<std::int16_t>, const Kernel&,
                        Border);
template void correlate(ImageView<const std::uint8_t>, ImageView<float>, const Kernel&, Border);
template void correlate(ImageView<const float>, ImageView<float>, const Kernel&, Border);
template void correlate_whole(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const Kernel&,
                              double, Border);
template void correlate_whole(ImageView<const std::uint8_t>, ImageView<std::int16_t>, const Kernel&,
                              double, Border);
template void correlate_whole(ImageView<const std::uint8_t>, ImageView<float>, const Kernel&,
                              double, Border);

}  // namespace imgmine
