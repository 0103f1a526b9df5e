#include "bindings/arrays.hpp"
#include "similarity/pairwise.hpp"
#include "similarity/top_k.hpp"

namespace {

bool is_half(const py::array& a) {
    return a.dtype().kind() == 'f' && a.itemsize() == 2;
}

/// body(left, right) of two lists of rows of one type, while Python may go on.
template <class Body>
void with_both(const py::array& a, const py::array& b, const Body& body) {
    const auto call = [&]<class T>(T) {
        const auto left = rows<T>(a), right = rows<T>(b);
        const py::gil_scoped_release nogil;
        body(left, right);
    };
    if (is<float>(a)) return call(float{});
    if (is_half(a)) return call(imgmine::Half{});
    if (is<std::int8_t>(a)) return call(std::int8_t{});
    call(std::uint8_t{});
}

py::array pairwise(const py::array& a, const py::array& b, std::string_view metric) {
    auto out = empty<float>({a.shape(0), b.shape(0)});
    float* values = out.mutable_data();
    if (metric == "hamming") {
        const auto left = rows<std::uint8_t>(a), right = rows<std::uint8_t>(b);
        const py::gil_scoped_release nogil;
        imgmine::pairwise_hamming(left, right, values);
    } else {
        const auto measure = imgmine::metric_from_name(metric);
        with_both(a, b, [&](const auto& left, const auto& right) {
            imgmine::pairwise(left, right, measure, values);
        });
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
        with_both(queries, base, [&](const auto& left, const auto& right) {
            imgmine::top_k(left, right, k, measure, id_values, score_values);
        });
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
