#include "bindings/arrays.hpp"
#include "filters/box_blur.hpp"
#include "filters/gaussian_blur.hpp"
#include "filters/integral_image.hpp"

namespace {

template <class T>
py::array gaussian_blur_of(const py::array& image, const imgmine::Gaussian& gaussian,
                           imgmine::Border border, imgmine::BlurMethod method,
                           const std::optional<py::array>& out) {
    py::array result = out_or_like<T>(out, image);
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::gaussian_blur(src, dst, gaussian, border, method);
    }
    return result;
}

py::array gaussian_blur(const py::array& image, std::optional<double> sigma,
                        std::optional<int> ksize, std::string_view border, std::string_view method,
                        const std::optional<py::array>& out) {
    const imgmine::Gaussian gaussian{sigma, ksize};
    const imgmine::Border mode = imgmine::border_from_name(border);
    const imgmine::BlurMethod how = imgmine::blur_method_from_name(method);
    return is<std::uint8_t>(image) ? gaussian_blur_of<std::uint8_t>(image, gaussian, mode, how, out)
                                   : gaussian_blur_of<float>(image, gaussian, mode, how, out);
}

template <class T>
py::array box_blur_of(const py::array& image, imgmine::BoxSize ksize, imgmine::Border border,
                      const std::optional<py::array>& out) {
    py::array result = out_or_like<T>(out, image);
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::box_blur(src, dst, ksize, border);
    }
    return result;
}

py::array box_blur(const py::array& image, int height, int width, std::string_view border,
                   const std::optional<py::array>& out) {
    const imgmine::BoxSize ksize{height, width};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return is<std::uint8_t>(image) ? box_blur_of<std::uint8_t>(image, ksize, mode, out)
                                   : box_blur_of<float>(image, ksize, mode, out);
}

template <class T, class Sum>
py::array integral_image_of(const py::array& image) {
    py::array::ShapeContainer shape(image.shape(), image.shape() + image.ndim());
    ++(*shape)[0];
    ++(*shape)[1];
    py::array result = py::array_t<Sum>(std::move(shape));
    const auto src = view<T>(image);
    const auto dst = mutable_view<Sum>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::integral_image(src, dst);
    }
    return result;
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
