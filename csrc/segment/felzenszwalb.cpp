#include "segment/felzenszwalb.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "cluster/disjoint_sets.hpp"
#include "filters/gaussian_blur.hpp"
#include "segment/grid_edges.hpp"

namespace imgmine {
namespace {

constexpr std::size_t ahead = 16;  // edges for which memory is asked before their turn

/// One channel of an image as floats, smoothed.
template <class T>
std::vector<float> smooth_plane(ImageView<const T> image, std::ptrdiff_t channel, double sigma) {
    const std::ptrdiff_t height = image.height, width = image.width, channels = image.channels;
    std::vector<float> plane(static_cast<std::size_t>(height * width));
    parallel_for(height, row_grain(width, 1), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const T* const from = image.row(y) + channel;
            float* const to = plane.data() + y * width;
            for (std::ptrdiff_t x = 0; x < width; ++x)
                to[x] = static_cast<float>(from[x * channels]);
        }
    });
    if (!(sigma > 0)) return plane;
    std::vector<float> smooth(plane.size());
    gaussian_blur<float>({plane.data(), height, width, 1, width},
                         {smooth.data(), height, width, 1, width}, {sigma, {}}, Border::reflect);
    return smooth;
}

/// Regions of pixels that grow by joining. The first pixel of a region stands for it.
class Forest {
  public:
    Forest(std::size_t n, float scale) : sets_(n), regions_(n, Region{scale, 1}), scale_(scale) {}

    std::uint32_t find(std::uint32_t i) { return static_cast<std::uint32_t>(sets_.find(i)); }
    /// Up to which weight the region of a first pixel takes an edge in.
    float limit(std::uint32_t i) const { return regions_[i].limit; }
    std::uint32_t size(std::uint32_t i) const { return regions_[i].size; }
    /// Asks memory for what find(i) will want.
    void expect(std::uint32_t i) const { sets_.expect(i); }
    void join(std::uint32_t i, std::uint32_t j, float weight) {
        const std::uint32_t size = regions_[i].size + regions_[j].size;
        const auto root = static_cast<std::size_t>(sets_.join_roots(i, j));
        regions_[root] = {weight + scale_ / static_cast<float>(size), size};
    }

    /// Numbers the regions by their first pixels.
    std::int32_t number(ImageView<std::int32_t> labels) {
        const std::int32_t n = sets_.count_off();
        for (std::ptrdiff_t y = 0; y < labels.height; ++y)
            for (std::ptrdiff_t x = 0; x < labels.width; ++x)
                labels.row(y)[x] = sets_.number_of(y * labels.width + x);
        return n;
    }

  private:
    struct Region {
        float limit;
        std::uint32_t size;
    };
    DisjointSets sets_;
    std::vector<Region> regions_;
    float scale_;
};

/// Joins along the edges that both their regions take in, lightest first. Those of the other ones
/// that are between different regions are left, in their order.
void join_similar(GridEdges& grid, Forest& forest) {
    std::vector<GridEdge>& edges = grid.edges();
    std::size_t n_refused = 0;
    for (std::size_t e = 0; e < edges.size(); ++e) {
        const GridEdge edge = edges[e], later = edges[std::min(e + ahead, edges.size() - 1)];
        forest.expect(GridEdges::first_pixel(later));
        forest.expect(grid.second_pixel(later));
        const std::uint32_t i = forest.find(GridEdges::first_pixel(edge));
        const std::uint32_t j = forest.find(grid.second_pixel(edge));
        if (i == j) continue;
        const auto weight = static_cast<float>(edge.weight);
        if (weight <= std::min(forest.limit(i), forest.limit(j)))
            forest.join(i, j, weight);
        else
            edges[n_refused++] = edge;
    }
    edges.resize(n_refused);
}

/// Joins along edges wherever a region is too small.
void join_small(GridEdges& grid, Forest& forest, std::uint32_t min_size) {
    for (const GridEdge edge : grid.edges()) {
        const std::uint32_t i = forest.find(GridEdges::first_pixel(edge));
        const std::uint32_t j = forest.find(grid.second_pixel(edge));
        if (i != j && std::min(forest.size(i), forest.size(j)) < min_size) forest.join(i, j, 0);
    }
}

void require_legal(const Felzenszwalb& options, std::ptrdiff_t pixels) {
    const auto legal = [](double x) { return std::isfinite(x) && x >= 0; };
    require(legal(options.scale),
            "scale must be finite and not negative, got " + std::to_string(options.scale));
    require(legal(options.sigma),
            "sigma must be finite and not negative, got " + std::to_string(options.sigma));
    require(options.min_size >= 0,
            "min_size must not be negative, got " + std::to_string(options.min_size));
    require(pixels < std::ptrdiff_t{1} << 30,
            "image must have less than 2^30 pixels, got " + std::to_string(pixels));
}

}  // namespace

template <class T>
std::int32_t felzenszwalb(ImageView<const T> image, ImageView<std::int32_t> labels,
                          const Felzenszwalb& options) {
    require_legal(options, image.height * image.width);
    if (image.empty()) return 0;
    std::vector<std::vector<float>> channels;
    std::vector<ImageView<const float>> planes;
    for (std::ptrdiff_t c = 0; c < image.channels; ++c)
        channels.push_back(smooth_plane(image, c, options.sigma));
    for (const auto& channel : channels)
        planes.push_back({channel.data(), image.height, image.width, 1, image.width});
    GridEdges grid(planes);
    channels.clear();
    Forest forest(static_cast<std::size_t>(image.height * image.width),
                  static_cast<float>(options.scale) * ContrastKernels::steps);
    join_similar(grid, forest);
    join_small(grid, forest, static_cast<std::uint32_t>(options.min_size));
    return forest.number(labels);
}

template std::int32_t felzenszwalb(ImageView<const std::uint8_t>, ImageView<std::int32_t>,
                                   const Felzenszwalb&);
template std::int32_t felzenszwalb(ImageView<const float>, ImageView<std::int32_t>,
                                   const Felzenszwalb&);

}  // namespace imgmine
