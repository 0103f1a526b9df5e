#include "kernels/pdq.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// out[i] = 0.299 R + 0.587 G + 0.114 B of pixel i, added in doubles; pixels are `channels` values
/// apart, gray ones stay as they are.
void luma_f32(const std::uint8_t* pixels, float* out, std::size_t n, std::size_t channels) {
    if (channels == 1) {
        for (std::size_t i = 0; i < n; ++i) out[i] = pixels[i];
        return;
    }
    for (std::size_t i = 0; i < n; ++i, pixels += channels)
        out[i] = (float)(pixels[0] * 0.299 + pixels[1] * 0.587 + pixels[2] * 0.114);
}

/// Means over a window that slides along n values, of sixteen rows at once; fewer values where it
/// reaches past the ends. Sums are carried along: their rounding errors are part of the result.
void box_of_sixteen(const float* in, float* out, std::size_t n, std::size_t window) {
    const std::size_t ahead = (window + 2) / 2 - 1;  // values to the right of the middle
    Floats sum = broadcast(0.0f);
    std::size_t left = 0, right = 0, count = 0;
    for (; right < ahead; ++right, ++count) sum = sum + load(in + right * lanes);
    for (std::size_t i = 0; i < n; ++i, out += lanes) {
        if (right < n) {
            sum = sum + load(in + right * lanes);
            ++right, ++count;
        }
        if (count > window || (right == n && i + ahead >= n)) {
            sum = sum - load(in + left * lanes);
            ++left, --count;
        }
        store(out, sum / broadcast((float)count));
    }
}

void add_row(const float* row, float* sums, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sums[i] += row[i];
}

void subtract_row(const float* row, float* sums, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) sums[i] -= row[i];
}

void divide_row(const float* sums, float by, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i] = sums[i] / by;
}

/// out = a b, each sum in the order of its terms; at most 64 columns.
void multiply(const float* a, std::size_t rows, std::size_t inner, const float* b,
              std::size_t columns, float* out) {
    for (std::size_t i = 0; i < rows; ++i) {
        float sums[64] = {};
        for (std::size_t k = 0; k < inner; ++k)
            for (std::size_t j = 0; j < columns; ++j)
                sums[j] += a[i * inner + k] * b[k * columns + j];
        for (std::size_t j = 0; j < columns; ++j) out[i * columns + j] = sums[j];
    }
}

}  // namespace
extern const PdqKernels IMGMINE_TABLE(pdq_kernels);
const PdqKernels IMGMINE_TABLE(pdq_kernels) = {
    .luma_f32 = luma_f32,
    .box_of_sixteen = box_of_sixteen,
    .add_row = add_row,
    .subtract_row = subtract_row,
    .divide_row = divide_row,
    .multiply = multiply,
};

}  // namespace imgmine
