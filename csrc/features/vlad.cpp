#include "features/vlad.hpp"

#include <vector>

#include "cluster/kmeans.hpp"
#include "features/aggregate.hpp"

namespace imgmine {

void vlad(const RowsView<float>& descriptors, const float* centers, std::ptrdiff_t k,
          const VladOptions& options, float* out) {
    check_power(options.power);
    const auto n = static_cast<std::size_t>(descriptors.n_rows);
    const auto size = static_cast<std::size_t>(descriptors.size);
    std::vector<std::int32_t> labels(n);
    std::vector<float> distances(n);
    ClusterSums all = cluster_sums(descriptors, centers, k, labels.data(), distances.data());
    for (std::size_t j = 0; j < all.counts.size(); ++j)
        for (std::size_t i = 0; i < size; ++i)
            all.sums[j * size + i] -= all.counts[j] * static_cast<double>(centers[j * size + i]);
    take_power(all.sums, options.power);
    if (options.intra)
        for (std::size_t j = 0; j < all.counts.size(); ++j)
            scale_to_length_1(all.sums.data() + j * size, size);
    if (options.unit) scale_to_length_1(all.sums.data(), all.sums.size());
    write_floats(all.sums, out);
}

}  // namespace imgmine
