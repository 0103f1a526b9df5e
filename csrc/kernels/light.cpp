#include "kernels/light.hpp"

#include "kernels/simd_integers.hpp"
#include "kernels/simd_power.hpp"
#include "kernels/simd_rgb.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE void store_values(std::uint8_t* p, const Floats& v) {
    store_bytes_rounded(p, v);
}
IMGMINE_INLINE void store_values(float* p, const Floats& v) {
    store(p, v);
}

/// out[i] = body(i, in[i]), sixteen at a time; fewer than that are done in a copy.
template <class In, class Out, class Body>
IMGMINE_INLINE void map_values(const In* in, std::size_t n, Out* out, const Body& body) {
    if (in_blocks<lanes>(
            n, [&](std::size_t i) { store_values(out + i, body(i, load_floats(in + i))); }))
        return;
    In values[lanes] = {};
    Out results[lanes];
    copy_few(values, in, n);
    store_values(results, body(0, load_floats(values)));
    copy_few(out, results, n);
}

/// Pillow's gray: (19595 R + 38470 G + 7471 B + 32768) >> 16.
void luma(const std::uint8_t* pixels, std::size_t n, std::uint8_t* gray) {
    for (std::size_t i = 0; i < n; ++i, pixels += 3)
        gray[i] =
            (std::uint8_t)((19595 * pixels[0] + 38470 * pixels[1] + 7471 * pixels[2] + 32768) >>
                           16);
}

/// See Tone.
void adjust(const float* in, std::size_t n, const Tone& tone, float* out) {
    const Floats slope = broadcast(tone.slope), offset = broadcast(tone.offset);
    const Floats inverse = broadcast(1 / 255.0f), scale = broadcast(255.0f * tone.gain);
    const Floats gain = broadcast(tone.gain);
    if (tone.gamma == 1)
        map_values(in, n, out,
                   [&](std::size_t, const Floats& v) { return (v * slope + offset) * gain; });
    else
        map_values(in, n, out, [&](std::size_t, const Floats& v) {
            return power((v * slope + offset) * inverse, tone.gamma) * scale;
        });
}

/// out = (max(in, 0) / 255)^exponent; 0 for NaN
void power_of_values(const float* in, std::size_t n, float exponent, float* out) {
    const Floats inverse = broadcast(1 / 255.0f), zero = broadcast(0.0f);
    if (exponent == (float)(int)exponent && exponent >= 1)
        return map_values(in, n, out, [&](std::size_t, const Floats& v) {
            Floats square = max(v * inverse, zero), result = broadcast(1.0f);
            for (unsigned rest = (unsigned)exponent; rest; rest /= 2) {
                if (rest & 1) result = result * square;
                square = square * square;
            }
            return result;
        });
    map_values(in, n, out, [&](std::size_t, const Floats& v) {
        return power(max(v * inverse, zero), exponent);
    });
}

template <class T>
IMGMINE_INLINE void saturate_16(const T* pixels, const Floats& factor, T* out) {
    Rgb v = load_rgb(pixels);
    const Floats gray =
        (broadcast(0.299f) * v.r + broadcast(0.587f) * v.g) + broadcast(0.114f) * v.b;
    v.r = gray + factor * (v.r - gray);
    v.g = gray + factor * (v.g - gray);
    v.b = gray + factor * (v.b - gray);
    store_rgb(out, v);
}

/// Every channel moves away from the pixel's gray, or towards it: gray + factor * (v - gray).
template <class T>
void saturate(const T* pixels, std::size_t n, float factor, T* out) {
    const Floats f = broadcast(factor);
    if (in_blocks<lanes>(n, [&](std::size_t i) { saturate_16(pixels + 3 * i, f, out + 3 * i); }))
        return;
    T values[3 * lanes] = {}, results[3 * lanes];
    std::memcpy(values, pixels, 3 * n * sizeof(T));
    saturate_16(values, f, results);
    std::memcpy(out, results, 3 * n * sizeof(T));
}

/// out = in * slope + offset, of each channel its own.
template <class T>
void scale(const T* in, std::size_t n, std::size_t channels, const float* slope_pattern,
           const float* offset_pattern, float* out) {
    if (channels == 1) {
        const Floats slope = broadcast(*slope_pattern), offset = broadcast(*offset_pattern);
        return map_values(in, n, out,
                          [&](std::size_t, const Floats& v) { return v * slope + offset; });
    }
    std::size_t phase = 0, i = 0;
    const std::size_t step = lanes % channels;
    for (; i + lanes <= n; i += lanes) {
        store(out + i,
              load_floats(in + i) * load(slope_pattern + phase) + load(offset_pattern + phase));
        if ((phase += step) >= channels) phase -= channels;
    }
    for (; i < n; ++i) {
        out[i] = (float)in[i] * slope_pattern[phase] + offset_pattern[phase];
        if (++phase == channels) phase = 0;
    }
}

/// out[i] = pixels[channels i] * slope + offset: one channel becomes a plane.
template <class T>
void scale_plane(const T* pixels, std::size_t n, std::size_t channels, float slope, float offset,
                 float* out) {
    std::size_t i = 0;
#if defined(__AVX512VBMI__)
    if constexpr (sizeof(T) == 1)
        if (channels == 3) {
            const __m512i order =
                _mm512_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45);
            for (; i + lanes <= n; i += lanes) {
                const __m512i bytes = _mm512_maskz_loadu_epi8((1ull << 46) - 1, pixels + 3 * i);
                const __m512 v = _mm512_cvtepi32_ps(
                    _mm512_maskz_permutexvar_epi8(0x1111111111111111u, order, bytes));
                _mm512_storeu_ps(out + i, _mm512_add_ps(_mm512_mul_ps(v, _mm512_set1_ps(slope)),
                                                        _mm512_set1_ps(offset)));
            }
        }
