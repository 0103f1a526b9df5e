#pragma once

#include <array>
#include <cstddef>
#include <vector>

// The eight ways to lay a picture on a table: turned by 0, 90, 180, 270 degrees (against the clock,
// as numpy.rot90), mirrored top to bottom, left to right, and along either diagonal.
namespace imgmine {

struct Dihedral {
    bool transposed, rows_reversed, columns_reversed;  ///< in this order
};

inline constexpr std::array<Dihedral, 8> dihedral = {{{false, false, false},
                                                      {true, true, false},
                                                      {false, true, true},
                                                      {true, false, true},
                                                      {false, true, false},
                                                      {false, false, true},
                                                      {true, false, false},
                                                      {true, true, true}}};

template <class T>
struct Grid {
    std::size_t height, width;
    std::vector<T> values = std::vector<T>(height * width);
    T& at(std::size_t y, std::size_t x) { return values[y * width + x]; }
    const T& at(std::size_t y, std::size_t x) const { return values[y * width + x]; }
};

template <class T>
Grid<T> laid(const Grid<T>& grid, const Dihedral& way) {
    Grid<T> out{way.transposed ? grid.width : grid.height,
                way.transposed ? grid.height : grid.width};
    for (std::size_t y = 0; y < out.height; ++y)
        for (std::size_t x = 0; x < out.width; ++x) {
            const std::size_t v = way.rows_reversed ? out.height - 1 - y : y;
            const std::size_t u = way.columns_reversed ? out.width - 1 - x : x;
            out.at(y, x) = way.transposed ? grid.at(u, v) : grid.at(v, u);
        }
    return out;
}

}  // namespace imgmine
