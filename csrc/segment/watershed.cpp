#include "segment/watershed.hpp"

#include <cmath>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "segment/byte_flood.hpp"
#include "segment/padded_grid.hpp"
#include "segment/value_flood.hpp"

namespace imgmine {

namespace {

constexpr std::int32_t outside = -1;  // the border, and pixels that are not in the mask

std::vector<std::int32_t> start(const PaddedGrid& grid, ImageView<const std::uint8_t> mask,
                                ImageView<std::int32_t> labels) {
    std::vector<std::int32_t> out(grid.size(), outside);
    bool negative = false;
    for (std::ptrdiff_t y = 0; y < grid.height; ++y) {
        std::int32_t* const row = out.data() + grid.at(y, 0);
        for (std::ptrdiff_t x = 0; x < grid.width; ++x) {
            const std::int32_t marker = labels.row(y)[x];
            negative |= marker < 0;
            row[x] = mask.data && !mask.row(y)[x] ? outside : marker;
        }
    }
    require(!negative, "markers must be >= 0");
    return out;
}

void finish(const PaddedGrid& grid, const std::vector<std::int32_t>& flooded,
            ImageView<std::int32_t> labels) {
    for (std::ptrdiff_t y = 0; y < grid.height; ++y) {
        const std::int32_t* const row = flooded.data() + grid.at(y, 0);
        for (std::ptrdiff_t x = 0; x < grid.width; ++x) labels.row(y)[x] = row[x] > 0 ? row[x] : 0;
    }
}

}  // namespace

template <class T>
void watershed(ImageView<const T> image, ImageView<const std::uint8_t> mask,
               ImageView<std::int32_t> labels, const Watershed& options) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    require(options.connectivity == 4 || options.connectivity == 8,
            "connectivity must be 4 or 8, got " + std::to_string(options.connectivity));
    require(options.compactness >= 0 && std::isfinite(options.compactness),
            "compactness must be finite and >= 0, got " + std::to_string(options.compactness));
    const auto like_image = [&](const auto& other) {
        return other.height == image.height && other.width == image.width && other.channels == 1;
    };
    require(like_image(labels), "markers must have the shape of the image");
    require(!mask.data || like_image(mask), "mask must have the shape of the image");
    if (image.empty()) return;

    const PaddedGrid grid{image.height, image.width};
    std::vector<std::int32_t> flooded = start(grid, mask, labels);
    const std::vector<T> values = grid.copy(image, T{0});
    const bool by_bytes = std::is_same_v<T, std::uint8_t> && options.compactness == 0 &&
                          grid.size() < std::size_t{1} << ByteFlood::index_bits;
    const auto n_steps = static_cast<std::size_t>(options.connectivity);
    if constexpr (std::is_same_v<T, std::uint8_t>)
        if (by_bytes) ByteFlood(grid, values, flooded, n_steps).run();
    if (!by_bytes) ValueFlood<T>(grid, values, flooded, n_steps, options.compactness).run();
    finish(grid, flooded, labels);
}

template void watershed(ImageView<const std::uint8_t>, ImageView<const std::uint8_t>,
                        ImageView<std::int32_t>, const Watershed&);
template void watershed(ImageView<const float>, ImageView<const std::uint8_t>,
                        ImageView<std::int32_t>, const Watershed&);

}  // namespace imgmine
