#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace imgmine {

inline constexpr std::size_t n_haralick = 13;

/// Haralick's features f1 to f13 of a levels x levels table of counts, made symmetric; zeros where
/// nothing was counted.
std::array<double, n_haralick> haralick(const std::uint64_t* counts, std::size_t levels);

/// Of the features of `n_angles` directions the means, then the ranges.
void haralick_over_angles(const std::array<double, n_haralick>* features, std::size_t n_angles,
                          float* out);

}  // namespace imgmine
