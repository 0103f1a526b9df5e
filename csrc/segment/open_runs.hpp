#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace imgmine {

/// A bit for each pixel of an image: whether a flood may still enter it. Words of 64 pixels are
/// filled in when they are first asked for: look(y, first, last, near) sets a byte for each pixel
/// in [first, last) of row y to 0 or 1.
template <class Look>
class OpenRuns {
  public:
    OpenRuns(std::ptrdiff_t height, std::ptrdiff_t width, const Look& look)
        : look_(look),
          width_(width),
          n_words_(width / 64 + 1),  // the last bit is never set
          words_(static_cast<std::size_t>(height * n_words_)),
          is_known_(words_.size()) {}

    /// The first set bit of row y from x on and before `end`, or `end`.
    std::ptrdiff_t next_set(std::ptrdiff_t y, std::ptrdiff_t x, std::ptrdiff_t end) {
        while (x < end) {
            const std::uint64_t rest = word(y, x >> 6) >> (x & 63);
            if (rest) return std::min(end, x + std::countr_zero(rest));
            x = (x | 63) + 1;
        }
        return end;
    }

    /// The end of the run of set bits that x lies in.
    std::ptrdiff_t end_of(std::ptrdiff_t y, std::ptrdiff_t x) {
        for (;;) {
            const std::uint64_t rest = ~word(y, x >> 6) >> (x & 63);
            if (rest) return x + std::countr_zero(rest);
            x = (x | 63) + 1;
        }
    }

    /// The first bit of the run of set bits that x lies in.
    std::ptrdiff_t begin_of(std::ptrdiff_t y, std::ptrdiff_t x) {
        while (x >= 0) {
            const std::uint64_t rest = ~word(y, x >> 6) << (63 - (x & 63));
            if (rest) return x - std::countl_zero(rest) + 1;
            x = (x & ~std::ptrdiff_t{63}) - 1;
        }
        return 0;
    }

    /// Clears bits [first, last) of row y, whose words are known.
    void clear(std::ptrdiff_t y, std::ptrdiff_t first, std::ptrdiff_t last) {
        std::uint64_t* const bits = words_.data() + y * n_words_;
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
    std::uint64_t word(std::ptrdiff_t y, std::ptrdiff_t i) {
        const auto at = static_cast<std::size_t>(y * n_words_ + i);
        if (!is_known_[at]) fill_in(at, y, 64 * i);
        return words_[at];
    }

    void fill_in(std::size_t at, std::ptrdiff_t y, std::ptrdiff_t first) {
        std::array<std::uint8_t, 64> near{};
        look_(y, first, std::min(first + 64, width_), near.data());
        for (std::size_t b = 0; b < 8; ++b) words_[at] |= eight(near.data() + 8 * b) << (8 * b);
        is_known_[at] = 1;
    }

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

    const Look& look_;
    std::ptrdiff_t width_, n_words_;
    std::vector<std::uint64_t> words_;
    std::vector<std::uint8_t> is_known_;
};

}  // namespace imgmine
