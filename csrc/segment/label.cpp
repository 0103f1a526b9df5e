#include "segment/label.hpp"

#include "segment/components.hpp"

namespace imgmine {

std::int32_t label(ImageView<const std::uint8_t> mask, int connectivity,
                   ImageView<std::int32_t> labels) {
    const Components components(mask, connectivity, "mask");
    components.for_each_band([&](const RunBand& band) {
        for (std::ptrdiff_t i = 0; i < band.n_rows(); ++i)
            run_kernels().paint_i32(band.runs.ends() + 2 * band.begin(i),
                                    band.numbers.data() + band.begin(i),
                                    band.end(i) - band.begin(i), labels.row(band.first_row + i),
                                    static_cast<std::size_t>(labels.width));
    });
    return components.count();
}

}  // namespace imgmine
