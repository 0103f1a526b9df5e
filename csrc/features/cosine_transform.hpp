#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "features/double_double.hpp"

// The cosine transform that perceptual hashes are made of (DCT-II, not normalized), with the
// roundings of SciPy's: a hash compares coefficients with their median, and where a picture is
// symmetric or tiny, half of them differ from it by nothing but rounding.
namespace imgmine {

/// cos and sin of 2 pi k / n for 0 <= k <= n, as pocketfft works them out: products of two table
/// entries.
class Roots {
  public:
    explicit Roots(std::size_t n)
        : n_(n), angle_(0.25 * 3.141592653589793 / static_cast<double>(n)) {
        const std::size_t n_values = (n + 2) / 2;
        while ((std::size_t{1} << shift_) * (std::size_t{1} << shift_) < n_values) ++shift_;
        const std::size_t step = std::size_t{1} << shift_;
        for (std::size_t i = 0; i < step; ++i) fine_.push_back(root(i));
        for (std::size_t i = 0; i * step < n_values; ++i) coarse_.push_back(root(i * step));
    }
    std::pair<double, double> operator[](std::size_t k) const {
        const bool mirrored = 2 * k > n_;
        if (mirrored) k = n_ - k;
        const auto [a, b] = fine_[k & ((std::size_t{1} << shift_) - 1)];
        const auto [c, d] = coarse_[k >> shift_];
        const double sine = a * d + b * c;
        return {a * c - b * d, mirrored ? -sine : sine};
    }

  private:
    /// Of an eighth of the circle everything else follows.
    std::pair<double, double> root(std::size_t k) const {
        std::size_t x = 8 * k;
        const bool below = x >= 4 * n_;
        if (below) x = 8 * n_ - x;
        const bool left = x >= 2 * n_;
        if (left) x -= 2 * n_;
        const bool steep = x >= n_;
        auto [cosine, sine] = cos_sin(static_cast<double>(steep ? 2 * n_ - x : x) * angle_);
        if (steep) std::swap(cosine, sine);
        if (left) {
            std::swap(cosine, sine);
            cosine = -cosine;
        }
        return {cosine, below ? -sine : sine};
    }
    std::size_t n_, shift_ = 1;
    double angle_;
    std::vector<std::pair<double, double>> fine_, coarse_;
};

/// Eight transforms side by side.
struct CosineLanes {
    double at[8];
};

inline CosineLanes operator+(CosineLanes a, const CosineLanes& b) {
    for (int i = 0; i < 8; ++i) a.at[i] += b.at[i];
    return a;
}
inline CosineLanes operator-(CosineLanes a, const CosineLanes& b) {
    for (int i = 0; i < 8; ++i) a.at[i] -= b.at[i];
    return a;
}
inline CosineLanes operator*(double s, CosineLanes a) {
    for (int i = 0; i < 8; ++i) a.at[i] *= s;
    return a;
}

/// The transform of n values: a real Fourier transform by radices 4 and 2 (Swarztrauber) between
/// additions and turns (Makhoul 1980) where n is a power of two from 4 on, else the definition.
class CosineTransform {
  public:
    explicit CosineTransform(std::size_t n) : n_(n), fast_(n >= 4 && (n & (n - 1)) == 0) {
        const Roots quarters(4 * n);
        if (!fast_) {
            for (std::size_t k = 0; k <= 4 * n; ++k) turns_.push_back(quarters[k].first);
            return;
        }
        for (std::size_t k = 1; k <= n; ++k) turns_.push_back(quarters[k].first);
        const Roots roots(n);
        for (std::size_t k = 0; k < n; ++k) roots_.push_back(roots[k]);
        std::size_t rest = n;
        for (; rest % 4 == 0; rest /= 4) radices_.push_back(4);
        if (rest == 2) radices_.insert(radices_.begin(), 2);
    }
    std::size_t size() const { return n_; }
    /// What values are turned by: cosines, and where n is a power of two cosines and sines.
    const std::vector<double>& turns() const { return turns_; }
    const std::vector<std::pair<double, double>>& roots() const { return roots_; }

