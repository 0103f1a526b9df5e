#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// Waves under round Gaussians: for each wavelength one of every orientation, i pi / orientations
/// from the x axis towards the y axis, which points down.
struct GaborBank {
    std::vector<double> wavelengths;
    int orientations;
    std::vector<double> sigmas;  ///< of each wavelength
    std::vector<int> ksizes;     ///< of each wavelength, odd
    Border border;

    std::size_t size() const { return wavelengths.size() * static_cast<std::size_t>(orientations); }
    /// Throws std::invalid_argument where a number is out of range.
    void check() const;
};

/// Writes mean and standard deviation of each filter's magnitudes, or of its real answers.
void gabor_features(ImageView<const std::uint8_t> src, const GaborBank& bank, bool magnitude,
                    float* out);

/// Writes each filter's answers, one image after the other.
void gabor_responses(ImageView<const std::uint8_t> src, const GaborBank& bank,
                     std::complex<float>* out);

}  // namespace imgmine
