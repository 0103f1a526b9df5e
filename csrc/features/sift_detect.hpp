#pragma once

#include <cmath>
#include <cstdint>
#include <mutex>
#include <vector>

#include "features/keypoint.hpp"
#include "features/scale_space.hpp"
#include "features/sift.hpp"

// Where the scale space has its keypoints, and in which directions they point.
namespace imgmine {

inline constexpr std::ptrdiff_t sift_border = 5;

/// A keypoint, and where it stands in the scale space.
struct Blob {
    Keypoint point;  ///< in pixels of the octave
    std::size_t octave;
    int layer;
    std::ptrdiff_t x, y;  ///< the nearest pixel
    float scale;          ///< in pixels of the octave
};

inline constexpr int max_radius = 1 << 14;

/// exp(-k^2 / (2 sigma^2)) for k from 0 to radius, and zeros for 16 more.
inline void fill_weights(double sigma, std::ptrdiff_t radius, std::vector<float>& weights) {
    weights.assign(static_cast<std::size_t>(radius) + 17, 0.0f);
    double ratio = exp_same_bits(-0.5 / (sigma * sigma)), value = 1;
    const double step = ratio * ratio;
    for (std::ptrdiff_t k = 0; k <= radius; ++k, value *= ratio, ratio *= step)
        weights[static_cast<std::size_t>(k)] = static_cast<float>(value);
}

/// The pixels at most `radius` off (x, y) that have four neighbors.
inline SiftWindow window_at(const Plane& plane, std::ptrdiff_t x, std::ptrdiff_t y,
                            std::ptrdiff_t radius, const std::vector<float>& weights) {
    return {plane.row(y) + x,
            plane.width(),
            std::max(-radius, 1 - y),
            std::min(radius, plane.height() - 2 - y),
            std::max(-radius, 1 - x),
            std::min(radius, plane.width() - 2 - x),
            weights.data()};
}

/// Differences of neighboring scales, around one pixel.
class Differences {
  public:
    Differences(const Octave& octave, int layer, std::ptrdiff_t y, std::ptrdiff_t x)
        : octave_(octave), layer_(layer), y_(y), x_(x) {}
    double operator()(int layer, std::ptrdiff_t y, std::ptrdiff_t x) const {
        const auto l = static_cast<std::size_t>(layer_ + layer);
        return octave_[l + 1].row(y_ + y)[x_ + x] - octave_[l].row(y_ + y)[x_ + x];
    }

  private:
    const Octave& octave_;
    int layer_;
    std::ptrdiff_t y_, x_;
};

/// Value, gradient and second derivatives of values 0 to 1, along x, y and layer.
struct Quadratic {
    double value, x, y, s, xx, yy, ss, xy, xs, ys;

    explicit Quadratic(const Differences& d) {
        constexpr double unit = 1.0 / 255;
        value = d(0, 0, 0) * unit;
        x = (d(0, 0, 1) - d(0, 0, -1)) * (unit / 2);
        y = (d(0, 1, 0) - d(0, -1, 0)) * (unit / 2);
        s = (d(1, 0, 0) - d(-1, 0, 0)) * (unit / 2);
        xx = (d(0, 0, 1) + d(0, 0, -1)) * unit - 2 * value;
        yy = (d(0, 1, 0) + d(0, -1, 0)) * unit - 2 * value;
        ss = (d(1, 0, 0) + d(-1, 0, 0)) * unit - 2 * value;
        xy = (d(0, 1, 1) - d(0, 1, -1) - d(0, -1, 1) + d(0, -1, -1)) * (unit / 4);
        xs = (d(1, 0, 1) - d(1, 0, -1) - d(-1, 0, 1) + d(-1, 0, -1)) * (unit / 4);
        ys = (d(1, 1, 0) - d(1, -1, 0) - d(-1, 1, 0) + d(-1, -1, 0)) * (unit / 4);
    }
    /// Where it is flat, by Cramer's rule; infinite or NaN if nowhere.
    void solve(double (&at)[3]) const {
        const double a = yy * ss - ys * ys, b = ys * xs - xy * ss, c = xy * ys - yy * xs;
        const double determinant = xx * a + xy * b + xs * c;
        at[0] = -(a * x + b * y + c * s) / determinant;
        at[1] = -(b * x + (xx * ss - xs * xs) * y + (xy * xs - xx * ys) * s) / determinant;
        at[2] = -(c * x + (xy * xs - xx * ys) * y + (xx * yy - xy * xy) * s) / determinant;
    }
    bool is_edge(double ratio) const {
        const double trace = xx + yy, determinant = xx * yy - xy * xy;
        return !(determinant > 0) ||
               trace * trace * ratio >= (ratio + 1) * (ratio + 1) * determinant;
    }
};

/// Moves an extremum to where a quadratic has it; false where it leaves, is too faint or an edge.
inline bool refine(const Octave& octave, const SiftOptions& options, Blob& blob) {
    double at[3] = {};
    for (int i = 0;; ++i) {
        if (i == 5) return false;
        Quadratic(Differences(octave, blob.layer, blob.y, blob.x)).solve(at);
        if (std::abs(at[0]) < 0.5 && std::abs(at[1]) < 0.5 && std::abs(at[2]) < 0.5) break;
        for (const double v : at)
            if (!(std::abs(v) < 1e6)) return false;
        const auto whole = [](double v) {
            return static_cast<std::ptrdiff_t>(std::floor(v + 0.5));
        };
        blob.x += whole(at[0]);
        blob.y += whole(at[1]);
        blob.layer += static_cast<int>(whole(at[2]));
        const Plane& plane = octave[0];
        if (blob.layer < 1 || blob.layer > options.layers || blob.x < sift_border ||
            blob.y < sift_border || blob.x >= plane.width() - sift_border ||
            blob.y >= plane.height() - sift_border)
            return false;
    }
    const Quadratic q(Differences(octave, blob.layer, blob.y, blob.x));
    const double contrast = std::abs(q.value + 0.5 * (q.x * at[0] + q.y * at[1] + q.s * at[2]));
    if (contrast * options.layers < options.contrast || q.is_edge(options.edge)) return false;
    blob.scale =
        static_cast<float>(options.sigma * exp2_same_bits((blob.layer + at[2]) / options.layers));
    blob.point = {static_cast<float>(static_cast<double>(blob.x) + at[0]),
                  static_cast<float>(static_cast<double>(blob.y) + at[1]),
                  2 * blob.scale,
                  0,
                  static_cast<float>(contrast),
                  0};
    return true;
}

/// Adds the blob once for each direction that its surroundings have.
inline void add_directions(const Octave& octave, Blob blob, std::vector<float>& weights,
                           std::vector<Blob>& out) {
    const auto radius =
        std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(4.5f * blob.scale + 0.5f), max_radius);
    fill_weights(1.5 * blob.scale, radius, weights);
    const Plane& plane = octave[static_cast<std::size_t>(blob.layer)];
    float raw[sift_bins], smooth[sift_bins];
    sift_kernels().directions(window_at(plane, blob.x, blob.y, radius, weights), raw);
    const auto bin = [](int k) { return (k + sift_bins) % sift_bins; };
    for (int k = 0; k < sift_bins; ++k)
        smooth[k] = (raw[bin(k - 2)] + raw[bin(k + 2)]) * (1.0f / 16) +
                    (raw[bin(k - 1)] + raw[bin(k + 1)]) * (4.0f / 16) + raw[k] * (6.0f / 16);
    const float enough = 0.8f * *std::max_element(smooth, smooth + sift_bins);
    for (int k = 0; k < sift_bins; ++k) {
        const float left = smooth[bin(k - 1)], here = smooth[k], right = smooth[bin(k + 1)];
        if (!(here > left && here > right && here >= enough)) continue;
        float peak = static_cast<float>(k) + 0.5f * (left - right) / (left - 2 * here + right);
        if (peak < 0) peak += sift_bins;
        const float angle = 360.0f - peak * (360.0f / sift_bins);  // y points downwards
        blob.point.angle = angle < 360.0f && angle >= 0 ? angle : 0.0f;
        out.push_back(blob);
    }
}

