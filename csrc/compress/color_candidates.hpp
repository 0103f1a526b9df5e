#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>
#include <vector>

namespace imgmine {

inline constexpr std::size_t n_cells = 1 << 15;  // of 8 x 8 x 8 colors each

template <class T>
inline std::size_t cell_of(const T* rgb) {
    return static_cast<std::size_t>((rgb[0] >> 3) << 10 | (rgb[1] >> 3) << 5 | rgb[2] >> 3);
}

/// Which colors can be the nearest of some color of a cell, in the order of the palette.
///
/// Cells far from all colors can have many: those share a list with the 63 around them, so that
/// lists take no more than a megabyte.
class Candidates {
  public:
    explicit Candidates(const std::vector<std::uint8_t>& palette)
        : palette_(palette), starts_(n_cells), counts_(n_cells) {
        places_.reserve(n_cells * most + n_blocks * palette.size() / 3);
        std::vector<std::uint8_t> all(palette.size() / 3), own;
        std::iota(all.begin(), all.end(), std::uint8_t{0});
        for (std::size_t block = 0; block < n_blocks; ++block) {
            const std::array<int, 3> corner = {static_cast<int>(block >> 6) * 32,
                                               static_cast<int>(block >> 3 & 7) * 32,
                                               static_cast<int>(block & 7) * 32};
            const std::vector<std::uint8_t> shared = near_to(corner, 32, all);
            const auto start = static_cast<std::uint32_t>(places_.size());
            places_.insert(places_.end(), shared.begin(), shared.end());
            for (int cell = 0; cell < 64; ++cell) {
                const std::array<int, 3> at = {corner[0] + (cell >> 4) * 8,
                                               corner[1] + (cell >> 2 & 3) * 8,
                                               corner[2] + (cell & 3) * 8};
                own = near_to(at, 8, shared);
                const bool long_list = own.size() > most;
                const std::size_t i = cell_of(at.data());
                starts_[i] = long_list ? start : static_cast<std::uint32_t>(places_.size());
                counts_[i] = static_cast<std::uint16_t>(long_list ? shared.size() : own.size());
                if (!long_list) places_.insert(places_.end(), own.begin(), own.end());
            }
        }
    }

    std::uint8_t nearest(const std::uint8_t* rgb) const {
        const std::size_t cell = cell_of(rgb);
        const std::uint8_t* place = places_.data() + starts_[cell];
        const std::uint8_t* const end = place + counts_[cell];
        std::uint8_t best = *place;
        if (++place == end) return best;
        for (int least = distance(rgb, best); place < end; ++place)
            if (const int d = distance(rgb, *place); d < least) least = d, best = *place;
        return best;
    }

  private:
    static constexpr std::size_t most = 24, n_blocks = 512;

    int distance(const std::uint8_t* rgb, std::uint8_t place) const {
        const std::uint8_t* const color = palette_.data() + 3 * place;
        int total = 0;
        for (int c = 0; c < 3; ++c) total += (rgb[c] - color[c]) * (rgb[c] - color[c]);
        return total;
    }

    /// Those whose least distance from a cube of colors is not above the least of the greatest
    /// ones.
    std::vector<std::uint8_t> near_to(const std::array<int, 3>& corner, int side,
                                      const std::vector<std::uint8_t>& places) const {
        int bound = std::numeric_limits<int>::max();
        std::array<int, 256> least;
        for (const std::uint8_t place : places) {
            int near = 0, far = 0;
            for (std::size_t c = 0; c < 3; ++c) {
                const int below = corner[c] - palette_[3u * place + c];
                const int above = -below - (side - 1);
                const int inside = std::max({below, above, 0});
                const int outside = std::max(below + side - 1, above + side - 1);
                near += inside * inside;
                far += outside * outside;
            }
            least[place] = near;
            bound = std::min(bound, far);
        }
        std::vector<std::uint8_t> found;
        std::copy_if(places.begin(), places.end(), std::back_inserter(found),
                     [&](std::uint8_t place) { return least[place] <= bound; });
        return found;
    }

    const std::vector<std::uint8_t>& palette_;
    std::vector<std::uint32_t> starts_;
    std::vector<std::uint16_t> counts_;
    std::vector<std::uint8_t> places_;
};

}  // namespace imgmine
