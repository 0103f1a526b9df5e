#include "color/camera.hpp"

#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/ycbcr.hpp"

namespace imgmine {
namespace {

constexpr double cost = 0.4;  // nanoseconds a pixel

}  // namespace

void nv12_to_rgb(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst) {
    require(src.height % 3 == 0,
            "frame must have a height divisible by 3, of which two thirds are "
            "luma, got " +
                std::to_string(src.height));
    require(src.width % 2 == 0, "frame must have an even width, got " + std::to_string(src.width));
    const std::ptrdiff_t pairs = src.height / 3;
    parallel_for(pairs, row_grain(2 * src.width, cost),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         const std::uint8_t* const light[2] = {src.row(2 * y), src.row(2 * y + 1)};
                         std::uint8_t* const rgb[2] = {dst.row(2 * y), dst.row(2 * y + 1)};
                         ycbcr_kernels().nv12_to_rgb(light, src.row(2 * pairs + y), rgb,
                                                     static_cast<std::size_t>(src.width));
                     }
                 });
}

void yuyv_to_rgb(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst) {
    require(src.channels == 2, "frame must have 2 channels, got " + std::to_string(src.channels));
    require(src.width % 2 == 0, "frame must have an even width, got " + std::to_string(src.width));
    parallel_for(src.height, row_grain(src.width, cost),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y)
                         ycbcr_kernels().yuyv_to_rgb(src.row(y), dst.row(y),
                                                     static_cast<std::size_t>(src.width));
                 });
}

}  // namespace imgmine
