#pragma once

#include "base/image.hpp"
#include "features/histogram.hpp"

namespace imgmine {

/// out (k): how many of the descriptors are nearest to each of k centers (k, size).
void bag_of_words(const RowsView<float>& descriptors, const float* centers, std::ptrdiff_t k,
                  Normalize normalize, float* out);

}  // namespace imgmine
