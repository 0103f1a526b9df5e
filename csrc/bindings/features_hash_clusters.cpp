#include "bindings/arrays.hpp"
#include "features/hash_clusters.hpp"

namespace {

using imgmine::FingerprintsView;

/// Calls `work` with an array's words, their number, and the forms of each, while Python may go on.
template <class Work>
py::array_t<std::int64_t> of_hashes(const CArray<std::uint64_t>& hashes, const Work& work) {
    const std::uint64_t* words = hashes.data();
    const auto n = static_cast<std::size_t>(hashes.shape(0));
    const auto n_forms = static_cast<std::size_t>(hashes.shape(1));
    std::vector<std::int64_t> result;
    {
        const py::gil_scoped_release nogil;
        result = work(words, n, n_forms);
    }
    return to_array(result);
}

py::array_t<std::int64_t> hash_clusters(const CArray<std::uint64_t>& hashes, int radius) {
    return of_hashes(hashes, [&](const std::uint64_t* words, std::size_t n, std::size_t n_forms) {
        return imgmine::hash_clusters(words, n, n_forms, radius);
    });
}

py::array_t<std::int64_t> hash_pairs(const CArray<std::uint64_t>& hashes, int radius) {
    return of_hashes(hashes, [&](const std::uint64_t* words, std::size_t n, std::size_t n_forms) {
        return imgmine::hash_pairs(words, n, n_forms, radius);
    });
}

py::array_t<std::int64_t> fingerprint_clusters(const CArray<std::uint8_t>& hashes,
                                               const CArray<std::uint8_t>& thumbnails,
                                               const CArray<bool>& used, int radius,
                                               float threshold) {
    const FingerprintsView prints{hashes.data(), thumbnails.data(), hashes.shape(0)};
    const bool* which = used.data();
    std::vector<std::int64_t> result;
    {
        const py::gil_scoped_release nogil;
        result = imgmine::fingerprint_clusters(prints, which, radius, threshold);
    }
    return to_array(result);
}

}  // namespace

void bind_features_hash_clusters(py::module_ m) {
    m.def("hash_clusters", &hash_clusters, "hashes"_a, "radius"_a);
    m.def("hash_pairs", &hash_pairs, "hashes"_a, "radius"_a);
    m.def("fingerprint_clusters", &fingerprint_clusters, "hashes"_a, "thumbnails"_a, "used"_a,
          "radius"_a, "threshold"_a);
}
