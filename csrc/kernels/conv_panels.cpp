#include "kernels/conv_backward.hpp"
#include "kernels/simd_tile.hpp"

// Gradients of weights where few of the outputs' are zero.
namespace imgmine {
namespace {

// Values under the kernel and vectors of filters that are summed at once.
#if defined(__AVX512F__)
constexpr std::size_t most_values = 12, tile_vectors = 2;
#elif defined(__AVX__)
constexpr std::size_t most_values = 6, tile_vectors = 1;
#elif defined(__aarch64__)
constexpr std::size_t most_values = 5, tile_vectors = 1;
#else
constexpr std::size_t most_values = 2, tile_vectors = 1;
#endif
constexpr std::size_t panel = ConvPanels::panel;

/// The sums of some values and filters over all outputs in order; `from`: the first value.
template <std::size_t n_values>
IMGMINE_INLINE void sum_outputs(const ConvPanels& c, const float* from, const float* gradients,
                                Floats (&total)[n_values][tile_vectors]) {
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < n_values; ++k) IMGMINE_UNROLL
    for (std::size_t v = 0; v < tile_vectors; ++v) total[k][v] = broadcast(0.0f);
    for (std::size_t row = 0; row < c.rows; ++row) {
        const float* x = from + c.places[row];
        const float* of_output = gradients + c.outputs[row] * panel;
        for (std::size_t i = 0; i < c.columns; ++i, x += c.step, of_output += panel) {
            Floats g[tile_vectors];
            IMGMINE_UNROLL
            for (std::size_t v = 0; v < tile_vectors; ++v) g[v] = load(of_output + v * lanes);
            IMGMINE_UNROLL
            for (std::size_t k = 0; k < n_values; ++k) add_scaled(x[k], g, total[k]);
        }
    }
}

/// Sums of n_values values from `value` on, for the filters from `filter` on. What they are added
/// to is asked for early: in a wide layer it comes from far away.
template <std::size_t n_values>
IMGMINE_INLINE void correlate_tile(const ConvPanels& c, std::size_t value, std::size_t filter) {
    const float* const gradients = c.gradients + filter / panel * (c.n * panel) + filter % panel;
    float* const sums = c.sums + value * c.filters;
    for (std::size_t k = 0; k < n_values; ++k) IMGMINE_UNROLL
    for (std::size_t v = 0; v < tile_vectors; ++v)
        __builtin_prefetch(sums + k * c.filters + filter + v * lanes, 1);
    Floats total[n_values][tile_vectors];
    sum_outputs<n_values>(c, c.image + value, gradients, total);
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < n_values; ++k) IMGMINE_UNROLL
    for (std::size_t v = 0; v < tile_vectors; ++v) {
        const std::size_t f = filter + v * lanes;
        if (f >= c.filters) break;
        float* const to = sums + k * c.filters + f;
        store_up_to(to, load_up_to(to, c.filters - f) + total[k][v], c.filters - f);
    }
}

/// sums[value under the kernel][filter] += the sum over outputs, in order, of value * gradient.
/// One panel of gradients after the other stays in the first-level cache.
void correlate(const ConvPanels& c) {
    for (std::size_t filter = 0; filter < c.filters; filter += tile_vectors * lanes)
        Pieces(c.n_values, most_values).each([&](std::size_t value, std::size_t count) {
            with_count<1, most_values>(
                count, [&](auto n) { correlate_tile<decltype(n)::value>(c, value, filter); });
        });
}

/// panels (filters / 32, rounded up; n; 32) of values (n, filters), zeros behind the last filter.
void to_panels(const float* values, std::size_t n, std::size_t filters, float* panels) {
    for (std::size_t f = 0; f < filters; f += lanes) {
        float* to = panels + f / panel * n * panel + f % panel;
        for (std::size_t i = 0; i < n; ++i, to += panel)
            store(to, load_up_to(values + i * filters + f, filters - f));
    }
    if ((filters + lanes - 1) / lanes % 2 == 0) return;
    float* to = panels + filters / panel * n * panel + lanes;
    for (std::size_t i = 0; i < n; ++i, to += panel) store(to, broadcast(0.0f));
}

/// How many of n values are not zero.
std::size_t count_gradients(const float* values, std::size_t n) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < n; ++i) found += values[i] != 0;
    return found;
}

}  // namespace
extern const ConvPanelKernels IMGMINE_TABLE(conv_panel_kernels);
const ConvPanelKernels IMGMINE_TABLE(conv_panel_kernels) = {
    .correlate = correlate,
    .to_panels = to_panels,
    .count_gradients = count_gradients,
};

}  // namespace imgmine
