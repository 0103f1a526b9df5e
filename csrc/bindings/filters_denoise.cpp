#include "bindings/arrays.hpp"
#include "filters/bilateral_filter.hpp"
#include "filters/nl_means.hpp"

namespace {

template <class T>
py::array bilateral_filter_of(const py::array& image, const imgmine::Bilateral& bilateral,
                              imgmine::Border border, const std::optional<py::array>& out) {
    py::array result = out_or_like<T>(out, image);
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::bilateral_filter(src, dst, bilateral, border);
    }
    return result;
}

py::array bilateral_filter(const py::array& image, double sigma_color, double sigma_space,
                           std::optional<int> ksize, std::string_view border,
                           const std::optional<py::array>& out) {
    const imgmine::Bilateral bilateral{sigma_color, sigma_space, ksize};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return is<std::uint8_t>(image) ? bilateral_filter_of<std::uint8_t>(image, bilateral, mode, out)
                                   : bilateral_filter_of<float>(image, bilateral, mode, out);
}

template <class T>
py::array nl_means_of(const py::array& image, const imgmine::NlMeans& options,
                      imgmine::Border border, const std::optional<py::array>& out) {
    py::array result = out_or_like<T>(out, image);
    const auto src = view<T>(image);
    const auto dst = mutable_view<T>(result);
    {
        const py::gil_scoped_release nogil;
        imgmine::nl_means(src, dst, options, border);
    }
    return result;
}

py::array nl_means(const py::array& image, double h, int patch_size, int window_size,
                   std::string_view border, const std::optional<py::array>& out) {
    const imgmine::NlMeans options{h, patch_size, window_size};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return is<std::uint8_t>(image) ? nl_means_of<std::uint8_t>(image, options, mode, out)
                                   : nl_means_of<float>(image, options, mode, out);
}

}  // namespace

void bind_filters_denoise(py::module_ m) {
    m.def("bilateral_filter", &bilateral_filter, "image"_a, "sigma_color"_a, "sigma_space"_a,
          "ksize"_a, "border"_a, "out"_a = py::none());
    m.def("nl_means", &nl_means, "image"_a, "h"_a, "patch_size"_a, "window_size"_a, "border"_a,
          "out"_a = py::none());
}
