#include "kernels/morphology.hpp"

#include "kernels/simd_rank.hpp"

namespace imgmine {
namespace {

template <bool highest, class V>
IMGMINE_INLINE V extreme(const V& a, const V& b) {
    if constexpr (highest)
        return higher(a, b);
    else
        return lower(a, b);
}
template <bool highest, class T>
IMGMINE_INLINE T extreme_value(T a, T b) {
    return (highest ? a > b : a < b) ? a : b;
}

template <class T>
IMGMINE_INLINE typename RegisterOf<T>::type load_values(const T* p) {
    return load_native<typename RegisterOf<T>::type>(p);
}

template <class T>
constexpr std::size_t block_of = native_size / sizeof(T);

/// out[i] = the extreme of a[i] and b[i]; `out` may be `a` or `b`.
template <bool highest, class T>
void of_two(const T* a, const T* b, T* out, std::size_t n) {
    // The last block may meet results already: the extreme with b once more changes nothing.
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        store_native(out + i, extreme<highest>(load_values(a + i), load_values(b + i)));
    };
    if (in_blocks<block_of<T>>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) out[i] = extreme_value<highest>(a[i], b[i]);
}

/// The extremes of rows 0 to 2 and of rows 1 to 3 of four rows.
template <bool highest, class T>
void of_three_rows(const T* const* rows, T* upper, T* lower_, std::size_t n) {
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        const auto shared = extreme<highest>(load_values(rows[1] + i), load_values(rows[2] + i));
        store_native(upper + i, extreme<highest>(load_values(rows[0] + i), shared));
        store_native(lower_ + i, extreme<highest>(load_values(rows[3] + i), shared));
    };
    if (in_blocks<block_of<T>>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) {
        const T shared = extreme_value<highest>(rows[1][i], rows[2][i]);
        upper[i] = extreme_value<highest>(rows[0][i], shared);
        lower_[i] = extreme_value<highest>(rows[3][i], shared);
    }
}

/// One step of van Herk's filter: `row` joins the extremes so far, which meet those that wait.
template <bool highest, class T>
void meet(const T* row, const T* so_far, const T* waiting, T* so_far_out, T* out, std::size_t n) {
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        const auto joined = extreme<highest>(load_values(row + i), load_values(so_far + i));
        store_native(so_far_out + i, joined);
        store_native(out + i, extreme<highest>(joined, load_values(waiting + i)));
    };
    if (in_blocks<block_of<T>>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) {
        so_far_out[i] = extreme_value<highest>(row[i], so_far[i]);
        out[i] = extreme_value<highest>(so_far_out[i], waiting[i]);
    }
}

/// What comes out for a key, or a register of keys: itself, or the bits of the float it stands for.
template <class T, class Out, class V>
IMGMINE_INLINE V result_of(V key) {
    if constexpr (std::is_same_v<T, Out>)
        return key;
    else
        return key ^ ((key >> 31) & 0x7fffffff);
}

template <bool highest, std::size_t n_shifts, class T, class Out>
IMGMINE_INLINE void shifted(const T* in, const std::size_t* shifts, Out* out, std::size_t n) {
    std::size_t shift[n_shifts];
    for (std::size_t k = 0; k < n_shifts; ++k) shift[k] = shifts[k];
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        auto v = load_values(in + i + shift[0]);
        IMGMINE_UNROLL
        for (std::size_t k = 1; k < n_shifts; ++k)
            v = extreme<highest>(v, load_values(in + i + shift[k]));
        store_native(out + i, result_of<T, Out>(v));
    };
    if (in_blocks<block_of<T>>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) {
        T x = in[i + shift[0]];
        for (std::size_t k = 1; k < n_shifts; ++k) x = extreme_value<highest>(x, in[i + shift[k]]);
        x = result_of<T, Out>(x);
        std::memcpy(out + i, &x, sizeof x);
    }
}

