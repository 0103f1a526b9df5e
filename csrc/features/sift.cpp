#include "features/sift.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <tuple>

#include "features/sift_detect.hpp"

namespace imgmine {
namespace {

void check(const SiftOptions& options) {
    const auto must_be = [](bool ok, const char* what, double value) {
        require(ok, std::string(what) + ", got " + std::to_string(value));
    };
    must_be(!options.n || *options.n >= 0, "n must not be negative",
            static_cast<double>(options.n.value_or(0)));
    must_be(options.layers >= 1 && options.layers <= 8, "layers must be from 1 to 8",
            options.layers);
    must_be(options.contrast >= 0 && options.contrast <= 1, "contrast must be from 0 to 1",
            options.contrast);
    must_be(options.edge >= 1 && std::isfinite(options.edge), "edge must be at least 1",
            options.edge);
    must_be(options.sigma >= 0.5 && options.sigma <= 10, "sigma must be from 0.5 to 10",
            options.sigma);
}

/// Twice (or once) and so on as many pixels of the image as of the octave.
void to_image_pixels(Blob& blob, bool upsample) {
    const int octave = static_cast<int>(blob.octave) - (upsample ? 1 : 0);
    const float factor = octave < 0 ? 0.5f : static_cast<float>(1 << octave);
    blob.point.x *= factor;
    blob.point.y *= factor;
    blob.point.size *= factor;
    blob.point.octave = octave;
}

std::vector<Blob> find_blobs(const std::vector<Octave>& octaves, const SiftOptions& options,
                             const KeypointMask& mask) {
    std::vector<Blob> all;
    for (std::size_t i = 0; i < octaves.size(); ++i)
        for (Blob& blob : blobs_of(octaves[i], i, options)) {
            to_image_pixels(blob, options.upsample);
            if (is_allowed(mask, blob.point)) all.push_back(blob);
        }
    std::sort(all.begin(), all.end(),
              [](const Blob& a, const Blob& b) { return is_stronger(a.point, b.point); });
    const auto is_same = [](const Blob& a, const Blob& b) {
        return a.point.x == b.point.x && a.point.y == b.point.y && a.point.size == b.point.size &&
               a.point.angle == b.point.angle;
    };
    all.erase(std::unique(all.begin(), all.end(), is_same), all.end());
    if (options.n && static_cast<std::size_t>(*options.n) < all.size())
        all.resize(static_cast<std::size_t>(*options.n));
    return all;
}

std::uint8_t to_byte(float value) {
    return static_cast<std::uint8_t>(std::min(value + 0.5f, 255.0f));
}

/// Length 1, no value above 0.2, length 1 again, times 512.
void write_normalized(const float* raw, bool root, std::uint8_t* out) {
    const auto length = [](const float* values) {
        double squares = 0;
        for (int k = 0; k < sift_size; ++k)
            squares += static_cast<double>(values[k]) * static_cast<double>(values[k]);
        return static_cast<float>(std::sqrt(squares));
    };
    float clipped[sift_size];
    const float most = 0.2f * length(raw);
    double sum = 0;
    for (int k = 0; k < sift_size; ++k) {
        clipped[k] = std::min(raw[k], most);
        sum += static_cast<double>(clipped[k]);
    }
    const float divisor = root ? static_cast<float>(sum) : length(clipped);
    for (int k = 0; k < sift_size; ++k) {
        const float share = divisor > 0 ? clipped[k] / divisor : 0.0f;
        out[k] = to_byte(512.0f * (root ? std::sqrt(share) : share));
    }
}

void describe(const std::vector<Octave>& octaves, const Blob& blob, bool root,
              std::vector<float>& weights, std::uint8_t* out) {
    const Plane& plane = octaves[blob.octave][static_cast<std::size_t>(blob.layer)];
    const double cell = 3.0 * blob.scale;
    const auto radius = std::min<std::ptrdiff_t>(
        static_cast<std::ptrdiff_t>(cell * 1.4142135623730951 * 2.5 + 0.5), max_radius);
    fill_weights(2 * cell, radius, weights);
    const float turns = (360.0f - blob.point.angle) / 360.0f;
    const double half_turns = 2.0 * static_cast<double>(turns);
    float raw[sift_size];
    sift_kernels().describe(window_at(plane, blob.x, blob.y, radius, weights),
                            static_cast<float>(sin_pi_same_bits(half_turns + 0.5) / cell),
                            static_cast<float>(sin_pi_same_bits(half_turns) / cell),
                            turns < 1 ? turns : 0.0f, raw);
    write_normalized(raw, root, out);
}

/// Neighbors one after the other, so that their surroundings are in the cache.
std::vector<std::size_t> in_order_of_memory(const std::vector<Blob>& blobs) {
    std::vector<std::size_t> order(blobs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
        const auto place = [](const Blob& b) {
            return std::tuple(b.octave, b.layer, b.y / 32, b.x);
        };
        return place(blobs[i]) < place(blobs[j]);
    });
    return order;
}

}  // namespace

SiftFeatures sift(ImageView<const std::uint8_t> image, const SiftOptions& options,
                  const KeypointMask& mask) {
    check(options);
    require_mask_fits(mask, image);
    if (image.empty()) return {};
    const std::vector<Octave> octaves =
        scale_space(image, options.sigma, options.layers, options.upsample, sift_border);
    const std::vector<Blob> blobs = find_blobs(octaves, options, mask);
    SiftFeatures features;
    features.descriptors.resize(blobs.size() * sift_size);
    for (const Blob& blob : blobs) features.keypoints.push_back(blob.point);
    const std::vector<std::size_t> order = in_order_of_memory(blobs);
    parallel_for(static_cast<std::ptrdiff_t>(blobs.size()), 8,
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<float> weights;
                     for (std::ptrdiff_t k = first; k < last; ++k) {
                         const std::size_t i = order[static_cast<std::size_t>(k)];
                         describe(octaves, blobs[i], options.root, weights,
                                  features.descriptors.data() + i * sift_size);
                     }
                 });
    return features;
}

}  // namespace imgmine
