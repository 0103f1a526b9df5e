#include "segment/slic.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/slic.hpp"
#include "segment/join_fragments.hpp"
#include "segment/lab_runs.hpp"

namespace imgmine {
namespace {

using Index = std::size_t;
constexpr std::int32_t far = 1 << 30;  // more than any distance
constexpr std::ptrdiff_t margin = LabPlanes::margin;

/// What the pixels of a region sum to; `spread` is the largest color distance from its center.
struct Sums {
    std::int64_t n = 0, l = 0, a = 0, b = 0, x = 0, y = 0;
    std::int32_t spread = 0;

    void operator+=(const Sums& other) {
        n += other.n, l += other.l, a += other.a, b += other.b, x += other.x, y += other.y;
        spread = std::max(spread, other.spread);
    }
};

/// The quotient of whole numbers, to nearest, halves up.
std::int32_t rounded_mean(std::int64_t sum, std::int64_t n) {
    const std::int64_t twice = 2 * sum + n;
    return static_cast<std::int32_t>(twice >= 0 ? twice / (2 * n)
                                                : -((2 * n - 1 - twice) / (2 * n)));
}

/// Squares of dx / step times `factor`, and values no distance reaches behind them.
template <class T>
std::vector<T> squares(std::ptrdiff_t radius, double step, double factor) {
    std::vector<T> table(static_cast<Index>(2 * radius + 1 + margin), static_cast<T>(far));
    for (std::ptrdiff_t d = -radius; d <= radius; ++d) {
        const double v = factor * static_cast<double>(d * d) / (step * step);
        table[static_cast<Index>(d + radius)] =
            static_cast<T>(std::is_same_v<T, float> ? v : std::floor(v + 0.5));
    }
    return table;
}

class Clusters {
  public:
    Clusters(const LabPlanes& planes, const Slic& options, ImageView<std::int32_t> labels)
        : planes_(planes), options_(options), labels_(labels) {
        const auto n = static_cast<double>(options.n_segments);
        step_ = std::max(1.0, std::sqrt(static_cast<double>(planes.height) *
                                        static_cast<double>(planes.width) / n));
        radius_ = static_cast<std::ptrdiff_t>(std::ceil(step_));
        most_ = 64 * options.compactness * options.compactness;
        across_ = squares<std::int32_t>(radius_, step_, most_);
        across_scaled_ = squares<float>(radius_, step_, 1);
        place_centers();
        every_ = step_ >= 10 ? 3 : step_ >= 6 ? 2 : 1;
    }

    void iterate() {
        for (int i = 0; i + 1 < options_.n_iter; ++i) {
            sort_centers();
            move(pass(i % every_, every_, true));
        }
        sort_centers();
        pass(0, 1, false);
    }

  private:
    std::ptrdiff_t cells(std::ptrdiff_t side) const {
        const auto wanted = static_cast<std::ptrdiff_t>(static_cast<double>(side) / step_ + 0.5);
        return std::clamp<std::ptrdiff_t>(wanted, 1, side);
    }

    /// A grid, each center moved to the smallest gradient of the 3 x 3 pixels about it; the grid's
    /// cells are the first labels.
    void place_centers() {
        const std::ptrdiff_t h = planes_.height, w = planes_.width, m = cells(h), n = cells(w);
        for (std::ptrdiff_t i = 0; i < m; ++i)
            for (std::ptrdiff_t j = 0; j < n; ++j)
                centers_.push_back(center_near((2 * i + 1) * h / (2 * m), (2 * j + 1) * w / (2 * n),
                                               static_cast<std::int32_t>(i * n + j)));
        for (std::ptrdiff_t y = 0; y < h; ++y)
            for (std::ptrdiff_t j = 0; j < n; ++j)
                std::fill(labels_.row(y) + (j * w + n - 1) / n,
                          labels_.row(y) + ((j + 1) * w + n - 1) / n,
                          static_cast<std::int32_t>(y * m / h * n + j));
    }

