#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Pixels that weights are stored for at a time, zeros behind the last.
inline constexpr std::size_t dot_chunk = 64;

/// New pixels along one axis as weighted sums of old ones. A weight is the sum of its signed
/// digits times powers of 256 (bytes) or of 65536 (shorts). Few weights need the highest digit.
template <class Digit>
struct DotTaps {
    struct Pixel {
        std::size_t start, n_chunks;      ///< the window in the old row
        std::size_t top_first, top_last;  ///< chunks in which a highest digit is not zero
        std::size_t digits, top;          ///< where its digits stand in `digits`
    };
    std::size_t n_pixels;
    const Pixel* pixels;
    const Digit* digits;  ///< [chunk][lower digits][dot_chunk], and [chunk][dot_chunk] at `top`
};

/// What each loop does is said where it stands, in fingerprint.cpp.
struct FingerprintKernels {
    bool multiplies_bytes;  ///< whether digits are bytes: dot_bytes, not dot_shorts
    void (*luma)(const std::uint8_t* pixels, std::uint8_t* out, std::size_t n,
                 std::size_t channels);
    void (*dot_bytes)(const std::uint8_t* rows, std::ptrdiff_t stride, std::size_t n_rows,
                      const DotTaps<std::int8_t>& taps, std::uint8_t* out,
                      std::ptrdiff_t out_stride);
    void (*dot_shorts)(const std::uint8_t* rows, std::ptrdiff_t stride, std::size_t n_rows,
                       const DotTaps<std::int16_t>& taps, std::uint8_t* out,
                       std::ptrdiff_t out_stride);
    void (*haar_low)(const double* even, const double* odd, std::size_t n, double* low);
    void (*haar_split)(const double* even, const double* odd, std::size_t n, double* const* bands);
    void (*haar_merge)(const double* const* bands, std::size_t n, double* even, double* odd);
};
IMGMINE_KERNELS(FingerprintKernels, fingerprint_kernels)

}  // namespace imgmine
