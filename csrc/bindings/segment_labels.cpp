#include "bindings/arrays.hpp"
#include "segment/clear_border.hpp"
#include "segment/fill_holes.hpp"
#include "segment/find_boundaries.hpp"
#include "segment/label.hpp"
#include "segment/relabel.hpp"

namespace {

using Labels = std::int32_t;

template <class R>
py::array like(const py::array& image) {
    return empty<R>({image.shape(0), image.shape(1)});
}

std::pair<py::array, Labels> label(const py::array& mask, int connectivity) {
    Labels n = 0;
    py::array out = filled<std::uint8_t, Labels>(
        like<Labels>(mask), mask,
        [&](const auto& src, const auto& dst) { n = imgmine::label(src, connectivity, dst); });
    return {out, n};
}

std::pair<py::array, Labels> relabel(const py::array& labels) {
    Labels n = 0;
    py::array out = filled<Labels, Labels>(
        like<Labels>(labels), labels,
        [&](const auto& src, const auto& dst) { n = imgmine::relabel(src, dst); });
    return {out, n};
}

py::array fill_holes(const py::array& mask, int connectivity) {
    return filled<std::uint8_t>(
        like<std::uint8_t>(mask), mask,
        [&](const auto& src, const auto& dst) { imgmine::fill_holes(src, connectivity, dst); });
}

template <class T>
py::array cleared(const py::array& image, std::int64_t margin) {
    return filled<T>(like<T>(image), image, [&](const auto& src, const auto& dst) {
        imgmine::clear_border(src, margin, dst);
    });
}

py::array clear_border(const py::array& image, std::int64_t margin) {
    return is<std::uint8_t>(image) ? cleared<std::uint8_t>(image, margin)
                                   : cleared<Labels>(image, margin);
}

py::array find_boundaries(const py::array& labels, std::string_view mode, int connectivity) {
    const auto which = imgmine::boundary_mode_from_name(mode);
    return filled<Labels, std::uint8_t>(like<std::uint8_t>(labels), labels,
                                        [&](const auto& src, const auto& dst) {
                                            imgmine::find_boundaries(src, which, connectivity, dst);
                                        });
}

}  // namespace

void bind_segment_labels(py::module_ m) {
    m.def("label", &label, "mask"_a, "connectivity"_a);
    m.def("relabel", &relabel, "labels"_a);
    m.def("fill_holes", &fill_holes, "mask"_a, "connectivity"_a);
    m.def("clear_border", &clear_border, "image"_a, "margin"_a);
    m.def("find_boundaries", &find_boundaries, "labels"_a, "mode"_a, "connectivity"_a);
}
