#include "bindings/arrays.hpp"
#include "geometry/deskew.hpp"
#include "geometry/rotate.hpp"
#include "geometry/undistort.hpp"
#include "geometry/warp_affine.hpp"
#include "geometry/warp_perspective.hpp"

namespace {

using imgmine::WarpOptions;

WarpOptions options_of(std::string_view method, std::string_view border,
                       const std::vector<double>& value) {
    return {imgmine::warp_method_from_name(method), imgmine::border_from_name(border), value};
}

/// A new image of `height` x `width`, filled by body(src, dst).
template <class Body>
py::array make(const py::array& image, py::ssize_t height, py::ssize_t width, const Body& body) {
    imgmine::require(height >= 0 && width >= 0, "size must not be negative, got (" +
                                                    std::to_string(height) + ", " +
                                                    std::to_string(width) + ")");
    const auto empty_of = [&](auto value) {
        return empty_of_size<decltype(value)>(image, height, width);
    };
    return filled_of_either(image, empty_of, body);
}

py::array warp_affine(const py::array& image, const std::array<double, 6>& matrix,
                      py::ssize_t height, py::ssize_t width, std::string_view method,
                      std::string_view border, const std::vector<double>& value, bool inverse) {
    const WarpOptions options = options_of(method, border, value);
    const imgmine::Affine backward = imgmine::inverse_of(matrix);
    return make(image, height, width, [&](const auto& src, const auto& dst) {
        imgmine::warp_affine(src, dst, inverse ? matrix : backward, options);
    });
}

py::array warp_perspective(const py::array& image, const std::array<double, 9>& matrix,
                           py::ssize_t height, py::ssize_t width, std::string_view method,
                           std::string_view border, const std::vector<double>& value,
                           bool inverse) {
    const WarpOptions options = options_of(method, border, value);
    const imgmine::Homography backward = imgmine::inverse_of(matrix);
    return make(image, height, width, [&](const auto& src, const auto& dst) {
        imgmine::warp_perspective(src, dst, inverse ? matrix : backward, options);
    });
}

py::array undistort(const py::array& image, const std::array<double, 9>& matrix,
                    const std::vector<double>& distortion, std::string_view method,
                    std::string_view border, const std::vector<double>& value) {
    const WarpOptions options = options_of(method, border, value);
    const imgmine::Camera camera{matrix, distortion};
    return make(image, image.shape(0), image.shape(1), [&](const auto& src, const auto& dst) {
        imgmine::undistort(src, dst, camera, options);
    });
}

py::array rotate(const py::array& image, double angle, bool expand, std::string_view method,
                 std::string_view border, const std::vector<double>& value) {
    const WarpOptions options = options_of(method, border, value);
    const auto turned = imgmine::rotated_size(image.shape(0), image.shape(1), angle);
    const auto [height, width] = expand ? turned : std::pair(image.shape(0), image.shape(1));
    return make(image, height, width, [&](const auto& src, const auto& dst) {
        imgmine::rotate(src, dst, angle, options);
    });
}

/// body(view) of the image, while Python may go on.
template <class Body>
double measure(const py::array& image, const Body& body) {
    const auto run = [&](const auto& src) {
        const py::gil_scoped_release nogil;
        return body(src);
    };
    return is<std::uint8_t>(image) ? run(view<std::uint8_t>(image)) : run(view<float>(image));
}

double shear(const py::array& image, const std::vector<float>& background) {
    return measure(image, [&](const auto& src) { return imgmine::shear_of(src, background); });
}

double text_angle(const py::array& image, const std::vector<float>& background, double max_angle) {
    return measure(
        image, [&](const auto& src) { return imgmine::text_angle_of(src, background, max_angle); });
}

}  // namespace

void bind_geometry_warp(py::module_ m) {
    m.def("warp_affine", &warp_affine, "image"_a, "matrix"_a, "height"_a, "width"_a, "method"_a,
          "border"_a, "value"_a, "inverse"_a);
    m.def("warp_perspective", &warp_perspective, "image"_a, "matrix"_a, "height"_a, "width"_a,
          "method"_a, "border"_a, "value"_a, "inverse"_a);
    m.def("undistort", &undistort, "image"_a, "camera_matrix"_a, "distortion"_a, "method"_a,
          "border"_a, "value"_a);
    m.def("rotate", &rotate, "image"_a, "angle"_a, "expand"_a, "method"_a, "border"_a, "value"_a);
    m.def("shear", &shear, "image"_a, "background"_a);
    m.def("text_angle", &text_angle, "image"_a, "background"_a, "max_angle"_a);
}
