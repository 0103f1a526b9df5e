#include "features/fisher_vector.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "features/aggregate.hpp"

namespace imgmine {

void fisher_vector(const RowsView<float>& descriptors, const GaussianMixture& mixture,
                   const FisherVectorOptions& options, float* out) {
    check_power(options.power);
    const MixtureSums all = mixture_sums(descriptors, mixture);
    const auto n = static_cast<double>(std::max<std::ptrdiff_t>(descriptors.n_rows, 1));
    const std::size_t half = mixture.means.size(), size = static_cast<std::size_t>(mixture.size);
    std::vector<double> gradients(2 * half);
    for (std::size_t at = 0; at < half; ++at) {
        const std::size_t j = at / size;
        const double mean = mixture.means[at], weight = all.weights[j];
        const double by = n * std::sqrt(mixture.weights[j]);
        // Sums of the posteriors times (x - mean), and times (x - mean)^2.
        const double first = all.sums[at] - mean * weight;
        const double second = all.squares[at] - 2 * mean * all.sums[at] + mean * mean * weight;
        gradients[at] = first / std::sqrt(mixture.variances[at]) / by;
        gradients[half + at] = (second / mixture.variances[at] - weight) / (by * std::sqrt(2.0));
    }
    take_power(gradients, options.power);
    if (options.unit) scale_to_length_1(gradients.data(), gradients.size());
    write_floats(gradients, out);
}

}  // namespace imgmine
