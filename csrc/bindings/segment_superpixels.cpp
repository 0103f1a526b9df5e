#include "bindings/arrays.hpp"
#include "segment/slic.hpp"
#include "segment/superpixels.hpp"

namespace {

/// The labels that body(src, dst) writes.
template <class Body>
py::array labels_of(const py::array& image, const Body& body) {
    return filled<std::uint8_t, std::int32_t>(empty<std::int32_t>({image.shape(0), image.shape(1)}),
                                              image, body);
}

py::array slic(const py::array& image, std::int64_t n_segments, double compactness, int n_iter,
               bool adaptive, std::optional<std::int64_t> min_size) {
    return labels_of(image, [&](const auto& src, const auto& dst) {
        imgmine::slic(src, {n_segments, compactness, n_iter, adaptive, min_size}, dst);
    });
}

py::array superpixels(const py::array& image, std::int64_t n_segments, double compactness,
                      double edge_weight) {
    return labels_of(image, [&](const auto& src, const auto& dst) {
        imgmine::superpixels(src, {n_segments, compactness, edge_weight}, dst);
    });
}

}  // namespace

void bind_segment_superpixels(py::module_ m) {
    m.def("slic", &slic, "image"_a, "n_segments"_a, "compactness"_a, "n_iter"_a, "adaptive"_a,
          "min_size"_a);
    m.def("superpixels", &superpixels, "image"_a, "n_segments"_a, "compactness"_a, "edge_weight"_a);
}
