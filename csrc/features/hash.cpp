#include "features/hash.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "base/error.hpp"
#include "features/cosine_transform.hpp"
#include "features/dihedral.hpp"
#include "features/haar_low.hpp"
#include "features/lanczos_luma.hpp"

namespace imgmine {
namespace {

using Pixels = Grid<std::uint8_t>;

/// Bits of a hash as they come, the highest of a byte first.
class BitWriter {
  public:
    explicit BitWriter(std::uint8_t* out) : out_(out) {}
    void add(bool bit) {
        if (n_ % 8 == 0) out_[n_ / 8] = 0;
        if (bit) out_[n_ / 8] = static_cast<std::uint8_t>(out_[n_ / 8] | 128 >> n_ % 8);
        ++n_;
    }

  private:
    std::uint8_t* out_;
    std::size_t n_ = 0;
};

void above_mean(const Pixels& pixels, BitWriter bits) {
    std::uint64_t sum = 0;
    for (const std::uint8_t value : pixels.values) sum += value;
    for (const std::uint8_t value : pixels.values) bits.add(value * pixels.values.size() > sum);
}

void above_median(const std::vector<double>& values, BitWriter bits) {
    std::vector<double> sorted = values;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    double median = *middle;
    if (sorted.size() % 2 == 0) median = (*std::max_element(sorted.begin(), middle) + median) / 2;
    for (const double value : values) bits.add(value > median);
}

/// Bits where a pixel is brighter than the one before it.
void brighter(const Pixels& pixels, bool vertical, BitWriter bits) {
    const std::size_t down = vertical ? 1 : 0, right = vertical ? 0 : 1;
    for (std::size_t y = down; y < pixels.height; ++y)
        for (std::size_t x = right; x < pixels.width; ++x)
            bits.add(pixels.at(y, x) > pixels.at(y - down, x - right));
}

/// The size * size lowest cosine coefficients: of the columns first, then of the rows.
std::vector<double> low_cosines(const Pixels& pixels, std::size_t size) {
    const std::size_t n = pixels.width;
    const auto transform = cosine_transform(n);
    std::vector<CosineLanes> lanes(n), scratch(n);
    Grid<double> columns{size, n};
    for (std::size_t x = 0; x < n; x += 8) {
        for (std::size_t y = 0; y < n; ++y)
            for (std::size_t i = 0; i < 8; ++i)
                lanes[y].at[i] = x + i < n ? pixels.at(y, x + i) : 0;
        transform->run(lanes.data(), scratch.data());
        for (std::size_t y = 0; y < size; ++y)
            for (std::size_t i = 0; i < 8 && x + i < n; ++i) columns.at(y, x + i) = lanes[y].at[i];
    }
    std::vector<double> low(size * size);
    for (std::size_t y = 0; y < size; y += 8) {
        for (std::size_t x = 0; x < n; ++x)
            for (std::size_t i = 0; i < 8; ++i)
                lanes[x].at[i] = y + i < size ? columns.at(y + i, x) : 0;
        transform->run(lanes.data(), scratch.data());
        for (std::size_t i = 0; i < 8 && y + i < size; ++i)
            for (std::size_t x = 0; x < size; ++x) low[(y + i) * size + x] = lanes[x].at[i];
    }
    return low;
}

void hash_of(const Pixels& pixels, const HashOptions& options, std::uint8_t* out) {
    const BitWriter bits(out);
    const auto size = static_cast<std::size_t>(options.size);
    switch (options.method) {
        case HashMethod::average:
            return above_mean(pixels, bits);
        case HashMethod::difference:
            return brighter(pixels, false, bits);
        case HashMethod::difference_vertical:
            return brighter(pixels, true, bits);
        case HashMethod::perceptual:
            return above_median(low_cosines(pixels, size), bits);
        case HashMethod::wavelet:
            return above_median(haar_low(pixels, size, options.remove_lowest).values, bits);
    }
}

bool is_power_of_two(std::ptrdiff_t n) {
    return n > 0 && std::has_single_bit(static_cast<std::size_t>(n));
}

/// The small picture that a hash is made of.
Pixels shrunk(ImageView<const std::uint8_t> image, const HashOptions& options) {
    const auto [height, width] = shrunk_size(image, options);
    Pixels pixels{static_cast<std::size_t>(height), static_cast<std::size_t>(width)};
    lanczos_luma(image, height, width, pixels.values.data());
    return pixels;
}

}  // namespace

HashMethod hash_method_from_name(std::string_view name) {
    constexpr std::string_view names[] = {"ahash", "dhash", "dhash_vertical", "phash", "whash"};
    for (int i = 0; i < 5; ++i)
        if (name == names[i]) return static_cast<HashMethod>(i);
    throw std::invalid_argument(
        "method must be 'ahash', 'dhash', 'dhash_vertical', 'phash' or 'whash', got '" +
        std::string(name) + "'");
}

void check_hash(ImageView<const std::uint8_t> image, const HashOptions& options) {
    constexpr std::ptrdiff_t largest = 1024;
    const auto text = [](std::ptrdiff_t n) { return ", got " + std::to_string(n); };
    require(!image.empty(), "image must not be empty");
    require(image.channels == 1 || image.channels == 3 || image.channels == 4,
            "image must have 1, 3 or 4 channels" + text(image.channels));
    require(options.size >= 2 && options.size <= 128,
            "hash_size must be from 2 to 128" + text(options.size));
    if (options.method == HashMethod::perceptual)
        require(options.factor >= 1 && options.factor * options.size <= largest,
                "highfreq_factor must be at least 1, and times hash_size at most 1024" +
                    text(options.factor));
    if (options.method != HashMethod::wavelet) return;
    require(is_power_of_two(options.size),
            "hash_size must be a power of two for whash" + text(options.size));
    require(options.scale == 0 || (is_power_of_two(options.scale) &&
                                   options.scale >= options.size && options.scale <= 1 << 14),
            "image_scale must be a power of two from hash_size to 16384" + text(options.scale));
}

std::pair<std::ptrdiff_t, std::ptrdiff_t> shrunk_size(ImageView<const std::uint8_t> image,
                                                      const HashOptions& options) {
    std::ptrdiff_t height = options.size, width = options.size;
    if (options.method == HashMethod::difference) ++width;
    if (options.method == HashMethod::difference_vertical) ++height;
    if (options.method == HashMethod::perceptual) height = width = options.size * options.factor;
    if (options.method == HashMethod::wavelet) {
        const auto side = static_cast<std::size_t>(std::min(image.height, image.width));
        const auto natural = static_cast<std::ptrdiff_t>(std::bit_floor(side));
        height = width = options.scale ? options.scale : std::max(natural, options.size);
    }
    return {height, width};
}

std::size_t hash_bytes(const HashOptions& options) {
    return (static_cast<std::size_t>(options.size * options.size) + 7) / 8;
}

void image_hash(ImageView<const std::uint8_t> image, const HashOptions& options,
                std::uint8_t* out) {
    check_hash(image, options);
    hash_of(shrunk(image, options), options, out);
}

void dihedral_hashes(ImageView<const std::uint8_t> image, const HashOptions& options,
                     std::uint8_t* out) {
    check_hash(image, options);
    const Pixels upright = shrunk(image, options);
    const bool directed = options.method == HashMethod::difference ||
                          options.method == HashMethod::difference_vertical;
    HashOptions across = options;
    if (directed)
        across.method = options.method == HashMethod::difference ? HashMethod::difference_vertical
                                                                 : HashMethod::difference;
    const Pixels lying = directed ? shrunk(image, across) : upright;
    for (const Dihedral& way : dihedral) {
        hash_of(laid(way.transposed ? lying : upright, way), options, out);
        out += hash_bytes(options);
    }
}

}  // namespace imgmine
