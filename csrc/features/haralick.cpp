#include "features/haralick.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/math.hpp"
#include "base/math_log.hpp"

namespace imgmine {
namespace {

/// Bits of a distribution; `weight` is how often each share stands in it.
double entropy_of(double share, double weight) {
    return share > 0 ? -weight * share * log2_same_bits(share) : 0;
}

double entropy(const std::vector<double>& shares) {
    double bits = 0;
    for (const double share : shares) bits += entropy_of(share, 1);
    return bits;
}

struct Moments {
    double mean = 0, square = 0;

    explicit Moments(const std::vector<double>& shares) {
        for (std::size_t k = 0; k < shares.size(); ++k) {
            const auto value = static_cast<double>(k);
            mean += value * shares[k];
            square += value * value * shares[k];
        }
    }
    double variance() const { return std::max(0.0, square - mean * mean); }
};

}  // namespace

std::array<double, n_haralick> haralick(const std::uint64_t* counts, std::size_t levels) {
    std::array<double, n_haralick> f{};
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < levels * levels; ++i) total += 2 * counts[i];
    if (total == 0) return f;
    const auto sum = static_cast<double>(total);
    std::vector<double> one(levels), plus(2 * levels), minus(levels);
    double product = 0, all_bits = 0;
    for (std::size_t i = 0; i < levels; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            const std::uint64_t count = counts[i * levels + j] + counts[j * levels + i];
            if (count == 0) continue;
            const double share = static_cast<double>(count) / sum, times = i == j ? 1 : 2;
            const double p = times * share, apart = static_cast<double>(i - j);
            one[i] += share;
            if (i != j) one[j] += share;
            plus[i + j] += p;
            minus[i - j] += p;
            f[0] += p * share;
            f[4] += p / (1 + apart * apart);
            product += p * static_cast<double>(i * j);
            all_bits += entropy_of(share, times);
        }
    const Moments single(one), sums(plus), differences(minus);
    f[1] = differences.square;
    f[2] = single.variance() > 0 ? (product - single.mean * single.mean) / single.variance() : 1;
    f[3] = single.variance();
    f[5] = sums.mean;
    f[6] = sums.variance();
    f[7] = entropy(plus);
    f[8] = all_bits;
    f[9] = differences.variance();
    f[10] = entropy(minus);
    // Against independent levels: of p_x p_y the entropy, and the mean bits, are both twice that
    // of one.
    const double bits = entropy(one), apart = 2 * bits - all_bits;
    f[11] = bits > 0 ? -apart / bits : 0;
    f[12] = apart > 0 ? std::sqrt(1 - exp_same_bits(-2 * apart)) : 0;
    return f;
}

void haralick_over_angles(const std::array<double, n_haralick>* features, std::size_t n_angles,
                          float* out) {
    for (std::size_t i = 0; i < n_haralick; ++i) {
        double total = 0, least = features[0][i], most = least;
        for (std::size_t a = 0; a < n_angles; ++a) {
            total += features[a][i];
            least = std::min(least, features[a][i]);
            most = std::max(most, features[a][i]);
        }
        out[i] = static_cast<float>(total / static_cast<double>(n_angles));
        out[n_haralick + i] = static_cast<float>(most - least);
    }
}

}  // namespace imgmine
