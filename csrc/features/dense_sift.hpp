#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

struct DenseSiftOptions {
    int step = 4;                         ///< pixels from one place to the next
    std::vector<int> sizes{4, 6, 8, 10};  ///< of a bin, in pixels
    bool root = false;                    ///< square roots of shares
    float contrast = 1;                   ///< length of the votes below which nothing is described
};

void check(const DenseSiftOptions& options);

/// How many descriptors an image of this height and width has.
std::ptrdiff_t dense_sift_count(std::ptrdiff_t height, std::ptrdiff_t width,
                                const DenseSiftOptions& options);

/// Upright SIFT descriptors on a grid, as VLFeat's vl_phow makes them (flat window, bilinear in
/// space and direction): places (n, 3) are x, y and the size of a bin, descriptors (n, 128) floats
/// or bytes, 512 times as much. Grids stand one after the other, row by row. described (n) says
/// where there was enough contrast; elsewhere descriptors are zeros. Workspace is about 1 MiB by
/// thread.
template <class T>
void dense_sift(const ImageView<const std::uint8_t>& image, const DenseSiftOptions& options,
                float* places, T* descriptors, bool* described);

}  // namespace imgmine
