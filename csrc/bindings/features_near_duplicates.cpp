#include "bindings/arrays.hpp"
#include "features/hash.hpp"
#include "features/near_duplicates.hpp"

namespace {

using imgmine::FingerprintsView;

FingerprintsView fingerprints(const CArray<std::uint8_t>& hashes,
                              const CArray<std::uint8_t>& thumbnails) {
    return {hashes.data(), thumbnails.data(), hashes.shape(0)};
}

py::tuple fingerprint(const py::array& image) {
    const auto src = view<std::uint8_t>(image);
    auto hashes = empty<std::uint8_t>({8, FingerprintsView::hash_bytes});
    auto thumbnail = empty<std::uint8_t>({FingerprintsView::side, FingerprintsView::side});
    std::uint8_t *hash_bytes = hashes.mutable_data(), *pixels = thumbnail.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::fingerprint(src, hash_bytes, pixels);
    }
    return py::make_tuple(hashes, thumbnail);
}

py::tuple near_duplicates(const CArray<std::uint8_t>& hashes,
                          const CArray<std::uint8_t>& thumbnails,
                          const CArray<std::uint8_t>& other_hashes,
                          const CArray<std::uint8_t>& other_thumbnails, bool within, int radius,
                          float threshold) {
    const auto a = fingerprints(hashes, thumbnails);
    const auto b = fingerprints(other_hashes, other_thumbnails);
    std::vector<imgmine::DuplicatePair> found;
    {
        const py::gil_scoped_release nogil;
        found = imgmine::near_duplicates(a, b, within, radius, threshold);
    }
    const auto n = static_cast<py::ssize_t>(found.size());
    auto pairs = empty<std::int64_t>({n, 2});
    auto scores = empty<float>({n});
    std::int64_t* ids = pairs.mutable_data();
    float* values = scores.mutable_data();
    for (const auto& pair : found) {
        *ids++ = pair.first;
        *ids++ = pair.second;
        *values++ = pair.score;
    }
    return py::make_tuple(pairs, scores);
}

}  // namespace

void bind_features_near_duplicates(py::module_ m) {
    m.def("fingerprint", &fingerprint, "image"_a);
    m.def("near_duplicates", &near_duplicates, "hashes"_a, "thumbnails"_a, "other_hashes"_a,
          "other_thumbnails"_a, "within"_a, "radius"_a, "threshold"_a);
}
