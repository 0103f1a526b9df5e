#pragma once

#include <array>

#include "bindings/arrays.hpp"

using NnPair = std::array<py::ssize_t, 2>;   // of rows, of columns
using NnSides = std::array<py::ssize_t, 4>;  // top, left, bottom, right

/// How many windows lie side by side.
inline py::ssize_t nn_steps(py::ssize_t size, py::ssize_t window, py::ssize_t stride) {
    return (size - window) / stride + 1;
}
