#include "kernels/dense_sift.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

void to_floats(const std::uint8_t* row, std::size_t n, float* out) {
    if (in_blocks<lanes>(n, [&](std::size_t i) { store(out + i, load_floats(row + i)); })) return;
    for (std::size_t i = 0; i < n; ++i) out[i] = row[i];
}

template <std::size_t n_parts>
IMGMINE_INLINE void smooth_block(const float* const* rows, const float* weights, std::size_t radius,
                                 std::size_t x, float* out) {
    Floats total[n_parts];
    const Floats middle = broadcast(weights[0]);
    IMGMINE_UNROLL
    for (std::size_t u = 0; u < n_parts; ++u) total[u] = middle * load(rows[0] + x + u * lanes);
    for (std::size_t k = 1; k <= radius; ++k) {
        const Floats weight = broadcast(weights[k]);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < n_parts; ++u) {
            const std::size_t at = x + u * lanes;
            total[u] = total[u] + weight * (load(rows[-(std::ptrdiff_t)k] + at) +
                                            load(rows[(std::ptrdiff_t)k] + at));
        }
    }
    IMGMINE_UNROLL
    for (std::size_t u = 0; u < n_parts; ++u) store(out + x + u * lanes, total[u]);
}

/// The sum of rows[-radius] to rows[radius], weighted by their distance from rows[0]; n is rounded
/// up to whole registers of 16.
void smooth(const float* const* rows, const float* weights, std::size_t radius, std::size_t n,
            float* out) {
    std::size_t x = 0;
    for (; x + 4 * lanes <= n; x += 4 * lanes) smooth_block<4>(rows, weights, radius, x, out);
    for (; x < n; x += lanes) smooth_block<1>(rows, weights, radius, x, out);
}

typedef std::int32_t IntsOfFloats __attribute__((vector_size(sizeof(NativeFloats))));

IMGMINE_INLINE NativeFloats magnitude_of(NativeFloats v) {
    return (NativeFloats)((IntsOfFloats)v & 0x7fffffff);
}

/// The angle of a point in the first octant whose tangent is t, in octants: within 4e-7.
IMGMINE_INLINE NativeFloats octants(NativeFloats t) {
    constexpr float terms[] = {0x1.1c3272p-7f, -0x1.5e80fep-5f, 0x1.9f4084p-4f, -0x1.591264p-3f,
                               0x1.0240f6p-2f, -0x1.b2643ep-2f, 0x1.45f2b4p+0f};
    const NativeFloats z = t * t;
    NativeFloats series = terms[0] - NativeFloats{};
    IMGMINE_UNROLL
    for (std::size_t k = 1; k < 7; ++k) series = series * z + terms[k];
    return series * t;
}

/// The gradient's length, shared by the two of eight directions that its own lies between.
/// Direction b points b / 8 of a turn counterclockwise from the right; it stands in plane b. An
/// axis and a diagonal always are the neighbors, and the angle between them is an octant.
IMGMINE_INLINE void vote_native(const float* above, const float* here, const float* below,
                                float* out, std::size_t plane) {
    const auto at = [](const float* p) { return load_native<NativeFloats>(p); };
    const NativeFloats zero = {};
    const NativeFloats dx = (at(here + 1) - at(here - 1)) * 0.5f;
    const NativeFloats dy = (at(above) - at(below)) * 0.5f;
    const NativeFloats ax = magnitude_of(dx), ay = magnitude_of(dy);
    const NativeFloats most = max(ax, ay), least = min(ax, ay);
    Floats squares;  // for the square root, which is one of sixteen
    squares.part[0] = dx * dx + dy * dy;
    IMGMINE_UNROLL
    for (std::size_t i = 1; i < parts; ++i) squares.part[i] = squares.part[0];
    const NativeFloats length = sqrt(squares).part[0];
    const NativeFloats share = min(octants(least / max(most, 1e-20f - zero)), 1.0f - zero);
    const NativeFloats diagonal = length * share, axis = length - diagonal;
    const IntsOfFloats flat = ax >= ay, right = dx >= zero, up = dy >= zero;
    const NativeFloats along_x = flat ? axis : zero, along_y = flat ? zero : axis;
    const NativeFloats upwards = up ? diagonal : zero, downwards = up ? zero : diagonal;
    const NativeFloats planes[8] = {
        right ? along_x : zero, right ? upwards : zero,   up ? along_y : zero,
        right ? zero : upwards, right ? zero : along_x,   right ? zero : downwards,
        up ? zero : along_y,    right ? downwards : zero,
    };
    IMGMINE_UNROLL
    for (std::size_t b = 0; b < 8; ++b) store_native(out + b * plane, planes[b]);
}

/// The votes of a row's pixels, given the rows about it; n is rounded up to registers of 16.
void vote(const float* above, const float* here, const float* below, std::size_t n, float* out,
          std::size_t plane) {
    for (std::size_t x = 0; x < n; x += native_lanes)
        vote_native(above + x, here + x, below + x, out + x, plane);
}

/// 4 x 4 bins of 8 votes as a descriptor: length 1, no value above 0.2 of it, length 1 again; or
/// square roots of shares. False, and zeros, where the votes' length is below `contrast`.
bool describe(const float* const* bins, const float* weights, float contrast, bool root,
              float* out) {
    Floats values[8], squares = broadcast(0.0f);
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 8; ++i) {
        float two[lanes];
        for (std::size_t k = 0; k < 8; ++k) two[k] = weights[2 * i] * bins[2 * i][k];
        for (std::size_t k = 0; k < 8; ++k) two[8 + k] = weights[2 * i + 1] * bins[2 * i + 1][k];
        values[i] = load(two);
        squares = squares + values[i] * values[i];
    }
    const float length = __builtin_sqrtf(sum(squares));
    if (!(length >= contrast) || length == 0) {
        for (std::size_t i = 0; i < 8; ++i) store(out + i * lanes, broadcast(0.0f));
        return false;
    }
    const Floats limit = broadcast(0.2f * length);
    squares = broadcast(0.0f);
    Floats total = broadcast(0.0f);
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 8; ++i) {
        values[i] = min(values[i], limit);
        squares = squares + values[i] * values[i];
        total = total + values[i];
    }
    const Floats scale = broadcast(root ? 1.0f / sum(total) : 1.0f / __builtin_sqrtf(sum(squares)));
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 8; ++i) {
        const Floats scaled = values[i] * scale;
        store(out + i * lanes, root ? sqrt(scaled) : scaled);
    }
    return true;
}

/// A descriptor of 128 values as bytes: 512 times as much, 255 at most.
void to_bytes(const float* descriptor, std::uint8_t* out) {
    for (std::size_t i = 0; i < 128; i += lanes)
        store_bytes_rounded(out + i, load(descriptor + i) * broadcast(512.0f));
}

}  // namespace
extern const DenseSiftKernels IMGMINE_TABLE(dense_sift_kernels);
const DenseSiftKernels IMGMINE_TABLE(dense_sift_kernels) = {
    .to_floats = to_floats,
    .smooth = smooth,
    .vote = vote,
    .describe = describe,
    .to_bytes = to_bytes,
};

}  // namespace imgmine
