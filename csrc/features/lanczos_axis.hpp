#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "geometry/tap_tables.hpp"
#include "kernels/fingerprint.hpp"

namespace imgmine {

/// Lanczos' window of three lobes, sinc(x) sinc(x / 3), for |x| <= 3, within 1e-15.
///
/// With q = sinc(x / 3) and t = (pi x / 3)^2 it is q^2 - 4/3 q^4 t, since sin 3a = 3 sin a - 4
/// sin^3 a; and q is a power series in t.
inline double lanczos_window(double x) {
    const double third = 1.0471975511965976 * x, t = third * third;
    double q = 1;
    for (int k = 30; k > 0; k -= 2) q = 1 - q * t * (1.0 / (k * (k + 1)));
    const double square = q * q;
    return square - 4.0 / 3 * square * square * t;
}

/// Pillow's weights of 22 bits, cut off at the edges, by which the pixels of a row of `from` make
/// one of `to`.
class LanczosWeights {
  public:
    LanczosWeights(std::ptrdiff_t from, std::ptrdiff_t to)
        : from_(from),
          scale_(static_cast<double>(from) / static_cast<double>(to)),
          wider_(std::max(scale_, 1.0)) {}

    /// Replaces `weights` by those of the new pixel i; returns the first old one that they are of.
    std::ptrdiff_t of(std::ptrdiff_t i, std::vector<std::int32_t>& weights) {
        const double center = (static_cast<double>(i) + 0.5) * scale_, inverse = 1 / wider_;
        const auto begin = static_cast<std::ptrdiff_t>(std::max(center - 3 * wider_ + 0.5, 0.0));
        const auto end = std::min(from_, static_cast<std::ptrdiff_t>(center + 3 * wider_ + 0.5));
        values_.resize(static_cast<std::size_t>(end - begin));
        double sum = 0;
        for (std::size_t k = 0; k < values_.size(); ++k) {
            const double x =
                (static_cast<double>(begin + static_cast<std::ptrdiff_t>(k)) - center + 0.5) *
                inverse;
            values_[k] = x >= -3 && x < 3 ? lanczos_window(x) : 0;
        }
        for (const double value : values_) sum += value;
        const double unit = 4194304 / sum;
        weights.clear();
        for (const double value : values_)
            weights.push_back(
                static_cast<std::int32_t>(value < 0 ? value * unit - 0.5 : value * unit + 0.5));
        return begin;
    }

  private:
    std::ptrdiff_t from_;
    double scale_, wider_;
    std::vector<double> values_;
};

/// What a row of `from` pixels is shrunk or stretched to `to` pixels with: weights in digits.
template <class Digit>
class LanczosAxis {
  public:
    LanczosAxis(std::ptrdiff_t from, std::ptrdiff_t to) : from_(from), to_(to) {
        LanczosWeights windows(from, to);
        std::vector<std::int32_t> weights;
        for (std::ptrdiff_t i = 0; i < to; ++i) {
            const std::ptrdiff_t begin = windows.of(i, weights);
            add(begin, weights);
        }
    }
    DotTaps<Digit> taps() const { return {pixels_.size(), pixels_.data(), digits_.data()}; }
    /// Bytes of a row that are read, zeros behind the last pixel.
    std::ptrdiff_t reach() const { return reach_; }
    bool is(std::ptrdiff_t from, std::ptrdiff_t to) const { return from == from_ && to == to_; }
    std::size_t bytes() const { return digits_.size() * sizeof(Digit); }

  private:
    static constexpr std::size_t lower = sizeof(Digit) == 1 ? 2 : 1;

    /// Digit `place` of a weight; the lower ones are signed, too.
    static Digit digit(std::int32_t weight, std::size_t place) {
        constexpr std::int32_t base = 1 << (8 * sizeof(Digit));
        for (; place; --place) weight = (weight - static_cast<Digit>(weight)) / base;
        return static_cast<Digit>(weight);
    }

    /// Windows start at lines of cache where this costs no further chunk.
    void add(std::ptrdiff_t begin, std::vector<std::int32_t>& weights) {
        while (weights.size() > 1 && weights.back() == 0) weights.pop_back();
        const auto chunks = [](std::size_t n) { return (n + dot_chunk - 1) / dot_chunk; };
        const std::size_t before = static_cast<std::size_t>(begin) % dot_chunk;
        if (chunks(weights.size() + before) == chunks(weights.size())) {
            weights.insert(weights.begin(), before, 0);
            begin -= static_cast<std::ptrdiff_t>(before);
        }
        const std::size_t n = weights.size(), n_chunks = chunks(n);
        typename DotTaps<Digit>::Pixel pixel{
            static_cast<std::size_t>(begin), n_chunks, n_chunks, 0, digits_.size(), 0};
        digits_.resize(pixel.digits + n_chunks * lower * dot_chunk);
        for (std::size_t k = 0; k < n; ++k) {
            const std::size_t chunk = k / dot_chunk, within = k % dot_chunk;
            for (std::size_t p = 0; p < lower; ++p)
                digits_[pixel.digits + (chunk * lower + p) * dot_chunk + within] =
                    digit(weights[k], p);
            if (digit(weights[k], lower) != 0) {
                pixel.top_first = std::min(pixel.top_first, chunk);
                pixel.top_last = chunk + 1;
            }
        }
        pixel.top_first = std::min(pixel.top_first, pixel.top_last);
        pixel.top = digits_.size();
        digits_.resize(pixel.top + (pixel.top_last - pixel.top_first) * dot_chunk);
        for (std::size_t k = pixel.top_first * dot_chunk;
             k < std::min(n, pixel.top_last * dot_chunk); ++k)
            digits_[pixel.top + k - pixel.top_first * dot_chunk] = digit(weights[k], lower);
        pixels_.push_back(pixel);
        reach_ = std::max(reach_, begin + static_cast<std::ptrdiff_t>(n_chunks * dot_chunk));
    }

    std::ptrdiff_t from_, to_, reach_ = 0;
    std::vector<typename DotTaps<Digit>::Pixel> pixels_;
    Table<Digit> digits_;
};

}  // namespace imgmine
