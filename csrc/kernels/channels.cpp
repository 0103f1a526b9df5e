#include "kernels/layers.hpp"
#include "kernels/simd_map.hpp"

namespace imgmine {
namespace {

// Sixteen channels at a time, as many of them as leave two sums each in registers.
#if defined(__AVX512F__)
constexpr std::size_t most_vectors = 2;
#else
constexpr std::size_t most_vectors = 1;
#endif

IMGMINE_INLINE Doubles operator-(Doubles a, const Doubles& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) a.part[i] -= b.part[i];
    return a;
}

IMGMINE_INLINE double load_double(const float* p) {
    return (double)*p;
}

/// What is summed of each channel: two terms of sixteen values, or of one.
struct Moments {
    const float *x, *shift;

    template <class T, class Load>
    IMGMINE_INLINE void add(std::size_t i, std::size_t c, T& sum, T& square,
                            const Load& load) const {
        const T v = load(x + i) - load(shift + c);
        sum = sum + v;
        square = square + v * v;
    }
};

struct Products {
    const float *x, *grad_y, *mean;

    template <class T, class Load>
    IMGMINE_INLINE void add(std::size_t i, std::size_t c, T& sum, T& product,
                            const Load& load) const {
        const T g = load(grad_y + i);
        sum = sum + g;
        product = product + g * (load(x + i) - load(mean + c));
    }
};

/// Channels from c on, of n pixels from the value `first` on.
template <std::size_t n_vectors, class Terms>
IMGMINE_INLINE void add_vectors(const Terms& terms, std::size_t first, std::size_t n, std::size_t c,
                                std::size_t channels, double* sums, double* others) {
    Doubles sum[n_vectors], other[n_vectors];
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) {
        sum[v] = load(sums + c + v * lanes);
        other[v] = load(others + c + v * lanes);
    }
    for (std::size_t p = 0; p < n; ++p) IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v)
        terms.add(first + p * channels + c + v * lanes, c + v * lanes, sum[v], other[v],
                  [](const float* at) { return load_doubles(at); });
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) {
        store(sums + c + v * lanes, sum[v]);
        store(others + c + v * lanes, other[v]);
    }
}

/// Each channel's terms, pixels in order, added to what is there: some pixels at a time, which stay
/// in the first-level cache until all their channels are done.
template <class Terms>
IMGMINE_INLINE void add_terms(const Terms& terms, std::size_t pixels, std::size_t channels,
                              double* sums, double* others) {
    const std::size_t most = channels < 4096 ? 4096 / channels : 1;
    for (std::size_t p = 0; p < pixels; p += most) {
        const std::size_t n = pixels - p < most ? pixels - p : most, first = p * channels;
        std::size_t c = 0;
        for (; c + most_vectors * lanes <= channels; c += most_vectors * lanes)
            add_vectors<most_vectors>(terms, first, n, c, channels, sums, others);
        for (; c + lanes <= channels; c += lanes)
            add_vectors<1>(terms, first, n, c, channels, sums, others);
        for (std::size_t i = 0; c < channels && i < n; ++i)
            for (std::size_t k = c; k < channels; ++k)
                terms.add(first + i * channels + k, k, sums[k], others[k], load_double);
    }
}

/// sums[c] += the values of channel c.
void sums(const float* x, std::size_t pixels, std::size_t channels, double* sums) {
    for (std::size_t p = 0; p < pixels; ++p, x += channels)
        for (std::size_t c = 0; c < channels; ++c) sums[c] += (double)x[c];
}

/// Sums of each channel's values less its shift, and of their squares, added to what is there.
void moments(const float* x, std::size_t pixels, std::size_t channels, const float* shift,
             double* sums, double* squares) {
    add_terms(Moments{x, shift}, pixels, channels, sums, squares);
}

/// Sums of each channel's grad_y, and of grad_y (x - mean), added to what is there.
void products(const float* x, const float* grad_y, std::size_t pixels, std::size_t channels,
              const float* mean, double* sums, double* products) {
    add_terms(Products{x, grad_y, mean}, pixels, channels, sums, products);
}

/// y = scale[c] * x + offset[c], rounded once, or 0 where that is negative and `relu`.
void affine(const float* x, std::size_t pixels, std::size_t channels, const float* scale,
            const float* offset, bool relu, float* y) {
    const Floats zero = broadcast(0.0f);
    const auto with = [&](const auto& body) __attribute__((always_inline)) {
        for (std::size_t p = 0; p < pixels; ++p, x += channels, y += channels)
            map_values(channels, y, body, x, scale, offset);
    };
    if (relu)
        with([&](const Floats& v, const Floats& s, const Floats& o) {
            return max(zero, fma(v, s, o));
        });
    else
        with([](const Floats& v, const Floats& s, const Floats& o) { return fma(v, s, o); });
}

/// grad_y = 0 where affine() has set y to 0.
void clip(const float* x, std::size_t pixels, std::size_t channels, const float* scale,
          const float* offset, float* grad_y) {
    const Floats zero = broadcast(0.0f);
    for (std::size_t p = 0; p < pixels; ++p, x += channels, grad_y += channels)
        map_values(
            channels, grad_y,
            [&](const Floats& g, const Floats& v, const Floats& s, const Floats& o) {
                return select_greater(fma(v, s, o), zero, g, zero);
            },
            grad_y, x, scale, offset);
}

/// grad_x = f0 grad_y + (f1 (x - f3) + f2), where f0 ... f3 are a channel's factors.
void combine(const float* x, const float* grad_y, std::size_t pixels, std::size_t channels,
             const float* factors, float* grad_x) {
    const float *f0 = factors, *f1 = f0 + channels, *f2 = f1 + channels, *f3 = f2 + channels;
    for (std::size_t p = 0; p < pixels; ++p, x += channels, grad_y += channels, grad_x += channels)
        map_values(
            channels, grad_x,
            [](const Floats& v, const Floats& g, const Floats& a, const Floats& b, const Floats& c,
               const Floats& d) { return fma(g, a, fma(v - d, b, c)); },
            x, grad_y, f0, f1, f2, f3);
}

}  // namespace
extern const ChannelKernels IMGMINE_TABLE(channel_kernels);
const ChannelKernels IMGMINE_TABLE(channel_kernels) = {
    .sums = sums,
    .moments = moments,
    .affine = affine,
    .clip = clip,
    .products = products,
    .combine = combine,
};

}  // namespace imgmine
