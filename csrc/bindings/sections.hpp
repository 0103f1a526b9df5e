#pragma once

#include <array>

#include "base/container.hpp"
#include "bindings/arrays.hpp"

inline constexpr std::array<const char*, imgmine::n_dtypes> dtype_names = {
    "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"};

/// A container's section of a C-contiguous array, whose memory it borrows.
imgmine::Section section_of(const py::array& array, std::string name = "");
