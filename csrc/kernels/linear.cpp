#include "kernels/linear.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// Sum of row[i] * weights[i].
template <class T>
double dot_weights(const T* row, const double* weights, std::size_t n) {
    Doubles total[2] = {broadcast(0.0), broadcast(0.0)};
    std::size_t i = 0;
    for (; i + 2 * lanes <= n; i += 2 * lanes) IMGMINE_UNROLL
    for (std::size_t u = 0; u < 2; ++u)
        total[u] = total[u] + load_doubles(row + i + u * lanes) * load(weights + i + u * lanes);
    for (; i + lanes <= n; i += lanes)
        total[0] = total[0] + load_doubles(row + i) * load(weights + i);
    if (i < n)
        total[1] =
            total[1] + load_first_doubles(row + i, n - i) * load_first_doubles(weights + i, n - i);
    return sum(total[0] + total[1]);
}

/// weights[i] += scale * row[i]
template <class T>
void add_row(const T* row, double scale, double* weights, std::size_t n) {
    const Doubles factor = broadcast(scale);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        store(weights + i, load(weights + i) + factor * load_doubles(row + i));
    for (; i < n; ++i) weights[i] += scale * (double)row[i];
}

}  // namespace
extern const LinearKernels IMGMINE_TABLE(linear_kernels);
const LinearKernels IMGMINE_TABLE(linear_kernels) = {
    .f32 = {dot_weights<float>, add_row<float>},
    .f64 = {dot_weights<double>, add_row<double>},
    .u8 = {dot_weights<std::uint8_t>, add_row<std::uint8_t>},
};

}  // namespace imgmine
