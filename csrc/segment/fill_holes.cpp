#include "segment/fill_holes.hpp"

#include "segment/components.hpp"

namespace imgmine {

void fill_holes(ImageView<const std::uint8_t> mask, int connectivity,
                ImageView<std::uint8_t> filled) {
    const Components zeros(mask, connectivity, "mask", true);
    const auto outside = zeros.on_border(0);
    zeros.for_each_band([&](const RunBand& band) {
        for (std::ptrdiff_t i = 0; i < band.n_rows(); ++i) {
            std::uint8_t* const row = filled.row(band.first_row + i);
            std::fill_n(row, filled.width, std::uint8_t{1});
            for (std::size_t k = band.begin(i); k < band.end(i); ++k)
                if (outside[static_cast<std::size_t>(band.numbers[k])])
                    std::fill(row + band.runs.first(k), row + band.runs.last(k), std::uint8_t{0});
        }
    });
}

}  // namespace imgmine
