#include "segment/clear_border.hpp"

#include "segment/components.hpp"

namespace imgmine {
namespace {

template <class T>
void clear(ImageView<const T> src, std::int64_t margin, ImageView<T> dst) {
    const std::ptrdiff_t side = std::min(src.height, src.width);
    require(margin >= 0 && margin <= std::max<std::ptrdiff_t>(side - 1, 0),
            "margin must be 0 or more and below both sides of the image, " +
                std::to_string(src.height) + " and " + std::to_string(src.width) + ", got " +
                std::to_string(margin));
    const Components components(src, 8, "labels");
    const auto cleared = components.on_border(margin);
    components.for_each_band([&](const RunBand& band) {
        for (std::ptrdiff_t i = 0; i < band.n_rows(); ++i) {
            const std::ptrdiff_t y = band.first_row + i;
            std::copy_n(src.row(y), src.width, dst.row(y));
            for (std::size_t k = band.begin(i); k < band.end(i); ++k)
                if (cleared[static_cast<std::size_t>(band.numbers[k])])
                    std::fill(dst.row(y) + band.runs.first(k), dst.row(y) + band.runs.last(k),
                              T{0});
        }
    });
}

}  // namespace

void clear_border(ImageView<const std::uint8_t> src, std::int64_t margin,
                  ImageView<std::uint8_t> dst) {
    clear(src, margin, dst);
}

void clear_border(ImageView<const std::int32_t> src, std::int64_t margin,
                  ImageView<std::int32_t> dst) {
    clear(src, margin, dst);
}

}  // namespace imgmine
