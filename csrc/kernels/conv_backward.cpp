#include "kernels/conv_backward.hpp"

#include "kernels/simd_tile.hpp"

namespace imgmine {
namespace {

// Vectors that are summed at once, and runs and values of the loop that leaves nothing out.
#if defined(__AVX512F__)
constexpr std::size_t most_sums = 24, most_vectors = 12, most_patch = ConvScatter::most_vectors,
                      most_tile = 12, tile_vectors = 2;
#elif defined(__AVX__)
constexpr std::size_t most_sums = 6, most_vectors = 6, most_patch = 6, most_tile = 6,
                      tile_vectors = 1;
#elif defined(__aarch64__)
constexpr std::size_t most_sums = 6, most_vectors = 6, most_patch = 6, most_tile = 5,
                      tile_vectors = 1;
#else
constexpr std::size_t most_sums = 2, most_vectors = 2, most_patch = 2, most_tile = 2,
                      tile_vectors = 1;
#endif

/// total[v] += x * values[v], each rounded once.
template <std::size_t n_vectors>
IMGMINE_INLINE void add_scaled_row(float x, const float* values, Floats (&total)[n_vectors]) {
    const NativeFloats a = x - NativeFloats{};
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) {
        const Floats w = load(values + v * lanes);
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < parts; ++p)
            total[v].part[p] = fma_native(a, w.part[p], total[v].part[p]);
    }
}

template <std::size_t n_vectors>
IMGMINE_INLINE void clear(Floats (&total)[n_vectors]) {
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) total[v] = broadcast(0.0f);
}

IMGMINE_INLINE void add_to(float* sums, const Floats& v) {
    store(sums, load(sums) + v);
}

/// Vectors `first` and so on of one output's patch.
template <std::size_t n_vectors>
IMGMINE_INLINE void scatter_patch(const ConvScatter& s, std::size_t i, std::size_t first) {
    Floats total[n_vectors];
    clear(total);
    const float* const gradients = s.gradients + s.rows[i];
    const float* const weights = s.weights + first * lanes;
    for (std::size_t e = s.ends[i]; e < s.ends[i + 1]; ++e) {
        const std::size_t filter = s.filters[e];
        add_scaled_row(gradients[filter], weights + filter * s.pitch, total);
    }
    float* const to = s.image + s.places[i];
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) add_to(to + s.patch[first + v], total[v]);
}

/// image[patch of output i] += the sum over its filters of gradient * weights, outputs in order.
void scatter(const ConvScatter& s) {
    if (s.n_vectors <= most_patch) {
        with_count<1, most_patch>(s.n_vectors, [&](auto n) {
            for (std::size_t i = 0; i < s.n; ++i)
                if (s.ends[i] < s.ends[i + 1]) scatter_patch<decltype(n)::value>(s, i, 0);
        });
        return;
    }
    for (std::size_t i = 0; i < s.n; ++i)
        if (s.ends[i] < s.ends[i + 1])
            Pieces(s.n_vectors, most_patch).each([&](std::size_t first, std::size_t count) {
                with_count<1, most_patch>(
                    count, [&](auto n) { scatter_patch<decltype(n)::value>(s, i, first); });
            });
}

/// Some vectors of some runs of all filters' patches.
template <std::size_t n_runs, std::size_t n_vectors>
IMGMINE_INLINE void gather_part(const ConvGather& g, std::size_t first_run,
                                std::size_t first_vector) {
    const float* const image = g.image + first_run * g.row_pitch + first_vector * lanes;
    float* sums = g.sums + (first_run * g.n_vectors + first_vector) * lanes;
    for (std::size_t f = 0; f < g.n_filters; ++f) {
        const std::uint16_t* const outputs = g.outputs + f * g.most;
        const std::uint32_t* const places = g.places + f * g.place_of_filter;
        const float* const gradients = g.gradients + f;
        Floats total[n_runs][n_vectors];
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_runs; ++r) clear(total[r]);
        for (std::size_t e = 0; e < g.counts[f]; ++e) {
            const std::size_t i = outputs[e];
            const float* const from = image + places[i * g.place_of_output];
            const float value = gradients[i * g.n_filters];
            IMGMINE_UNROLL
            for (std::size_t r = 0; r < n_runs; ++r)
                add_scaled_row(value, from + r * g.row_pitch, total[r]);
        }
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_runs; ++r) IMGMINE_UNROLL
        for (std::size_t v = 0; v < n_vectors; ++v)
            add_to(sums + (r * g.n_vectors + v) * lanes, total[r][v]);
        sums += g.n_runs * g.n_vectors * lanes;
    }
}

