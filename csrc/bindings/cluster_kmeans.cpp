#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bindings/arrays.hpp"
#include "bindings/rows.hpp"
#include "cluster/kmeans.hpp"

namespace {

imgmine::KMeansInit init_from_name(std::string_view name) {
    if (name == "k-means++") return imgmine::KMeansInit::plus_plus;
    if (name == "random") return imgmine::KMeansInit::random;
    throw std::invalid_argument(
        "init must be 'k-means++', 'random', an array of centers or callable, got '" +
        std::string(name) + "'");
}

imgmine::KMeansOptions options_of(const py::dict& given, const Weights& weights) {
    imgmine::KMeansOptions options;
    const auto take = [&](const char* name, auto& to) {
        if (given.contains(name)) to = given[name].cast<std::remove_reference_t<decltype(to)>>();
    };
    take("k", options.k);
    take("max_iter", options.max_iter);
    take("tol", options.tol);
    take("seed", options.seed);
    take("n_init", options.n_init);
    take("spherical", options.spherical);
    take("batch_size", options.batch_size);
    take("max_no_improvement", options.max_no_improvement);
    take("reassignment_ratio", options.reassignment_ratio);
    if (given.contains("init")) options.init = init_from_name(given["init"].cast<std::string>());
    if (weights) options.weights = weights->data();
    return options;
}

std::vector<double> to_vector(const CArray<double>& values) {
    return {values.data(), values.data() + values.size()};
}

py::tuple fit_kmeans(const py::array& x, const py::dict& given, const Weights& weights,
                     const std::optional<CArray<double>>& centers, bool batches) {
    const imgmine::KMeansOptions options = options_of(given, weights);
    std::vector<double> first = centers ? to_vector(*centers) : std::vector<double>{};
    imgmine::KMeansResult result;
    with_rows(x, [&](const auto& samples) {
        if (batches)
            result = imgmine::fit_kmeans_batches(samples, std::move(first), options);
        else if (first.empty())
            result = imgmine::fit_kmeans(samples, options);
        else
            result = imgmine::fit_kmeans_from(samples, std::move(first), options);
    });
    return py::make_tuple(to_array(result.centers).reshape({options.k, x.shape(1)}),
                          to_array(result.labels), result.inertia, result.n_iter,
                          to_array(result.counts));
}

py::tuple kmeans_labels(const py::array& x, const CArray<double>& centers, const py::dict& given,
                        const Weights& weights, bool with_inertia) {
    imgmine::KMeansOptions options = options_of(given, weights);
    options.k = centers.shape(0);
    auto labels = empty<std::int32_t>({x.shape(0)});
    std::int32_t* const to = labels.mutable_data();
    const std::vector<double> values = to_vector(centers);
    double inertia = 0;
    with_rows(x, [&](const auto& samples) {
        imgmine::kmeans_labels(samples, values, options, to, with_inertia ? &inertia : nullptr);
    });
    return py::make_tuple(labels, inertia);
}

template <class Out>
py::array distances_as(const py::array& x, const CArray<double>& centers, bool spherical) {
    auto out = empty<Out>({x.shape(0), centers.shape(0)});
    Out* const to = out.mutable_data();
    const std::vector<double> values = to_vector(centers);
    with_rows(
        x, [&](const auto& samples) { imgmine::kmeans_distances(samples, values, spherical, to); });
    return out;
}

py::array kmeans_distances(const py::array& x, const CArray<double>& centers, bool spherical) {
    return is<double>(x) ? distances_as<double>(x, centers, spherical)
                         : distances_as<float>(x, centers, spherical);
}

py::array kmeans_seeds(const py::array& x, const py::dict& given, const Weights& weights) {
    const imgmine::KMeansOptions options = options_of(given, weights);
    std::vector<double> centers;
    with_rows(x, [&](const auto& samples) { centers = imgmine::kmeans_seeds(samples, options); });
    return to_array(centers).reshape({options.k, x.shape(1)});
}

py::tuple kmeans_batch(const py::array& x, const CArray<double>& centers,
                       const CArray<double>& counts, const py::dict& given,
                       const Weights& weights) {
    const imgmine::KMeansOptions options = options_of(given, weights);
    std::vector<double> values = to_vector(centers), numbers = to_vector(counts);
    with_rows(
        x, [&](const auto& samples) { imgmine::kmeans_batch(samples, options, values, numbers); });
    return py::make_tuple(to_array(values).reshape({centers.shape(0), centers.shape(1)}),
                          to_array(numbers));
}

}  // namespace

void bind_kmeans(py::module_ m) {
    m.def("fit_kmeans", &fit_kmeans, "x"_a, "options"_a, "weights"_a, "centers"_a, "batches"_a);
    m.def("kmeans_labels", &kmeans_labels, "x"_a, "centers"_a, "options"_a, "weights"_a,
          "with_inertia"_a);
    m.def("kmeans_distances", &kmeans_distances, "x"_a, "centers"_a, "spherical"_a);
    m.def("kmeans_seeds", &kmeans_seeds, "x"_a, "options"_a, "weights"_a);
    m.def("kmeans_batch", &kmeans_batch, "x"_a, "centers"_a, "counts"_a, "options"_a, "weights"_a);
}
