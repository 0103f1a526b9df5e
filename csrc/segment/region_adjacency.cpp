#include "segment/region_adjacency.hpp"

#include <cmath>

#include "segment/numbered_regions.hpp"
#include "segment/region_contacts.hpp"
#include "segment/smooth_lab.hpp"

namespace imgmine {
namespace {

struct MeanColors {
    std::vector<std::int64_t> sizes, sums;  // 3 sums a region

    MeanColors(const NumberedRegions& regions, const SmoothLab& lab)
        : sizes(regions.room()), sums(3 * regions.room()) {
        for (std::ptrdiff_t y = 0; y < regions.view().height; ++y)
            for (std::ptrdiff_t x = 0; x < regions.view().width; ++x) {
                const auto i = static_cast<std::size_t>(regions.view().row(y)[x]);
                ++sizes[i];
                for (std::size_t c = 0; c < 3; ++c)
                    sums[3 * i + c] += lab.bytes(y)[3 * x + static_cast<std::ptrdiff_t>(c)];
            }
    }

    float between(std::int32_t one, std::int32_t other) const {
        const auto i = static_cast<std::size_t>(one), j = static_cast<std::size_t>(other);
        double total = 0;
        for (std::size_t c = 0; c < 3; ++c) {
            const double apart =
                static_cast<double>(sums[3 * i + c]) / static_cast<double>(sizes[i]) -
                static_cast<double>(sums[3 * j + c]) / static_cast<double>(sizes[j]);
            const double unit = c == 0 ? 100.0 / 255 : 1.0;
            total += apart * unit * (apart * unit);
        }
        return static_cast<float>(std::sqrt(total));
    }
};

}  // namespace

RegionAdjacency region_adjacency(ImageView<const std::int32_t> labels,
                                 const ImageView<const std::uint8_t>* image) {
    if (image) require_size_of(labels, image->height, image->width);
    const NumberedRegions regions(labels);
    RegionAdjacency result;
    if (labels.empty()) return result;
    const auto fill = [&](const std::vector<ImageView<const float>>& planes) {
        auto contacts = ContactFinder(regions.view(), planes).find();
        for (const RegionContact& contact : contacts) {
            result.one.push_back(regions.label(contact.one));
            result.other.push_back(regions.label(contact.other));
            result.length.push_back(contact.length);
        }
        return contacts;
    };
    if (!image) {
        fill({});
        return result;
    }
    const SmoothLab lab(*image);
    const MeanColors colors(regions, lab);
    for (const RegionContact& contact : fill(lab.planes())) {
        result.color_difference.push_back(colors.between(contact.one, contact.other));
        result.gradient.push_back(static_cast<float>(static_cast<double>(contact.contrast) /
                                                     static_cast<double>(contact.length) /
                                                     static_cast<double>(ContrastKernels::steps)));
    }
    return result;
}

}  // namespace imgmine