/// out[i] = the extreme of in[i + shift] over one to six shifts, as a key or as a value. `out` may
/// be `in` or lie before it, if n makes whole registers.
template <bool highest, class T, class Out>
void of_shifted(const T* in, const std::size_t* shifts, std::size_t n_shifts, Out* out,
                std::size_t n) {
    static_assert(max_shifts == 6);
    if (n_shifts == 1)
        shifted<highest, 1>(in, shifts, out, n);
    else if (n_shifts == 2)
        shifted<highest, 2>(in, shifts, out, n);
    else if (n_shifts == 3)
        shifted<highest, 3>(in, shifts, out, n);
    else if (n_shifts == 4)
        shifted<highest, 4>(in, shifts, out, n);
    else if (n_shifts == 5)
        shifted<highest, 5>(in, shifts, out, n);
    else
        shifted<highest, 6>(in, shifts, out, n);
}

/// A block of van Herk's filter: `in` is the first of `n_steps` registers that lie `stride` values
/// apart and become extremes up to the last of them; those behind meet them on the way.
template <bool highest, class T, class Out>
IMGMINE_INLINE void step_block(T* in, std::size_t stride, std::size_t n_steps, Out* out,
                               std::size_t n, std::size_t n_slots) {
    auto v = load_values(in + (n_steps - 1) * stride);
    for (std::size_t k = n_steps - 1; k-- > 0;) {
        v = extreme<highest>(v, load_values(in + k * stride));
        store_native(in + k * stride, v);
    }
    const auto put = [&](std::size_t k, auto key) __attribute__((always_inline)) {
        const auto result = result_of<T, Out>(key);
        if (k * stride + block_of<T> <= n) return store_native(out + k * stride, result);
        Out values[block_of<T>];
        store_native(values, result);
        std::memcpy(out + k * stride, values, (n - k * stride) * sizeof(T));
    };
    put(0, load_values(in));
    if (n_slots == 1) return;
    v = load_values(in + n_steps * stride);
    put(1, extreme<highest>(v, load_values(in + stride)));
    for (std::size_t k = 2; k < n_slots; ++k) {
        v = extreme<highest>(v, load_values(in + (k + n_steps - 1) * stride));
        put(k, extreme<highest>(v, load_values(in + k * stride)));
    }
}

/// out[i] = the extreme of in[i + k * stride] over all k < n_steps, two or more, as a value, in a
/// time that does not depend on n_steps (van Herk). `stride` makes whole registers; `in`, which is
/// used up, has values for n rounded up to whole strides.
template <bool highest, class T, class Out>
void of_steps(T* in, std::size_t stride, std::size_t n_steps, Out* out, std::size_t n) {
    for (std::size_t first = 0; first < n; first += n_steps * stride) {
        const std::size_t end = first + stride < n ? first + stride : n;
        for (std::size_t at = first; at < end; at += block_of<T>) {
            const std::size_t left = (n - at + stride - 1) / stride;
            const std::size_t n_slots = left < n_steps ? left : n_steps;
            step_block<highest>(in + at, stride, n_steps, out + at, n - at, n_slots);
        }
    }
}

/// out[i] = the extreme of rows[k][i] over one or more rows.
template <bool highest, class T>
void of_rows(const T* const* rows, std::size_t n_rows, T* out, std::size_t n) {
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        auto v = load_values(rows[0] + i);
        for (std::size_t k = 1; k < n_rows; ++k) v = extreme<highest>(v, load_values(rows[k] + i));
        store_native(out + i, v);
    };
    if (in_blocks<block_of<T>>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) {
        T x = rows[0][i];
        for (std::size_t k = 1; k < n_rows; ++k) x = extreme_value<highest>(x, rows[k][i]);
        out[i] = x;
    }
}

template <bool highest, class T>
constexpr ExtremeLoops<T> loops = {
    .of_two = of_two<highest, T>,
    .of_three_rows = of_three_rows<highest, T>,
    .meet = meet<highest, T>,
    .of_shifted = of_shifted<highest, T, T>,
    .values_of_shifted = of_shifted<highest, T, ValueOf<T>>,
    .values_of_steps = of_steps<highest, T, ValueOf<T>>,
    .of_rows = of_rows<highest, T>,
};

}  // namespace
extern const MorphologyKernels IMGMINE_TABLE(morphology_kernels);
const MorphologyKernels IMGMINE_TABLE(morphology_kernels) = {
    .lowest_u8 = loops<false, std::uint8_t>,
    .highest_u8 = loops<true, std::uint8_t>,
    .lowest_i32 = loops<false, std::int32_t>,
    .highest_i32 = loops<true, std::int32_t>,
};

}  // namespace imgmine
