#pragma once

#include <cstdint>

#include "bindings/arrays.hpp"

/// body(rows) of whatever type they are, while Python may go on.
template <class Body>
void with_rows(const py::array& x, const Body& body) {
    if (is<float>(x)) {
        const auto samples = rows<float>(x);
        const py::gil_scoped_release nogil;
        body(samples);
    } else if (is<double>(x)) {
        const auto samples = rows<double>(x);
        const py::gil_scoped_release nogil;
        body(samples);
    } else {
        const auto samples = rows<std::uint8_t>(x);
        const py::gil_scoped_release nogil;
        body(samples);
    }
}
