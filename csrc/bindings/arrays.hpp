#pragma once

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>

#include "base/image.hpp"

// The only place that turns NumPy arrays into views. The Python layer has settled what an array is
// (dtype, dimensions, contiguous pixels); nothing here converts or copies.

namespace py = pybind11;
using namespace py::literals;

/// A C-contiguous array of T, for small arguments whose form the Python layer has settled.
template <class T>
using CArray = py::array_t<T, py::array::c_style>;

template <class T>
bool is(const py::array& a) {
    return py::isinstance<py::array_t<T>>(a);
}

/// Views an array of shape (height, width) or (height, width, channels) whose pixels are contiguous
/// within a row; rows may be any positive distance apart.
template <class T>
imgmine::ImageView<const T> view(const py::array& a) {
    const std::ptrdiff_t channels = a.ndim() == 3 ? a.shape(2) : 1;
    return {static_cast<const T*>(a.data()), a.shape(0), a.shape(1), channels,
            a.strides(0) / static_cast<std::ptrdiff_t>(sizeof(T))};
}

template <class T>
imgmine::ImageView<T> mutable_view(py::array& a) {
    const std::ptrdiff_t channels = a.ndim() == 3 ? a.shape(2) : 1;
    return {static_cast<T*>(a.mutable_data()), a.shape(0), a.shape(1), channels,
            a.strides(0) / static_cast<std::ptrdiff_t>(sizeof(T))};
}

/// Views an array of shape (n, size) whose rows are contiguous.
template <class T>
imgmine::RowsView<T> rows(const py::array& a) {
    return {static_cast<const T*>(a.data()), a.shape(0), a.shape(1),
            a.strides(0) / static_cast<std::ptrdiff_t>(sizeof(T))};
}

template <class T>
py::array_t<T> empty(std::initializer_list<py::ssize_t> shape) {
    return py::array_t<T>(py::array::ShapeContainer(shape));
}

/// `out` where one was given, else a new array of the shape of `a`.
template <class T>
py::array out_or_like(const std::optional<py::array>& out, const py::array& a) {
    if (out) return *out;
    return py::array_t<T>(py::array::ShapeContainer(a.shape(), a.shape() + a.ndim()));
}
