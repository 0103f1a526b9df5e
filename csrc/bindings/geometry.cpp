#include "base/error.hpp"
#include "bindings/arrays.hpp"
#include "geometry/flip.hpp"
#include "geometry/pad.hpp"
#include "geometry/resize.hpp"

namespace {

py::array resize(const py::array& image, py::ssize_t height, py::ssize_t width,
                 std::string_view method_name, const std::optional<py::array>& out) {
    imgmine::require(height >= 0 && width >= 0, "size must not be negative, got (" +
                                                    std::to_string(height) + ", " +
                                                    std::to_string(width) + ")");
    const auto method = imgmine::resize_method_from_name(method_name);
    const auto make = [&](auto value) {
        return out ? *out : empty_of_size<decltype(value)>(image, height, width);
    };
    return filled_of_either(
        image, make, [&](const auto& src, const auto& dst) { imgmine::resize(src, dst, method); });
}

py::array flip(const py::array& image, bool upside_down, bool mirrored,
               const std::optional<py::array>& out) {
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::flip(src, dst, upside_down, mirrored);
    });
}

template <class T>
py::array pad_of(const py::array& image, py::ssize_t top, py::ssize_t bottom, py::ssize_t left,
                 py::ssize_t right, imgmine::Border border, T value) {
    return filled<T>(
        empty_of_size<T>(image, image.shape(0) + top + bottom, image.shape(1) + left + right),
        image, [&](const auto& src, const auto& dst) {
            imgmine::pad(src, dst, top, left, border, value);
        });
}

py::array pad(const py::array& image, py::ssize_t top, py::ssize_t bottom, py::ssize_t left,
              py::ssize_t right, std::string_view border_name, double value) {
    const imgmine::Border border = imgmine::border_from_name(border_name);
    if (!is<std::uint8_t>(image))
        return pad_of<float>(image, top, bottom, left, right, border, static_cast<float>(value));
    const bool is_byte = value >= 0 && value <= 255 && value == static_cast<int>(value);
    imgmine::require(is_byte, "value must be a whole number from 0 to 255 for uint8, got " +
                                  std::to_string(value));
    return pad_of<std::uint8_t>(image, top, bottom, left, right, border,
                                static_cast<std::uint8_t>(value));
}

}  // namespace

void bind_geometry(py::module_ m) {
    m.def("resize", &resize, "image"_a, "height"_a, "width"_a, "method"_a, "out"_a = py::none());
    m.def("flip", &flip, "image"_a, "upside_down"_a, "mirrored"_a, "out"_a = py::none());
    m.def("pad", &pad, "image"_a, "top"_a, "bottom"_a, "left"_a, "right"_a, "border"_a, "value"_a);
}
