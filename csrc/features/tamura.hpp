#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "features/bands.hpp"

namespace imgmine {

inline constexpr std::size_t n_tamura = 18;

/// Tamura's coarseness and contrast, and the shares of 16 directions; zeros of an empty image.
/// `scaled` brings each number into [0, 1]: coarseness and contrast are divided by 32 and 128,
/// square roots are taken of the shares.
std::array<float, n_tamura> tamura(ImageView<const std::uint8_t> src, bool scaled = false);

/// The same in bands of rows.
AnyBandDescriptor tamura_in_bands(bool scaled);

}  // namespace imgmine