    /// Replaces n values by their coefficients; `scratch` has room for n more.
    void run(CosineLanes* values, CosineLanes* scratch) const {
        if (fast_)
            run_fast(values, scratch);
        else
            run_plain(values, scratch);
    }

  private:
    /// Pairs from both ends first: of a symmetric row every other coefficient is exactly zero.
    void run_plain(CosineLanes* x, CosineLanes* scratch) const {
        for (std::size_t k = 0; k < n_; ++k) {
            CosineLanes sum{};
            for (std::size_t i = 0; i < n_ / 2; ++i) {
                const CosineLanes pair = k % 2 ? x[i] - x[n_ - 1 - i] : x[i] + x[n_ - 1 - i];
                sum = sum + turns_[k * (2 * i + 1) % (4 * n_)] * pair;
            }
            if (n_ % 2) sum = sum + turns_[k * n_ % (4 * n_)] * x[n_ / 2];
            scratch[k] = 2 * sum;
        }
        std::copy_n(scratch, n_, x);
    }

    void run_fast(CosineLanes* c, CosineLanes* scratch) const {
        c[0] = 2 * c[0];
        c[n_ - 1] = 2 * c[n_ - 1];
        for (std::size_t k = 1; k < n_ - 1; k += 2) {
            const CosineLanes next = c[k + 1];
            c[k + 1] = next - c[k];
            c[k] = c[k] + next;
        }
        CosineLanes *from = c, *to = scratch;
        std::size_t done = 1;
        for (const std::size_t radix : radices_) {
            const Pass pass{from, to, n_ / (radix * done), done, radix};
            radix == 4 ? by_four(pass) : by_two(pass);
            std::swap(from, to);
            done *= radix;
        }
        if (from != c) std::copy_n(from, n_, c);
        for (std::size_t k = 1; k < n_ / 2; ++k) {
            const std::size_t m = n_ - k;
            const CosineLanes sum = turns_[k - 1] * c[m] + turns_[m - 1] * c[k];
            const CosineLanes difference = turns_[k - 1] * c[k] - turns_[m - 1] * c[m];
            c[k] = 0.5 * (sum + difference);
            c[m] = 0.5 * (sum - difference);
        }
        c[n_ / 2] = turns_[n_ / 2 - 1] * c[n_ / 2];
    }

    /// One pass over all values: `length` of them belong together, `done` times `radix`.
    struct Pass {
        const CosineLanes* from;
        CosineLanes* to;
        std::size_t length, done, radix;
        const CosineLanes& in(std::size_t i, std::size_t part, std::size_t k) const {
            return from[i + length * (part + radix * k)];
        }
        CosineLanes& out(std::size_t i, std::size_t k, std::size_t part) const {
            return to[i + length * (k + done * part)];
        }
    };

    /// Turns (re, im) by the root of this part and stores it at i - 1 and i.
    void turn(const Pass& p, std::size_t part, std::size_t i, std::size_t k, const CosineLanes& re,
              const CosineLanes& im) const {
        const auto [cosine, sine] = roots_[part * p.done * (i / 2)];
        p.out(i, k, part) = cosine * im + sine * re;
        p.out(i - 1, k, part) = cosine * re - sine * im;
    }

