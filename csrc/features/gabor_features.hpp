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

/// One of the two factors of a filter: its weights at distances 0..half, which `even` has of
/// either sign, and `odd` negated of negative distances.
struct GaborFactor {
    std::vector<float> even, odd;
};

/// One filter, and the one mirrored left to right where the bank has it.
struct GaborFilter {
    std::size_t half;
    GaborFactor row, column;
    std::size_t index;
    std::ptrdiff_t mirrored;  // -1: none
};

/// The filters of a bank that are worked out: those of orientations of up to a right angle.
std::vector<GaborFilter> gabor_filters(const GaborBank& bank);

/// Writes mean and standard deviation of each filter's magnitudes, or of its real answers;
/// `scaled`: square roots of them, divided by 255.
void gabor_features(ImageView<const std::uint8_t> src, const GaborBank& bank, bool magnitude,
                    bool scaled, float* out);

/// Writes each filter's answers, one image after the other.
void gabor_responses(ImageView<const std::uint8_t> src, const GaborBank& bank,
                     std::complex<float>* out);

}  // namespace imgmine
