#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// A cluster center of SLIC: its color in the units of LabPlanes, the pixel it lies at, and the
/// label it gives.
struct SlicCenter {
    std::int16_t l, a, b;
    std::int32_t x, y, label;
    float scale;  ///< of color distances, where each center has its own
};

/// A row of pixels: L* and a* in turns, b* and 0 in turns; the least distance so far and whose it
/// is. All may be read, and the last two written, for 16 pixels past the end.
struct SlicRow {
    const std::int16_t *la, *b0;
    void* best;
    std::int32_t* labels;
    std::ptrdiff_t width;
};

/// Squares of distances in the plane: what dx and dy add for -radius..radius, dx + radius being the
/// place in `across`, which goes on with values no distance reaches for 16 more.
template <class T>
struct SlicWindow {
    std::ptrdiff_t radius;
    const T *across, *down;
};

/// What each loop does is said where it stands, in slic.cpp.
struct SlicKernels {
    void (*assign)(const SlicRow& row, const SlicCenter* centers, std::size_t n, std::int32_t y,
                   const SlicWindow<std::int32_t>& window);
    void (*assign_scaled)(const SlicRow& row, const SlicCenter* centers, std::size_t n,
                          std::int32_t y, const SlicWindow<float>& window);
    void (*quantize)(const float* lab, std::int16_t* la, std::int16_t* b0, std::size_t n);
    void (*running_sums)(const std::int16_t* la, const std::int16_t* b0, std::int32_t* out,
                         std::size_t n);
    void (*sum3)(const std::int16_t* const rows[3], std::int16_t* out, std::size_t n);
};
IMGMINE_KERNELS(SlicKernels, slic_kernels)

}  // namespace imgmine
