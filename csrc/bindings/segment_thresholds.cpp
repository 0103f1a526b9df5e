#include "bindings/arrays.hpp"
#include "segment/distance_transform.hpp"
#include "segment/threshold_hysteresis.hpp"
#include "segment/threshold_li.hpp"
#include "segment/threshold_local.hpp"
#include "segment/threshold_multiotsu.hpp"
#include "segment/threshold_niblack.hpp"
#include "segment/threshold_sauvola.hpp"
#include "segment/threshold_triangle.hpp"

namespace {

py::array_t<std::uint8_t> threshold_multiotsu(const py::array& image, int classes) {
    const auto src = view<std::uint8_t>(image);
    std::vector<std::uint8_t> found;
    {
        const py::gil_scoped_release nogil;
        found = imgmine::threshold_multiotsu(src, classes);
    }
    return to_array(found);
}

double threshold_li(const py::array& image) {
    const auto src = view<std::uint8_t>(image);
    const py::gil_scoped_release nogil;
    return imgmine::threshold_li(src);
}

int threshold_triangle(const py::array& image) {
    const auto src = view<std::uint8_t>(image);
    const py::gil_scoped_release nogil;
    return imgmine::threshold_triangle(src);
}

/// Fills a plane of thresholds by body(src, dst).
template <class Body>
py::array thresholds(const py::array& image, const Body& body) {
    return filled<std::uint8_t, float>(empty<float>({image.shape(0), image.shape(1)}), image, body);
}

py::array threshold_local(const py::array& image, int height, int width, std::string_view method,
                          double offset, std::string_view border) {
    const imgmine::LocalMethod how = imgmine::local_method_from_name(method);
    const imgmine::Border mode = imgmine::border_from_name(border);
    return thresholds(image, [&](const auto& src, const auto& dst) {
        imgmine::threshold_local(src, dst, {height, width}, how, offset, mode);
    });
}

py::array threshold_niblack(const py::array& image, int height, int width, double k,
                            std::string_view border) {
    const imgmine::Border mode = imgmine::border_from_name(border);
    return thresholds(image, [&](const auto& src, const auto& dst) {
        imgmine::threshold_niblack(src, dst, {height, width}, k, mode);
    });
}

py::array threshold_sauvola(const py::array& image, int height, int width, double k, double r,
                            std::string_view border) {
    const imgmine::Border mode = imgmine::border_from_name(border);
    return thresholds(image, [&](const auto& src, const auto& dst) {
        imgmine::threshold_sauvola(src, dst, {height, width}, k, r, mode);
    });
}

py::array threshold_hysteresis(const py::array& image, double low, double high, int connectivity) {
    const py::array out = empty<std::uint8_t>({image.shape(0), image.shape(1)});
    const auto body = [&](const auto& src, const auto& dst) {
        imgmine::threshold_hysteresis(src, low, high, connectivity, dst);
    };
    return is<std::uint8_t>(image) ? filled<std::uint8_t>(out, image, body)
                                   : filled<float, std::uint8_t>(out, image, body);
}

py::array distance_transform(const py::array& mask) {
    return filled<std::uint8_t, float>(
        empty<float>({mask.shape(0), mask.shape(1)}), mask,
        [](const auto& src, const auto& dst) { imgmine::distance_transform(src, dst); });
}

}  // namespace

void bind_segment_thresholds(py::module_ m) {
    m.def("threshold_multiotsu", &threshold_multiotsu, "image"_a, "classes"_a);
    m.def("threshold_li", &threshold_li, "image"_a);
    m.def("threshold_triangle", &threshold_triangle, "image"_a);
    m.def("threshold_local", &threshold_local, "image"_a, "height"_a, "width"_a, "method"_a,
          "offset"_a, "border"_a);
    m.def("threshold_niblack", &threshold_niblack, "image"_a, "height"_a, "width"_a, "k"_a,
          "border"_a);
    m.def("threshold_sauvola", &threshold_sauvola, "image"_a, "height"_a, "width"_a, "k"_a, "r"_a,
          "border"_a);
    m.def("threshold_hysteresis", &threshold_hysteresis, "image"_a, "low"_a, "high"_a,
          "connectivity"_a);
    m.def("distance_transform", &distance_transform, "mask"_a);
}
