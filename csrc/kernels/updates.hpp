#pragma once

#include <cstddef>

#include "kernels/level.hpp"

namespace imgmine {

/// How Adam moves a parameter, the corrections for its first steps worked in.
struct AdamFactors {
    float rate, beta1, beta2, epsilon, root_correction, decay, shrink;
};

/// What turns gradients into steps. What each loop does is said where it stands, in updates.cpp.
struct UpdateKernels {
    void (*sgd)(float* values, const float* gradients, float* velocity, std::size_t n, float rate,
                float momentum, bool nesterov, float decay);
    void (*adam)(float* values, const float* gradients, float* first, float* second, std::size_t n,
                 const AdamFactors& factors);
    void (*take_sum)(float* const* parts, std::size_t n_parts, std::size_t n, float* sums);
    double (*sum_of_squares)(const float* x, std::size_t n);
    void (*scale)(float* x, std::size_t n, float factor);
};
IMGMINE_KERNELS(UpdateKernels, update_kernels)

}  // namespace imgmine
