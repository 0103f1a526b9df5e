#pragma once

#include <cstdint>
#include <vector>

#include "filters/weights.hpp"
#include "kernels/correlate.hpp"

namespace imgmine {

constexpr double largest_quad_weight = 8191;

/// Whole weights of at most 8191, four neighbors of a row in one number, byte by byte: as they are
/// where all are at most 64, else as two digits to the base 128, all low ones before all high ones.
struct QuadWeights {
    std::size_t height, width, digits;  ///< width in quads
    std::vector<std::int32_t> packed;

    QuadWeights(const std::vector<double>& weights, std::size_t n_rows, std::size_t n_columns)
        : height(n_rows), width((n_columns + 3) / 4), digits(1) {
        for (const double w : weights)
            if (std::abs(w) > 64) digits = 2;
        packed.resize(digits * height * width);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const auto value = static_cast<std::int32_t>(weights[i]);
            const std::int32_t high = digits == 1 ? 0 : (value + 64) >> 7;
            const std::size_t at = i / n_columns * width + i % n_columns / 4;
            place(at, i % n_columns % 4, value - 128 * high);
            if (digits == 2) place(height * width + at, i % n_columns % 4, high);
        }
    }

    Window<std::int32_t> window(std::ptrdiff_t channels, Result result, double divisor) const {
        const bool power = is_power_of_two(divisor);
        return {packed.data(), height,
                width,         4 * static_cast<std::size_t>(channels),
                result,        static_cast<float>(power ? 1 / divisor : divisor),
                !power};
    }

    auto sum() const {
        return digits == 1 ? correlate_kernels().window_quads
                           : correlate_kernels().window_quads_twice;
    }

  private:
    void place(std::size_t at, std::size_t byte, std::int32_t digit) {
        packed[at] = static_cast<std::int32_t>(
            static_cast<std::uint32_t>(packed[at]) |
            static_cast<std::uint32_t>(static_cast<std::uint8_t>(digit)) << (8 * byte));
    }
};

}  // namespace imgmine
