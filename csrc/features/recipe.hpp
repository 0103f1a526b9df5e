#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"
#include "features/color_histogram.hpp"
#include "features/color_moments.hpp"
#include "features/histogram.hpp"
#include "filters/gaussian_blur.hpp"

namespace imgmine {

/// What a recipe does to an image and what it then measures, for the steps that can share one pass
/// over memory: gray, then blur, then any number of histograms and moments of colors.
struct RecipePlan {
    struct Blur {
        Gaussian gaussian;
        Border border;
    };
    struct Descriptor {
        std::variant<Bins, ColorBins> bins;
        Normalize normalize = Normalize::none;
        std::ptrdiff_t rows = 1, columns = 1;  ///< of cells
        int levels = 1;                        ///< of a pyramid, if more; cells are its finest
        bool moments = false;                  ///< of the channels, of which all values are counted

        std::size_t cells() const { return static_cast<std::size_t>(rows * columns); }
        /// Counts of each cell of an image of so many channels.
        std::size_t cell_size(std::ptrdiff_t channels) const;
        /// Length of the vector.
        std::size_t size(std::ptrdiff_t channels) const;
        void check() const;
    };
    bool gray = false;
    std::optional<Blur> blur;
    std::vector<Descriptor> descriptors;

    /// Throws std::invalid_argument, as the steps' own functions do.
    void check() const;
    /// About how many nanoseconds a value of the image takes.
    double cost() const;
    /// Length of the vector for images of so many channels.
    std::size_t size(std::ptrdiff_t channels) const;
};

/// Writes the `plan.size(image.channels)` values of the descriptors of `image`, one after the
/// other.
///
/// Bit for bit what the steps give when called one by one. Each pixel is loaded once: a band of
/// rows goes through all steps while it is in the cache.
void describe(ImageView<const std::uint8_t> image, const RecipePlan& plan, float* out);

/// Brings `n` values to a Euclidean length; zeros stay zeros.
void scale_to_length(float* values, std::size_t n, double length);

}  // namespace imgmine
