#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What one element type of a naive Bayes classifier's rows needs.
template <class T>
struct BayesLoops {
    void (*add_deviations)(const T* const* rows, const double* weights, std::size_t n_rows,
                           const double* shift, std::size_t n, double* sums, double* squares);
    void (*widen)(const T* row, std::size_t n, double* out);
    void (*above)(const T* row, double threshold, std::size_t n, std::uint8_t* out);
};

/// What each loop does is said where it stands, in bayes.cpp.
struct BayesKernels {
    static constexpr std::size_t n_rows = 4;  ///< that weighted_squares takes at once
    static constexpr std::size_t lanes = 16;  ///< its rows' length is a multiple of

    BayesLoops<float> f32;
    BayesLoops<double> f64;
    BayesLoops<std::uint8_t> u8;
    void (*weighted_squares)(const double* rows, const double* means, const double* weights,
                             std::size_t padded, double* out);
};
IMGMINE_KERNELS(BayesKernels, bayes_kernels)

}  // namespace imgmine
