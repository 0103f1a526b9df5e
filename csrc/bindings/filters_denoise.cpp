#include "bindings/arrays.hpp"
#include "filters/bilateral_filter.hpp"
#include "filters/nl_means.hpp"

namespace {

py::array bilateral_filter(const py::array& image, double sigma_color, double sigma_space,
                           std::optional<int> ksize, std::string_view border,
                           const std::optional<py::array>& out) {
    const imgmine::Bilateral bilateral{sigma_color, sigma_space, ksize};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::bilateral_filter(src, dst, bilateral, mode);
    });
}

py::array nl_means(const py::array& image, double h, int patch_size, int window_size,
                   std::string_view border, const std::optional<py::array>& out) {
    const imgmine::NlMeans options{h, patch_size, window_size};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return filled_like(image, out, [&](const auto& src, const auto& dst) {
        imgmine::nl_means(src, dst, options, mode);
    });
}

}  // namespace

void bind_filters_denoise(py::module_ m) {
    m.def("bilateral_filter", &bilateral_filter, "image"_a, "sigma_color"_a, "sigma_space"_a,
          "ksize"_a, "border"_a, "out"_a = py::none());
    m.def("nl_means", &nl_means, "image"_a, "h"_a, "patch_size"_a, "window_size"_a, "border"_a,
          "out"_a = py::none());
}
