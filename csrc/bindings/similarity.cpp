#include "bindings/arrays.hpp"
#include "similarity/pairwise.hpp"
#include "similarity/top_k.hpp"

namespace {

py::array pairwise(const py::array& a, const py::array& b, std::string_view metric) {
    auto out = empty<float>({a.shape(0), b.shape(0)});
    float* values = out.mutable_data();
    if (metric == "hamming") {
        const auto left = rows<std::uint8_t>(a), right = rows<std::uint8_t>(b);
        const py::gil_scoped_release nogil;
        imgmine::pairwise_hamming(left, right, values);
    } else {
        const auto measure = imgmine::metric_from_name(metric);
        const auto left = rows<float>(a), right = rows<float>(b);
        const py::gil_scoped_release nogil;
        imgmine::pairwise(left, right, measure, values);
    }
    return out;
}

py::tuple top_k(const py::array& queries, const py::array& base, py::ssize_t k,
                std::string_view metric) {
    imgmine::require(k >= 0, "k must not be negative, got " + std::to_string(k));
    k = std::min(k, base.shape(0));
    auto ids = empty<std::int64_t>({queries.shape(0), k});
    auto scores = empty<float>({queries.shape(0), k});
    std::int64_t* id_values = ids.mutable_data();
    float* score_values = scores.mutable_data();
    if (metric == "hamming") {
        const auto left = rows<std::uint8_t>(queries), right = rows<std::uint8_t>(base);
        const py::gil_scoped_release nogil;
        imgmine::top_k_hamming(left, right, k, id_values, score_values);
    } else {
        const auto measure = imgmine::metric_from_name(metric);
        const auto left = rows<float>(queries), right = rows<float>(base);
        const py::gil_scoped_release nogil;
        imgmine::top_k(left, right, k, measure, id_values, score_values);
    }
    return py::make_tuple(ids, scores);
}

}  // namespace

void bind_similarity(py::module_ m) {
    m.def("pairwise", &pairwise, "a"_a, "b"_a, "metric"_a);
    m.def("top_k", &top_k, "queries"_a, "base"_a, "k"_a, "metric"_a);
    m.def(
        "is_similarity",
        [](std::string_view metric) {
            return metric != "hamming" && imgmine::is_similarity(imgmine::metric_from_name(metric));
        },
        "metric"_a);
}
