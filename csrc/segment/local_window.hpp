#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/border.hpp"
#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "kernels/box.hpp"
#include "kernels/local_threshold.hpp"
#include "kernels/prefix.hpp"

namespace imgmine {

/// Sides of a window around each pixel.
struct WindowSize {
    int height;
    int width;
};

/// Throws std::invalid_argument unless the arguments that all local thresholds share are right.
inline void require_window(ImageView<const std::uint8_t> image, WindowSize size, Border border) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    for (const int side : {size.height, size.width})
        require(side >= 1 && side <= 255 && side % 2 == 1,
                "size must be odd and from 1 to 255, got " + std::to_string(side));
    require(border != Border::constant,
            "border must be 'reflect101', 'reflect', 'replicate' or 'wrap', got 'constant'");
}

/// Sums of a window's values, and of their squares about 128, going down the rows of an image.
class LocalSums {
  public:
    LocalSums(ImageView<const std::uint8_t> image, WindowSize size, Border border, bool squares)
        : image_(image),
          size_(size),
          border_(border),
          squares_(squares),
          reach_(size.width / 2),
          zeros_(static_cast<std::size_t>(image.width)),
          middle_(zeros_.size(), 128) {
        const auto n = static_cast<std::size_t>(image.width + 2 * reach_);
        for (int k = 0; k < (squares ? 2 : 1); ++k)
            columns_[k].resize(n + room), prefix_[k].resize(n + 1 + room);
    }

    /// Calls body(y, sums) for rows [first, last): sums[0] to sums[3] as the kernels take them.
    template <class Body>
    void for_rows(std::ptrdiff_t first, std::ptrdiff_t last, const Body& body) {
        const std::ptrdiff_t reach = size_.height / 2;
        for (std::ptrdiff_t y = first - reach; y < first + reach; ++y) slide(y, nullptr);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const std::uint8_t* const leaving = y == first ? nullptr : row(y - 1 - reach);
            slide(y + reach, leaving);
            const std::uint32_t* sums[4] = {};
            for (int k = 0; k < (squares_ ? 2 : 1); ++k) add_up(k, sums + 2 * k);
            body(y, sums);
        }
    }

  private:
    static constexpr std::size_t room = 64;

    const std::uint8_t* row(std::ptrdiff_t y) const {
        return image_.row(border_index(border_, y, image_.height));
    }

    void slide(std::ptrdiff_t y, const std::uint8_t* leaving) {
        const auto n = static_cast<std::size_t>(image_.width);
        const std::uint8_t* const entering = row(y);
        box_kernels().slide_u32(entering, leaving ? leaving : zeros_.data(),
                                columns_[0].data() + reach_, n);
        if (squares_)
            local_threshold_kernels().slide_squares(entering, leaving ? leaving : middle_.data(),
                                                    columns_[1].data() + reach_, n);
    }

    /// Running sums along the row, columns past the edges as the border has them.
    void add_up(int k, const std::uint32_t** sums) {
        const std::ptrdiff_t n = image_.width;
        std::uint32_t* const columns = columns_[k].data() + reach_;
        for (std::ptrdiff_t i = 1; i <= reach_; ++i) {
            columns[-i] = columns[border_index(border_, -i, n)];
            columns[n - 1 + i] = columns[border_index(border_, n - 1 + i, n)];
        }
        prefix_kernels().prefix_u32(columns_[k].data(), prefix_[k].data() + 1,
                                    static_cast<std::size_t>(n + 2 * reach_), 1);
        sums[0] = prefix_[k].data();
        sums[1] = prefix_[k].data() + size_.width;
    }

    ImageView<const std::uint8_t> image_;
    WindowSize size_;
    Border border_;
    bool squares_;
    std::ptrdiff_t reach_;
    std::vector<std::uint8_t> zeros_, middle_;
    std::vector<std::uint32_t> columns_[2], prefix_[2];
};

/// Calls body(y, sums) for all rows of an image.
template <class Body>
void for_local_sums(ImageView<const std::uint8_t> image, WindowSize size, Border border,
                    bool squares, const Body& body) {
    // Each share begins with the rows of a whole window.
    const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(row_grain(image.width, 2), size.height);
    parallel_for(image.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        LocalSums(image, size, border, squares).for_rows(first, last, body);
    });
}

/// dst = the threshold of each window's mean and standard deviation.
inline void thresholds_of_windows(ImageView<const std::uint8_t> image, ImageView<float> dst,
                                  WindowSize size, Border border, double of_mean,
                                  double of_deviation, double of_both) {
    const LocalThreshold what{size.height * size.width, static_cast<float>(of_mean),
                              static_cast<float>(of_deviation), static_cast<float>(of_both)};
    for_local_sums(image, size, border, true,
                   [&](std::ptrdiff_t y, const std::uint32_t* const* sums) {
                       local_threshold_kernels().thresholds(sums, what, dst.row(y),
                                                            static_cast<std::size_t>(image.width));
                   });
}

}  // namespace imgmine
