#pragma once

#include "base/image.hpp"

namespace imgmine {

struct VladOptions {
    bool intra = true;   ///< each center's differences to length 1 first
    double power = 0.5;  ///< 0.5 or 1
    bool unit = true;    ///< all of them to length 1 in the end
};

/// out (k * size): the differences of the descriptors from the nearest of k centers (k, size),
/// summed by center.
void vlad(const RowsView<float>& descriptors, const float* centers, std::ptrdiff_t k,
          const VladOptions& options, float* out);

}  // namespace imgmine
