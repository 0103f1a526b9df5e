#pragma once

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/image.hpp"

// The only place that turns NumPy arrays into views. The Python layer has settled what an array is
// (dtype, dimensions, contiguous pixels); nothing here converts or copies.

namespace py = pybind11;
using namespace py::literals;

/// A C-contiguous array of T, for small arguments whose form the Python layer has settled.
template <class T>
using CArray = py::array_t<T, py::array::c_style>;

/// What each sample counts; none: all count 1.
using Weights = std::optional<CArray<double>>;

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

/// A copy.
template <class T>
py::array_t<T> to_array(const std::vector<T>& values) {
    auto out = empty<T>({static_cast<py::ssize_t>(values.size())});
    std::copy(values.begin(), values.end(), out.mutable_data());
    return out;
}

/// `out` where one was given, else a new array of the shape of `a`.
template <class T>
py::array out_or_like(const std::optional<py::array>& out, const py::array& a) {
    if (out) return *out;
    return py::array_t<T>(py::array::ShapeContainer(a.shape(), a.shape() + a.ndim()));
}

/// Fills `result` by body(src, dst), given views of `image` and of it, while Python may go on.
template <class T, class R = T, class Body>
py::array filled(py::array result, const py::array& image, const Body& body) {
    const auto src = view<T>(image);
    const auto dst = mutable_view<R>(result);
    {
        const py::gil_scoped_release nogil;
        body(src, dst);
    }
    return result;
}

/// The same of images that are uint8 or float32; `make` is called with either for the result.
template <class Make, class Body>
py::array filled_of_either(const py::array& image, const Make& make, const Body& body) {
    return is<std::uint8_t>(image) ? filled<std::uint8_t>(make(std::uint8_t{}), image, body)
                                   : filled<float>(make(float{}), image, body);
}

/// The same where the result is `out`, or a new array of the shape and dtype of `image`.
template <class Body>
py::array filled_like(const py::array& image, const std::optional<py::array>& out,
                      const Body& body) {
    const auto make = [&](auto value) { return out_or_like<decltype(value)>(out, image); };
    return filled_of_either(image, make, body);
}

/// A new image of another size with the channels of `image`.
template <class T>
py::array empty_of_size(const py::array& image, py::ssize_t height, py::ssize_t width) {
    if (image.ndim() == 3) return empty<T>({height, width, image.shape(2)});
    return empty<T>({height, width});
}
