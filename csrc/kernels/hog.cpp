#include "kernels/hog.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

template <bool of_roots, class T>
IMGMINE_INLINE void difference_of(const T* a, const T* b, float* out, std::size_t n) {
    const auto block = [&](std::size_t i) {
        Floats x = load_floats(a + i), y = load_floats(b + i);
        if constexpr (of_roots) x = sqrt(x), y = sqrt(y);
        store(out + i, y - x);
    };
    if (in_blocks<lanes>(n, block)) return;
    T few_a[lanes] = {}, few_b[lanes] = {};
    copy_few(few_a, a, n), copy_few(few_b, b, n);
    Floats x = load_floats(few_a), y = load_floats(few_b);
    if constexpr (of_roots) x = sqrt(x), y = sqrt(y);
    store_first(out, y - x, n);
}

/// out[i] = b[i] - a[i], or the difference of their square roots.
template <class T>
void difference(const T* a, const T* b, bool of_roots, float* out, std::size_t n) {
    if (of_roots)
        difference_of<true>(a, b, out, n);
    else
        difference_of<false>(a, b, out, n);
}

/// Of each pixel's channels, moves the first one with the longest gradient to where the pixels of a
/// one-channel image stand.
void strongest(float* gx, float* gy, std::size_t channels, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const float* const x = gx + i * channels;
        const float* const y = gy + i * channels;
        std::size_t best = 0;
        float longest = x[0] * x[0] + y[0] * y[0];
        for (std::size_t c = 1; c < channels; ++c) {
            const float length = x[c] * x[c] + y[c] * y[c];
            if (length > longest) longest = length, best = c;
        }
        const float best_x = x[best], best_y = y[best];
        gx[i] = best_x, gy[i] = best_y;
    }
}

typedef std::int32_t LaneInts __attribute__((vector_size(sizeof(NativeFloats))));

IMGMINE_INLINE NativeFloats all(float x) {
    return x - NativeFloats{};
}

IMGMINE_INLINE NativeFloats select(LaneInts mask, NativeFloats a, NativeFloats b) {
    return (NativeFloats)((mask & (LaneInts)a) | (~mask & (LaneInts)b));
}

/// atan(a) / pi for 0 <= a <= 1, within 1e-7; a quarter exactly for 1.
IMGMINE_INLINE NativeFloats arc_tangent(NativeFloats a) {
    constexpr float terms[] = {0.000902110711f, -0.0050945594f, 0.0135560567f,
                               -0.0238587447f,  0.033857841f,   -0.0452081859f,
                               0.0636380538f,   -0.106102444f,  0.318309873f};
    const NativeFloats square = a * a;
    NativeFloats sum = all(terms[0]);
    IMGMINE_UNROLL
    for (std::size_t i = 1; i < 9; ++i) sum = sum * square + all(terms[i]);
    return sum * a;
}

/// The direction of gradients in half turns: in [0, 1], or in [0, 2] where signed.
IMGMINE_INLINE NativeFloats direction(NativeFloats x, NativeFloats y, bool is_signed) {
    const NativeFloats zero = {};
    const NativeFloats width = max(x, zero - x), height = max(y, zero - y);
    const NativeFloats longer = max(max(width, height), all(1e-30f));
    NativeFloats angle = arc_tangent(min(width, height) / longer);
    angle = select((LaneInts)(height > width), all(0.5f) - angle, angle);
    if (is_signed) {
        angle = select((LaneInts)(x < zero), all(1.0f) - angle, angle);
        return select((LaneInts)(y < zero), all(2.0f) - angle, angle);
    }
    const LaneInts falls = ((LaneInts)(x < zero) & (LaneInts)(y > zero)) |
                           ((LaneInts)(x > zero) & (LaneInts)(y < zero));
    return select(falls, all(1.0f) - angle, angle);
}

struct NativeVotes {
    LaneInts row;
    NativeFloats first, second;
};

