#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Meta's fingerprint of 256 bits; 32 bytes, the last bit first, as it is written down.
using PdqHash = std::array<std::uint8_t, 32>;

/// Hashes of an image of 1, 3 or 4 channels and of its other dihedral forms, in the order of
/// dihedral.hpp, and how much of a picture there is to it: 0 to 100. All zeros where a side is
/// below 5.
struct Pdq {
    std::array<PdqHash, 8> hashes{};
    int quality = 0;
};

Pdq pdq(ImageView<const std::uint8_t> image);

/// What 64 samples are weighed with for 16 coefficients: [coefficient][sample].
std::vector<float> pdq_cosines();

}  // namespace imgmine
