#include "features/color_histogram.hpp"

#include <string>

#include "base/error.hpp"
#include "color/tables.hpp"
#include "kernels/counts.hpp"
#include "kernels/histogram.hpp"
#include "kernels/hsv.hpp"
#include "kernels/joint.hpp"
#include "kernels/lab.hpp"

namespace imgmine {

ColorSpace color_space_from_name(std::string_view name) {
    if (name == "rgb") return ColorSpace::rgb;
    if (name == "hsv") return ColorSpace::hsv;
    if (name == "lab") return ColorSpace::lab;
    if (name == "opponent") return ColorSpace::opponent;
    throw std::invalid_argument("space must be 'rgb', 'hsv', 'lab' or 'opponent', got '" +
                                std::string(name) + "'");
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

const std::uint8_t* ColorRows::convert(const std::uint8_t* pixels, std::size_t n_pixels,
                                       std::ptrdiff_t channels) {
    if (channels == 3 && space_ == ColorSpace::rgb) return pixels;
    row_.resize(3 * n_pixels);
    if (channels != 3) {
        const auto step = static_cast<std::size_t>(channels);
        for (std::size_t i = 0; i < n_pixels; ++i)
            for (std::size_t c = 0; c < 3; ++c) row_[3 * i + c] = pixels[step * i + c];
        pixels = row_.data();
    }
    if (space_ == ColorSpace::hsv)
        hsv_kernels().rgb_to_hsv_u8(pixels, row_.data(), n_pixels, false);
    else if (space_ == ColorSpace::lab)
        lab_kernels().rgb_to_lab_u8(pixels, row_.data(), n_pixels, false, lab_tables());
    else if (space_ == ColorSpace::opponent)
        histogram_kernels().rgb_to_opponent(pixels, row_.data(), n_pixels);
    return row_.data();
}

std::vector<std::uint32_t> joint_luts(const ColorBins& bins) {
    std::vector<std::uint32_t> luts(3 * 256);
    std::size_t first = 0;
    for (std::size_t c = 0; c < 3; ++c) {
        const auto n_bins = static_cast<std::size_t>(bins.bins[c]);
        const std::size_t extent = bins.space == ColorSpace::hsv && c == 0 ? 180 : 256;
        std::size_t step = 1;
        for (std::size_t later = c + 1; later < 3; ++later)
            step *= static_cast<std::size_t>(bins.bins[later]);
        for (std::size_t v = 0; v < extent; ++v) {
            const std::size_t bin = v * n_bins / extent;
            luts[256 * c + v] = static_cast<std::uint32_t>(bins.joint ? bin * step : first + bin);
        }
        first += n_bins;
    }
    return luts;
}

ColorCounter::ColorCounter(const ColorBins& bins, std::ptrdiff_t channels)
    : bins_(bins),
      channels_(channels),
      rows_(bins.space),
      luts_(joint_luts(bins)),
      total_(bins.joint ? bins.size() : 3 * 256) {
    // Bins not a multiple of 4 KiB apart, which the processor takes for the same place at first.
    stride_ = total_.size() + (bins.joint ? 48 : 0);
    tables_.resize(stride_ * (bins.joint && total_.size() <= 4096 ? 4 : 2));
}

void ColorCounter::add(const std::uint8_t* pixels, std::size_t n_pixels, std::ptrdiff_t channels) {
    add_converted(rows_.convert(pixels, n_pixels, channels), n_pixels);
}

void ColorCounter::add_converted(const std::uint8_t* pixels, std::size_t n_pixels) {
    if (held_ + n_pixels >= UINT32_MAX) spill();
    held_ += n_pixels;
    if (!bins_.joint) return counts_kernels().count_channels(pixels, n_pixels, 3, tables_.data());
    const JointBins joint{luts_.data(),
                          {bins_.bins[0], bins_.bins[1], bins_.bins[2]},
                          bins_.space == ColorSpace::hsv};
    joint_kernels().count_joint(pixels, n_pixels, joint, tables_.data(), total_.size(), stride_,
                                tables_.size() / stride_);
}

void ColorCounter::find_bins(const std::uint8_t* pixels, std::size_t n_pixels, std::int32_t* out) {
    pixels = rows_.convert(pixels, n_pixels, channels_);
    const auto bin = [this](std::size_t c, std::uint8_t v) {
        return static_cast<std::int32_t>(luts_[256 * c + v]);
    };
    for (std::size_t i = 0; i < n_pixels; ++i, pixels += 3)
        if (bins_.joint)
            *out++ = bin(0, pixels[0]) + bin(1, pixels[1]) + bin(2, pixels[2]);
        else
            for (std::size_t c = 0; c < 3; ++c) *out++ = bin(c, pixels[c]);
}

void ColorCounter::spill() {
    for (std::size_t table = 0; table < tables_.size(); table += stride_)
        for (std::size_t i = 0; i < total_.size(); ++i) total_[i] += tables_[table + i];
    std::fill(tables_.begin(), tables_.end(), 0);
    held_ = 0;
}

void ColorCounter::flush(std::uint64_t* counts) {
    spill();
    for (std::size_t i = 0; i < total_.size(); ++i) counts[bins_.joint ? i : luts_[i]] += total_[i];
    std::fill(total_.begin(), total_.end(), 0);
}

std::vector<std::uint64_t> color_histogram(ImageView<const std::uint8_t> image,
                                           const ColorBins& bins, const Areas& areas) {
    bins.check();
    require(image.channels == 3 || image.channels == 4,
            "image must have 3 or 4 channels, got " + std::to_string(image.channels));
    return count_areas(image, areas, bins.size(), 0.7,
                       [&](std::ptrdiff_t) { return ColorCounter(bins, image.channels); });
}

}  // namespace imgmine