/// sums[filter] += the sum over its outputs of gradient * patch of the image, outputs in order.
void gather(const ConvGather& g) {
    Pieces(g.n_vectors, most_vectors).each([&](std::size_t vector, std::size_t count) {
        with_count<1, most_vectors>(count, [&](auto n_vectors) {
            constexpr std::size_t fit = most_sums / decltype(n_vectors)::value;
            constexpr std::size_t most_runs = fit > 4 ? 4 : fit;
            Pieces(g.n_runs, most_runs).each([&](std::size_t run, std::size_t height) {
                with_count<1, most_runs>(height, [&](auto n_runs) {
                    gather_part<decltype(n_runs)::value, decltype(n_vectors)::value>(g, run,
                                                                                     vector);
                });
            });
        });
    });
}

/// Where a tile of sums begins.
struct Corner {
    std::size_t run, value, filter;
};

/// Some values of some runs, for n_vectors of filters, of which there are `left`.
template <std::size_t n_runs, std::size_t n_values, std::size_t n_vectors, bool is_whole>
IMGMINE_INLINE void correlate_tile(const ConvCorrelate& c, const Corner& at) {
    Floats total[n_runs * n_values][n_vectors];
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < n_runs * n_values; ++i) clear(total[i]);
    const std::size_t left = c.filters - at.filter;
    const float* gradients = c.gradients + at.filter;
    for (std::size_t row = 0; row < c.rows; ++row) {
        const float* from = c.image + row * c.row_step + at.run * c.row_pitch + at.value;
        for (std::size_t i = 0; i < c.columns; ++i, from += c.step, gradients += c.filters) {
            Floats g[n_vectors];
            IMGMINE_UNROLL
            for (std::size_t v = 0; v < n_vectors; ++v)
                g[v] = is_whole ? load(gradients + v * lanes) : load_first(gradients, left);
            IMGMINE_UNROLL
            for (std::size_t r = 0; r < n_runs; ++r) IMGMINE_UNROLL
            for (std::size_t j = 0; j < n_values; ++j)
                add_scaled(from[r * c.row_pitch + j], g, total[r * n_values + j]);
        }
    }
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < n_runs * n_values; ++i) IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) {
        const std::size_t k = (at.run + i / n_values) * c.run + at.value + i % n_values;
        float* const to = c.sums + k * c.filters + at.filter + v * lanes;
        if (is_whole)
            add_to(to, total[i][v]);
        else
            store_first(to, load_first(to, left) + total[i][v], left);
    }
}

template <std::size_t n_vectors, bool is_whole>
IMGMINE_INLINE void correlate_filters(const ConvCorrelate& c, std::size_t filter) {
    Pieces(c.run, most_tile).each([&](std::size_t value, std::size_t count) {
        with_count<1, most_tile>(count, [&](auto n_values) {
            constexpr std::size_t fit = most_tile / decltype(n_values)::value;
            constexpr std::size_t most_runs = fit > 4 ? 4 : fit;
            Pieces(c.n_runs, most_runs).each([&](std::size_t run, std::size_t height) {
                with_count<1, most_runs>(height, [&](auto n_runs) {
                    correlate_tile<decltype(n_runs)::value, decltype(n_values)::value, n_vectors,
                                   is_whole>(c, {run, value, filter});
                });
            });
        });
    });
}

/// sums[value under the kernel][filter] += the sum over outputs, in order, of value * gradient.
void correlate(const ConvCorrelate& c) {
    std::size_t f = 0;
    for (; f + tile_vectors * lanes <= c.filters; f += tile_vectors * lanes)
        correlate_filters<tile_vectors, true>(c, f);
    for (; f + lanes <= c.filters; f += lanes) correlate_filters<1, true>(c, f);
    if (f < c.filters) correlate_filters<1, false>(c, f);
}

}  // namespace
extern const ConvBackwardKernels IMGMINE_TABLE(conv_backward_kernels);
const ConvBackwardKernels IMGMINE_TABLE(conv_backward_kernels) = {
    .scatter = scatter,
    .gather = gather,
    .correlate = correlate,
};

}  // namespace imgmine