    SlicCenter center_near(std::ptrdiff_t y, std::ptrdiff_t x, std::int32_t label) const {
        std::ptrdiff_t best_y = y, best_x = x;
        if (step_ >= 3) {
            std::int64_t least = gradient(y, x);
            for (std::ptrdiff_t v = y - 1; v <= y + 1; ++v)
                for (std::ptrdiff_t u = x - 1; u <= x + 1; ++u)
                    if (const std::int64_t g = gradient(v, u); g < least)
                        least = g, best_y = v, best_x = u;
        }
        const std::int16_t* la = planes_.la(best_y) + 2 * best_x;
        return {la[0],
                la[1],
                planes_.b0(best_y)[2 * best_x],
                static_cast<std::int32_t>(best_x),
                static_cast<std::int32_t>(best_y),
                label,
                static_cast<float>(1 / most_)};
    }

    /// The square of the difference of the neighbors; most at the image's edge and past it.
    std::int64_t gradient(std::ptrdiff_t y, std::ptrdiff_t x) const {
        if (y < 1 || x < 1 || y + 1 >= planes_.height || x + 1 >= planes_.width) return far;
        const auto between = [&](std::ptrdiff_t v, std::ptrdiff_t u, std::ptrdiff_t t,
                                 std::ptrdiff_t s) {
            const std::int64_t l = planes_.la(v)[2 * u] - planes_.la(t)[2 * s];
            const std::int64_t a = planes_.la(v)[2 * u + 1] - planes_.la(t)[2 * s + 1];
            const std::int64_t b = planes_.b0(v)[2 * u] - planes_.b0(t)[2 * s];
            return l * l + a * a + b * b;
        };
        return between(y, x + 1, y, x - 1) + between(y + 1, x, y - 1, x);
    }

    /// From the top down, and which of them is the first at or below each row.
    void sort_centers() {
        std::vector<Index> below(static_cast<Index>(planes_.height) + 1, 0);
        for (const SlicCenter& c : centers_) ++below[static_cast<Index>(c.y) + 1];
        for (Index y = 1; y < below.size(); ++y) below[y] += below[y - 1];
        sorted_.resize(centers_.size());
        first_of_row_ = below;
        for (const SlicCenter& c : centers_) sorted_[below[static_cast<Index>(c.y)]++] = c;
    }

    /// Labels rows `from`, `from` + `every`, ... and returns what regions sum to in them.
    std::vector<Sums> pass(std::ptrdiff_t from, std::ptrdiff_t every, bool with_sums) {
        std::vector<Sums> total(with_sums ? centers_.size() : 0);
        std::mutex mutex;
        const std::ptrdiff_t n = (planes_.height - from + every - 1) / every;
        parallel_for(
            n, row_grain(planes_.width, 4), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                std::vector<Sums> sums(total.size());
                AlignedVector<std::int32_t> best(static_cast<Index>(planes_.width + margin));
                AlignedVector<std::int32_t> row(best.size());
                for (std::ptrdiff_t i = first; i < last; ++i) {
                    const std::ptrdiff_t y = from + i * every;
                    label_row(y, best.data(), row.data());
                    if (with_sums) add_row(y, row.data(), sums);
                }
                const std::lock_guard lock(mutex);
                for (Index k = 0; k < sums.size(); ++k) total[k] += sums[k];
            });
        return total;
    }

    void label_row(std::ptrdiff_t y, std::int32_t* best, std::int32_t* labels) const {
        const std::ptrdiff_t width = planes_.width;
        const Index begin =
            first_of_row_[static_cast<Index>(std::max<std::ptrdiff_t>(y - radius_, 0))];
        const Index end =
            first_of_row_[static_cast<Index>(std::min(y + radius_ + 1, planes_.height))];
        std::copy_n(labels_.row(y), width, labels);
        const SlicRow row{planes_.la(y), planes_.b0(y), best, labels, width};
        const auto at = static_cast<std::int32_t>(y);
        if (options_.adaptive) {
            std::fill_n(reinterpret_cast<float*>(best), width + margin, static_cast<float>(far));
            slic_kernels().assign_scaled(row, sorted_.data() + begin, end - begin, at,
                                         {radius_, across_scaled_.data(), across_scaled_.data()});
        } else {
            std::fill_n(best, width + margin, far);
            slic_kernels().assign(row, sorted_.data() + begin, end - begin, at,
                                  {radius_, across_.data(), across_.data()});
        }
        std::copy_n(labels, width, labels_.row(y));
    }

