#pragma once

#include <array>
#include <cstddef>

namespace imgmine {

/// Of scikit-image's graycoprops, in its words.
enum GlcmProperty : std::size_t {
    glcm_contrast,
    glcm_dissimilarity,
    glcm_homogeneity,
    glcm_asm,
    glcm_energy,
    glcm_correlation,
    glcm_mean,
    glcm_variance,
    glcm_std,
    glcm_entropy,
    n_glcm_properties,
};

/// The properties of a levels x levels table of counts or shares, which are divided by their sum.
std::array<double, n_glcm_properties> glcm_properties(const double* table, std::size_t levels);

}  // namespace imgmine
