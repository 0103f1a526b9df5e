#include "kernels/area_f32.hpp"

#include <cstring>

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// A weighted sum of at most 16 rows, and of what is carried over; goes to `totals`, or back to
/// `carry` where that is null.
void weigh_rows_f32(const float* const* rows, const float* weights, std::size_t n_rows,
                    double* carry, float* totals, std::size_t n) {
    const auto sum_at = [&](const auto& get) {
        Floats sum = broadcast(weights[0]) * get(rows[0]);
        for (std::size_t k = 1; k < n_rows; ++k) sum = sum + broadcast(weights[k]) * get(rows[k]);
        return sum;
    };
    const auto at = [&](std::size_t i, std::size_t size, const auto& get) {
        float values[lanes];
        store(values, sum_at(get));
        for (std::size_t j = 0; j < size; ++j) {
            const double total = (carry ? carry[i + j] : 0) + (double)values[j];
            if (totals)
                totals[i + j] = (float)total;
            else
                carry[i + j] = total;
        }
    };
    std::size_t i = 0;
    if (!carry)
        for (; i + lanes <= n; i += lanes)
            store(totals + i, sum_at([&](const float* row) { return load(row + i); }));
    else
        for (; i + lanes <= n; i += lanes)
            at(i, lanes, [&](const float* row) { return load(row + i); });
    if (i < n) at(i, n - i, [&](const float* row) { return load_first(row + i, n - i); });
}

typedef double Doubles4 __attribute__((vector_size(32)));

IMGMINE_INLINE Doubles4 load_four(const float* p) {
    typedef float Floats4 __attribute__((vector_size(16)));
    Floats4 v;
    std::memcpy(&v, p, sizeof v);
    return __builtin_convertvector(v, Doubles4);
}

/// The covered pixels of up to four channels.
template <std::size_t channels>
IMGMINE_INLINE Doubles4 weigh_pixels(const float* from, const Cover& cover, double weight) {
    const auto last = (std::size_t)cover.count - 1;
    Doubles4 inner{};
    for (std::size_t j = 1; j < last; ++j) inner += load_four(from + j * channels);
    const Doubles4 sum = (double)cover.first_weight * load_four(from);
    if (last == 0) return sum;
    return sum + (double)cover.last_weight * load_four(from + last * channels) + weight * inner;
}

/// The means of rows of column sums, behind which there must be room for four more.
void mean_columns_f32(const float* totals, const Cover* covers, std::size_t n,
                      std::uint32_t inner_weight, double inverse, std::size_t channels,
                      float* out) {
    const double weight = inner_weight;
    if (channels == 3) {
        for (std::size_t x = 0; x < n; ++x, out += 3) {
            const Doubles4 sum = weigh_pixels<3>(totals + 3 * covers[x].first, covers[x], weight);
            for (std::size_t c = 0; c < 3; ++c) out[c] = (float)(sum[c] * inverse);
        }
        return;
    }
    for (std::size_t x = 0; x < n; ++x)
        for (std::size_t c = 0; c < channels; ++c) {
            const Cover& cover = covers[x];
            const float* from = totals + (std::size_t)cover.first * channels + c;
            const auto last = (std::size_t)cover.count - 1;
            double inner = 0;
            for (std::size_t j = 1; j < last; ++j) inner += from[j * channels];
            double sum = (double)cover.first_weight * from[0];
            if (last) sum = sum + (double)cover.last_weight * from[last * channels];
            *out++ = (float)((sum + weight * inner) * inverse);
        }
}

}  // namespace
extern const AreaFloatKernels IMGMINE_TABLE(area_f32_kernels);
const AreaFloatKernels IMGMINE_TABLE(area_f32_kernels) = {
    .weigh_rows_f32 = weigh_rows_f32,
    .mean_columns_f32 = mean_columns_f32,
};

}  // namespace imgmine
