#include "bindings/arrays.hpp"
#include "segment/felzenszwalb.hpp"
#include "segment/merge_regions.hpp"
#include "segment/region_adjacency.hpp"

namespace {

py::array felzenszwalb(const py::array& image, double scale, double sigma, int min_size) {
    const imgmine::Felzenszwalb options{scale, sigma, min_size};
    const auto labels_of = [&](auto value) -> py::array {
        auto labels = empty<std::int32_t>({image.shape(0), image.shape(1)});
        return filled<decltype(value), std::int32_t>(
            std::move(labels), image,
            [&](const auto& src, const auto& dst) { imgmine::felzenszwalb(src, dst, options); });
    };
    return is<std::uint8_t>(image) ? labels_of(std::uint8_t{}) : labels_of(float{});
}

py::tuple region_adjacency(const py::array& labels, const std::optional<py::array>& image) {
    imgmine::RegionAdjacency found;
    const auto regions = view<std::int32_t>(labels);
    const auto src = image ? view<std::uint8_t>(*image) : imgmine::ImageView<const std::uint8_t>{};
    {
        const py::gil_scoped_release nogil;
        found = imgmine::region_adjacency(regions, image ? &src : nullptr);
    }
    return py::make_tuple(to_array(found.one), to_array(found.other), to_array(found.length),
                          to_array(found.color_difference), to_array(found.gradient));
}

py::array merge_regions(const py::array& image, const py::array& labels,
                        std::optional<std::int64_t> n_regions, std::optional<double> threshold,
                        double color, double edge, double histograms) {
    const imgmine::RegionMerging options{n_regions, threshold, color, edge, histograms};
    const auto regions = view<std::int32_t>(labels);
    return filled<std::uint8_t, std::int32_t>(
        empty<std::int32_t>({labels.shape(0), labels.shape(1)}), image,
        [&](const auto& src, const auto& dst) {
            imgmine::merge_regions(src, regions, options, dst);
        });
}

}  // namespace

void bind_segment_graph(py::module_ m) {
    m.def("felzenszwalb", &felzenszwalb, "image"_a, "scale"_a, "sigma"_a, "min_size"_a);
    m.def("region_adjacency", &region_adjacency, "labels"_a, "image"_a);
    m.def("merge_regions", &merge_regions, "image"_a, "labels"_a, "n_regions"_a, "threshold"_a,
          "color"_a, "edge"_a, "histograms"_a);
}
