#include "enhance/apply_lut.hpp"

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/lookup.hpp"

namespace imgmine {

void apply_lut(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
               const std::vector<std::uint8_t>& tables) {
    const auto channels = static_cast<std::size_t>(src.channels);
    require(tables.size() == 256 || tables.size() == 256 * channels,
            "table must have shape (256,) or (256, channels)");
    const auto row_size = static_cast<std::size_t>(src.row_size());
    const auto width = static_cast<std::size_t>(src.width);
    parallel_for(src.height, row_grain(src.row_size(), tables.size() == 256 ? 0.05 : 0.2),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y)
                         if (tables.size() == 256)
                             lookup_kernels().apply_table(src.row(y), row_size, tables.data(),
                                                          dst.row(y));
                         else
                             lookup_kernels().apply_tables(src.row(y), width, channels,
                                                           tables.data(), dst.row(y));
                 });
}

}  // namespace imgmine
