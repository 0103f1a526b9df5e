#pragma once

#include "kernels/simd.hpp"

// A table of 256 bytes held in registers, and many bytes looked up in it at once.
namespace imgmine {
namespace {

#if defined(__AVX512VBMI__)
constexpr std::size_t table_block = 64;

struct ByteTable {
    __m512i part[4];

    IMGMINE_INLINE explicit ByteTable(const std::uint8_t* table) {
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 4; ++k) part[k] = _mm512_loadu_si512(table + 64 * k);
    }
    IMGMINE_INLINE __m512i at(__m512i v) const {
        const __m512i low = _mm512_permutex2var_epi8(part[0], v, part[1]);
        const __m512i high = _mm512_permutex2var_epi8(part[2], v, part[3]);
        return _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(v), high);
    }
    IMGMINE_INLINE void look_up(const std::uint8_t* in, std::uint8_t* out) const {
        _mm512_storeu_si512(out, at(_mm512_loadu_si512(in)));
    }
};
#elif defined(__AVX2__)
constexpr std::size_t table_block = 32;

/// Rows of 16 that differ from the one before by XOR: a byte counts down by 16, and every row it
/// passes, its own last, is added while it is not below zero, where a shuffle gives zero. Bytes
/// from 128 on begin below zero and stay there; they count down from 128 in the upper half.
struct ByteTable {
    __m256i part[16];

    IMGMINE_INLINE explicit ByteTable(const std::uint8_t* table) {
        __m128i before = _mm_setzero_si128();
        for (std::size_t k = 0; k < 16; ++k) {
            const __m128i row = _mm_loadu_si128((const __m128i*)(table + 16 * k));
            part[k] = _mm256_broadcastsi128_si256(k == 8 ? row : _mm_xor_si128(row, before));
            before = row;
        }
    }
    IMGMINE_INLINE void look_up(const std::uint8_t* in, std::uint8_t* out) const {
        const __m256i step = _mm256_set1_epi8(16);
        __m256i low = _mm256_loadu_si256((const __m256i*)in);
        __m256i high = _mm256_xor_si256(low, _mm256_set1_epi8(-128));
        __m256i found = _mm256_setzero_si256(), found_high = found;
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 8; ++k) {
            found = _mm256_xor_si256(found, _mm256_shuffle_epi8(part[k], low));
            found_high = _mm256_xor_si256(found_high, _mm256_shuffle_epi8(part[8 + k], high));
            low = _mm256_subs_epi8(low, step);
            high = _mm256_subs_epi8(high, step);
        }
        _mm256_storeu_si256((__m256i*)out, _mm256_xor_si256(found, found_high));
    }
};
#elif defined(__aarch64__)
constexpr std::size_t table_block = 16;

struct ByteTable {
    uint8x16x4_t part[4];

    IMGMINE_INLINE explicit ByteTable(const std::uint8_t* table) {
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 4; ++k) part[k] = vld1q_u8_x4(table + 64 * k);
    }
    IMGMINE_INLINE void look_up(const std::uint8_t* in, std::uint8_t* out) const {
        uint8x16_t v = vld1q_u8(in);
        uint8x16_t found = vqtbl4q_u8(part[0], v);
        IMGMINE_UNROLL
        for (std::size_t k = 1; k < 4; ++k) {
            v = vsubq_u8(v, vdupq_n_u8(64));
            found = vqtbx4q_u8(found, part[k], v);
        }
        vst1q_u8(out, found);
    }
};
#else
constexpr std::size_t table_block = 8;

/// Sixteen shuffles for 16 bytes are no faster here than a load for each.
struct ByteTable {
    const std::uint8_t* table;

    IMGMINE_INLINE explicit ByteTable(const std::uint8_t* t) : table(t) {}
    IMGMINE_INLINE void look_up(const std::uint8_t* in, std::uint8_t* out) const {
        std::uint64_t eight, found = 0;
        std::memcpy(&eight, in, 8);
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 8; ++k)
            found |= (std::uint64_t)table[eight >> 8 * k & 0xff] << 8 * k;
        std::memcpy(out, &found, 8);
    }
};
#endif

}  // namespace
}  // namespace imgmine
