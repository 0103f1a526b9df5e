#pragma once

#include <optional>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"
#include "features/bands.hpp"
#include "filters/gaussian_blur.hpp"

namespace imgmine {

/// What a recipe does to an image and what it then measures, for all that can share one pass over
/// memory: gray, then blur, then any number of descriptors.
struct RecipePlan {
    struct Blur {
        Gaussian gaussian;
        Border border;
    };
    bool gray = false;
    std::optional<Blur> blur;
    std::vector<AnyBandDescriptor> descriptors;

    /// Throws std::invalid_argument, as the steps' own functions do.
    void check() const;
    /// About how many nanoseconds a pixel of so many channels takes.
    double cost(std::ptrdiff_t channels) const;
    /// Length of the vector for images of so many channels.
    std::size_t size(std::ptrdiff_t channels) const;
};

/// Writes the `plan.size(image.channels)` values of the descriptors of `image`, one after the
/// other.
///
/// Bit for bit what the steps give when called one by one. Each pixel is loaded once: a band of
/// rows goes through all steps while it is in the cache.
void describe(ImageView<const std::uint8_t> image, const RecipePlan& plan, float* out);

/// Writes the vector of one descriptor.
void describe(ImageView<const std::uint8_t> image, const AnyBandDescriptor& descriptor, float* out);

/// Brings `n` values to a Euclidean length; zeros stay zeros.
void scale_to_length(float* values, std::size_t n, double length);

}  // namespace imgmine
