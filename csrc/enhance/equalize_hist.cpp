#include "enhance/equalize_hist.hpp"

#include <cmath>
#include <vector>

#include "enhance/apply_lut.hpp"
#include "enhance/byte_counts.hpp"

namespace imgmine {
namespace {

void equalizing_table(const std::uint64_t* counts, std::uint64_t total, std::uint8_t* table) {
    std::size_t lowest = 0;
    while (counts[lowest] == 0) ++lowest;
    if (counts[lowest] == total) {
        table[lowest] = static_cast<std::uint8_t>(lowest);
        return;
    }
    const float scale = 255.0f / static_cast<float>(total - counts[lowest]);
    std::uint64_t below = 0;
    for (std::size_t v = lowest + 1; v < 256; ++v) {
        below += counts[v];
        const float level = std::nearbyint(static_cast<float>(below) * scale);
        table[v] = static_cast<std::uint8_t>(std::min(level, 255.0f));
    }
}

}  // namespace

void equalize_hist(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst) {
    if (src.empty()) return;
    const auto counts = byte_counts(src);
    const auto total = static_cast<std::uint64_t>(src.height) * static_cast<std::size_t>(src.width);
    std::vector<std::uint8_t> tables(counts.size());
    for (std::size_t c = 0; c < counts.size(); c += 256)
        equalizing_table(counts.data() + c, total, tables.data() + c);
    apply_lut(src, dst, tables);
}

}  // namespace imgmine
