#include "bindings/arrays.hpp"
#include "filters/gaussian_blur.hpp"

namespace {

template <class T>
py::array gaussian_blur_of(const py::array& image, const imgmine::Gaussian& gaussian,
                           imgmine::Border border, const std::optional<py::array>& out) {
    py::array result = out_or_like<T>(out, image);
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::gaussian_blur(src, dst, gaussian, border);
    }
    return result;
}

py::array gaussian_blur(const py::array& image, std::optional<double> sigma,
                        std::optional<int> ksize, std::string_view border,
                        const std::optional<py::array>& out) {
    const imgmine::Gaussian gaussian{sigma, ksize};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return is<std::uint8_t>(image) ? gaussian_blur_of<std::uint8_t>(image, gaussian, mode, out)
                                   : gaussian_blur_of<float>(image, gaussian, mode, out);
}

}  // namespace

void bind_filters(py::module_ m) {
    m.def("gaussian_blur", &gaussian_blur, "image"_a, "sigma"_a, "ksize"_a, "border"_a,
          "out"_a = py::none());
}
