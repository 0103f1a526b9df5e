#include "kernels/lookup.hpp"

#include "kernels/simd.hpp"
#include "kernels/simd_table.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE void look_up_each(const std::uint8_t* in, std::size_t n, const std::uint8_t* table,
                                 std::uint8_t* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = table[in[i]];
}

/// out[i] = table[in[i]], of 256 bytes.
void apply_table(const std::uint8_t* in, std::size_t n, const std::uint8_t* table,
                 std::uint8_t* out) {
    if (n < table_block) return look_up_each(in, n, table, out);
    const ByteTable held(table);
    in_blocks<table_block>(n, [&](std::size_t i) { held.look_up(in + i, out + i); });
}

#if defined(__AVX512VBMI__)
/// Which bytes of 64, the first of them of channel `phase`, are of channel c.
IMGMINE_INLINE __mmask64 bytes_of_channel(std::size_t c, std::size_t phase, std::size_t channels) {
    __mmask64 mask = 0;
    for (std::size_t i = 0; i < 64; ++i)
        if ((phase + i) % channels == c) mask |= 1ull << i;
    return mask;
}

/// Every byte is looked up in all tables; masks choose.
template <std::size_t channels>
IMGMINE_INLINE std::size_t apply_tables_of(const std::uint8_t* in, std::size_t n,
                                           const std::uint8_t* tables, std::uint8_t* out) {
    const ByteTable held[] = {ByteTable(tables), ByteTable(tables + 256),
                              ByteTable(tables + 256 * (channels - 1))};
    __mmask64 second[3], third[3];
    for (std::size_t k = 0; k < 3; ++k) {
        second[k] = bytes_of_channel(1, 64 * k % channels, channels);
        third[k] = bytes_of_channel(2, 64 * k % channels, channels);
    }
    std::size_t i = 0;
    for (; i + 192 <= n; i += 192) {
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 3; ++k) {
            const __m512i v = _mm512_loadu_si512(in + i + 64 * k);
            __m512i found = held[0].at(v);
            found = _mm512_mask_mov_epi8(found, second[k], held[1].at(v));
            if (channels == 3) found = _mm512_mask_mov_epi8(found, third[k], held[2].at(v));
            _mm512_storeu_si512(out + i + 64 * k, found);
        }
    }
    return i;
}
#endif

/// out[i] = tables[256 c + in[i]] for the channel c of value i, of n pixels.
void apply_tables(const std::uint8_t* pixels, std::size_t n, std::size_t channels,
                  const std::uint8_t* tables, std::uint8_t* out) {
    std::size_t i = 0;
    const std::size_t size = n * channels;
#if defined(__AVX512VBMI__)
    if (channels == 2) i = apply_tables_of<2>(pixels, size, tables, out);
    if (channels == 3) i = apply_tables_of<3>(pixels, size, tables, out);
#endif
    if (channels == 3)
        for (; i < size; i += 3)
            for (std::size_t c = 0; c < 3; ++c) out[i + c] = tables[256 * c + pixels[i + c]];
    for (; i < size; i += channels)
        for (std::size_t c = 0; c < channels; ++c) out[i + c] = tables[256 * c + pixels[i + c]];
}

}  // namespace
extern const LookupKernels IMGMINE_TABLE(lookup_kernels);
const LookupKernels IMGMINE_TABLE(lookup_kernels) = {
    .apply_table = apply_table,
    .apply_tables = apply_tables,
};

}  // namespace imgmine