/// Goes down a band of rows of one octave; three rows of each difference are at hand.
class ExtremaOfRows {
  public:
    ExtremaOfRows(const Octave& octave, const SiftOptions& options)
        : octave_(octave),
          options_(options),
          width_(octave[0].width()),
          rows_((octave.size() - 1) * 3 * static_cast<std::size_t>(width_) + 16),
          places_(static_cast<std::size_t>(width_)) {}

    template <class Found>
    void find(std::ptrdiff_t first, std::ptrdiff_t last, const Found& found) {
        const auto threshold =
            static_cast<float>(std::floor(0.5 * options_.contrast / options_.layers * 255));
        fill(first - 1);
        fill(first);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            fill(y + 1);
            for (int layer = 1; layer <= options_.layers; ++layer) {
                const float* rows[9];
                for (int k = 0; k < 9; ++k) rows[k] = row(layer - 1 + k / 3, y - 1 + k % 3);
                const std::size_t n = sift_kernels().extrema(
                    rows, static_cast<std::size_t>(sift_border),
                    static_cast<std::size_t>(width_ - sift_border), threshold, places_.data());
                for (std::size_t i = 0; i < n; ++i) found(layer, y, places_[i]);
            }
        }
    }

  private:
    float* row(int layer, std::ptrdiff_t y) { return rows_.data() + (layer * 3 + y % 3) * width_; }
    void fill(std::ptrdiff_t y) {
        for (int layer = 0; layer + 1 < static_cast<int>(octave_.size()); ++layer) {
            const auto l = static_cast<std::size_t>(layer);
            sift_kernels().subtract(octave_[l + 1].row(y), octave_[l].row(y), row(layer, y),
                                    static_cast<std::size_t>(width_));
        }
    }

    const Octave& octave_;
    const SiftOptions& options_;
    std::ptrdiff_t width_;
    std::vector<float> rows_;
    std::vector<std::int32_t> places_;
};

/// All keypoints of one octave, in no order.
inline std::vector<Blob> blobs_of(const Octave& octave, std::size_t index,
                                  const SiftOptions& options) {
    std::vector<Blob> all;
    std::mutex mutex;
    const std::ptrdiff_t n = octave[0].height() - 2 * sift_border;
    parallel_for(n, row_grain(octave[0].width(), 5.0),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<Blob> found;
                     std::vector<float> weights;
                     ExtremaOfRows(octave, options)
                         .find(first + sift_border, last + sift_border,
                               [&](int layer, std::ptrdiff_t y, std::ptrdiff_t x) {
                                   Blob blob{{}, index, layer, x, y, 0};
                                   if (refine(octave, options, blob))
                                       add_directions(octave, blob, weights, found);
                               });
                     const std::lock_guard lock(mutex);
                     all.insert(all.end(), found.begin(), found.end());
                 });
    return all;
}

}  // namespace imgmine
