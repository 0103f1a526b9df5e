#include "features/glcm_properties.hpp"

#include <cmath>

#include "base/math_log.hpp"

namespace imgmine {

std::array<double, n_glcm_properties> glcm_properties(const double* table, std::size_t levels) {
    std::array<double, n_glcm_properties> found{};
    double sum = 0;
    for (std::size_t i = 0; i < levels * levels; ++i) sum += table[i];
    if (sum == 0) sum = 1;
    double mean_i = 0, mean_j = 0;
    const auto each = [&](const auto& body) {
        for (std::size_t i = 0; i < levels; ++i)
            for (std::size_t j = 0; j < levels; ++j)
                if (const double share = table[i * levels + j] / sum; share != 0)
                    body(static_cast<double>(i), static_cast<double>(j), share);
    };
    each([&](double i, double j, double p) {
        const double apart = i - j;
        found[glcm_contrast] += p * apart * apart;
        found[glcm_dissimilarity] += p * std::abs(apart);
        found[glcm_homogeneity] += p / (1 + apart * apart);
        found[glcm_asm] += p * p;
        found[glcm_entropy] -= p >= 0x1p-1022 ? p * log_same_bits(p) : 0;
        mean_i += i * p;
        mean_j += j * p;
    });
    double variance_i = 0, variance_j = 0, covariance = 0;
    each([&](double i, double j, double p) {
        variance_i += p * (i - mean_i) * (i - mean_i);
        variance_j += p * (j - mean_j) * (j - mean_j);
        covariance += p * (i - mean_i) * (j - mean_j);
    });
    const double std_i = std::sqrt(variance_i), std_j = std::sqrt(variance_j);
    found[glcm_energy] = std::sqrt(found[glcm_asm]);
    found[glcm_correlation] = std_i < 1e-15 || std_j < 1e-15 ? 1 : covariance / (std_i * std_j);
    found[glcm_mean] = mean_i;
    found[glcm_variance] = variance_i;
    found[glcm_std] = std_i;
    return found;
}

}  // namespace imgmine