    void add_row(std::ptrdiff_t y, const std::int32_t* labels, std::vector<Sums>& sums) const {
        for_each_lab_run(planes_, y, labels, [&](const LabRun& run) {
            const std::ptrdiff_t from = run.from, past = run.past, n = past - from;
            const std::int32_t label = labels[from];
            Sums& to = sums[static_cast<Index>(label)];
            to += {n, run.l, run.a, run.b, n * (from + past - 1) / 2, n * y, 0};
            if (options_.adaptive) to.spread = std::max(to.spread, spread(y, from, past, label));
        });
    }

    std::int32_t spread(std::ptrdiff_t y, std::ptrdiff_t from, std::ptrdiff_t past,
                        std::int32_t label) const {
        const SlicCenter& c = centers_[static_cast<Index>(label)];
        const std::int16_t *la = planes_.la(y), *b0 = planes_.b0(y);
        std::int32_t most = 0;
        for (std::ptrdiff_t x = from; x < past; ++x) {
            const std::int32_t l = la[2 * x] - c.l, a = la[2 * x + 1] - c.a, b = b0[2 * x] - c.b;
            most = std::max(most, l * l + a * a + b * b);
        }
        return most;
    }

    void move(const std::vector<Sums>& sums) {
        most_of_.resize(sums.size(), 0);
        for (Index k = 0; k < sums.size(); ++k) {
            const Sums& s = sums[k];
            if (s.n == 0) continue;
            SlicCenter& c = centers_[k];
            c.l = static_cast<std::int16_t>(rounded_mean(s.l, s.n));
            c.a = static_cast<std::int16_t>(rounded_mean(s.a, s.n));
            c.b = static_cast<std::int16_t>(rounded_mean(s.b, s.n));
            c.x = rounded_mean(s.x, s.n), c.y = rounded_mean(s.y, s.n);
            most_of_[k] = std::max(most_of_[k], s.spread);
            if (most_of_[k] > 0) c.scale = 1 / static_cast<float>(most_of_[k]);
        }
    }

    const LabPlanes& planes_;
    const Slic& options_;
    ImageView<std::int32_t> labels_;
    double step_, most_;
    std::ptrdiff_t radius_, every_;
    std::vector<std::int32_t> across_;
    std::vector<float> across_scaled_;
    std::vector<SlicCenter> centers_, sorted_;
    std::vector<Index> first_of_row_;
    std::vector<std::int32_t> most_of_;
};

}  // namespace

std::int32_t slic_of_planes(const LabPlanes& planes, const Slic& options,
                            ImageView<std::int32_t> labels) {
    Clusters(planes, options, labels).iterate();
    const std::int64_t mean = planes.height * planes.width / options.n_segments;
    return join_fragments(planes, options.min_size.value_or(mean / 4), labels);
}

std::int32_t slic(ImageView<const std::uint8_t> image, const Slic& options,
                  ImageView<std::int32_t> labels) {
    require(options.n_segments >= 1,
            "n_segments must be at least 1, got " + std::to_string(options.n_segments));
    require(
        options.compactness > 0 && options.compactness <= 1000,
        "compactness must be above 0 and at most 1000, got " + std::to_string(options.compactness));
    require(options.n_iter >= 1,
            "n_iter must be at least 1, got " + std::to_string(options.n_iter));
    require(options.min_size.value_or(0) >= 0,
            "min_size must not be negative, got " + std::to_string(options.min_size.value_or(0)));
    const LabPlanes planes = lab_planes(image);
    if (image.empty()) return 0;
    return slic_of_planes(planes, options, labels);
}

}  // namespace imgmine
