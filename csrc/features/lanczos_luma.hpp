#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "features/lanczos_axis.hpp"
#include "geometry/tap_tables.hpp"
#include "kernels/fingerprint.hpp"
#include "kernels/transpose.hpp"

// An image's luma at another size, bit for bit what Pillow makes of it with convert("L") and
// resize(size, LANCZOS).
namespace imgmine {

/// The weights for these sizes: many pictures in a row have the same ones, and working them out
/// takes as long as using them.
template <class Digit>
std::shared_ptr<const LanczosAxis<Digit>> lanczos_axis(std::ptrdiff_t from, std::ptrdiff_t to) {
    constexpr std::size_t kept = 8, largest = 1 << 18;
    thread_local std::vector<std::shared_ptr<const LanczosAxis<Digit>>> axes;
    for (std::size_t i = 0; i < axes.size(); ++i)
        if (axes[i]->is(from, to)) {
            std::rotate(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(i),
                        axes.begin() + static_cast<std::ptrdiff_t>(i) + 1);
            return axes.front();
        }
    auto axis = std::make_shared<const LanczosAxis<Digit>>(from, to);
    if (axis->bytes() <= largest) {
        if (axes.size() == kept) axes.pop_back();
        axes.insert(axes.begin(), axis);
    }
    return axis;
}

/// Rows of bytes with room behind each; every row begins a line of cache.
struct BytePlane {
    std::ptrdiff_t height, width, stride = (width + 127) / 64 * 64;
    Table<std::uint8_t> bytes = Table<std::uint8_t>(static_cast<std::size_t>(height * stride));
    std::uint8_t* row(std::ptrdiff_t y) { return bytes.data() + y * stride; }
};

inline void transpose_bytes(const std::uint8_t* from, std::ptrdiff_t from_stride, std::uint8_t* to,
                            std::ptrdiff_t to_stride, std::ptrdiff_t rows, std::ptrdiff_t columns) {
    transpose_kernels().transpose(from, from_stride, to, to_stride, static_cast<std::size_t>(rows),
                                  static_cast<std::size_t>(columns), 1);
}

/// Sums along the rows [first, last) of `rows`, one below the other in `out`.
template <class Digit>
void dot_rows(const std::uint8_t* rows, std::ptrdiff_t stride, std::ptrdiff_t n,
              const LanczosAxis<Digit>& axis, std::uint8_t* out, std::ptrdiff_t out_stride) {
    const auto& kernels = fingerprint_kernels();
    const auto n_rows = static_cast<std::size_t>(n);
    if constexpr (sizeof(Digit) == 1)
        kernels.dot_bytes(rows, stride, n_rows, axis.taps(), out, out_stride);
    else
        kernels.dot_shorts(rows, stride, n_rows, axis.taps(), out, out_stride);
}

template <class Digit>
class LumaResizer {
  public:
    explicit LumaResizer(ImageView<const std::uint8_t> image) : image_(image) {}

    /// out (height, width)
    void run(std::ptrdiff_t height, std::ptrdiff_t width, std::uint8_t* out) const {
        const bool columns = width != image_.width, rows = height != image_.height;
        // Of two orders, which differ by rounding, Pillow takes the second for tall images.
        const bool rows_first = rows && image_.height - height >
                                            std::max<std::ptrdiff_t>(0, 2 * (image_.width - width));
        if (!columns && !rows) {
            for (std::ptrdiff_t y = 0; y < height; ++y) luma(y, 0, width, out + y * width);
        } else if (!columns) {
            sum_rows(height, out, width);
        } else if (!rows) {
            BytePlane across{width, height};
            sum_columns(width, across.row(0), across.stride);
            transpose_bytes(across.row(0), across.stride, out, width, width, height);
        } else if (rows_first) {
            BytePlane down{height, image_.width}, across{width, height};
            sum_rows(height, down.row(0), down.stride);
            sum(down, *lanczos_axis<Digit>(image_.width, width), across.row(0), across.stride);
            transpose_bytes(across.row(0), across.stride, out, width, width, height);
        } else {
            BytePlane across{width, image_.height};
            sum_columns(width, across.row(0), across.stride);
            sum(across, *lanczos_axis<Digit>(image_.height, height), out, width);
        }
    }

