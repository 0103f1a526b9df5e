#include "features/multiblock_lbp.hpp"

#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/lbp.hpp"

namespace imgmine {
namespace {

/// Sums of blocks, by the row in which they begin; asked for in rising order.
class BlockRows {
  public:
    BlockRows(ImageView<const std::uint8_t> image, std::ptrdiff_t first, std::ptrdiff_t height,
              std::ptrdiff_t width)
        : image_(image),
          height_(height),
          next_(first),
          block_(static_cast<std::size_t>(width)),
          n_(static_cast<std::size_t>(image.width)),
          columns_(n_),
          sums_(static_cast<std::size_t>(2 * height + 1) * n_) {
        for (std::ptrdiff_t y = first; y + 1 < first + height; ++y)
            lbp_kernels().block_sums(columns_.data(), image.row(y), nullptr, n_, block_, nullptr);
    }

    const std::uint32_t* row(std::ptrdiff_t y) {
        for (; next_ <= y; ++next_) {
            lbp_kernels().block_sums(columns_.data(), image_.row(next_ + height_ - 1), dropped_, n_,
                                     block_, at(next_));
            dropped_ = image_.row(next_);
        }
        return at(y);
    }

  private:
    std::uint32_t* at(std::ptrdiff_t y) {
        return sums_.data() + static_cast<std::size_t>(y % (2 * height_ + 1)) * n_;
    }

    ImageView<const std::uint8_t> image_;
    std::ptrdiff_t height_, next_;
    std::size_t block_, n_;
    const std::uint8_t* dropped_ = nullptr;
    std::vector<std::uint32_t> columns_, sums_;
};

}  // namespace

void multiblock_lbp(ImageView<const std::uint8_t> src, std::ptrdiff_t height, std::ptrdiff_t width,
                    ImageView<std::uint8_t> codes) {
    require(height >= 1 && width >= 1 && height <= 4096 && width <= 4096,
            "block must be from 1 to 4096 high and wide");  // sums below 2^32
    if (codes.empty()) return;
    parallel_for(codes.height, row_grain(src.width, 3),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     BlockRows rows(src, first, height, width);
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         const std::uint32_t* bottom = rows.row(y + 2 * height);
                         lbp_kernels().block_codes(rows.row(y), rows.row(y + height), bottom,
                                                   static_cast<std::size_t>(codes.width),
                                                   static_cast<std::size_t>(width), codes.row(y));
                     }
                 });
}

}  // namespace imgmine
