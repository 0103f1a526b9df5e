#include "bindings/arrays.hpp"
#include "bindings/mixture.hpp"
#include "features/bag_of_words.hpp"
#include "features/dense_sift.hpp"
#include "features/fisher_vector.hpp"
#include "features/vlad.hpp"

namespace {

template <class T>
py::tuple dense_sift_as(const py::array& image, const imgmine::DenseSiftOptions& options) {
    const auto src = view<std::uint8_t>(image);
    const py::ssize_t n = imgmine::dense_sift_count(src.height, src.width, options);
    auto places = empty<float>({n, 3});
    auto descriptors = empty<T>({n, 128});
    auto described = empty<bool>({n});
    float* to_places = places.mutable_data();
    T* to_descriptors = descriptors.mutable_data();
    bool* to_described = described.mutable_data();
    {
        const py::gil_scoped_release nogil;
        imgmine::dense_sift(src, options, to_places, to_descriptors, to_described);
    }
    return py::make_tuple(places, descriptors, described);
}

py::tuple dense_sift(const py::array& image, int step, std::vector<int> sizes, bool root,
                     float contrast, bool as_floats) {
    const imgmine::DenseSiftOptions options{step, std::move(sizes), root, contrast};
    return as_floats ? dense_sift_as<float>(image, options)
                     : dense_sift_as<std::uint8_t>(image, options);
}

/// Fills a new vector of `size` floats by body(descriptors, out) while Python may go on.
template <class Body>
py::array vector_of(const py::array& descriptors, py::ssize_t size, const Body& body) {
    const auto samples = rows<float>(descriptors);
    auto out = empty<float>({size});
    float* values = out.mutable_data();
    {
        const py::gil_scoped_release nogil;
        body(samples, values);
    }
    return out;
}

py::array bag_of_words(const py::array& descriptors, const CArray<float>& centers,
                       std::string_view normalize_name) {
    const auto normalize = imgmine::normalize_from_name(normalize_name);
    const float* words = centers.data();
    const py::ssize_t k = centers.shape(0);
    return vector_of(descriptors, k, [&](const auto& samples, float* out) {
        imgmine::bag_of_words(samples, words, k, normalize, out);
    });
}

py::array vlad(const py::array& descriptors, const CArray<float>& centers, bool intra, double power,
               bool unit) {
    const float* words = centers.data();
    const py::ssize_t k = centers.shape(0);
    return vector_of(descriptors, centers.size(), [&](const auto& samples, float* out) {
        imgmine::vlad(samples, words, k, {intra, power, unit}, out);
    });
}

py::array fisher_vector(const py::array& descriptors, const CArray<double>& weights,
                        const CArray<double>& means, const CArray<double>& variances, double power,
                        bool unit) {
    const imgmine::GaussianMixture mixture = mixture_of(weights, means, variances);
    return vector_of(descriptors, 2 * means.size(), [&](const auto& samples, float* out) {
        imgmine::fisher_vector(samples, mixture, {power, unit}, out);
    });
}

}  // namespace

void bind_features_aggregate(py::module_ m) {
    m.def("dense_sift", &dense_sift, "image"_a, "step"_a, "sizes"_a, "root"_a, "contrast"_a,
          "as_floats"_a);
    m.def("bag_of_words", &bag_of_words, "descriptors"_a, "centers"_a, "normalize"_a);
    m.def("vlad", &vlad, "descriptors"_a, "centers"_a, "intra"_a, "power"_a, "unit"_a);
    m.def("fisher_vector", &fisher_vector, "descriptors"_a, "weights"_a, "means"_a, "variances"_a,
          "power"_a, "unit"_a);
}
