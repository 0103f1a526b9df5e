#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace imgmine {

/// How a filter sees past the edge of a row of pixels a b c d.
enum class Border {
    reflect101 = 0,  ///< d c b | a b c d | c b a
    reflect = 1,     ///< c b a | a b c d | d c b
    replicate = 2,   ///< a a a | a b c d | d d d
    wrap = 3,        ///< b c d | a b c d | a b c
    constant = 4,    ///< v v v | a b c d | v v v
};

inline Border border_from_name(std::string_view name) {
    constexpr std::string_view names[] = {"reflect101", "reflect", "replicate", "wrap", "constant"};
    for (int i = 0; i < 5; ++i)
        if (name == names[i]) return static_cast<Border>(i);
    throw std::invalid_argument(
        "border must be 'reflect101', 'reflect', 'replicate', 'wrap' or 'constant', got '" +
        std::string(name) + "'");
}

/// Maps any index, however far outside, into [0, n), or to -1 where the constant is meant. n > 0.
inline std::ptrdiff_t border_index(Border border, std::ptrdiff_t i, std::ptrdiff_t n) {
    if (i >= 0 && i < n) return i;
    switch (border) {
        case Border::replicate:
            return std::clamp<std::ptrdiff_t>(i, 0, n - 1);
        case Border::wrap:
            return (i % n + n) % n;
        case Border::constant:
            return -1;
        case Border::reflect: {
            const std::ptrdiff_t period = 2 * n;
            i = (i % period + period) % period;
            return i < n ? i : period - 1 - i;
        }
        case Border::reflect101: {
            if (n == 1) return 0;
            const std::ptrdiff_t period = 2 * (n - 1);
            i = (i % period + period) % period;
            return i < n ? i : period - i;
        }
    }
    return -1;
}

}  // namespace imgmine
