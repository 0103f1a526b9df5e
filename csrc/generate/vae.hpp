#pragma once

#include <cstddef>
#include <cstdint>

namespace imgmine {

/// n numbers of the standard normal distribution (Box and Muller), the i-th a function of the seed
/// and of i alone.
void standard_normal(std::uint64_t seed, std::ptrdiff_t n, float* out);

/// What an encoder says of codes: rows of `size` means, then `size` logarithms of variances. These
/// count as no smaller than -20 and no larger than 20.
struct CodeStatistics {
    const float* values;
    std::ptrdiff_t n, size;
};

/// codes (n, size) = mean + exp(log variance / 2) * noise
void draw_codes(const CodeStatistics& statistics, const float* noise, float* codes);

/// The sum over all rows of the divergence (Kullback and Leibler) of the codes' distributions from
/// the standard normal one, 1/2 (mean^2 + variance - 1 - log variance).
///
/// Writes the gradient (n, 2 size), with respect to the statistics, of `weight` times that plus a
/// loss whose gradient with respect to the codes drawn is `code_gradient` (n, size). Beyond its
/// limits a logarithm has none.
double code_gradients(const CodeStatistics& statistics, const float* noise,
                      const float* code_gradient, double weight, float* gradient);

}  // namespace imgmine
