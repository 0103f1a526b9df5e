#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

#include "base/image.hpp"
#include "kernels/cluster.hpp"

// Parameters of k clusters as the kernels want them.
namespace imgmine {

inline std::size_t padded_to_16(std::ptrdiff_t k) {
    return (static_cast<std::size_t>(k) + 15) / 16 * 16;
}

inline ClusterRows some_rows(const RowsView<float>& rows, std::ptrdiff_t first,
                             std::ptrdiff_t last) {
    return {rows.row(first), static_cast<std::size_t>(last - first),
            static_cast<std::size_t>(rows.size), static_cast<std::size_t>(rows.row_stride)};
}

/// (k, size) turned to (size, padded), zeros behind the k-th.
template <class T>
std::vector<float> side_by_side(const T* values, std::ptrdiff_t k, std::ptrdiff_t size) {
    const std::size_t padded = padded_to_16(k);
    std::vector<float> out(static_cast<std::size_t>(size) * padded);
    for (std::ptrdiff_t j = 0; j < k; ++j)
        for (std::ptrdiff_t i = 0; i < size; ++i)
            out[static_cast<std::size_t>(i) * padded + static_cast<std::size_t>(j)] =
                static_cast<float>(values[j * size + i]);
    return out;
}

/// Zeros for k clusters, `behind` for those that fill up the last register.
inline std::vector<float> offsets_of(std::ptrdiff_t k, float behind) {
    std::vector<float> offsets(padded_to_16(k), behind);
    std::fill_n(offsets.begin(), k, 0.0f);
    return offsets;
}

}  // namespace imgmine
