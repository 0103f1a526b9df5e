#include "segment/grabcut.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/math.hpp"
#include "base/parallel.hpp"
#include "cluster/kmeans.hpp"
#include "segment/color_mixture.hpp"
#include "segment/grid_cut.hpp"

namespace imgmine {

namespace {

constexpr double unit = 1 << 14;  // of capacities
constexpr double gamma_weight = 50;
constexpr double surely = 400;  // more than all links of a pixel together

/// The two sides, background first.
using Sides = std::array<std::vector<ColorSums>, 2>;

std::int32_t squared_difference(const std::uint8_t* a, const std::uint8_t* b) {
    std::int32_t sum = 0;
    for (int c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
    return sum;
}

class Segmentation {
  public:
    Segmentation(ImageView<const std::uint8_t> image, ImageView<std::uint8_t> mask,
                 const GrabCut& options)
        : image_(image),
          mask_(mask),
          options_(options),
          k_(static_cast<std::size_t>(options.n_components)),
          grid_{image.height, image.width},
          cut_(grid_),
          terminals_(pixels()),
          components_{std::vector<std::uint8_t>(pixels()), std::vector<std::uint8_t>(pixels())} {}

    void run() {
        if (!has_both_sides()) return;
        cluster(0);
        cluster(1);
        link_neighbors();
        for (int i = 0; i < options_.n_iter; ++i) {
            const Sides sums = gather();
            const ColorMixture back(sums[0].data(), k_), front(sums[1].data(), k_);
            weigh(back, front);
            cut_.solve();
            if (!sort_out()) return;
        }
    }

  private:
    std::size_t pixels() const { return static_cast<std::size_t>(image_.height * image_.width); }
    std::size_t index(std::ptrdiff_t y, std::ptrdiff_t x) const {
        return static_cast<std::size_t>(y * image_.width + x);
    }
    const std::uint8_t* pixel(std::ptrdiff_t y, std::ptrdiff_t x) const {
        return image_.row(y) + 3 * x;
    }
    bool is_known(std::ptrdiff_t y, std::ptrdiff_t x) const { return mask_.row(y)[x] < 2; }

    template <class Body>
    void by_rows(double cost, const Body& body) const {
        parallel_for(image_.height, row_grain(image_.width, cost), body);
    }

    bool has_both_sides() const {
        bool has[2] = {false, false};
        for (std::ptrdiff_t y = 0; y < image_.height; ++y)
            for (std::ptrdiff_t x = 0; x < image_.width; ++x) has[mask_.row(y)[x] & 1] = true;
        return has[0] && has[1];
    }

    /// Calls visit(i, y, x) for the pixels of a side, row by row.
    template <class Visit>
    void each_of(int side, const Visit& visit) const {
        std::size_t i = 0;
        for (std::ptrdiff_t y = 0; y < image_.height; ++y)
            for (std::ptrdiff_t x = 0; x < image_.width; ++x)
                if ((mask_.row(y)[x] & 1) == side) visit(i++, y, x);
    }

    /// Gives each pixel of a side to the nearest center that k-means finds in a sample of them.
    void cluster(int side) {
        constexpr std::size_t most = 10000;
        std::size_t n = 0;
        each_of(side, [&](std::size_t, std::ptrdiff_t, std::ptrdiff_t) { ++n; });
        const std::size_t every = (n + most - 1) / most;
        std::vector<float> sample;
        each_of(side, [&](std::size_t i, std::ptrdiff_t y, std::ptrdiff_t x) {
            if (i % every == 0) sample.insert(sample.end(), pixel(y, x), pixel(y, x) + 3);
        });
        const auto n_rows = static_cast<std::ptrdiff_t>(sample.size() / 3);
        KMeansOptions options;
        options.k = std::min(static_cast<std::ptrdiff_t>(k_), n_rows);
        options.max_iter = 10;
        options.seed = options_.seed;
        const auto centers =
            fit_kmeans(RowsView<float>{sample.data(), n_rows, 3, 3}, options).centers;
        each_of(side, [&](std::size_t, std::ptrdiff_t y, std::ptrdiff_t x) {
            components_[static_cast<std::size_t>(side)][index(y, x)] =
                nearest(centers, pixel(y, x));
        });
    }

    static std::uint8_t nearest(const std::vector<double>& centers, const std::uint8_t* pixel) {
        double least = std::numeric_limits<double>::infinity();
        std::uint8_t best = 0;
        for (std::size_t j = 0; j < centers.size() / 3; ++j) {
            double squares = 0;
            for (std::size_t c = 0; c < 3; ++c) {
                const double difference = pixel[c] - centers[3 * j + c];
                squares += difference * difference;
            }
            if (squares < least) least = squares, best = static_cast<std::uint8_t>(j);
        }
        return best;
    }

    /// What the pixels of each side's components come to.
    Sides gather() const {
        Sides total{std::vector<ColorSums>(k_), std::vector<ColorSums>(k_)};
        std::mutex lock;
        by_rows(4, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            Sides part{std::vector<ColorSums>(k_), std::vector<ColorSums>(k_)};
            for (std::ptrdiff_t y = first; y < last; ++y)
                for (std::ptrdiff_t x = 0; x < image_.width; ++x) {
                    const std::size_t side = mask_.row(y)[x] & 1;
                    part[side][components_[side][index(y, x)]].add(pixel(y, x));
                }
            const std::lock_guard guard(lock);
            for (std::size_t side = 0; side < 2; ++side)
                for (std::size_t j = 0; j < k_; ++j) total[side][j] += part[side][j];
        });
        return total;
    }

    /// Calls visit(y, x, y2, x2, direction, is_diagonal) for each pair of neighbors.
    template <class Visit>
    void each_pair(const Visit& visit) const {
        constexpr std::ptrdiff_t dy[] = {0, 1, 1, 1}, dx[] = {1, -1, 0, 1};
        for (std::ptrdiff_t y = 0; y < image_.height; ++y)
            for (std::ptrdiff_t x = 0; x < image_.width; ++x)
                for (std::size_t i = 0; i < 4; ++i) {
                    const std::ptrdiff_t y2 = y + dy[i], x2 = x + dx[i];
                    if (y2 < image_.height && x2 >= 0 && x2 < image_.width)
                        visit(y, x, y2, x2, i + 4, i % 2 == 1);
                }
    }

    /// Links between pixels that are not known; those with known ones become terminals.
    void link_neighbors() {
        double squares = 0, n = 0;
        each_pair([&](auto y, auto x, auto y2, auto x2, std::size_t, bool) {
            squares += squared_difference(pixel(y, x), pixel(y2, x2));
            ++n;
        });
        const double beta = squares > 0 ? n / (2 * squares) : 0;
        std::array<std::vector<std::int32_t>, 2> weights;  // by squared difference; -1: not yet
        weights.fill(std::vector<std::int32_t>(3 * 255 * 255 + 1, -1));
        each_pair([&](auto y, auto x, auto y2, auto x2, std::size_t direction, bool diagonal) {
            const bool known = is_known(y, x), known2 = is_known(y2, x2);
            if (known && known2) return;
            const std::int32_t square = squared_difference(pixel(y, x), pixel(y2, x2));
            std::int32_t& weight = weights[diagonal][static_cast<std::size_t>(square)];
            if (weight < 0) weight = weight_of(beta * square, diagonal);
            if (!known && !known2)
                cut_.link(grid_.at(y, x), direction, weight);
            else if (known)
                cut_.add_terminal(grid_.at(y2, x2), mask_.row(y)[x] & 1 ? weight : -weight);
            else
                cut_.add_terminal(grid_.at(y, x), mask_.row(y2)[x2] & 1 ? weight : -weight);
        });
    }

    static std::int32_t weight_of(double exponent, bool diagonal) {
        if (exponent > 100) return 0;
        const double weight = gamma_weight * exp_same_bits(-exponent);
        return static_cast<std::int32_t>(weight * unit / (diagonal ? std::sqrt(2.0) : 1) + 0.5);
    }

    /// Links pixels that are not known with the terminals, and notes each pixel's components.
    void weigh(const ColorMixture& back, const ColorMixture& front) {
        by_rows(40, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (std::ptrdiff_t y = first; y < last; ++y)
                for (std::ptrdiff_t x = 0; x < image_.width; x += block)
                    weigh_block(back, front, y, x,
                                std::min<std::ptrdiff_t>(image_.width, x + block));
        });
    }

