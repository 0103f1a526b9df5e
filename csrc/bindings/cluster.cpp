#include "base/error.hpp"
#include "bindings/arrays.hpp"
#include "bindings/mixture.hpp"
#include "bindings/rows.hpp"
#include "cluster/gaussian_mixture.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/pca.hpp"

namespace {

template <class T>
py::array_t<T> to_rows(const std::vector<T>& values, py::ssize_t n_rows) {
    const auto size = static_cast<py::ssize_t>(values.size());
    auto out = empty<T>({n_rows, n_rows ? size / n_rows : 0});
    std::copy(values.begin(), values.end(), out.mutable_data());
    return out;
}

py::tuple fit_pca(const py::array& x, py::ssize_t n_components) {
    imgmine::Pca pca;
    with_rows(x, [&](const auto& samples) { pca = imgmine::fit_pca(samples, n_components); });
    return py::make_tuple(to_array(pca.mean), to_rows(pca.components, n_components),
                          to_array(pca.variances), pca.total_variance);
}

py::array project(const py::array& x, const CArray<float>& mean, const CArray<float>& components) {
    const auto samples = rows<float>(x);
    auto out = empty<float>({x.shape(0), components.shape(0)});
    const float *from = mean.data(), *directions = components.data();
    const py::ssize_t k = components.shape(0);
    float* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::project(samples, from, directions, k, values);
    }
    return out;
}

py::tuple fit_gaussian_mixture(const py::array& x, py::ssize_t k, int max_iter, double tol,
                               double variance_floor, std::uint64_t seed) {
    const auto samples = rows<float>(x);
    imgmine::GaussianMixtureResult result;
    {
        const py::gil_scoped_release nogil;
        result = imgmine::fit_gaussian_mixture(samples, {k, max_iter, tol, variance_floor, seed});
    }
    const imgmine::GaussianMixture& mixture = result.mixture;
    return py::make_tuple(to_array(mixture.weights), to_rows(mixture.means, k),
                          to_rows(mixture.variances, k), result.log_likelihood, result.n_iter,
                          result.converged);
}

py::array posteriors(const py::array& x, const CArray<double>& weights, const CArray<double>& means,
                     const CArray<double>& variances) {
    const auto samples = rows<float>(x);
    const imgmine::GaussianMixture mixture = mixture_of(weights, means, variances);
    auto out = empty<float>({x.shape(0), weights.shape(0)});
    float* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::mixture_posteriors(samples, mixture, values);
    }
    return out;
}

}  // namespace

void bind_kmeans(py::module_ m);

void bind_cluster(py::module_ m) {
    bind_kmeans(m);
    m.def(
        "sample_below",
        [](std::int64_t n, std::int64_t count, std::uint64_t seed) {
            return to_array(imgmine::sample_below(n, count, seed));
        },
        "n"_a, "count"_a, "seed"_a);
    m.def("fit_pca", &fit_pca, "x"_a, "n_components"_a);
    m.def("project", &project, "x"_a, "mean"_a, "components"_a);
    m.def("fit_gaussian_mixture", &fit_gaussian_mixture, "x"_a, "k"_a, "max_iter"_a, "tol"_a,
          "variance_floor"_a, "seed"_a);
    m.def("posteriors", &posteriors, "x"_a, "weights"_a, "means"_a, "variances"_a);
}
