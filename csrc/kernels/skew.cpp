#include "kernels/skew.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

constexpr float largest = 3.4028235e38f;

template <class T>
IMGMINE_INLINE void ink(const T* row, const float* background, std::size_t channels, float* out,
                        std::size_t n) {
    const auto distance = [](float a, float b) { return a < b ? b - a : a - b; };
    if (channels == 1) {
        const float paper = background[0];
        for (std::size_t x = 0; x < n; ++x) {
            const float d = distance((float)row[x], paper);
            out[x] = d <= largest ? d : 0;  // not so for NaN
        }
        return;
    }
    for (std::size_t x = 0; x < n; ++x) {
        float total = 0;
        for (std::size_t c = 0; c < channels; ++c)
            total += distance((float)row[x * channels + c], background[c]);
        out[x] = total <= largest ? total : 0;
    }
}

void ink_u8(const std::uint8_t* row, const float* background, std::size_t channels, float* out,
            std::size_t n) {
    ink(row, background, channels, out, n);
}

void ink_f32(const float* row, const float* background, std::size_t channels, float* out,
             std::size_t n) {
    ink(row, background, channels, out, n);
}

void row_moments(const float* values, std::size_t n, double* sums) {
    double numbers[lanes];
    for (std::size_t i = 0; i < lanes; ++i) numbers[i] = (double)i;
    Doubles total = broadcast(0.0), first = broadcast(0.0), x = load(numbers);
    for (std::size_t i = 0; i < n; i += lanes) {
        const Doubles v =
            n - i < lanes ? load_first_doubles(values + i, n - i) : load_doubles(values + i);
        total = total + v;
        first = first + v * x;
        x = x + broadcast((double)lanes);
    }
    sums[0] = sum(total);
    sums[1] = sum(first);
}

void add_row(const float* row, float* total, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) total[i] += row[i];
}

double roughness(const float* profile, std::size_t n) {
    Doubles total = broadcast(0.0);
    for (std::size_t i = 0; i < n; i += lanes) {
        const std::size_t rest = n - i;
        const bool whole = rest >= lanes;
        const Doubles a = whole ? load_doubles(profile + i) : load_first_doubles(profile + i, rest);
        const Doubles b =
            whole ? load_doubles(profile + i + 1) : load_first_doubles(profile + i + 1, rest);
        const Doubles d = b + a * broadcast(-1.0);
        total = total + d * d;
    }
    return sum(total);
}

}  // namespace
extern const SkewKernels IMGMINE_TABLE(skew_kernels);
const SkewKernels IMGMINE_TABLE(skew_kernels) = {
    .ink_u8 = ink_u8,
    .ink_f32 = ink_f32,
    .row_moments = row_moments,
    .add_row = add_row,
    .roughness = roughness,
};

}  // namespace imgmine
