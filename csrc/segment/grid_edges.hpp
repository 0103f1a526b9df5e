#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/image.hpp"
#include "base/parallel.hpp"
#include "kernels/contrast.hpp"

namespace imgmine {

/// An edge between neighboring pixels.
struct GridEdge {
    std::uint32_t place;   ///< 4 times the first pixel, plus the way to the other one
    std::uint32_t weight;  ///< how far apart their colors are, in steps of ContrastKernels
};

/// The edges between the pixels of a grid and their 8 neighbors (right, down left, down, down
/// right), lightest first. Equal weights keep the order of rows, in a row that of ways.
class GridEdges {
  public:
    /// `planes` are the channels of one image. They must be kept until this returns.
    explicit GridEdges(const std::vector<ImageView<const float>>& planes)
        : planes_(planes), height_(planes.front().height), width_(planes.front().width) {
        n_bands_ = std::clamp<std::ptrdiff_t>(height_ / 64, 1, std::min(num_threads(), 16));
        begins_.resize(static_cast<std::size_t>(n_bands_) * n_groups + 1);
        in_bands([this](std::ptrdiff_t band, const std::uint32_t* weights, std::ptrdiff_t n, auto) {
            std::uint32_t* const counts = begins(band);
            for (std::ptrdiff_t x = 0; x < n; ++x) ++counts[weights[x] >> fine_bits];
        });
        edges_.resize(add_up());
        in_bands([this](std::ptrdiff_t band, const std::uint32_t* weights, std::ptrdiff_t n,
                        std::uint32_t place) {
            std::uint32_t* const next = begins(band);
            for (std::ptrdiff_t x = 0; x < n; ++x, place += 4)
                edges_[next[weights[x] >> fine_bits]++] = {place, weights[x]};
        });
        sort_groups();
        begins_ = {};
    }

    std::vector<GridEdge>& edges() { return edges_; }
    static std::uint32_t first_pixel(const GridEdge& edge) { return edge.place >> 2; }
    std::uint32_t second_pixel(const GridEdge& edge) const {
        const auto width = static_cast<std::uint32_t>(width_);
        const std::uint32_t steps[] = {1, width - 1, width, width + 1};
        return (edge.place >> 2) + steps[edge.place & 3];
    }

  private:
    static constexpr unsigned fine_bits = 14, digit_bits = fine_bits / 2;
    static constexpr std::size_t n_groups = ContrastKernels::end >> fine_bits;

    std::uint32_t* begins(std::ptrdiff_t band) {
        return begins_.data() + static_cast<std::size_t>(band) * n_groups;
    }

    /// Calls body(band, weights, n, place) for the n edges of each row and way, which begin at
    /// `place`; bands share the rows among threads.
    template <class Body>
    void in_bands(const Body& body) {
        parallel_for(n_bands_, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            std::vector<std::uint32_t> weights(static_cast<std::size_t>(width_));
            for (std::ptrdiff_t band = first; band < last; ++band)
                for (std::ptrdiff_t y = height_ * band / n_bands_,
                                    end = height_ * (band + 1) / n_bands_;
                     y < end; ++y)
                    for (int way = 0; way < 4; ++way) {
                        const std::ptrdiff_t left = way == 1;
                        const std::ptrdiff_t n = weigh(y, way, left, weights.data());
                        const auto pixel = static_cast<std::uint32_t>(y * width_ + left);
                        body(band, weights.data(), n, 4 * pixel + static_cast<unsigned>(way));
                    }
        });
    }

    /// Finds the weights of a row's edges of one way, from column `left` on; returns how many.
    std::ptrdiff_t weigh(std::ptrdiff_t y, int way, std::ptrdiff_t left, std::uint32_t* out) const {
        const std::ptrdiff_t n = way == 2 ? width_ : width_ - 1;
        if (n == 0 || (way > 0 && y + 1 == height_)) return 0;
        const std::ptrdiff_t right = way == 0 ? 1 : way - 2, down = way > 0;
        std::vector<const float*> one, other;
        for (const auto& plane : planes_) {
            one.push_back(plane.row(y) + left);
            other.push_back(plane.row(y + down) + left + right);
        }
        contrast_kernels().distances(one.data(), other.data(), planes_.size(), out,
                                     static_cast<std::size_t>(n));
        return n;
    }

    /// Turns counts into the places where each band's edges of each group begin; returns how many
    /// edges there are.
    std::size_t add_up() {
        std::uint32_t total = 0;
        for (std::size_t group = 0; group < n_groups; ++group)
            for (std::ptrdiff_t band = 0; band < n_bands_; ++band) {
                const std::uint32_t count = begins(band)[group];
                begins(band)[group] = total;
                total += count;
            }
        return total;
    }

    /// Sorts the edges of each group, which differ in the lower bits alone.
    void sort_groups() {
        const std::uint32_t* const ends = begins(n_bands_ - 1);
        constexpr std::ptrdiff_t n = n_groups;
        parallel_for(n, n / 256, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            std::vector<GridEdge> room;
            for (std::ptrdiff_t group = first; group < last; ++group)
                sort_group(edges_.data() + (group ? ends[group - 1] : 0),
                           edges_.data() + ends[group], room);
        });
    }

    static void sort_group(GridEdge* first, GridEdge* last, std::vector<GridEdge>& room) {
        const auto n = static_cast<std::size_t>(last - first);
        if (n > 64) {
            if (room.size() < n) room.resize(n);
            sort_by_digit(first, room.data(), n, 0);
            sort_by_digit(room.data(), first, n, digit_bits);
            return;
        }
        for (std::size_t i = 1; i < n; ++i) {
            const GridEdge edge = first[i];
            std::size_t at = i;
            for (; at > 0 && first[at - 1].weight > edge.weight; --at) first[at] = first[at - 1];
            first[at] = edge;
        }
    }

    static void sort_by_digit(const GridEdge* from, GridEdge* to, std::size_t n, unsigned shift) {
        constexpr std::uint32_t digits = 1 << digit_bits;
        std::uint32_t next[digits + 1] = {};
        for (std::size_t i = 0; i < n; ++i) ++next[((from[i].weight >> shift) & (digits - 1)) + 1];
        for (std::size_t digit = 0; digit < digits; ++digit) next[digit + 1] += next[digit];
        for (std::size_t i = 0; i < n; ++i)
            to[next[(from[i].weight >> shift) & (digits - 1)]++] = from[i];
    }

    const std::vector<ImageView<const float>>& planes_;
    std::ptrdiff_t height_, width_, n_bands_ = 1;
    std::vector<std::uint32_t> begins_;
    std::vector<GridEdge> edges_;
};

}  // namespace imgmine
