#include "base/error.hpp"
#include "bindings/arrays.hpp"
#include "search/hash_index.hpp"

namespace {

using imgmine::HashIndex;

py::array add(HashIndex& index, const py::array& hashes,
              const std::optional<CArray<std::int64_t>>& ids) {
    auto given = empty<std::int64_t>({hashes.shape(0)});
    const auto list = rows<std::uint8_t>(hashes);
    std::int64_t* out = given.mutable_data();
    const std::int64_t* wanted = ids ? ids->data() : nullptr;
    const py::gil_scoped_release nogil;
    index.add(list, wanted, out);
    return given;
}

py::tuple search(const HashIndex& index, const py::array& queries, py::ssize_t k) {
    const py::ssize_t n = queries.shape(0);
    imgmine::require(k >= 0, "k must not be negative, got " + std::to_string(k));
    auto ids = empty<std::int64_t>({n, k});
    auto distances = empty<float>({n, k});
    auto counts = empty<std::int64_t>({n});
    const auto list = rows<std::uint8_t>(queries);
    std::int64_t *id = ids.mutable_data(), *count = counts.mutable_data();
    float* distance = distances.mutable_data();
    {
        const py::gil_scoped_release nogil;
        index.search(list, k, id, distance, count);
    }
    return py::make_tuple(ids, distances, counts);
}

py::tuple radius(const HashIndex& index, const py::array& queries, py::ssize_t most) {
    const auto list = rows<std::uint8_t>(queries);
    imgmine::HashHits hits;
    {
        const py::gil_scoped_release nogil;
        hits = index.radius(list, most);
    }
    return py::make_tuple(to_array(hits.ids), to_array(hits.distances), to_array(hits.offsets));
}

py::tuple contents(const HashIndex& index) {
    std::vector<std::uint8_t> hashes;
    std::vector<std::int64_t> ids;
    {
        const py::gil_scoped_release nogil;
        index.contents(hashes, ids);
    }
    const auto n = static_cast<py::ssize_t>(ids.size());
    return py::make_tuple(to_array(hashes).reshape({n, index.bits() / 8}), to_array(ids));
}

}  // namespace

void bind_search_hash_index(py::module_ m) {
    py::class_<HashIndex>(m, "HashIndex")
        .def(py::init<py::ssize_t>(), "bits"_a)
        .def("add", &add, "hashes"_a, "ids"_a)
        .def(
            "remove",
            [](HashIndex& index, const CArray<std::int64_t>& ids) {
                const std::int64_t* list = ids.data();
                const py::ssize_t n = ids.size();
                const py::gil_scoped_release nogil;
                index.remove(list, n);
            },
            "ids"_a)
        .def("search", &search, "queries"_a, "k"_a)
        .def("radius", &radius, "queries"_a, "most"_a)
        .def("contents", &contents)
        .def("size", &HashIndex::size, py::call_guard<py::gil_scoped_release>());
}
