#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/image.hpp"
#include "features/color_histogram.hpp"
#include "filters/row_layout.hpp"
#include "kernels/color.hpp"

namespace imgmine {

/// A band of rows of an image, in each form that descriptors ask for. A form is made once, for the
/// first that asks.
class Band {
  public:
    explicit Band(const RowLayout& image) : image_(image) {}

    /// Stands for rows [first, last) from now on, which lie side by side.
    void set(const std::uint8_t* pixels, std::ptrdiff_t first, std::ptrdiff_t last) {
        pixels_ = pixels;
        first_ = first;
        last_ = last;
        gray_ = nullptr;
        colors_ = {};
    }

    std::ptrdiff_t first() const { return first_; }
    std::ptrdiff_t last() const { return last_; }

    const std::uint8_t* pixels(std::ptrdiff_t y) const {
        return pixels_ + (y - first_) * image_.row_size();
    }
    /// Luma of the pixels; of a gray image themselves.
    const std::uint8_t* gray(std::ptrdiff_t y) {
        if (!gray_) gray_ = to_gray();
        return gray_ + (y - first_) * image_.width;
    }
    /// Three bytes a pixel. Only of images of three channels, or four.
    const std::uint8_t* color(ColorSpace space, std::ptrdiff_t y) {
        const auto i = static_cast<std::size_t>(space);
        if (!colors_[i]) colors_[i] = spaces_[i].convert(pixels_, n_pixels(), image_.channels);
        return colors_[i] + (y - first_) * image_.width * 3;
    }

  private:
    std::size_t n_pixels() const {
        return static_cast<std::size_t>((last_ - first_) * image_.width);
    }
    const std::uint8_t* to_gray() {
        if (image_.channels == 1) return pixels_;
        luma_.resize(n_pixels());
        color_kernels().rgb_to_gray_u8(pixels_, luma_.data(), n_pixels(),
                                       static_cast<std::size_t>(image_.channels));
        return luma_.data();
    }

    RowLayout image_;
    const std::uint8_t* pixels_ = nullptr;
    std::ptrdiff_t first_ = 0, last_ = 0;
    const std::uint8_t* gray_ = nullptr;
    std::vector<std::uint8_t> luma_;
    std::array<const std::uint8_t*, 4> colors_{};
    std::array<ColorRows, 4> spaces_ = {ColorRows(ColorSpace::rgb), ColorRows(ColorSpace::hsv),
                                        ColorRows(ColorSpace::lab),
                                        ColorRows(ColorSpace::opponent)};
};

/// Rows [first, last) of an image, of which one thread takes care.
struct BandShare {
    RowLayout image;
    std::ptrdiff_t first, last;
};

/// What a descriptor finds out about a share of an image's rows while they go by in bands.
class BandWork {
  public:
    virtual ~BandWork() = default;
    /// Bands follow each other without a gap: the rows of the share, before them and after them as
    /// many as somebody's reach() asks for, or the image has. Others' rows may be among them.
    virtual void add(Band& band) = 0;
    /// Takes over what the work at another share of the image found: nothing comes after.
    virtual void merge(BandWork& other) = 0;
    /// Writes the vector, when all shares are merged.
    virtual void write(float* out) = 0;
};

/// A descriptor that is computed while an image goes by in bands of rows: all that a recipe has to
/// know to compute it beside others.
class BandDescriptor {
  public:
    virtual ~BandDescriptor() = default;
    /// Throws std::invalid_argument where a parameter is out of range.
    virtual void check() const = 0;
    /// Length of the vector of an image of so many channels.
    virtual std::size_t size(std::ptrdiff_t channels) const = 0;
    virtual bool of_color() const { return false; }
    /// How many rows around its own a share of an image sees.
    virtual std::ptrdiff_t reach(const RowLayout& image) const = 0;
    /// About how many nanoseconds a pixel takes.
    virtual double cost() const = 0;
    /// The image is not empty, unless the share is.
    virtual std::unique_ptr<BandWork> start(const BandShare& share) const = 0;
    /// The works at this and at another descriptor where one serves both; else nothing. They live
    /// and are merged together.
    virtual std::array<std::unique_ptr<BandWork>, 2> start_with(const BandDescriptor&,
                                                                const BandShare&) const {
        return {};
    }
};

using AnyBandDescriptor = std::shared_ptr<const BandDescriptor>;

}  // namespace imgmine
