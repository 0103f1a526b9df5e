#include "bindings/arrays.hpp"
#include "filters/canny.hpp"
#include "filters/gradient.hpp"
#include "filters/laplacian.hpp"

namespace {

/// `out` where one was given, else a new array of the shape of `image` and of `dtype`.
py::array result_of(const py::array& image, const py::dtype& dtype,
                    const std::optional<py::array>& out) {
    if (out) return *out;
    return py::array(dtype, py::array::ShapeContainer(image.shape(), image.shape() + image.ndim()));
}

/// Calls run(src, dst) with views of the types that both arrays have, of those on offer.
template <class Bytes, class Run>
py::array differentiate(const py::array& image, py::array result, Bytes, const Run& run) {
    if (is<float>(image)) return filled<float>(result, image, run);
    if (is<float>(result)) return filled<std::uint8_t, float>(result, image, run);
    if constexpr (Bytes::value)
        if (is<std::uint8_t>(result)) return filled<std::uint8_t>(result, image, run);
    return filled<std::uint8_t, std::int16_t>(result, image, run);
}

py::array gradient(const py::array& image, std::string_view which, std::optional<int> axis,
                   int ksize, std::string_view border, const py::dtype& dtype,
                   const std::optional<py::array>& out) {
    const imgmine::Gradient what{imgmine::operator_from_name(which), axis, ksize};
    const imgmine::Border mode = imgmine::border_from_name(border);
    return differentiate(
        image, result_of(image, dtype, out), std::true_type{},
        [&](const auto& src, const auto& dst) { imgmine::gradient(src, dst, what, mode); });
}

py::array laplacian(const py::array& image, int ksize, std::string_view border,
                    const py::dtype& dtype, const std::optional<py::array>& out) {
    const imgmine::Border mode = imgmine::border_from_name(border);
    return differentiate(
        image, result_of(image, dtype, out), std::false_type{},
        [&](const auto& src, const auto& dst) { imgmine::laplacian(src, dst, ksize, mode); });
}

py::array canny(const py::array& image, double low, double high, int ksize, bool l2_gradient,
                const std::optional<py::array>& out) {
    return filled<std::uint8_t>(
        out ? *out : py::array(empty<std::uint8_t>({image.shape(0), image.shape(1)})), image,
        [&](const auto& src, const auto& dst) {
            imgmine::canny(src, dst, {low, high, ksize, l2_gradient});
        });
}

}  // namespace

void bind_filters_edges(py::module_ m) {
    m.def("gradient", &gradient, "image"_a, "which"_a, "axis"_a, "ksize"_a, "border"_a, "dtype"_a,
          "out"_a = py::none());
    m.def("laplacian", &laplacian, "image"_a, "ksize"_a, "border"_a, "dtype"_a,
          "out"_a = py::none());
    m.def("canny", &canny, "image"_a, "low"_a, "high"_a, "ksize"_a, "l2_gradient"_a,
          "out"_a = py::none());
}
