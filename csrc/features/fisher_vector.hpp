#pragma once

#include "base/image.hpp"
#include "cluster/gaussian_mixture.hpp"

namespace imgmine {

struct FisherVectorOptions {
    double power = 0.5;  ///< 0.5 or 1
    bool unit = true;    ///< to length 1 in the end
};

/// out (2 * k * size): how the descriptors would have the means (k, size) and then the deviations
/// (k, size) of a mixture changed, by Perronnin, Sanchez and Mensink (2010).
void fisher_vector(const RowsView<float>& descriptors, const GaussianMixture& mixture,
                   const FisherVectorOptions& options, float* out);

}  // namespace imgmine
