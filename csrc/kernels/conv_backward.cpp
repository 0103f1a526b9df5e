#include "kernels/conv_backward.hpp"

#include "kernels/simd_integers.hpp"
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

/// Sums for some values of some runs and some vectors of filters.
template <std::size_t n_runs, std::size_t n_values, std::size_t n_vectors>
struct CorrelateTile {
    Floats total[n_runs * n_values][n_vectors];

    IMGMINE_INLINE void add(const ConvCorrelate& c, const float* from,
                            const Floats (&gradients)[n_vectors]) {
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_runs; ++r) IMGMINE_UNROLL
        for (std::size_t j = 0; j < n_values; ++j)
            add_scaled(from[r * c.row_pitch + j], gradients, total[r * n_values + j]);
    }
};

/// The gradients of one window's output q: zeros where another one was chosen.
IMGMINE_INLINE Floats of_output(const Floats& gradients, const NativeInts (&choice)[parts], int q) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t p = 0; p < parts; ++p) {
#if defined(__AVX512F__)
        const __mmask16 here = _mm512_cmpeq_epi32_mask((__m512i)choice[p], _mm512_set1_epi32(q));
        v.part[p] = (NativeFloats)_mm512_maskz_mov_ps(here, (__m512)gradients.part[p]);
#else
        v.part[p] = (NativeFloats)((NativeInts)gradients.part[p] & (choice[p] == q));
#endif
    }
    return v;
}

/// Some outputs' or windows' gradients and choices; `left` filters are.
template <std::size_t n_vectors, bool is_whole, bool is_pooled>
struct GradientVectors {
    Floats value[n_vectors];
    NativeInts choice[n_vectors][parts];

    IMGMINE_INLINE GradientVectors(const float* values, const std::uint8_t* choices,
                                   std::size_t left) {
        std::uint8_t few[lanes] = {};
        if (is_pooled && !is_whole) copy_few(few, choices, left), choices = few;
        IMGMINE_UNROLL
        for (std::size_t v = 0; v < n_vectors; ++v) {
            value[v] = is_whole ? load(values + v * lanes) : load_first(values, left);
            IMGMINE_UNROLL
            for (std::size_t p = 0; is_pooled && p < parts; ++p)
                choice[v][p] = load_ints(choices + v * lanes + p * native_ints);
        }
    }
};

/// Some values of some runs, for n_vectors of filters, of which there are `left`.
template <std::size_t n_runs, std::size_t n_values, std::size_t n_vectors, bool is_whole,
          bool is_pooled>
IMGMINE_INLINE void correlate_tile(const ConvCorrelate& c, const Corner& at) {
    CorrelateTile<n_runs, n_values, n_vectors> tile;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < n_runs * n_values; ++i) clear(tile.total[i]);
    const std::size_t left = c.filters - at.filter;
    constexpr std::size_t side = is_pooled ? 2 : 1;
    std::size_t place = at.filter;
    for (std::size_t row = 0; row < c.rows; ++row) {
        const float* from = c.image + side * row * c.row_step + at.run * c.row_pitch + at.value;
        for (std::size_t i = 0; i < c.columns; ++i, from += side * c.step, place += c.filters) {
            const GradientVectors<n_vectors, is_whole, is_pooled> g(
                c.gradients + place, is_pooled ? c.choice + place : nullptr, left);
            if (!is_pooled) {
                tile.add(c, from, g.value);
                continue;
            }
            IMGMINE_UNROLL
            for (int q = 0; q < 4; ++q) {
                Floats own[n_vectors];
                IMGMINE_UNROLL
                for (std::size_t v = 0; v < n_vectors; ++v)
                    own[v] = of_output(g.value[v], g.choice[v], q);
                tile.add(c, from + (q < 2 ? 0 : c.row_step) + (q % 2 ? c.step : 0), own);
            }
        }
    }
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < n_runs * n_values; ++i) IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) {
        const std::size_t k = (at.run + i / n_values) * c.run + at.value + i % n_values;
        float* const to = c.sums + k * c.filters + at.filter + v * lanes;
        if (is_whole)
            add_to(to, tile.total[i][v]);
        else
            store_first(to, load_first(to, left) + tile.total[i][v], left);
    }
}

template <bool is_pooled, std::size_t n_vectors, bool is_whole>
IMGMINE_INLINE void correlate_filters(const ConvCorrelate& c, std::size_t filter) {
    Pieces(c.run, most_tile).each([&](std::size_t value, std::size_t count) {
        with_count<1, most_tile>(count, [&](auto n_values) {
            constexpr std::size_t fit = most_tile / decltype(n_values)::value;
            constexpr std::size_t most_runs = fit > 4 ? 4 : fit;
            Pieces(c.n_runs, most_runs).each([&](std::size_t run, std::size_t height) {
                with_count<1, most_runs>(height, [&](auto n_runs) {
                    correlate_tile<decltype(n_runs)::value, decltype(n_values)::value, n_vectors,
                                   is_whole, is_pooled>(c, {run, value, filter});
                });
            });
        });
    });
}

template <bool is_pooled>
IMGMINE_INLINE void correlate_any(const ConvCorrelate& c) {
    std::size_t f = 0;
    for (; f + tile_vectors * lanes <= c.filters; f += tile_vectors * lanes)
        correlate_filters<is_pooled, tile_vectors, true>(c, f);
    for (; f + lanes <= c.filters; f += lanes) correlate_filters<is_pooled, 1, true>(c, f);
    if (f < c.filters) correlate_filters<is_pooled, 1, false>(c, f);
}

/// sums[value under the kernel][filter] += the sum over outputs, in order, of value * gradient.
void correlate(const ConvCorrelate& c) {
    correlate_any<false>(c);
}

/// The same over windows, of each the output that was chosen.
void correlate_pooled(const ConvCorrelate& c) {
    correlate_any<true>(c);
}

}  // namespace
extern const ConvBackwardKernels IMGMINE_TABLE(conv_backward_kernels);
const ConvBackwardKernels IMGMINE_TABLE(conv_backward_kernels) = {
    .scatter = scatter,
    .gather = gather,
    .correlate = correlate,
    .correlate_pooled = correlate_pooled,
};

}  // namespace imgmine
