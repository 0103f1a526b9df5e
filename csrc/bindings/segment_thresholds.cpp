#include "bindings/arrays.hpp"
#include "segment/distance_transform.hpp"

namespace {

py::array distance_transform(const py::array& mask) {
    return filled<std::uint8_t, float>(
        empty<float>({mask.shape(0), mask.shape(1)}), mask,
        [](const auto& src, const auto& dst) { imgmine::distance_transform(src, dst); });
}

}  // namespace

void bind_segment_thresholds(py::module_ m) {
    m.def("distance_transform", &distance_transform, "mask"_a);
}
