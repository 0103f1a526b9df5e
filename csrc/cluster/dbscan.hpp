#pragma once

#include <cstdint>
#include <vector>

#include "similarity/exact_rows.hpp"

namespace imgmine {

struct DbscanResult {
    std::vector<std::int64_t> labels;  ///< -1: noise
    std::vector<std::int64_t> core;    ///< core samples, rising
};

/// Clusters of density (Ester et al. 1996): a sample with at least min_samples within eps, itself
/// among them, is a core; cores within eps of each other are in one cluster. Clusters are numbered
/// by their first core; a sample near cores of several clusters is in the first of these. Memory
/// linear in the number of samples.
DbscanResult dbscan(const ExactRows& samples, double eps, std::int64_t min_samples);

}  // namespace imgmine