#endif
    if (channels == 3)
        for (; i < n; ++i) out[i] = (float)pixels[3 * i] * slope + offset;
    for (; i < n; ++i) out[i] = (float)pixels[channels * i] * slope + offset;
}

/// out = max(a - b, 0); 0 where that is NaN.
template <class T>
void difference(const T* a, const T* b, std::size_t n, float* out) {
    const Floats zero = broadcast(0.0f);
    if (in_blocks<lanes>(n, [&](std::size_t i) {
            store(out + i, max(load_floats(a + i) - load_floats(b + i), zero));
        }))
        return;
    for (std::size_t i = 0; i < n; ++i) {
        const float d = (float)a[i] - (float)b[i];
        out[i] = d > 0 ? d : 0;
    }
}

IMGMINE_INLINE Floats flattened(const Floats& v, const Floats& flat, const Floats& dark,
                                const Floats& mean) {
    const Floats signal = v - dark, light = flat - dark;
    Floats result = signal * mean / light;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        result.part[i] = light.part[i] > NativeFloats{} ? result.part[i] : signal.part[i];
    return result;
}

/// out = (in - dark) * mean / (flat - dark); in - dark where flat is not above dark.
template <class T, class F>
void flatten(const T* in, const F* flat, const F* dark, std::size_t n, std::size_t channels,
             const float* mean_pattern, T* out) {
    const auto sixteen = [&](const T* v, const F* f, const F* d, std::size_t phase, T* to) {
        store_values(to, flattened(load_floats(v), load_floats(f), load_floats(d),
                                   load(mean_pattern + phase)));
    };
    const std::size_t step = lanes % channels;
    std::size_t phase = 0, i = 0;
    for (; i + lanes <= n; i += lanes) {
        sixteen(in + i, flat + i, dark + i, phase, out + i);
        if ((phase += step) >= channels) phase -= channels;
    }
    if (const std::size_t rest = n - i) {
        T values[lanes] = {}, results[lanes];
        F flats[lanes] = {}, darks[lanes] = {};
        copy_few(values, in + i, rest);
        copy_few(flats, flat + i, rest);
        copy_few(darks, dark + i, rest);
        sixteen(values, flats, darks, phase, results);
        copy_few(out + i, results, rest);
    }
}

/// The first values of `in`, a multiple of 16 * groups of them, added to sums; how many they are.
template <std::size_t groups>
IMGMINE_INLINE std::size_t add_groups(const float* in, std::size_t n, double* sums) {
    Doubles total[groups];
    for (std::size_t k = 0; k < groups; ++k) total[k] = load(sums + k * lanes);
    std::size_t i = 0;
    for (; i + groups * lanes <= n; i += groups * lanes) {
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < groups; ++k)
            total[k] = total[k] + load_doubles(in + i + k * lanes);
    }
    for (std::size_t k = 0; k < groups; ++k) store(sums + k * lanes, total[k]);
    return i;
}

/// sums[i % period] += in[i], period being 16 * channels
void add_to_sums(const float* in, std::size_t n, std::size_t channels, double* sums) {
    const std::size_t period = lanes * channels;
    std::size_t i = channels == 1   ? add_groups<1>(in, n, sums)
                    : channels == 3 ? add_groups<3>(in, n, sums)
                                    : 0;
    for (; i + period <= n; i += period)
        for (std::size_t k = 0; k < period; ++k) sums[k] += (double)in[i + k];
    for (std::size_t k = 0; i < n; ++i, ++k) sums[k] += (double)in[i];
}

/// counts[i % channels] += in[i] == 0, of values that are not negative. Few are zero: stretches
/// without any are skipped.
void count_zeros(const float* in, std::size_t n, std::size_t channels, std::uint64_t* counts) {
    constexpr std::size_t stretch = 8 * lanes;
    for (std::size_t from = 0; from < n; from += stretch) {
        const std::size_t end = from + stretch < n ? from + stretch : n;
        if (end - from == stretch) {
            Floats least = load(in + from);
            IMGMINE_UNROLL
            for (std::size_t k = 1; k < 8; ++k) least = min(least, load(in + from + k * lanes));
            float values[lanes], least_of_all = 1;
            store(values, least);
            for (const float v : values) least_of_all = v < least_of_all ? v : least_of_all;
            if (least_of_all > 0) continue;
        }
        for (std::size_t i = from; i < end; ++i) counts[i % channels] += in[i] == 0;
    }
}

}  // namespace
extern const LightKernels IMGMINE_TABLE(light_kernels);
const LightKernels IMGMINE_TABLE(light_kernels) = {
    .luma = luma,
    .adjust = adjust,
    .power = power_of_values,
    .saturate_u8 = saturate<std::uint8_t>,
    .saturate_f32 = saturate<float>,
    .scale_u8 = scale<std::uint8_t>,
    .scale_f32 = scale<float>,
    .scale_plane_u8 = scale_plane<std::uint8_t>,
    .scale_plane_f32 = scale_plane<float>,
    .difference_u8 = difference<std::uint8_t>,
    .difference_f32 = difference<float>,
    .flatten_u8_u8 = flatten<std::uint8_t, std::uint8_t>,
    .flatten_u8_f32 = flatten<std::uint8_t, float>,
    .flatten_f32_f32 = flatten<float, float>,
    .add_to_sums = add_to_sums,
    .count_zeros = count_zeros,
};

}  // namespace imgmine
