#include "kernels/quantized_maps.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE Floats load_floats(const std::int32_t* p) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        v.part[i] =
            __builtin_convertvector(load_native<NativeInts>(p + i * native_lanes), NativeFloats);
    return v;
}

IMGMINE_INLINE void store_any(std::uint8_t* out, const Floats& v) {
    store_bytes_rounded(out, v);
}
IMGMINE_INLINE void store_any(float* out, const Floats& v) {
    store(out, v);
}

/// out[i] = map(in[i]), sixteen at a time.
template <class In, class Out, class Map>
IMGMINE_INLINE void map_values(const In* in, std::size_t n, Out* out, const Map& map) {
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        store_any(out + i, map(load_floats(in + i)));
    };
    if (in_blocks<lanes>(n, block)) return;
    In few[lanes] = {};
    Out results[lanes];
    copy_few(few, in, n);
    store_any(results, map(load_floats(few)));
    copy_few(out, results, n);
}

void quantize(const float* in, std::size_t n, float factor, float zero, std::uint8_t* out) {
    map_values(in, n, out,
               [&](const Floats& v) { return v * broadcast(factor) + broadcast(zero); });
}

void dequantize(const std::uint8_t* in, std::size_t n, float zero, float scale, float* out) {
    map_values(in, n, out,
               [&](const Floats& v) { return (v - broadcast(zero)) * broadcast(scale); });
}

void requantize(const std::int32_t* sums, std::size_t n, float factor, float zero,
                std::uint8_t* out) {
    map_values(sums, n, out,
               [&](const Floats& v) { return v * broadcast(factor) + broadcast(zero); });
}

void combine(const std::uint8_t* const* in, const float* factors, std::size_t n_in, float offset,
             float least, std::size_t n, std::uint8_t* out) {
    const auto total = [&](const auto& values) __attribute__((always_inline)) {
        Floats v = broadcast(offset);
        for (std::size_t j = 0; j < n_in; ++j) v = v + values(j) * broadcast(factors[j]);
        return max(v, broadcast(least));
    };
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        store_bytes_rounded(out + i, total([&](std::size_t j) { return load_floats(in[j] + i); }));
    };
    if (in_blocks<lanes>(n, block)) return;
    std::uint8_t results[lanes];
    store_bytes_rounded(results, total([&](std::size_t j) {
                            std::uint8_t few[lanes] = {};
                            copy_few(few, in[j], n);
                            return load_floats(few);
                        }));
    copy_few(out, results, n);
}

void maximum(const std::uint8_t* in, std::size_t n, std::uint8_t* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = out[i] < in[i] ? in[i] : out[i];
}

void add(const std::uint8_t* in, std::size_t n, std::int32_t* sums) {
    for (std::size_t i = 0; i < n; ++i) sums[i] += in[i];
}

}  // namespace
extern const QuantizedMapsKernels IMGMINE_TABLE(quantized_maps_kernels);
const QuantizedMapsKernels IMGMINE_TABLE(quantized_maps_kernels) = {
    .quantize = quantize,
    .dequantize = dequantize,
    .combine = combine,
    .maximum = maximum,
    .add = add,
    .requantize = requantize,
};

}  // namespace imgmine
