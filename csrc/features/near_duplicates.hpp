#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// What near-duplicates are told by: perceptual hashes of the eight dihedral forms, and a small
/// picture.
struct FingerprintsView {
    static constexpr std::ptrdiff_t side = 32, pixels = side * side, hash_bytes = 8;
    const std::uint8_t* hashes;      ///< [picture][form][hash_bytes]
    const std::uint8_t* thumbnails;  ///< [picture][side][side]
    std::ptrdiff_t n;

    const std::uint8_t* hash(std::ptrdiff_t i, std::ptrdiff_t form) const {
        return hashes + (8 * i + form) * hash_bytes;
    }
    const std::uint8_t* thumbnail(std::ptrdiff_t i) const { return thumbnails + i * pixels; }
};

/// Writes the hashes [8][hash_bytes] and the thumbnail [side][side] of an image.
void fingerprint(ImageView<const std::uint8_t> image, std::uint8_t* hashes,
                 std::uint8_t* thumbnail);

/// How well the pictures match once one of them is turned, mirrored and moved as suits them best:
/// the correlation of their thumbnails, -1 to 1. Forms whose hash differs by more than `radius`
/// bits are not tried; -1 where none is left.
float same_picture(const FingerprintsView& a, std::ptrdiff_t i, const FingerprintsView& b,
                   std::ptrdiff_t j, int radius);

struct DuplicatePair {
    std::int64_t first, second;
    float score;
};

/// Pairs of pictures of `a` and of `b` that match by at least `threshold`, in order. With `within`
/// `b` is `a`: every pair once, and none of a picture with itself.
std::vector<DuplicatePair> near_duplicates(const FingerprintsView& a, const FingerprintsView& b,
                                           bool within, int radius, float threshold);

}  // namespace imgmine
