#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"
#include "features/histogram.hpp"

namespace imgmine {

struct PhogOptions {
    int bins = 8;
    int levels = 3;
    bool is_signed = false;
    double low = 100, high = 200;  ///< of canny()

    /// Throws std::invalid_argument unless 1 <= bins <= 360 and 0 <= levels <= 6.
    void check() const;

    /// Values of all levels: bins for each of 1, 4, 16 ... cells.
    std::size_t size() const;
};

/// Sums of the lengths of gradients on edges, by orientation, in 1, 4, 16 ... cells, row by row.
std::vector<double> phog(ImageView<const std::uint8_t> image, const PhogOptions& options);

/// Writes sums as normalised floats, in the way of counts; where all are zero, zeros.
void write_normalized(const std::vector<double>& sums, Normalize normalize, float* out);

}  // namespace imgmine
