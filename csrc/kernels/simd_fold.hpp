#pragma once

#include "kernels/simd.hpp"

// The sums of sixteen registers at once.
namespace imgmine {
namespace {

#if defined(__AVX512F__)
struct AddFloats {
    static IMGMINE_INLINE __m512 add(__m512 a, __m512 b) { return _mm512_add_ps(a, b); }
};
struct AddInts {
    static IMGMINE_INLINE __m512 add(__m512 a, __m512 b) {
        return _mm512_castsi512_ps(
            _mm512_add_epi32(_mm512_castps_si512(a), _mm512_castps_si512(b)));
    }
};

/// Lane i is the sum of v[i]: halves onto each other, as sum() folds them, two registers at a time.
template <class Add>
IMGMINE_INLINE __m512 fold16(const __m512 (&v)[16]) {
    __m512 a[8], b[4], c[2];
    IMGMINE_UNROLL
    for (int i = 0; i < 8; ++i)
        a[i] = Add::add(_mm512_shuffle_f32x4(v[i], v[i + 8], 0x44),
                        _mm512_shuffle_f32x4(v[i], v[i + 8], 0xee));
    IMGMINE_UNROLL
    for (int i = 0; i < 4; ++i)
        b[i] = Add::add(_mm512_shuffle_f32x4(a[i], a[i + 4], 0x88),
                        _mm512_shuffle_f32x4(a[i], a[i + 4], 0xdd));
    IMGMINE_UNROLL
    for (int i = 0; i < 2; ++i)
        c[i] = Add::add(_mm512_shuffle_ps(b[i], b[i + 2], 0x44),
                        _mm512_shuffle_ps(b[i], b[i + 2], 0xee));
    const __m512 mixed =
        Add::add(_mm512_shuffle_ps(c[0], c[1], 0x88), _mm512_shuffle_ps(c[0], c[1], 0xdd));
    const __m512i order = _mm512_setr_epi32(0, 2, 1, 3, 8, 10, 9, 11, 4, 6, 5, 7, 12, 14, 13, 15);
    return _mm512_permutexvar_ps(order, mixed);
}
#endif

}  // namespace
}  // namespace imgmine
