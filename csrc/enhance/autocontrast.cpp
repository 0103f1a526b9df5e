#include "enhance/autocontrast.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "enhance/apply_lut.hpp"
#include "enhance/byte_counts.hpp"
#include "kernels/light.hpp"

namespace imgmine {
namespace {

std::vector<std::uint64_t> gray_counts(ImageView<const std::uint8_t> src) {
    std::vector<std::uint64_t> counts(256);
    std::mutex mutex;
    parallel_for(src.height, row_grain(src.row_size(), 0.5),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<std::uint8_t> gray(static_cast<std::size_t>(src.width));
                     ByteCounts mine((last - first) * src.width);
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         light_kernels().luma(src.row(y), gray.size(), gray.data());
                         mine.add(gray.data(), src.width);
                     }
                     const auto found = mine.take();
                     const std::lock_guard lock(mutex);
                     for (std::size_t v = 0; v < 256; ++v) counts[v] += found[v];
                 });
    return counts;
}

/// The first value of 256, as get(0..255) counts them, that is left when `cut` are taken away.
template <class Get>
int first_left(std::uint64_t cut, const Get& get) {
    for (int i = 0; i < 256; ++i) {
        if (get(i) > cut) return i;
        cut -= get(i);
    }
    return 256;
}

void stretching_table(const std::uint64_t* counts, const Cutoff& cutoff, std::uint8_t* table) {
    double n = 0;
    for (int v = 0; v < 256; ++v) n += static_cast<double>(counts[v]);
    const auto cut = [n](double percent) {
        return static_cast<std::uint64_t>(std::floor(n * percent / 100));
    };
    const int low = first_left(cut(cutoff.low), [&](int i) { return counts[i]; });
    const int high = 255 - first_left(cut(cutoff.high), [&](int i) { return counts[255 - i]; });
    const double scale = high > low ? 255.0 / (high - low) : 1;
    const double offset = high > low ? -low * scale : 0;
    for (int v = 0; v < 256; ++v)
        table[v] = static_cast<std::uint8_t>(std::clamp(v * scale + offset, 0.0, 255.0));
}

}  // namespace

void autocontrast(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
                  const Cutoff& cutoff, bool per_channel) {
    require(
        cutoff.low >= 0 && cutoff.high >= 0 && cutoff.low + cutoff.high < 100,
        "cutoff must be one or two shares in percent, at least 0 and below 100 together, got (" +
            std::to_string(cutoff.low) + ", " + std::to_string(cutoff.high) + ")");
    require(per_channel || src.channels == 1 || src.channels == 3,
            "image must have 1 or 3 channels unless per_channel is True, got " +
                std::to_string(src.channels));
    if (src.empty()) return;
    const auto counts = per_channel || src.channels == 1 ? byte_counts(src) : gray_counts(src);
    std::vector<std::uint8_t> tables(counts.size());
    for (std::size_t c = 0; c < counts.size(); c += 256)
        stretching_table(counts.data() + c, cutoff, tables.data() + c);
    apply_lut(src, dst, tables);
}

}  // namespace imgmine
