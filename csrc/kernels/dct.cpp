#include "kernels/dct.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

// cos(k pi / 16) / 2, and the square root of 1/8.
constexpr float c1 = 0.49039264020161522f, c2 = 0.46193976625564337f, c3 = 0.41573480615127262f,
                c5 = 0.27778511650980111f, c6 = 0.19134171618254489f, c7 = 0.09754516100806413f,
                c0 = 0.35355339059327376f;

IMGMINE_INLINE Floats times(const Floats& v, float x) {
    return v * broadcast(x);
}

/// The orthonormal DCT-II of eight values: sums and differences of mirror images (Ahmed, Natarajan
/// and Rao 1974).
IMGMINE_INLINE void forward_8(Floats* x) {
    const Floats s0 = x[0] + x[7], s1 = x[1] + x[6], s2 = x[2] + x[5], s3 = x[3] + x[4];
    const Floats d0 = x[0] - x[7], d1 = x[1] - x[6], d2 = x[2] - x[5], d3 = x[3] - x[4];
    const Floats a0 = s0 + s3, a1 = s1 + s2, b0 = s0 - s3, b1 = s1 - s2;
    x[0] = times(a0 + a1, c0);
    x[4] = times(a0 - a1, c0);
    x[2] = times(b0, c2) + times(b1, c6);
    x[6] = times(b0, c6) - times(b1, c2);
    x[1] = (times(d0, c1) + times(d1, c3)) + (times(d2, c5) + times(d3, c7));
    x[3] = (times(d0, c3) - times(d1, c7)) - (times(d2, c1) + times(d3, c5));
    x[5] = (times(d0, c5) - times(d1, c1)) + (times(d2, c7) + times(d3, c3));
    x[7] = (times(d0, c7) - times(d1, c5)) + (times(d2, c3) - times(d3, c1));
}

/// Its inverse, the orthonormal DCT-III.
IMGMINE_INLINE void inverse_8(Floats* x) {
    const Floats a0 = times(x[0] + x[4], c0), a1 = times(x[0] - x[4], c0);
    const Floats b0 = times(x[2], c2) + times(x[6], c6), b1 = times(x[2], c6) - times(x[6], c2);
    const Floats s0 = a0 + b0, s3 = a0 - b0, s1 = a1 + b1, s2 = a1 - b1;
    const Floats d0 = (times(x[1], c1) + times(x[3], c3)) + (times(x[5], c5) + times(x[7], c7));
    const Floats d1 = (times(x[1], c3) - times(x[3], c7)) - (times(x[5], c1) + times(x[7], c5));
    const Floats d2 = (times(x[1], c5) - times(x[3], c1)) + (times(x[5], c7) + times(x[7], c3));
    const Floats d3 = (times(x[1], c7) - times(x[3], c5)) + (times(x[5], c3) - times(x[7], c1));
    x[0] = s0 + d0;
    x[7] = s0 - d0;
    x[1] = s1 + d1;
    x[6] = s1 - d1;
    x[2] = s2 + d2;
    x[5] = s2 - d2;
    x[3] = s3 + d3;
    x[4] = s3 - d3;
}

/// Rows and columns of each of the two blocks of 8 x 8 that sixteen columns hold exchanged.
IMGMINE_INLINE void transpose(Floats* x) {
    float in[8][lanes], out[8][lanes];
    for (std::size_t k = 0; k < 8; ++k) store(in[k], x[k]);
    for (std::size_t block = 0; block < lanes; block += 8)
        for (std::size_t k = 0; k < 8; ++k)
            for (std::size_t i = 0; i < 8; ++i) out[k][block + i] = in[i][block + k];
    for (std::size_t k = 0; k < 8; ++k) x[k] = load(out[k]);
}

template <class Transform>
IMGMINE_INLINE void transform_band(float* band, std::size_t stride, std::size_t n,
                                   const Transform& transform) {
    for (std::size_t i = 0; i < n; i += lanes) {
        Floats x[8];
        for (std::size_t k = 0; k < 8; ++k) x[k] = load(band + k * stride + i);
        transform(x);
        transpose(x);
        transform(x);
        transpose(x);
        for (std::size_t k = 0; k < 8; ++k) store(band + k * stride + i, x[k]);
    }
}

/// The orthonormal two-dimensional DCT of every block of 8 x 8.
void forward(float* band, std::size_t stride, std::size_t n) {
    transform_band(band, stride, n, [](Floats* x) __attribute__((always_inline)) { forward_8(x); });
}

/// Its inverse.
void inverse(float* band, std::size_t stride, std::size_t n) {
    transform_band(band, stride, n, [](Floats* x) __attribute__((always_inline)) { inverse_8(x); });
}

}  // namespace

extern const DctKernels IMGMINE_TABLE(dct_kernels);
const DctKernels IMGMINE_TABLE(dct_kernels) = {
    .forward = forward,
    .inverse = inverse,
};

}  // namespace imgmine
