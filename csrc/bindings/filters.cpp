#include "bindings/arrays.hpp"
#include "filters/box_blur.hpp"
#include "filters/gaussian_blur.hpp"
#include "filters/integral_image.hpp"

namespace {

py::array gaussian_blur(const py::array& image, std::optional<double> sigma,
                        std::optional<int> ksize, std::string_view border, std::string_view method,
                        const std::optional<py::array>& out) {
    const imgmine::Gaussian gaussian{sigma, ksize};
    const imgmine::Border mode = imgmine::border_from_name(border);
    const imgmine::BlurMethod how = imgmine::blur_method_from_name(method);
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::gaussian_blur(src, dst, gaussian, mode, how);
    });
}

py::array box_blur(const py::array& image, int height, int width, std::string_view border,
                   const std::optional<py::array>& out) {
    const imgmine::BoxSize ksize{height, width};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::box_blur(src, dst, ksize, mode);
    });
}

template <class T, class Sum>
py::array integral_image_of(const py::array& image) {
    py::array::ShapeContainer shape(image.shape(), image.shape() + image.ndim());
    ++(*shape)[0];
    ++(*shape)[1];
    return filled<T, Sum>(
        py::array_t<Sum>(std::move(shape)), image,
        [](const auto& src, const auto& dst) { imgmine::integral_image(src, dst); });
}

py::array integral_image(const py::array& image, bool wide) {
    if (!is<std::uint8_t>(image)) return integral_image_of<float, double>(image);
    return wide ? integral_image_of<std::uint8_t, std::uint64_t>(image)
                : integral_image_of<std::uint8_t, std::uint32_t>(image);
}

}  // namespace

void bind_filters(py::module_ m) {
    m.def("gaussian_blur", &gaussian_blur, "image"_a, "sigma"_a, "ksize"_a, "border"_a, "method"_a,
          "out"_a = py::none());
    m.def("box_blur", &box_blur, "image"_a, "height"_a, "width"_a, "border"_a,
          "out"_a = py::none());
    m.def("integral_image", &integral_image, "image"_a, "wide"_a);
}
