#pragma once

#include "kernels/simd.hpp"

// The running sums of bytes of interleaved channels. Four pixels of one channel are a lane of 32
// bits, so that one instruction adds those of them that a sum takes; the sums of whole lanes are
// then summed along the register.
#if defined(__AVX512VNNI__) && defined(__AVX512VBMI__)
#define IMGMINE_BYTE_INTEGRAL 1

namespace imgmine {
namespace {

/// One row: begin with the carry of each channel, end with what the next piece starts from.
template <std::size_t channels>
class ByteIntegral {
  public:
    static constexpr std::size_t values = channels == 3 ? 48 : 64;  // that one step sums

    explicit ByteIntegral(const std::uint32_t* carry) {
        std::uint32_t sums[16];
        for (std::size_t l = 0; l < 16; ++l) sums[l] = carry[l % channels];
        before_ = _mm512_loadu_si512(sums);
    }

    void end(std::uint32_t* carry) const {
        std::uint32_t sums[16];
        _mm512_storeu_si512(sums, before_);
        for (std::size_t c = 0; c < channels; ++c) carry[c] = sums[c];
    }

    /// out[i] = above[i] + the sum of all of in[i], in[i - channels], ... of the row, i < values.
    IMGMINE_INLINE void step(const std::uint8_t* in, const std::uint32_t* above,
                             std::uint32_t* out) {
        const __m512i sums_before = sum_lanes(_mm512_maskz_loadu_epi8(first(values), in));
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < values / 16; ++k)
            _mm512_storeu_si512(out + 16 * k, _mm512_add_epi32(results(sums_before, k),
                                                               _mm512_loadu_si512(above + 16 * k)));
    }

    /// The same for i < n <= values, n a multiple of the channels.
    void short_step(const std::uint8_t* in, const std::uint32_t* above, std::uint32_t* out,
                    std::size_t n) {
        const __m512i sums_before = sum_lanes(_mm512_maskz_loadu_epi8(first(n), in));
        for (std::size_t k = 0; 16 * k < n; ++k) {
            const auto mask = (__mmask16)(first(n) >> 16 * k);
            const __m512i up = _mm512_maskz_loadu_epi32(mask, above + 16 * k);
            _mm512_mask_storeu_epi32(out + 16 * k, mask,
                                     _mm512_add_epi32(results(sums_before, k), up));
        }
    }

  private:
    static constexpr std::size_t in_use = values / 4;  // lanes

    struct alignas(64) Tables {
        std::uint8_t pixels[64];      // where each byte of the lanes comes from
        std::int32_t lane[4][16];     // the lane of each result
        std::int8_t taken[4][64];     // which of its pixels the result adds
        std::int32_t last_lanes[16];  // of each lane's channel
    };
    static constexpr Tables make_tables() {
        Tables t{};
        for (std::size_t i = 0; i < 64; ++i) {
            const std::size_t lane = i / 4;
            const std::size_t from = (lane / channels * 4 + i % 4) * channels + lane % channels;
            t.pixels[i] = (std::uint8_t)(lane < in_use ? from : 63);  // 63: zero, not loaded
        }
        for (std::size_t i = 0; i < values; ++i) {
            const std::size_t pixel = i / channels;
            t.lane[i / 16][i % 16] = (std::int32_t)(pixel / 4 * channels + i % channels);
            for (std::size_t k = 0; k < 4; ++k)
                t.taken[i / 16][i % 16 * 4 + k] = (std::int8_t)(k <= pixel % 4);
        }
        for (std::size_t l = 0; l < 16; ++l)
            t.last_lanes[l] = (std::int32_t)(in_use - channels + l % channels);
        return t;
    }
    static constexpr Tables tables = make_tables();

    static constexpr __mmask64 first(std::size_t n) { return ~std::uint64_t{0} >> (64 - n); }

    template <std::size_t step>
    IMGMINE_INLINE static __m512i plus_shifted(__m512i x) {
        if constexpr (step >= in_use) return x;
        return _mm512_add_epi32(
            x, _mm512_alignr_epi32(x, _mm512_setzero_si512(), 16 - (int)(step % 16)));
    }

    /// Puts the pixels into lanes, gives what stands before each lane, and moves on.
    IMGMINE_INLINE __m512i sum_lanes(__m512i in) {
        pixels_ =
            channels == 1 ? in : _mm512_permutexvar_epi8(_mm512_load_si512(tables.pixels), in);
        const __m512i fours =
            _mm512_dpbusd_epi32(_mm512_setzero_si512(), pixels_, _mm512_set1_epi8(1));
        __m512i sums = plus_shifted<2 * channels>(plus_shifted<channels>(fours));
        sums = plus_shifted<8 * channels>(plus_shifted<4 * channels>(sums));
        const __m512i sums_before = _mm512_add_epi32(before_, _mm512_sub_epi32(sums, fours));
        before_ = _mm512_add_epi32(
            before_, _mm512_permutexvar_epi32(_mm512_load_si512(tables.last_lanes), sums));
        return sums_before;
    }

    /// Results 16 k to 16 k + 15 of the pixels in the lanes.
    IMGMINE_INLINE __m512i results(__m512i sums_before, std::size_t k) const {
        const __m512i lane = _mm512_load_si512(tables.lane[k]);
        return _mm512_dpbusd_epi32(_mm512_permutexvar_epi32(lane, sums_before),
                                   _mm512_permutexvar_epi32(lane, pixels_),
                                   _mm512_load_si512(tables.taken[k]));
    }

    __m512i before_, pixels_;
};

}  // namespace
}  // namespace imgmine
#endif