    void weigh_block(const ColorMixture& back, const ColorMixture& front, std::ptrdiff_t y,
                     std::ptrdiff_t first, std::ptrdiff_t last) {
        std::array<float, block> planes[3], costs[2];
        std::array<std::int32_t, block> which[2];
        const auto n = static_cast<std::size_t>(last - first);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t c = 0; c < 3; ++c)
                planes[c][i] = pixel(y, first + static_cast<std::ptrdiff_t>(i))[c];
        for (std::size_t side = 0; side < 2; ++side)
            (side ? front : back)
                .costs(planes[0].data(), planes[1].data(), planes[2].data(), n, costs[side].data(),
                       which[side].data());
        for (std::size_t i = 0; i < n; ++i) {
            const std::ptrdiff_t x = first + static_cast<std::ptrdiff_t>(i);
            for (std::size_t side = 0; side < 2; ++side)
                components_[side][index(y, x)] = static_cast<std::uint8_t>(which[side][i]);
            if (is_known(y, x)) continue;
            const double gain = static_cast<double>(costs[0][i]) - static_cast<double>(costs[1][i]);
            const auto now = static_cast<std::int32_t>(std::clamp(gain, -surely, surely) * unit);
            cut_.add_terminal(grid_.at(y, x), now - terminals_[index(y, x)]);
            terminals_[index(y, x)] = now;
        }
    }

