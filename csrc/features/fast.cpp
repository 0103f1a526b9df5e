#include "features/fast.hpp"

#include <map>
#include <mutex>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/corners.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t border = 3;

/// Scores of a few rows at a time: three of a ring, each with the borders' zeros.
class ScoreRows {
  public:
    ScoreRows(ImageView<const std::uint8_t> image, int threshold)
        : image_(image),
          threshold_(static_cast<std::uint8_t>(threshold)),
          rows_(static_cast<std::size_t>(3 * image.width)) {}

    const std::uint8_t* row(std::ptrdiff_t y) const { return rows_.data() + y % 3 * image_.width; }
    void fill(std::ptrdiff_t y) {
        std::uint8_t* scores = rows_.data() + y % 3 * image_.width;
        if (y < border || y >= image_.height - border) {
            std::fill_n(scores, image_.width, std::uint8_t{0});
            return;
        }
        corner_kernels().segment_scores(image_.row(y) + border, image_.row_stride,
                                        static_cast<std::size_t>(image_.width - 2 * border),
                                        threshold_, scores + border);
    }

  private:
    ImageView<const std::uint8_t> image_;
    std::uint8_t threshold_;
    std::vector<std::uint8_t> rows_;
};

std::vector<Keypoint> corners_of_rows(ImageView<const std::uint8_t> image, int threshold,
                                      bool nonmax, const KeypointMask& mask, std::ptrdiff_t first,
                                      std::ptrdiff_t last) {
    std::vector<Keypoint> found;
    ScoreRows scores(image, threshold);
    std::vector<std::int32_t> places(static_cast<std::size_t>(image.width));
    scores.fill(first - 1);
    scores.fill(first);
    for (std::ptrdiff_t y = first; y < last; ++y) {
        scores.fill(y + 1);
        const std::uint8_t* here = scores.row(y);
        const std::size_t n =
            corner_kernels().peaks(scores.row(y - 1), here, scores.row(y + 1),
                                   static_cast<std::size_t>(image.width), !nonmax, places.data());
        for (std::size_t i = 0; i < n; ++i) {
            const Keypoint point{static_cast<float>(places[i]),
                                 static_cast<float>(y),
                                 7,
                                 -1,
                                 static_cast<float>(here[places[i]] - 1),
                                 0};
            if (nonmax && point.response == 0) continue;  // no larger than no corner at all
            if (is_allowed(mask, point)) found.push_back(point);
        }
    }
    return found;
}

}  // namespace

std::vector<Keypoint> fast(ImageView<const std::uint8_t> image, int threshold, bool nonmax,
                           const KeypointMask& mask) {
    require(threshold >= 0 && threshold <= 255,
            "threshold must be from 0 to 255, got " + std::to_string(threshold));
    require_mask_fits(mask, image);
    if (image.height <= 2 * border || image.width <= 2 * border) return {};
    std::map<std::ptrdiff_t, std::vector<Keypoint>> parts;
    std::mutex mutex;
    parallel_for(image.height - 2 * border, row_grain(image.width, 1.0),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     auto found = corners_of_rows(image, threshold, nonmax, mask, first + border,
                                                  last + border);
                     const std::lock_guard lock(mutex);
                     parts[first] = std::move(found);
                 });
    std::vector<Keypoint> all;
    for (const auto& [first, part] : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

}  // namespace imgmine
