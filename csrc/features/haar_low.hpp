#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "features/dihedral.hpp"
#include "kernels/fingerprint.hpp"

// The low Haar coefficients of a square picture, with the roundings of PyWavelets: many blocks of a
// picture are equally bright, and nothing but rounding then tells them from their median.
namespace imgmine {

/// Pyramid of a square of `side`, a power of two: level 0 is the picture itself.
class HaarPyramid {
  public:
    explicit HaarPyramid(std::size_t side) : side_(side) {
        for (std::size_t n = side; n; n /= 2) {
            low_.emplace_back(n * n);
            for (auto& band : high_) band.emplace_back(n == side ? 0 : n * n);
        }
    }
    double* picture() { return low_[0].data(); }
    double& lowest() { return low_.back()[0]; }

    /// Every level from the picture.
    void split() {
        for (std::size_t level = 1; level < low_.size(); ++level) {
            const std::size_t n = side_ >> level;
            for (std::size_t y = 0; y < n; ++y) {
                const double* even = low_[level - 1].data() + 4 * n * y;
                double* const bands[4] = {
                    low_[level].data() + n * y, high_[0][level].data() + n * y,
                    high_[1][level].data() + n * y, high_[2][level].data() + n * y};
                fingerprint_kernels().haar_split(even, even + 2 * n, n, bands);
            }
        }
    }
    /// The picture from the lowest value and all high ones.
    void merge() {
        for (std::size_t level = low_.size() - 1; level > 0; --level) {
            const std::size_t n = side_ >> level;
            for (std::size_t y = 0; y < n; ++y) {
                double* even = low_[level - 1].data() + 4 * n * y;
                const double* const bands[4] = {
                    low_[level].data() + n * y, high_[0][level].data() + n * y,
                    high_[1][level].data() + n * y, high_[2][level].data() + n * y};
                fingerprint_kernels().haar_merge(bands, n, even, even + 2 * n);
            }
        }
    }
    /// The lowest value from the picture.
    void sum() {
        for (std::size_t level = 1; level < low_.size(); ++level) {
            const std::size_t n = side_ >> level;
            for (std::size_t y = 0; y < n; ++y) {
                const double* even = low_[level - 1].data() + 4 * n * y;
                fingerprint_kernels().haar_low(even, even + 2 * n, n, low_[level].data() + n * y);
            }
        }
    }

  private:
    std::size_t side_;
    std::vector<std::vector<double>> low_;
    std::array<std::vector<std::vector<double>>, 3> high_;
};

/// The size * size lowest coefficients of a square of bytes counted as shares of 255; both sides
/// are powers of two. Without the mean where `remove_lowest`: taken apart down to one value, put
/// together without it and taken apart again.
inline Grid<double> haar_low(const Grid<std::uint8_t>& picture, std::size_t size,
                             bool remove_lowest) {
    std::array<double, 256> shares;
    for (std::size_t i = 0; i < 256; ++i) shares[i] = static_cast<double>(i) / 255;
    const std::size_t side = picture.width / size;
    HaarPyramid block(side);
    const auto load = [&](std::size_t i) {
        double* to = block.picture();
        for (std::size_t y = 0; y < side; ++y)
            for (std::size_t x = 0; x < side; ++x)
                *to++ = shares[picture.at(i / size * side + y, i % size * side + x)];
    };
    Grid<double> low{size, size};
    for (std::size_t i = 0; i < size * size; ++i) {
        load(i);
        block.sum();
        low.values[i] = block.lowest();
    }
    if (!remove_lowest) return low;
    HaarPyramid top(size);
    std::copy(low.values.begin(), low.values.end(), top.picture());
    top.split();
    top.lowest() = 0;
    top.merge();
    for (std::size_t i = 0; i < size * size; ++i) {
        load(i);
        block.split();
        block.lowest() = top.picture()[i];
        block.merge();
        block.sum();
        low.values[i] = block.lowest();
    }
    return low;
}

}  // namespace imgmine
