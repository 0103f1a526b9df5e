#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

inline constexpr std::size_t n_tamura = 18;

/// Tamura's coarseness and contrast, and the shares of 16 directions; zeros of an empty image.
std::array<float, n_tamura> tamura(ImageView<const std::uint8_t> src);

}  // namespace imgmine
