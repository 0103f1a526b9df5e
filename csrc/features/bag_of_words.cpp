#include "features/bag_of_words.hpp"

#include <vector>

#include "cluster/kmeans.hpp"

namespace imgmine {

void bag_of_words(const RowsView<float>& descriptors, const float* centers, std::ptrdiff_t k,
                  Normalize normalize, float* out) {
    const auto n = static_cast<std::size_t>(descriptors.n_rows);
    std::vector<std::int32_t> labels(n);
    std::vector<float> distances(n);
    nearest_centers(descriptors, centers, k, labels.data(), distances.data());
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(k));
    for (const std::int32_t label : labels) ++counts[static_cast<std::size_t>(label)];
    write_normalized(counts, normalize, out);
}

}  // namespace imgmine
