#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/image.hpp"
#include "segment/regions.hpp"

namespace imgmine {

inline void require_size_of(ImageView<const std::int32_t> labels, std::ptrdiff_t height,
                            std::ptrdiff_t width) {
    const auto text = [](std::ptrdiff_t h, std::ptrdiff_t w) {
        return std::to_string(h) + " x " + std::to_string(w);
    };
    require(labels.height == height && labels.width == width,
            "labels must have the image's size, " + text(height, width) + ", got " +
                text(labels.height, labels.width));
}

/// A label image whose regions have the numbers 1..n, in the order of their labels; 0 is of none.
class NumberedRegions {
  public:
    /// Throws std::invalid_argument if a label is negative.
    explicit NumberedRegions(ImageView<const std::int32_t> labels)
        : height_(labels.height),
          width_(labels.width),
          values_(static_cast<std::size_t>(labels.height * labels.width)) {
        const Regions regions(labels);
        labels_ = regions.labels();
        regions.paint({values_.data(), height_, width_, 1, width_});
    }

    ImageView<const std::int32_t> view() const {
        return {values_.data(), height_, width_, 1, width_};
    }
    std::int32_t count() const { return static_cast<std::int32_t>(labels_.size()); }
    /// Entries of a table that has one for each number.
    std::size_t room() const { return static_cast<std::size_t>(count()) + 1; }
    std::int32_t label(std::int32_t number) const {
        return labels_[static_cast<std::size_t>(number) - 1];
    }

  private:
    std::ptrdiff_t height_, width_;
    std::vector<std::int32_t> labels_, values_;
};

}  // namespace imgmine
