#pragma once

#include "bindings/arrays.hpp"
#include "similarity/exact_rows.hpp"

/// Rows of float32, float64 or uint8, whichever they are.
inline imgmine::AnyRows any_rows(const py::array& a) {
    if (is<float>(a)) return rows<float>(a);
    if (is<double>(a)) return rows<double>(a);
    return rows<std::uint8_t>(a);
}
