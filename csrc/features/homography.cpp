#include "features/homography.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"
#include "features/homography_fit.hpp"

namespace imgmine {
namespace {

void check(const RansacOptions& options) {
    require(options.threshold > 0 && std::isfinite(options.threshold),
            "threshold must be positive, got " + std::to_string(options.threshold));
    require(options.confidence > 0 && options.confidence < 1,
            "confidence must be between 0 and 1, got " + std::to_string(options.confidence));
    require(options.max_iters >= 1,
            "max_iters must be at least 1, got " + std::to_string(options.max_iters));
}

struct Score {
    std::size_t n_inliers = 0;
    double error = 0;  ///< of the inliers, squared; less is better where as many are in
    bool operator<(const Score& other) const {
        return n_inliers != other.n_inliers ? n_inliers < other.n_inliers : error > other.error;
    }
};

/// Squared distance of pair i from where h maps it to; NaN or infinity at the horizon.
double distance2(const Homography& h, const PointPairs& p, std::size_t i) {
    const double w = 1 / (h[6] * p.x[i] + h[7] * p.y[i] + h[8]);
    const double du = (h[0] * p.x[i] + h[1] * p.y[i] + h[2]) * w - p.u[i];
    const double dv = (h[3] * p.x[i] + h[4] * p.y[i] + h[5]) * w - p.v[i];
    return du * du + dv * dv;
}

Score score(const Homography& h, const PointPairs& pairs, double limit) {
    Score s;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const double d = distance2(h, pairs, i);
        const bool is_in = d <= limit;
        s.n_inliers += is_in;
        s.error += is_in ? d : 0;
    }
    return s;
}

PointPairs inliers_of(const Homography& h, const PointPairs& pairs, double limit) {
    PointPairs in;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        if (distance2(h, pairs, i) <= limit) in.add(pairs, i);
    return in;
}

/// Twice the area of three of the points, positive if they turn clockwise.
double turn(const std::vector<double>& x, const std::vector<double>& y, std::size_t a,
            std::size_t b, std::size_t c) {
    return (x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a]);
}

/// Whether no three of four points lie on a line, and all triples turn the same way on both sides
/// (or all the other way): no camera sees both sides of a plane at once.
bool is_sound(const PointPairs& four) {
    constexpr std::size_t triples[4][3] = {{0, 1, 2}, {0, 1, 3}, {0, 2, 3}, {1, 2, 3}};
    constexpr double flat = 1e-9;
    const auto extent = [](const std::vector<double>& v) {
        const auto [low, high] = std::minmax_element(v.begin(), v.end());
        return *high - *low;
    };
    const double size_src = extent(four.x) + extent(four.y);
    const double size_dst = extent(four.u) + extent(four.v);
    int same = 0;
    for (const auto& t : triples) {
        const double src = turn(four.x, four.y, t[0], t[1], t[2]);
        const double dst = turn(four.u, four.v, t[0], t[1], t[2]);
        if (!(std::abs(src) > flat * size_src * size_src) ||
            !(std::abs(dst) > flat * size_dst * size_dst))
            return false;
        same += (src > 0) == (dst > 0);
    }
    return same == 0 || same == 4;
}

/// Whether a sample without outliers is among n with that confidence, where a share of pairs are
/// in.
bool is_enough(double share, int n, double confidence) {
    const double all_in = share * share * share * share;
    double miss = 1, factor = 1 - all_in;
    for (; n; n /= 2, factor *= factor)
        if (n & 1) miss *= factor;
    return miss <= 1 - confidence;
}

/// Fits all that is in, counts again, and so on while it gets better.
void optimize(const PointPairs& pairs, double limit, Homography& best, Score& best_score) {
    for (int i = 0; i < 4; ++i) {
        const PointPairs in = inliers_of(best, pairs, limit);
        if (in.size() < 5) return;
        const Homography h = refined(best, in, 2);
        if (!is_finite(h)) return;
        const Score s = score(h, pairs, limit);
        if (!(best_score < s)) return;
        const bool is_settled = s.n_inliers == best_score.n_inliers;
        best = h;
        best_score = s;
        if (is_settled) return;
    }
}

PointPairs sample(const PointPairs& pairs, Random& random) {
    const auto n = static_cast<std::uint32_t>(pairs.size());
    std::array<std::uint32_t, 4> chosen{};
    for (std::size_t k = 0; k < 4;) {
        chosen[k] = random.below(n);
        if (std::find(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(k), chosen[k]) ==
            chosen.begin() + static_cast<std::ptrdiff_t>(k))
            ++k;
    }
    PointPairs four;
    for (const std::uint32_t i : chosen) four.add(pairs, i);
    return four;
}

void scale_to_one(Homography& h) {
    double length = 0;
    for (const double v : h) length += v * v;
    length = std::sqrt(length);
    const double divisor = std::abs(h[8]) > 1e-12 * length ? h[8] : length;
    for (double& v : h) v /= divisor;
}

PointPairs to_pairs(const RowsView<double>& src, const RowsView<double>& dst) {
    PointPairs pairs;
    for (std::ptrdiff_t i = 0; i < src.n_rows; ++i) {
        pairs.x.push_back(src.row(i)[0]);
        pairs.y.push_back(src.row(i)[1]);
        pairs.u.push_back(dst.row(i)[0]);
        pairs.v.push_back(dst.row(i)[1]);
    }
    return pairs;
}

}  // namespace

std::optional<Homography> find_homography(const RowsView<double>& src, const RowsView<double>& dst,
                                          const RansacOptions& options,
                                          std::vector<std::uint8_t>& inliers) {
    check(options);
    require(src.n_rows == dst.n_rows && src.n_rows <= 0x7fffffff,
            "src and dst must have as many points, got " + std::to_string(src.n_rows) + " and " +
                std::to_string(dst.n_rows));
    const PointPairs pairs = to_pairs(src, dst);
    inliers.assign(pairs.size(), 0);
    if (pairs.size() < 4) return {};
    const double limit = options.threshold * options.threshold;
    Random random(options.seed);
    Homography best{};
    Score best_score;
    for (int i = 1; i <= options.max_iters; ++i) {
        const PointPairs four = sample(pairs, random);
        if (!is_sound(four)) continue;
        Homography h = homography_of_four(four);
        const Score s = is_finite(h) ? score(h, pairs, limit) : Score{};
        if (best_score < s) {
            best = h;
            best_score = s;
            optimize(pairs, limit, best, best_score);
        }
        const double share =
            static_cast<double>(best_score.n_inliers) / static_cast<double>(pairs.size());
        if (is_enough(share, i, options.confidence)) break;
    }
    if (best_score.n_inliers < 4) return {};
    const Homography h = refined(best, inliers_of(best, pairs, limit), 20);
    if (is_finite(h) && score(h, pairs, limit).n_inliers >= best_score.n_inliers) best = h;
    scale_to_one(best);
    for (std::size_t i = 0; i < pairs.size(); ++i) inliers[i] = distance2(best, pairs, i) <= limit;
    return best;
}

}  // namespace imgmine
