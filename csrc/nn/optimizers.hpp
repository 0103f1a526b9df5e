#pragma once

#include <cstddef>
#include <cstdint>

namespace imgmine {

struct SgdOptions {
    double learning_rate = 0.01;
    double momentum = 0;
    bool nesterov = false;
    double weight_decay = 0;  ///< L2: added to the gradient, times the value
};

/// One step of stochastic gradient descent: v = momentum v + (g + weight_decay p), p -= rate v;
/// with Nesterov's momentum p -= rate (g + weight_decay p + momentum v). `velocity` (n values) is
/// kept from step to step, zeros at first. The same bits with any number of threads.
void sgd(float* values, const float* gradients, float* velocity, std::ptrdiff_t n,
         const SgdOptions& options);

struct AdamOptions {
    double learning_rate = 0.001;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-7;
    double weight_decay = 0;
    bool decoupled = true;  ///< p shrinks by rate * weight_decay (AdamW); else L2 as in sgd()
};

/// One step of Adam (Kingma and Ba 2015), or AdamW (Loshchilov and Hutter 2019), in the form p -=
/// rate m' / (sqrt(v') + epsilon) with m' and v' corrected for their start from zero. `step` counts
/// from 1.
void adam(float* values, const float* gradients, float* first, float* second, std::ptrdiff_t n,
          std::int64_t step, const AdamOptions& options);

/// Scales gradients down so that their Euclidean norm is at most `norm`; returns what it was.
/// Where that is not finite they stay as they are.
double clip_by_norm(float* gradients, std::ptrdiff_t n, double norm);

}  // namespace imgmine