  private:
    void luma(std::ptrdiff_t y, std::ptrdiff_t x, std::ptrdiff_t n, std::uint8_t* out) const {
        const std::uint8_t* from = image_.row(y) + x * image_.channels;
        if (image_.channels == 1)
            std::memcpy(out, from, static_cast<std::size_t>(n));
        else
            fingerprint_kernels().luma(from, out, static_cast<std::size_t>(n),
                                       static_cast<std::size_t>(image_.channels));
    }

    static void sum(BytePlane& plane, const LanczosAxis<Digit>& axis, std::uint8_t* out,
                    std::ptrdiff_t out_stride) {
        parallel_for(plane.height, row_grain(plane.width, cost),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         dot_rows(plane.row(first), plane.stride, last - first, axis, out + first,
                                  out_stride);
                     });
    }

    /// out (width, image height): sums along the rows of the image.
    void sum_columns(std::ptrdiff_t width, std::uint8_t* out, std::ptrdiff_t out_stride) const {
        const auto axis = lanczos_axis<Digit>(image_.width, width);
        parallel_for(image_.height, row_grain(image_.width, cost),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         const std::ptrdiff_t band_rows =
                             std::clamp<std::ptrdiff_t>(4096 / image_.width, 1, 8) * 4;
                         BytePlane band{std::min(band_rows, last - first), image_.width};
                         for (std::ptrdiff_t y = first; y < last; y += band_rows) {
                             const std::ptrdiff_t n = std::min(band_rows, last - y);
                             for (std::ptrdiff_t r = 0; r < n; ++r)
                                 luma(y + r, 0, image_.width, band.row(r));
                             dot_rows(band.row(0), band.stride, n, *axis, out + y, out_stride);
                         }
                     });
    }

    /// out (height, image width): sums along the columns of the image.
    void sum_rows(std::ptrdiff_t height, std::uint8_t* out, std::ptrdiff_t out_stride) const {
        const auto axis = lanczos_axis<Digit>(image_.height, height);
        const std::ptrdiff_t tile =
            std::clamp<std::ptrdiff_t>((1 << 20) / image_.height / 4 * 4, 4, 64);
        parallel_for(image_.width, std::max(tile, row_grain(image_.height, cost)),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         constexpr std::ptrdiff_t rows = 64;
                         BytePlane columns{std::min(tile, last - first), image_.height};
                         std::vector<std::uint8_t> block(static_cast<std::size_t>(rows * tile));
                         for (std::ptrdiff_t x = first; x < last; x += tile) {
                             const std::ptrdiff_t n = std::min(tile, last - x);
                             for (std::ptrdiff_t y = 0; y < image_.height; y += rows) {
                                 const std::ptrdiff_t n_rows = std::min(rows, image_.height - y);
                                 for (std::ptrdiff_t r = 0; r < n_rows; ++r)
                                     luma(y + r, x, n, block.data() + r * tile);
                                 transpose_bytes(block.data(), tile, columns.row(0) + y,
                                                 columns.stride, n_rows, n);
                             }
                             dot_rows(columns.row(0), columns.stride, n, *axis, out + x,
                                      out_stride);
                         }
                     });
    }

    static constexpr double cost = 0.2;  // nanoseconds a pixel
    ImageView<const std::uint8_t> image_;
};

/// out (height, width) = the luma of an image of 1, 3 or 4 channels, resized.
inline void lanczos_luma(ImageView<const std::uint8_t> image, std::ptrdiff_t height,
                         std::ptrdiff_t width, std::uint8_t* out) {
    constexpr std::ptrdiff_t longest = 1 << 23;  // 255 of these still fit into 32 bits
    require(image.height <= longest && image.width <= longest,
            "image must be at most 8388608 pixels a side, got " +
                std::to_string(std::max(image.height, image.width)));
    if (fingerprint_kernels().multiplies_bytes)
        LumaResizer<std::int8_t>(image).run(height, width, out);
    else
        LumaResizer<std::int16_t>(image).run(height, width, out);
}

}  // namespace imgmine