    /// Puts each pixel that is not known on its side; returns whether both sides have pixels.
    bool sort_out() {
        for (std::ptrdiff_t y = 0; y < image_.height; ++y)
            for (std::ptrdiff_t x = 0; x < image_.width; ++x)
                if (!is_known(y, x))
                    mask_.row(y)[x] =
                        cut_.is_source(grid_.at(y, x)) ? probable_foreground : probable_background;
        return has_both_sides();
    }

    static constexpr std::ptrdiff_t block = 64;
    ImageView<const std::uint8_t> image_;
    ImageView<std::uint8_t> mask_;
    GrabCut options_;
    std::size_t k_;
    PaddedGrid grid_;
    GridCut cut_;
    std::vector<std::int32_t> terminals_;
    std::array<std::vector<std::uint8_t>, 2> components_;
};

}  // namespace

void grabcut(ImageView<const std::uint8_t> image, ImageView<std::uint8_t> mask,
             const GrabCut& options) {
    require(image.channels == 3,
            "image must have three channels, got " + std::to_string(image.channels));
    require(options.n_iter >= 0, "n_iter must be >= 0, got " + std::to_string(options.n_iter));
    require(options.n_components >= 1 && options.n_components <= 255,
            "n_components must be from 1 to 255, got " + std::to_string(options.n_components));
    require(mask.height == image.height && mask.width == image.width && mask.channels == 1,
            "mask must have the shape of the image");
    require((image.height + 2) * (image.width + 2) < std::numeric_limits<std::int32_t>::max(),
            "image must have fewer than 2^31 pixels");
    for (std::ptrdiff_t y = 0; y < mask.height; ++y)
        for (std::ptrdiff_t x = 0; x < mask.width; ++x)
            require(mask.row(y)[x] < 4, "mask must hold values from 0 to 3");
    if (!image.empty()) Segmentation(image, mask, options).run();
}

}  // namespace imgmine
