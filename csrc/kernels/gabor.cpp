#include "kernels/gabor.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

// A wave under a round Gaussian is the product of one complex factor along the row and one along
// the column, whose real parts are even and imaginary parts odd: values at equal distances are
// added and subtracted before they are weighed. All lengths are multiples of 16.

/// out[x] = sum over k of (even[|k|] + i sign(k) odd[|k|]) in[x + k], k from -half to half.
void along_row(const float* in, const float* even, const float* odd, std::size_t half,
               std::size_t n, GaborRow out) {
    for (std::size_t x = 0; x < n; x += lanes) {
        Floats real = load(in + x) * broadcast(even[0]), imaginary = broadcast(0.0f);
        for (std::size_t k = 1; k <= half; ++k) {
            const Floats after = load(in + x + k), before = load(in + x - k);
            real = real + (after + before) * broadcast(even[k]);
            imaginary = imaginary + (after - before) * broadcast(odd[k]);
        }
        store(out.real + x, real);
        store(out.imaginary + x, imaginary);
    }
}

/// The same along columns of complex rows, of which there are 2 half + 1; and what it is for the
/// conjugates of the rows: the filter mirrored left to right. Not the latter where it is null.
template <bool both>
IMGMINE_INLINE void along_columns(const GaborRow* rows, const float* even, const float* odd,
                                  std::size_t half, std::size_t n, GaborRow out,
                                  GaborRow mirrored) {
    const GaborRow* middle = rows + half;
    for (std::size_t x = 0; x < n; x += lanes) {
        Floats even_real = load(middle->real + x) * broadcast(even[0]);
        Floats even_imaginary = load(middle->imaginary + x) * broadcast(even[0]);
        Floats odd_real = broadcast(0.0f), odd_imaginary = broadcast(0.0f);
        for (std::size_t k = 1; k <= half; ++k) {
            const GaborRow &after = middle[k], &before = *(middle - k);
            const Floats a = load(after.real + x), b = load(before.real + x);
            const Floats c = load(after.imaginary + x), d = load(before.imaginary + x);
            const Floats e = broadcast(even[k]), o = broadcast(odd[k]);
            even_real = even_real + (a + b) * e;
            odd_real = odd_real + (a - b) * o;
            even_imaginary = even_imaginary + (c + d) * e;
            odd_imaginary = odd_imaginary + (c - d) * o;
        }
        store(out.real + x, even_real - odd_imaginary);
        store(out.imaginary + x, even_imaginary + odd_real);
        if (both) {
            store(mirrored.real + x, even_real + odd_imaginary);
            store(mirrored.imaginary + x, odd_real - even_imaginary);
        }
    }
}

void along_column(const GaborRow* rows, const float* even, const float* odd, std::size_t half,
                  std::size_t n, GaborRow out, GaborRow mirrored) {
    if (mirrored.real)
        along_columns<true>(rows, even, odd, half, n, out, mirrored);
    else
        along_columns<false>(rows, even, odd, half, n, out, mirrored);
}

/// sums[0] += the sum of n values, sums[1] += that of their squares, in one order.
template <class Load>
IMGMINE_INLINE void add_sums(const Load& at, std::size_t n, double* sums) {
    Doubles sum_of = broadcast(0.0), squares = broadcast(0.0);
    const auto add = [&](const Floats& v) {
        float values[lanes];
        store(values, v);
        const Doubles wide = load_doubles(values);
        sum_of = sum_of + wide;
        squares = squares + wide * wide;
    };
    for (std::size_t x = 0; x + lanes <= n; x += lanes) add(at(x));
    if (const std::size_t rest = n % lanes) {
        float values[lanes];
        store(values, at(n - rest));
        for (std::size_t i = rest; i < lanes; ++i) values[i] = 0;
        add(load(values));
    }
    sums[0] += sum(sum_of);
    sums[1] += sum(squares);
}

void add_magnitudes(GaborRow row, std::size_t n, double* sums) {
    add_sums(
        [&](std::size_t x) {
            const Floats real = load(row.real + x), imaginary = load(row.imaginary + x);
            return sqrt(real * real + imaginary * imaginary);
        },
        n, sums);
}

void add_values(const float* row, std::size_t n, double* sums) {
    add_sums([&](std::size_t x) { return load(row + x); }, n, sums);
}

}  // namespace
extern const GaborKernels IMGMINE_TABLE(gabor_kernels);
const GaborKernels IMGMINE_TABLE(gabor_kernels) = {
    .along_row = along_row,
    .along_column = along_column,
    .add_magnitudes = add_magnitudes,
    .add_values = add_values,
};

}  // namespace imgmine
