#include "bindings/arrays.hpp"
#include "segment/felzenszwalb.hpp"

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

}  // namespace

void bind_segment_graph(py::module_ m) {
    m.def("felzenszwalb", &felzenszwalb, "image"_a, "scale"_a, "sigma"_a, "min_size"_a);
}
