#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

enum class HashMethod {
    average,              ///< brighter than the mean
    difference,           ///< brighter than the pixel to the left
    difference_vertical,  ///< brighter than the pixel above
    perceptual,           ///< low cosine coefficients above their median
    wavelet,              ///< low Haar coefficients above their median
};

struct HashOptions {
    HashMethod method;
    std::ptrdiff_t size = 8;    ///< the hash has size * size bits
    std::ptrdiff_t factor = 4;  ///< perceptual: the image is shrunk to factor * size a side
    std::ptrdiff_t scale = 0;   ///< wavelet: the side it is shrunk to, a power of two; 0: the
                                ///< largest that the image has
    bool remove_lowest = true;  ///< wavelet: without the mean of the image
};

HashMethod hash_method_from_name(std::string_view name);

/// Throws std::invalid_argument where these options, or the image, cannot be.
void check_hash(ImageView<const std::uint8_t> image, const HashOptions& options);

/// Height and width of the small picture that the hash is made of.
std::pair<std::ptrdiff_t, std::ptrdiff_t> shrunk_size(ImageView<const std::uint8_t> image,
                                                      const HashOptions& options);

/// Bytes of a hash: one bit a coefficient, row by row, the highest bit first, zeros behind.
std::size_t hash_bytes(const HashOptions& options);

/// Fingerprint of an image of 1, 3 or 4 channels, bit for bit that of Python's ImageHash 4.3.
void image_hash(ImageView<const std::uint8_t> image, const HashOptions& options, std::uint8_t* out);

/// Fingerprints of the image turned and mirrored, in the order of `dihedral` in dihedral.hpp: made
/// of one and the same small picture.
void dihedral_hashes(ImageView<const std::uint8_t> image, const HashOptions& options,
                     std::uint8_t* out);

}  // namespace imgmine
