#include "bindings/any_rows.hpp"
#include "cluster/agglomerative.hpp"
#include "cluster/dbscan.hpp"
#include "cluster/outlier_scores.hpp"

namespace {

py::tuple dbscan(const py::array& x, double eps, std::int64_t min_samples,
                 std::string_view metric) {
    const auto apart = imgmine::apart_from_name(metric);
    const auto given = any_rows(x);
    imgmine::DbscanResult result;
    {
        const py::gil_scoped_release nogil;
        result = imgmine::dbscan(imgmine::ExactRows(given, apart), eps, min_samples);
    }
    return py::make_tuple(to_array(result.labels), to_array(result.core));
}

py::tuple nearest_others(const py::array& x, py::ssize_t k, std::string_view metric) {
    const auto apart = imgmine::apart_from_name(metric);
    const auto given = any_rows(x);
    imgmine::require(k >= 0, "k must not be negative, got " + std::to_string(k));
    auto ids = empty<std::int64_t>({x.shape(0), k});
    auto distances = empty<double>({x.shape(0), k});
    std::int64_t* to_ids = ids.mutable_data();
    double* to_distances = distances.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::nearest_others(imgmine::ExactRows(given, apart), k, to_ids, to_distances);
    }
    return py::make_tuple(ids, distances);
}

py::tuple link_samples(const py::array& x, std::string_view linkage, std::string_view metric,
                       const std::optional<CArray<std::int64_t>>& neighbors) {
    const auto apart = imgmine::apart_from_name(metric);
    const auto kind = imgmine::linkage_from_name(linkage);
    const auto given = any_rows(x);
    const std::int64_t* ids = neighbors ? neighbors->data() : nullptr;
    const py::ssize_t k = neighbors ? neighbors->shape(1) : 0;
    imgmine::Tree tree;
    {
        const py::gil_scoped_release nogil;
        const imgmine::ExactRows samples(given, apart);
        tree =
            ids ? imgmine::link_neighbors(samples, kind, ids, k) : imgmine::link_all(samples, kind);
    }
    auto children = empty<std::int64_t>({static_cast<py::ssize_t>(tree.distances.size()), 2});
    std::copy(tree.children.begin(), tree.children.end(), children.mutable_data());
    return py::make_tuple(children, to_array(tree.distances));
}

}  // namespace

void bind_cluster_groups(py::module_ m) {
    m.def("dbscan", &dbscan, "x"_a, "eps"_a, "min_samples"_a, "metric"_a);
    m.def("nearest_others", &nearest_others, "x"_a, "k"_a, "metric"_a);
    m.def("link", &link_samples, "x"_a, "linkage"_a, "metric"_a, "neighbors"_a);
}
