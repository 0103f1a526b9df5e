#include "bindings/arrays.hpp"
#include "segment/threshold_otsu.hpp"

void bind_segment_flooding(py::module_& m);
void bind_segment_graph(py::module_ m);
void bind_segment_labels(py::module_ m);
void bind_segment_superpixels(py::module_ m);
void bind_segment_thresholds(py::module_ m);

namespace {

int threshold_otsu(const py::array& image) {
    const auto src = view<std::uint8_t>(image);
    const py::gil_scoped_release nogil;
    return imgmine::threshold_otsu(src);
}

}  // namespace

void bind_segment(py::module_ m) {
    m.def("threshold_otsu", &threshold_otsu, "image"_a);
    bind_segment_thresholds(m);
    bind_segment_labels(m);
    bind_segment_superpixels(m);
    bind_segment_graph(m);
    bind_segment_flooding(m);
}
