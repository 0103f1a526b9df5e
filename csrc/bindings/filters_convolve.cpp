#include "bindings/arrays.hpp"
#include "filters/convolve.hpp"
#include "filters/sep_convolve.hpp"

namespace {

std::vector<double> values_of(const CArray<double>& a) {
    return {a.data(), a.data() + a.size()};
}

/// `out`, or a new array of the shape of `image` and of `dtype`, filled by filter(src, dst).
template <class Filter>
py::array filtered_as(const py::array& image, std::string_view dtype,
                      const std::optional<py::array>& out, const Filter& filter) {
    if (!is<std::uint8_t>(image))
        return filled<float>(out_or_like<float>(out, image), image, filter);
    if (dtype == "uint8")
        return filled<std::uint8_t, std::uint8_t>(out_or_like<std::uint8_t>(out, image), image,
                                                  filter);
    if (dtype == "int16")
        return filled<std::uint8_t, std::int16_t>(out_or_like<std::int16_t>(out, image), image,
                                                  filter);
    return filled<std::uint8_t, float>(out_or_like<float>(out, image), image, filter);
}

py::array correlate(const py::array& image, const CArray<double>& kernel,
                    std::pair<std::ptrdiff_t, std::ptrdiff_t> anchor, std::string_view border,
                    std::string_view dtype, const std::optional<py::array>& out) {
    const imgmine::Kernel weights{kernel.shape(0), kernel.shape(1), anchor.first, anchor.second,
                                  values_of(kernel)};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return filtered_as(image, dtype, out, [&](const auto& src, const auto& dst) {
        imgmine::correlate(src, dst, weights, mode);
    });
}

py::array sep_correlate(const py::array& image, const CArray<double>& row,
                        const CArray<double>& column,
                        std::pair<std::ptrdiff_t, std::ptrdiff_t> anchor, std::string_view border,
                        std::string_view dtype, const std::optional<py::array>& out) {
    const imgmine::SeparableKernel weights{values_of(column), values_of(row), anchor.first,
                                           anchor.second};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return filtered_as(image, dtype, out, [&](const auto& src, const auto& dst) {
        imgmine::sep_correlate(src, dst, weights, mode);
    });
}

}  // namespace

void bind_filters_convolve(py::module_ m) {
    m.def("correlate", &correlate, "image"_a, "kernel"_a, "anchor"_a, "border"_a, "dtype"_a,
          "out"_a = py::none());
    m.def("sep_correlate", &sep_correlate, "image"_a, "row"_a, "column"_a, "anchor"_a, "border"_a,
          "dtype"_a, "out"_a = py::none());
}
