#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace imgmine {

/// A bit for each pixel of an image: whether a flood may still enter it. Rows are filled in when
/// they are first asked for.
class OpenRuns {
  public:
    OpenRuns(std::ptrdiff_t height, std::ptrdiff_t width)
        : width_(width),
          n_words_(static_cast<std::size_t>(width) / 64 + 1),  // the last bit is never set
          words_(static_cast<std::size_t>(height) * n_words_),
          is_known_(static_cast<std::size_t>(height)),
          near_((static_cast<std::size_t>(width) + 71) / 8 * 8) {}

    /// The bits of row y; look(y, near) sets a byte a pixel to 0 or 1 where they are not known.
    template <class Look>
    std::uint64_t* row(std::ptrdiff_t y, const Look& look) {
        const auto i = static_cast<std::size_t>(y);
        std::uint64_t* const bits = words_.data() + i * n_words_;
        if (is_known_[i]) return bits;
        is_known_[i] = 1;
        look(y, near_.data());
        for (std::size_t b = 0; b < (static_cast<std::size_t>(width_) + 7) / 8; ++b)
            bits[b / 8] |= eight(near_.data() + 8 * b) << (b % 8 * 8);
        return bits;
    }

    /// The first set bit from x on and before `end`, or `end`.
    static std::ptrdiff_t next_set(const std::uint64_t* bits, std::ptrdiff_t x,
                                   std::ptrdiff_t end) {
        while (x < end) {
            const std::uint64_t rest = bits[x >> 6] >> (x & 63);
            if (rest) {
                const std::ptrdiff_t found = x + std::countr_zero(rest);
                return found < end ? found : end;
            }
            x = (x | 63) + 1;
        }
        return end;
    }

    /// The end of the run of set bits that x lies in.
    static std::ptrdiff_t end_of(const std::uint64_t* bits, std::ptrdiff_t x) {
        for (;;) {
            const std::uint64_t rest = ~bits[x >> 6] >> (x & 63);
            if (rest) return x + std::countr_zero(rest);
            x = (x | 63) + 1;
        }
    }

    /// The first bit of the run of set bits that x lies in.
    static std::ptrdiff_t begin_of(const std::uint64_t* bits, std::ptrdiff_t x) {
        while (x >= 0) {
            const std::uint64_t rest = ~bits[x >> 6] << (63 - (x & 63));
            if (rest) return x - std::countl_zero(rest) + 1;
            x = (x & ~std::ptrdiff_t{63}) - 1;
        }
        return 0;
    }

    static void clear(std::uint64_t* bits, std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t a = first >> 6, b = (last - 1) >> 6;
        const std::uint64_t from = ~std::uint64_t{0} << (first & 63);
        const std::uint64_t to = ~std::uint64_t{0} >> (63 - ((last - 1) & 63));
        if (a == b) {
            bits[a] &= ~(from & to);
            return;
        }
        bits[a] &= ~from;
        for (std::ptrdiff_t i = a + 1; i < b; ++i) bits[i] = 0;
        bits[b] &= ~to;
    }

  private:
    /// Eight bytes of 0 or 1 as eight bits, the first one lowest.
    static std::uint64_t eight(const std::uint8_t* bytes) {
        std::uint64_t out = 0;
        if constexpr (std::endian::native == std::endian::little) {
            std::memcpy(&out, bytes, 8);
            return (out * 0x0102040810204080u) >> 56;
        }
        for (int i = 0; i < 8; ++i) out |= static_cast<std::uint64_t>(bytes[i]) << i;
        return out;
    }

    std::ptrdiff_t width_;
    std::size_t n_words_;
    std::vector<std::uint64_t> words_;
    std::vector<std::uint8_t> is_known_, near_;  // near_ ends in zeros
};

}  // namespace imgmine
