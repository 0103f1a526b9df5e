#include "bindings/arrays.hpp"
#include "segment/watershed.hpp"

namespace {

/// Views `mask`, or nothing where there is none.
imgmine::ImageView<const std::uint8_t> mask_view(const std::optional<py::array>& mask) {
    if (mask) return view<std::uint8_t>(*mask);
    return {nullptr, 0, 0, 1, 0};
}

/// A copy of an int32 array of shape (H, W).
py::array copy_of(const py::array& labels) {
    return py::array_t<std::int32_t, py::array::c_style>(labels.attr("copy")("C"));
}

py::array watershed(const py::array& image, const py::array& markers,
                    const std::optional<py::array>& mask, int connectivity, double compactness) {
    py::array labels = copy_of(markers);
    const auto of = mutable_view<std::int32_t>(labels);
    const auto in = mask_view(mask);
    const auto flood = [&](const auto& src) {
        const py::gil_scoped_release nogil;
        imgmine::watershed(src, in, of, {connectivity, compactness});
    };
    is<std::uint8_t>(image) ? flood(view<std::uint8_t>(image)) : flood(view<float>(image));
    return labels;
}

}  // namespace

void bind_segment_flooding(py::module_& m) {
    m.def("watershed", &watershed, "image"_a, "markers"_a, "mask"_a, "connectivity"_a,
          "compactness"_a);
}
