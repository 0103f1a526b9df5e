// Dense SIFT, clusters, and what they are encoded to; see bits.hpp.
#include <vector>

#include "base/random.hpp"
#include "bits.hpp"
#include "cluster/gaussian_mixture.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/pca.hpp"
#include "features/dense_sift.hpp"
#include "features/fisher_vector.hpp"
#include "features/vlad.hpp"

using namespace imgmine;

namespace {

constexpr std::ptrdiff_t n_rows = 5000, row_size = 37;

RowsView<float> vectors() {
    static const std::vector<float> values = [] {
        Random random(5);
        std::vector<float> v(static_cast<std::size_t>(n_rows * row_size));
        for (std::size_t i = 0; i < v.size(); ++i)
            v[i] = static_cast<float>(random.below(1 << 20)) / 99999.0f +
                   static_cast<float>(i / static_cast<std::size_t>(row_size) % 5 * (i % 7));
        return v;
    }();
    return {values.data(), n_rows, row_size, row_size};
}

template <class T>
std::uint32_t sift(bool root) {
    DenseSiftOptions options;
    options.step = 9;
    options.sizes = {2, 5, 10};
    options.root = root;
    options.contrast = 12;
    const auto n = static_cast<std::size_t>(dense_sift_count(height, width, options));
    std::vector<float> places(3 * n);
    std::vector<T> descriptors(128 * n);
    std::vector<char> described(n);
    dense_sift(picture<std::uint8_t>(1).read(), options, places.data(), descriptors.data(),
               reinterpret_cast<bool*>(described.data()));
    return checksum(places) ^ checksum(descriptors) ^ checksum(described);
}

std::uint32_t clusters(KMeansInit init) {
    const KMeansResult result = fit_kmeans(vectors(), {19, init, 20, 0, 7});
    return checksum(result.centers) ^ checksum(result.labels) ^
           checksum(std::vector<double>{result.inertia});
}

std::uint32_t components() {
    const Pca pca = fit_pca(vectors(), 20);
    std::vector<float> out(static_cast<std::size_t>(n_rows * 20));
    project(vectors(), pca.mean.data(), pca.components.data(), 20, out.data());
    return checksum(pca.components) ^ checksum(pca.variances) ^ checksum(out);
}

GaussianMixtureResult mixture() {
    return fit_gaussian_mixture(vectors(), {18, 6, 0, 1e-3, 7});
}

std::uint32_t distributions() {
    const GaussianMixtureResult result = mixture();
    return checksum(result.mixture.weights) ^ checksum(result.mixture.means) ^
           checksum(result.mixture.variances) ^
           checksum(std::vector<double>{result.log_likelihood});
}

std::uint32_t fisher() {
    const GaussianMixture model = mixture().mixture;
    std::vector<float> out(2 * model.means.size());
    fisher_vector({vectors().data, 3000, row_size, row_size}, model, {}, out.data());
    return checksum(out);
}

std::uint32_t differences() {
    std::vector<float> out(static_cast<std::size_t>(21 * row_size));
    vlad(vectors(), vectors().row(40), 21, {}, out.data());
    return checksum(out);
}

const std::vector<BitsCase> cases = {
    {"dense sift as floats", [] { return sift<float>(true); }, 0xec394542u},
    {"dense sift as bytes", [] { return sift<std::uint8_t>(false); }, 0x65db63a7u},
    {"k-means", [] { return clusters(KMeansInit::plus_plus); }, 0x93b76e09u},
    {"k-means of any rows", [] { return clusters(KMeansInit::random); }, 0x654ca3c0u},
    {"principal components", components, 0x0e8ebd06u},
    {"gaussian mixture", distributions, 0xe47dd9fcu},
    {"fisher vector", fisher, 0x605c9f72u},
    {"vlad", differences, 0x932a630du},
};

}  // namespace

int main() {
    return check_bits(cases);
}
