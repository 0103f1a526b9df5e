#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace imgmine {

/// How two vectors of floats are compared.
enum class Metric { euclidean, inner_product, cosine, pearson, l1, chi2, intersection };

inline Metric metric_from_name(std::string_view name) {
    constexpr std::string_view names[] = {"euclidean", "inner_product", "cosine",      "pearson",
                                          "l1",        "chi2",          "intersection"};
    for (int i = 0; i < 7; ++i)
        if (name == names[i]) return static_cast<Metric>(i);
    throw std::invalid_argument(
        "metric must be 'euclidean', 'inner_product', 'cosine', 'pearson', 'l1', 'chi2' or "
        "'intersection' (or 'hamming' for uint8 rows), got '" +
        std::string(name) + "'");
}

/// Whether a larger value means more alike.
inline bool is_similarity(Metric metric) {
    return metric == Metric::inner_product || metric == Metric::cosine ||
           metric == Metric::pearson || metric == Metric::intersection;
}

}  // namespace imgmine
