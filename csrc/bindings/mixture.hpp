#pragma once

#include "bindings/arrays.hpp"
#include "cluster/gaussian_mixture.hpp"

/// Copies a mixture's parameters: weights (k), means and variances (k, size).
inline imgmine::GaussianMixture mixture_of(const CArray<double>& weights,
                                           const CArray<double>& means,
                                           const CArray<double>& variances) {
    const auto copy = [](const CArray<double>& a) {
        return std::vector<double>(a.data(), a.data() + a.size());
    };
    return {means.shape(0), means.shape(1), copy(weights), copy(means), copy(variances)};
}