IMGMINE_INLINE NativeVotes votes_of(NativeFloats x, NativeFloats y, const Voting& voting) {
    const NativeFloats squares = x * x + y * y;
    const NativeFloats root = sqrt(Floats{{squares}}).part[0];
    // What is infinite or no number has no vote.
    const NativeFloats length = select((LaneInts)(root < all(__builtin_inff())), root, all(0));
    const auto n = (float)voting.orientations;
    NativeFloats at = direction(x, y, voting.is_signed) * all(voting.is_signed ? 0.5f * n : n);
    const NativeFloats last = all(voting.interpolates ? n + 0.5f : n - 0.5f);
    if (voting.interpolates) at += all(0.5f);  // row r is of orientation r - 1
    at = min(max(at, NativeFloats{}), last);
    LaneInts row = __builtin_convertvector(at, LaneInts);
    if (!voting.interpolates) return {row + 1, length, all(0)};
    const NativeFloats second = length * (at - __builtin_convertvector(row, NativeFloats));
    return {row, length - second, second};
}

/// What each gradient adds to rows `row` and `row` + 1 of a table of orientations + 2 rows. Row r
/// is of orientation r - 1; the first and the last are the last and the first once more.
void votes(const float* gx, const float* gy, const Voting& voting, std::int32_t* row, float* first,
           float* second, std::size_t n) {
    const auto block = [&](const float* x, const float* y, std::int32_t* r, float* a, float* b) {
        NativeFloats vx, vy;
        std::memcpy(&vx, x, sizeof vx);
        std::memcpy(&vy, y, sizeof vy);
        const NativeVotes v = votes_of(vx, vy, voting);
        std::memcpy(r, &v.row, sizeof v.row);
        std::memcpy(a, &v.first, sizeof v.first);
        std::memcpy(b, &v.second, sizeof v.second);
    };
    std::size_t i = 0;
    for (; i + native_lanes <= n; i += native_lanes)
        block(gx + i, gy + i, row + i, first + i, second + i);
    if (i == n) return;
    float x[native_lanes] = {}, y[native_lanes] = {}, a[native_lanes], b[native_lanes];
    std::int32_t r[native_lanes];
    for (std::size_t k = 0; i + k < n; ++k) x[k] = gx[i + k], y[k] = gy[i + k];
    block(x, y, r, a, b);
    for (std::size_t k = 0; i + k < n; ++k)
        row[i + k] = r[k], first[i + k] = a[k], second[i + k] = b[k];
}

/// Adds first * weights to one row of a table, and second * weights to the row below.
template <std::size_t registers>
IMGMINE_INLINE void add_votes(float* rows, float first, float second, const float* weights) {
    constexpr std::size_t width = registers * lanes;
    const Floats a = broadcast(first), b = broadcast(second);
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < registers; ++k) {
        const Floats w = load(weights + k * lanes);
        store(rows + k * lanes, load(rows + k * lanes) + a * w);
        store(rows + width + k * lanes, load(rows + width + k * lanes) + b * w);
    }
}

constexpr std::size_t n_tables = 4;

/// The votes of a cell, each times its `registers` * 16 weights.
template <std::size_t registers>
void vote_weighted(const std::int32_t* row, const float* first, const float* second,
                   std::size_t stride, std::size_t size, const float* weights, std::size_t n_rows,
                   float* tables) {
    constexpr std::size_t width = registers * lanes;
    const std::size_t table = n_rows * width;
    for (std::size_t y = 0; y < size; ++y) {
        const auto add = [&](std::size_t x, std::size_t k) {
            add_votes<registers>(tables + k * table + (std::size_t)row[x + k] * width, first[x + k],
                                 second[x + k], weights + (x + k) * width);
        };
        std::size_t x = 0;
        for (; x + n_tables <= size; x += n_tables) {
            IMGMINE_UNROLL
            for (std::size_t k = 0; k < n_tables; ++k) add(x, k);
        }
        for (std::size_t k = 0; x + k < size; ++k) add(x, k);
        row += stride, first += stride, second += stride, weights += size * width;
    }
}

void vote_plainly(const std::int32_t* row, const float* first, const float* second,
                  std::size_t stride, std::size_t size, std::size_t n_rows, float* tables) {
    for (std::size_t y = 0; y < size; ++y)
        for (std::size_t x = 0; x < size; ++x) {
            const std::size_t at = y * stride + x;
            float* const to = tables + (x % n_tables) * n_rows + row[at];
            to[0] += first[at];
            to[1] += second[at];
        }
}

