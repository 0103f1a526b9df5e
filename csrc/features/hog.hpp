#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

struct HogOptions {
    enum class Interpolation {
        full,         ///< between orientations and cells, weighted by a Gaussian over the block
        orientation,  ///< between orientations only
        none,         ///< a pixel counts for one orientation of one cell
    };
    enum class Normalize { none, l1, l1_sqrt, l2, l2_hys };

    int orientations = 9;
    int cell = 8;
    int block = 2;
    bool is_signed = false;
    Interpolation interpolation = Interpolation::full;
    Normalize normalize = Normalize::l2_hys;
    bool of_roots = false;  ///< gradients of the square roots of values

    /// Throws std::invalid_argument unless 1 <= orientations <= 360, 1 <= cell <= 256 and
    /// 1 <= block <= 4.
    void check() const;

    /// Blocks down and across an image of so many rows and columns.
    std::ptrdiff_t blocks(std::ptrdiff_t extent) const;
    /// Values of a block: orientations of the cells, row by row.
    std::ptrdiff_t block_size() const { return std::ptrdiff_t{orientations} * block * block; }
};

HogOptions::Interpolation hog_interpolation_from_name(std::string_view name);
/// "l1", "l1-sqrt", "l2", "l2-hys" or "none".
HogOptions::Normalize hog_normalize_from_name(std::string_view name);

/// What each pixel of a cell, row by row, counts for the cells of the blocks it lies in where
/// interpolation is full: for each place of the cell in a block, row by row, each cell it gives to,
/// row by row; 16, 64 or 112 numbers a pixel, of which the last ones may be 0.
std::vector<float> hog_weights(int cell, int block);

/// Histograms of oriented gradients (Dalal and Triggs 2005) of all blocks, row by row, to `out`.
template <class T>
void hog(ImageView<const T> image, const HogOptions& options, float* out);

extern template void hog(ImageView<const std::uint8_t>, const HogOptions&, float*);
extern template void hog(ImageView<const float>, const HogOptions&, float*);

}  // namespace imgmine
