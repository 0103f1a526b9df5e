#include "bindings/arrays.hpp"
#include "bindings/rows.hpp"
#include "classify/naive_bayes.hpp"

namespace {

using imgmine::ClassRows;
using Threshold = std::optional<double>;

ClassRows class_rows(const CArray<std::int32_t>& codes, const Weights& weights, py::ssize_t k) {
    return {codes.data(), weights ? weights->data() : nullptr, k};
}

const double* pointer(const Threshold& threshold) {
    return threshold ? &*threshold : nullptr;
}

/// As with_rows(), of a sparse matrix by rows.
template <class Body>
void with_sparse_rows(const py::array& values, const CArray<std::int32_t>& columns,
                      const CArray<std::int64_t>& starts, py::ssize_t size, const Body& body) {
    const auto call = [&](const auto* data) {
        using T = std::remove_cv_t<std::remove_pointer_t<decltype(data)>>;
        const imgmine::SparseView<T> samples{data, columns.data(), starts.data(),
                                             starts.shape(0) - 1, size};
        const py::gil_scoped_release nogil;
        body(samples);
    };
    if (is<float>(values))
        call(static_cast<const float*>(values.data()));
    else if (is<double>(values))
        call(static_cast<const double*>(values.data()));
    else
        call(static_cast<const std::uint8_t*>(values.data()));
}

py::tuple class_moments(const py::array& x, const CArray<std::int32_t>& codes,
                        const Weights& weights, py::ssize_t n_classes) {
    auto means = empty<double>({n_classes, x.shape(1)});
    auto squares = empty<double>({n_classes, x.shape(1)});
    const ClassRows classes = class_rows(codes, weights, n_classes);
    double *mean = means.mutable_data(), *square = squares.mutable_data();
    with_rows(x, [&](const auto& r) { imgmine::class_moments(r, classes, mean, square); });
    return py::make_tuple(means, squares);
}

py::array class_sums(const py::array& x, const CArray<std::int32_t>& codes, const Weights& weights,
                     py::ssize_t n_classes, Threshold threshold) {
    auto result = empty<double>({n_classes, x.shape(1)});
    const ClassRows classes = class_rows(codes, weights, n_classes);
    double* out = result.mutable_data();
    with_rows(x, [&](const auto& r) { imgmine::class_sums(r, classes, pointer(threshold), out); });
    return result;
}

py::array sparse_sums(const py::array& values, const CArray<std::int32_t>& columns,
                      const CArray<std::int64_t>& starts, py::ssize_t size,
                      const CArray<std::int32_t>& codes, const Weights& weights,
                      py::ssize_t n_classes, Threshold threshold) {
    auto result = empty<double>({n_classes, size});
    const ClassRows classes = class_rows(codes, weights, n_classes);
    double* out = result.mutable_data();
    with_sparse_rows(values, columns, starts, size, [&](const auto& r) {
        imgmine::class_sums(r, classes, pointer(threshold), out);
    });
    return result;
}

py::array gaussian(const py::array& x, const CArray<double>& means, const CArray<double>& weights,
                   const CArray<double>& offsets) {
    auto result = empty<double>({x.shape(0), means.shape(0)});
    const double *mean = means.data(), *weight = weights.data(), *offset = offsets.data();
    const py::ssize_t k = means.shape(0);
    double* out = result.mutable_data();
    with_rows(x, [&](const auto& r) { imgmine::gaussian_scores(r, mean, weight, offset, k, out); });
    return result;
}

py::array above(const py::array& x, double threshold, const CArray<double>& weights,
                const CArray<double>& offsets) {
    auto result = empty<double>({x.shape(0), weights.shape(0)});
    const double *weight = weights.data(), *offset = offsets.data();
    const py::ssize_t k = weights.shape(0);
    double* out = result.mutable_data();
    with_rows(
        x, [&](const auto& r) { imgmine::threshold_scores(r, threshold, weight, offset, k, out); });
    return result;
}

py::array sparse(const py::array& values, const CArray<std::int32_t>& columns,
                 const CArray<std::int64_t>& starts, Threshold threshold,
                 const CArray<double>& weights, const CArray<double>& offsets) {
    auto result = empty<double>({starts.shape(0) - 1, weights.shape(0)});
    const double *weight = weights.data(), *offset = offsets.data();
    const py::ssize_t k = weights.shape(0);
    double* out = result.mutable_data();
    with_sparse_rows(values, columns, starts, weights.shape(1), [&](const auto& r) {
        imgmine::sparse_scores(r, pointer(threshold), weight, offset, k, out);
    });
    return result;
}

/// A copy of an array, changed by change(values, n).
template <class Change>
py::array changed(const CArray<double>& values, const Change& change) {
    py::array_t<double> result(
        py::array::ShapeContainer(values.shape(), values.shape() + values.ndim()), nullptr);
    std::copy_n(values.data(), values.size(), result.mutable_data());
    change(result.mutable_data(), result.size());
    return result;
}

py::array normalized_logs(const CArray<double>& scores) {
    const py::ssize_t n = scores.shape(0), k = scores.shape(1);
    return changed(scores,
                   [&](double* values, py::ssize_t) { imgmine::normalize_logs(values, n, k); });
}

}  // namespace

void bind_classify_bayes(py::module_ m) {
    m.def("class_moments", &class_moments, "x"_a, "codes"_a, "weights"_a, "n_classes"_a);
    m.def("class_sums", &class_sums, "x"_a, "codes"_a, "weights"_a, "n_classes"_a, "threshold"_a);
    m.def("sparse_class_sums", &sparse_sums, "values"_a, "columns"_a, "starts"_a, "size"_a,
          "codes"_a, "weights"_a, "n_classes"_a, "threshold"_a);
    m.def("gaussian_scores", &gaussian, "x"_a, "means"_a, "weights"_a, "offsets"_a);
    m.def("threshold_scores", &above, "x"_a, "threshold"_a, "weights"_a, "offsets"_a);
    m.def("sparse_scores", &sparse, "values"_a, "columns"_a, "starts"_a, "threshold"_a, "weights"_a,
          "offsets"_a);
    m.def("logs", [](const CArray<double>& values) { return changed(values, imgmine::take_logs); });
    m.def("exps", [](const CArray<double>& values) { return changed(values, imgmine::take_exps); });
    m.def("normalized_logs", &normalized_logs, "scores"_a);
}