/// Counts the votes of a cell of size * size pixels, whose rows are `stride` apart.
///
/// A pixel adds first * its weights to row `row` of a table and second * its weights to the next;
/// the weights are the same for each cell, `n_weights` a pixel: none (that is, 1), or 16, 32 ...
/// 112. The first of the four `tables` of `n_rows` rows becomes the sums; neighbors have tables of
/// their own, so that those of one direction need not wait for each other.
void vote(const std::int32_t* row, const float* first, const float* second, std::size_t stride,
          std::size_t size, const float* weights, std::size_t n_weights, std::size_t n_rows,
          float* tables) {
    const std::size_t table = n_rows * (n_weights ? n_weights : 1);
    for (std::size_t i = 0; i < n_tables * table; ++i) tables[i] = 0;
    switch (n_weights / lanes) {
        case 0:
            vote_plainly(row, first, second, stride, size, n_rows, tables);
            break;
        case 1:
            vote_weighted<1>(row, first, second, stride, size, weights, n_rows, tables);
            break;
        case 4:
            vote_weighted<4>(row, first, second, stride, size, weights, n_rows, tables);
            break;
        default:
            vote_weighted<7>(row, first, second, stride, size, weights, n_rows, tables);
    }
    for (std::size_t i = 0; i < table; ++i)
        tables[i] =
            (tables[i] + tables[table + i]) + (tables[2 * table + i] + tables[3 * table + i]);
}

/// Calls body(i, n) for blocks that cover [0, size), of 16 values but for the last.
template <class Body>
IMGMINE_INLINE void for_lanes(std::size_t size, const Body& body) {
    std::size_t i = 0;
    for (; i + lanes <= size; i += lanes) body(i, lanes);
    if (i < size) body(i, size - i);
}

IMGMINE_INLINE Floats load_up_to(const float* p, std::size_t n) {
    return n == lanes ? load(p) : load_first(p, n);
}

IMGMINE_INLINE void store_up_to(float* p, const Floats& v, std::size_t n) {
    if (n == lanes) return store(p, v);
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v.part[0]);
#else
    store_first(p, v, n);
#endif
}

template <class Term>
IMGMINE_INLINE float sum_of(const float* values, std::size_t n, const Term& term) {
    Floats total = {};
    for_lanes(n, [&](std::size_t i, std::size_t few) {
        total = total + term(load_up_to(values + i, few));
    });
    return sum(total);
}

template <class Change>
IMGMINE_INLINE void change(float* values, std::size_t n, const Change& changed) {
    for_lanes(n, [&](std::size_t i, std::size_t few) {
        store_up_to(values + i, changed(load_up_to(values + i, few)), few);
    });
}

/// Divides the n values of a block, none negative; "hys" clips at 0.2 and divides again.
void normalize(const BlockNorm& norm, float* values, std::size_t n) {
    const auto itself = [](const Floats& v) { return v; };
    const auto square = [](const Floats& v) { return v * v; };
    if (norm.kind == BlockNorm::none) return;
    if (norm.kind == BlockNorm::l1 || norm.kind == BlockNorm::l1_sqrt) {
        const Floats scale = broadcast(1 / (sum_of(values, n, itself) + norm.added));
        const bool roots = norm.kind == BlockNorm::l1_sqrt;
        change(values, n, [&](const Floats& v) { return roots ? sqrt(v * scale) : v * scale; });
        return;
    }
    const auto scale = [&](float squares, float added) {
        return broadcast(1 / (__builtin_sqrtf(squares + norm.squared) + added));
    };
    const Floats first = scale(sum_of(values, n, square), norm.added);
    if (norm.kind == BlockNorm::l2)
        return change(values, n, [&](const Floats& v) { return v * first; });
    const Floats most = broadcast(0.2f);
    change(values, n, [&](const Floats& v) { return min(v * first, most); });
    const Floats second = scale(sum_of(values, n, square), norm.added_last);
    change(values, n, [&](const Floats& v) { return v * second; });
}

}  // namespace
extern const HogKernels IMGMINE_TABLE(hog_kernels);
const HogKernels IMGMINE_TABLE(hog_kernels) = {
    .difference_u8 = difference<std::uint8_t>,
    .difference_f32 = difference<float>,
    .strongest = strongest,
    .votes = votes,
    .vote = vote,
    .normalize = normalize,
};

}  // namespace imgmine
