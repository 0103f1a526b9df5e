#include "features/color_histogram.hpp"

#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "color/tables.hpp"
#include "kernels/histogram.hpp"
#include "kernels/hsv.hpp"
#include "kernels/lab.hpp"

namespace imgmine {

ColorSpace color_space_from_name(std::string_view name) {
    if (name == "rgb") return ColorSpace::rgb;
    if (name == "hsv") return ColorSpace::hsv;
    if (name == "lab") return ColorSpace::lab;
    throw std::invalid_argument("space must be 'rgb', 'hsv' or 'lab', got '" + std::string(name) +
                                "'");
}

void ColorBins::check() const {
    for (const int n : bins)
        require(n >= 1 && n <= 256, "bins must be between 1 and 256, got " + std::to_string(n));
}

std::size_t ColorBins::size() const {
    std::size_t product = 1, sum = 0;
    for (const int n : bins) {
        product *= static_cast<std::size_t>(n);
        sum += static_cast<std::size_t>(n);
    }
    return joint ? product : sum;
}

ColorCounter::ColorCounter(const ColorBins& bins)
    : bins_(bins), luts_(3 * 256), counts_(2 * bins.size()), total_(bins.size()) {
    for (std::size_t c = 0; c < 3; ++c) {
        const std::size_t extent = bins.space == ColorSpace::hsv && c == 0 ? 180 : 256;
        std::size_t step = 1;
        for (std::size_t later = c + 1; later < 3; ++later)
            step *= static_cast<std::size_t>(bins.bins[later]);
        for (std::size_t v = 0; v < extent; ++v)
            luts_[256 * c + v] = static_cast<std::uint32_t>(
                v * static_cast<std::size_t>(bins.bins[c]) / extent * (bins.joint ? step : 1));
    }
}

void ColorCounter::add(const std::uint8_t* pixels, std::size_t n_pixels, std::ptrdiff_t channels) {
    if (held_ + n_pixels >= UINT32_MAX) spill();
    held_ += n_pixels;
    if (channels != 3 || bins_.space != ColorSpace::rgb) row_.resize(3 * n_pixels);
    if (channels != 3) {
        const auto step = static_cast<std::size_t>(channels);
        for (std::size_t i = 0; i < n_pixels; ++i)
            for (std::size_t c = 0; c < 3; ++c) row_[3 * i + c] = pixels[step * i + c];
        pixels = row_.data();
    }
    if (bins_.space == ColorSpace::hsv)
        hsv_kernels().rgb_to_hsv_u8(pixels, row_.data(), n_pixels, false);
    else if (bins_.space == ColorSpace::lab)
        lab_kernels().rgb_to_lab_u8(pixels, row_.data(), n_pixels, false, lab_tables());
    if (bins_.space != ColorSpace::rgb) pixels = row_.data();

    if (bins_.joint) {
        histogram_kernels().count_joint(pixels, n_pixels, luts_.data(), counts_.data(),
                                        total_.size());
        return;
    }
    std::size_t start = 0;
    for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t i = 0; i < n_pixels; ++i)
            ++counts_[(i & 1) * total_.size() + start + luts_[256 * c + pixels[3 * i + c]]];
        start += static_cast<std::size_t>(bins_.bins[c]);
    }
}

void ColorCounter::spill() {
    for (std::size_t i = 0; i < counts_.size(); ++i) total_[i % total_.size()] += counts_[i];
    std::fill(counts_.begin(), counts_.end(), 0);
    held_ = 0;
}

void ColorCounter::flush(std::vector<std::uint64_t>& counts) {
    spill();
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += total_[i];
    std::fill(total_.begin(), total_.end(), 0);
}

std::vector<std::uint64_t> color_histogram(ImageView<const std::uint8_t> image,
                                           const ColorBins& bins) {
    bins.check();
    require(image.channels == 3 || image.channels == 4,
            "image must have 3 or 4 channels, got " + std::to_string(image.channels));
    std::vector<std::uint64_t> counts(bins.size());
    std::mutex mutex;
    parallel_for(
        image.height, row_grain(image.width, 2), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            ColorCounter counter(bins);
            for (std::ptrdiff_t y = first; y < last; ++y)
                counter.add(image.row(y), static_cast<std::size_t>(image.width), image.channels);
            const std::lock_guard lock(mutex);
            counter.flush(counts);
        });
    return counts;
}

}  // namespace imgmine
