#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "features/glcm.hpp"
#include "kernels/lookup.hpp"

// The gray levels of an image whose pairs are counted, row by row.
namespace imgmine {

inline std::array<std::uint8_t, 256> quantizer(const GlcmOptions& options) {
    std::array<std::uint8_t, 256> table;
    for (int v = 0; v < 256; ++v)
        table[static_cast<std::size_t>(v)] =
            static_cast<std::uint8_t>(options.quantize ? v * options.levels / 256 : v);
    return table;
}

/// Quantized rows, of which the `n_slots` last ones are kept.
class LevelRows {
  public:
    LevelRows(ImageView<const std::uint8_t> image, const GlcmOptions& options,
              std::ptrdiff_t n_slots)
        : image_(image),
          levels_(options.levels),
          copies_(options.quantize && options.levels < 256),
          table_(quantizer(options)),
          n_slots_(n_slots),
          rows_(copies_ ? static_cast<std::size_t>(n_slots_ * image.width) : 0),
          held_(static_cast<std::size_t>(n_slots_), -1) {}

    const std::uint8_t* row(std::ptrdiff_t y) {
        const std::uint8_t* row = image_.row(y);
        if (!copies_) return row;
        const std::ptrdiff_t slot = y % n_slots_;
        std::uint8_t* copy = rows_.data() + slot * image_.width;
        if (held_[static_cast<std::size_t>(slot)] != y) {
            held_[static_cast<std::size_t>(slot)] = y;
            lookup_kernels().apply_table(row, static_cast<std::size_t>(image_.width), table_.data(),
                                         copy);
        }
        return copy;
    }

    /// Throws unless all values of a row are below the number of levels.
    void check(std::ptrdiff_t y) const {
        if (copies_ || levels_ == 256) return;
        const std::uint8_t* row = image_.row(y);
        std::uint8_t most = 0;
        for (std::ptrdiff_t x = 0; x < image_.width; ++x) most = std::max(most, row[x]);
        if (most >= levels_)
            throw std::invalid_argument(
                "image must have values below levels = " + std::to_string(levels_) + ", got " +
                std::to_string(most) + "; quantize=True scales them");
    }

    /// Whether neighbours in a row are unlike: their pairs would be all over a table.
    bool is_rough(std::ptrdiff_t y) {
        constexpr std::ptrdiff_t samples = 32;
        if (image_.width <= 2 * samples) return false;
        const std::uint8_t* values = row(y);
        int far = 0;
        for (std::ptrdiff_t k = 0; k < samples; ++k) {
            const std::uint8_t* at = values + k * (image_.width - 1) / samples;
            far += std::abs(at[0] - at[1]) * 256 > 24 * levels_;
        }
        return far > samples / 3;
    }

  private:
    ImageView<const std::uint8_t> image_;
    int levels_;
    bool copies_;
    std::array<std::uint8_t, 256> table_;
    std::ptrdiff_t n_slots_;
    std::vector<std::uint8_t> rows_;
    std::vector<std::ptrdiff_t> held_;
};

}  // namespace imgmine
