#include "bindings/arrays.hpp"
#include "segment/flood_fill.hpp"
#include "segment/grabcut.hpp"
#include "segment/region_grow.hpp"
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

py::array flood_fill(const py::array& image, std::ptrdiff_t row, std::ptrdiff_t column,
                     const std::vector<double>& value, double tolerance, int connectivity) {
    py::array out = image.attr("copy")("C");
    const auto fill = [&](const auto& dst) {
        const py::gil_scoped_release nogil;
        imgmine::flood_fill(dst, value, {row, column, tolerance, connectivity});
    };
    is<std::uint8_t>(image) ? fill(mutable_view<std::uint8_t>(out))
                            : fill(mutable_view<float>(out));
    return out;
}

py::array flood_mask(const py::array& image, std::ptrdiff_t row, std::ptrdiff_t column,
                     double tolerance, int connectivity) {
    py::array out = empty<std::uint8_t>({image.shape(0), image.shape(1)});
    const auto dst = mutable_view<std::uint8_t>(out);
    const auto flood = [&](const auto& src) {
        const py::gil_scoped_release nogil;
        imgmine::flood_mask(src, dst, {row, column, tolerance, connectivity});
    };
    is<std::uint8_t>(image) ? flood(view<std::uint8_t>(image)) : flood(view<float>(image));
    return out;
}

py::array region_grow(const py::array& image, const py::array& seeds, double tolerance,
                      int connectivity) {
    py::array labels = copy_of(seeds);
    const auto of = mutable_view<std::int32_t>(labels);
    const auto grow = [&](const auto& src) {
        const py::gil_scoped_release nogil;
        imgmine::region_grow(src, of, {tolerance, connectivity});
    };
    is<std::uint8_t>(image) ? grow(view<std::uint8_t>(image)) : grow(view<float>(image));
    return labels;
}

py::array grabcut(const py::array& image, const py::array& mask, int n_iter, int n_components,
                  std::uint64_t seed) {
    py::array out = mask.attr("copy")("C");
    const auto src = view<std::uint8_t>(image);
    const auto dst = mutable_view<std::uint8_t>(out);
    {
        const py::gil_scoped_release nogil;
        imgmine::grabcut(src, dst, {n_iter, n_components, seed});
    }
    return out;
}

}  // namespace

void bind_segment_flooding(py::module_& m) {
    m.def("watershed", &watershed, "image"_a, "markers"_a, "mask"_a, "connectivity"_a,
          "compactness"_a);
    m.def("flood_fill", &flood_fill, "image"_a, "row"_a, "column"_a, "value"_a, "tolerance"_a,
          "connectivity"_a);
    m.def("flood_mask", &flood_mask, "image"_a, "row"_a, "column"_a, "tolerance"_a,
          "connectivity"_a);
    m.def("grabcut", &grabcut, "image"_a, "mask"_a, "n_iter"_a, "n_components"_a, "seed"_a);
    m.def("region_grow", &region_grow, "image"_a, "seeds"_a, "tolerance"_a, "connectivity"_a);
}