    void by_two(const Pass& p) const {
        const std::size_t last = p.length - 1;
        for (std::size_t k = 0; k < p.done; ++k) {
            p.out(0, k, 0) = p.in(0, 0, k) + p.in(last, 1, k);
            p.out(0, k, 1) = p.in(0, 0, k) - p.in(last, 1, k);
            if (p.length % 2) continue;
            p.out(last, k, 0) = 2 * p.in(last, 0, k);
            p.out(last, k, 1) = -2 * p.in(0, 1, k);
            for (std::size_t i = 2; i < p.length; i += 2) {
                const std::size_t j = p.length - i;
                p.out(i - 1, k, 0) = p.in(i - 1, 0, k) + p.in(j - 1, 1, k);
                p.out(i, k, 0) = p.in(i, 0, k) - p.in(j, 1, k);
                turn(p, 1, i, k, p.in(i - 1, 0, k) - p.in(j - 1, 1, k),
                     p.in(i, 0, k) + p.in(j, 1, k));
            }
        }
    }

    void by_four(const Pass& p) const {
        constexpr double root_2 = 1.4142135623730951;
        const std::size_t last = p.length - 1;
        for (std::size_t k = 0; k < p.done; ++k) {
            const CosineLanes sum = p.in(0, 0, k) + p.in(last, 3, k);
            const CosineLanes difference = p.in(0, 0, k) - p.in(last, 3, k);
            const CosineLanes re = 2 * p.in(last, 1, k), im = 2 * p.in(0, 2, k);
            p.out(0, k, 0) = sum + re;
            p.out(0, k, 2) = sum - re;
            p.out(0, k, 3) = difference + im;
            p.out(0, k, 1) = difference - im;
            if (p.length % 2) continue;
            const CosineLanes im_sum = p.in(0, 3, k) + p.in(0, 1, k);
            const CosineLanes im_difference = p.in(0, 3, k) - p.in(0, 1, k);
            const CosineLanes re_sum = p.in(last, 0, k) + p.in(last, 2, k);
            const CosineLanes re_difference = p.in(last, 0, k) - p.in(last, 2, k);
            p.out(last, k, 0) = re_sum + re_sum;
            p.out(last, k, 1) = root_2 * (re_difference - im_sum);
            p.out(last, k, 2) = im_difference + im_difference;
            p.out(last, k, 3) = -root_2 * (re_difference + im_sum);
            for (std::size_t i = 2; i < p.length; i += 2) four_inside(p, i, k);
        }
    }

    void four_inside(const Pass& p, std::size_t i, std::size_t k) const {
        const std::size_t j = p.length - i;
        const CosineLanes re_sum = p.in(i - 1, 0, k) + p.in(j - 1, 3, k);
        const CosineLanes re_difference = p.in(i - 1, 0, k) - p.in(j - 1, 3, k);
        const CosineLanes im_sum = p.in(i, 0, k) + p.in(j, 3, k);
        const CosineLanes im_difference = p.in(i, 0, k) - p.in(j, 3, k);
        const CosineLanes cross_sum = p.in(i, 2, k) + p.in(j, 1, k);
        const CosineLanes cross_difference = p.in(i, 2, k) - p.in(j, 1, k);
        const CosineLanes inner_sum = p.in(i - 1, 2, k) + p.in(j - 1, 1, k);
        const CosineLanes inner_difference = p.in(i - 1, 2, k) - p.in(j - 1, 1, k);
        p.out(i - 1, k, 0) = re_sum + inner_sum;
        p.out(i, k, 0) = im_difference + cross_difference;
        turn(p, 1, i, k, re_difference - cross_sum, im_sum + inner_difference);
        turn(p, 2, i, k, re_sum - inner_sum, im_difference - cross_difference);
        turn(p, 3, i, k, re_difference + cross_sum, im_sum - inner_difference);
    }

    std::size_t n_;
    bool fast_;
    std::vector<double> turns_;  ///< cosines of quarters of the steps
    std::vector<std::pair<double, double>> roots_;
    std::vector<std::size_t> radices_;
};

/// The transform of this size: the last one is kept.
inline std::shared_ptr<const CosineTransform> cosine_transform(std::size_t n) {
    thread_local std::shared_ptr<const CosineTransform> last;
    if (!last || last->size() != n) last = std::make_shared<const CosineTransform>(n);
    return last;
}

}  // namespace imgmine
