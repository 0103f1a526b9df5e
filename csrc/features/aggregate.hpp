#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"

// What the encoders of local descriptors do to their vectors in the end.
namespace imgmine {

/// Signed roots: what a few frequent descriptors say is damped (Perronnin 2010). 0.5 or 1.
inline void check_power(double power) {
    require(power == 0.5 || power == 1, "power must be 0.5 or 1, got " + std::to_string(power));
}

inline void take_power(std::vector<double>& values, double power) {
    if (power == 1) return;
    for (double& value : values) value = std::copysign(std::sqrt(std::abs(value)), value);
}

inline void scale_to_length_1(double* values, std::size_t n) {
    double squares = 0;
    for (std::size_t i = 0; i < n; ++i) squares += values[i] * values[i];
    if (squares <= 0) return;
    const double length = std::sqrt(squares);
    for (std::size_t i = 0; i < n; ++i) values[i] /= length;
}

inline void write_floats(const std::vector<double>& values, float* out) {
    for (std::size_t i = 0; i < values.size(); ++i) out[i] = static_cast<float>(values[i]);
}

}  // namespace imgmine
