#include "features/edge_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "features/recipe.hpp"

namespace imgmine {
namespace {

constexpr std::size_t n_kinds = 5, n_parts = 16;

// Values of the standard's levels, by kind of edge.
constexpr float levels[n_kinds][8] = {
    {0.010867f, 0.057915f, 0.099526f, 0.144849f, 0.195573f, 0.260504f, 0.358031f, 0.530128f},
    {0.012266f, 0.069934f, 0.125879f, 0.182307f, 0.243396f, 0.314563f, 0.411728f, 0.564319f},
    {0.004193f, 0.025852f, 0.046860f, 0.068519f, 0.093286f, 0.123490f, 0.161505f, 0.228960f},
    {0.004174f, 0.025924f, 0.046232f, 0.067163f, 0.089655f, 0.115391f, 0.151904f, 0.217745f},
    {0.006778f, 0.051667f, 0.108650f, 0.166257f, 0.224226f, 0.285691f, 0.356375f, 0.450972f},
};

struct Counts {
    std::int64_t of_kind[n_parts][n_kinds] = {};
    std::int64_t all[n_parts] = {};
};

/// The kind of edge that a block's four quarters' sums make, or -1. Squares of strengths are
/// compared, which are whole numbers.
int kind_of(const std::int64_t* quarter, double least_square) {
    const std::int64_t a = quarter[0], b = quarter[1], c = quarter[2], d = quarter[3];
    const auto square = [](std::int64_t x) { return x * x; };
    const std::int64_t squares[] = {square(a - b + c - d), square(a + b - c - d), 2 * square(a - d),
                                    2 * square(b - c), 4 * square(a - b - c + d)};
    const auto* const largest = std::max_element(squares, squares + n_kinds);
    if (static_cast<double>(*largest) < least_square) return -1;
    return static_cast<int>(largest - squares);
}

struct EdgesInBands final : BandDescriptor {
    int n_blocks;
    double threshold;
    bool quantized;

    EdgesInBands(int n, double t, bool q) : n_blocks(n), threshold(t), quantized(q) {}
    void check() const override {
        require(n_blocks >= 1 && n_blocks <= 1 << 20,
                "n_blocks must be between 1 and 1048576, got " + std::to_string(n_blocks));
        require(threshold >= 0 && std::isfinite(threshold),
                "threshold must be finite and not negative, got " + std::to_string(threshold));
    }
    std::size_t size(std::ptrdiff_t) const override { return n_parts * n_kinds; }
    std::ptrdiff_t side(const RowLayout& image) const {
        const double area = static_cast<double>(image.height) * static_cast<double>(image.width);
        return std::max<std::ptrdiff_t>(
            static_cast<std::ptrdiff_t>(std::sqrt(area / n_blocks) / 2) * 2, 2);
    }
    std::ptrdiff_t reach(const RowLayout& image) const override { return side(image) - 1; }
    double cost() const override { return 0.3; }
    std::unique_ptr<BandWork> start(const BandShare& share) const override;
};

/// The blocks that begin in a share of the rows.
class EdgesWork final : public BandWork {
  public:
    EdgesWork(const EdgesInBands& descriptor, const BandShare& share)
        : descriptor_(descriptor),
          share_(share),
          side_(descriptor.side(share.image)),
          last_((std::min((share.last + side_ - 1) / side_, share.image.height / side_)) * side_),
          next_((share.first + side_ - 1) / side_ * side_),
          upper_(static_cast<std::size_t>(share.image.width)),
          lower_(upper_.size()) {}

    void add(Band& band) override {
        for (; next_ < std::min(band.last(), last_); ++next_) {
            const std::ptrdiff_t within = next_ % side_;
            auto& sums = within < side_ / 2 ? upper_ : lower_;
            const std::uint8_t* const row = band.gray(next_);
            if (within % (side_ / 2) == 0)
                std::copy(row, row + sums.size(), sums.begin());
            else
                for (std::size_t x = 0; x < sums.size(); ++x) sums[x] += row[x];
            if (within == side_ - 1) count_blocks(next_ + 1 - side_);
        }
    }
    void merge(BandWork& other) override {
        const Counts& theirs = static_cast<EdgesWork&>(other).counts_;
        for (std::size_t p = 0; p < n_parts; ++p) {
            counts_.all[p] += theirs.all[p];
            for (std::size_t k = 0; k < n_kinds; ++k) counts_.of_kind[p][k] += theirs.of_kind[p][k];
        }
    }
    void write(float* out) override {
        std::array<float, n_parts * n_kinds> shares{};
        for (std::size_t p = 0; p < n_parts; ++p)
            for (std::size_t k = 0; k < n_kinds && counts_.all[p]; ++k)
                shares[p * n_kinds + k] =
                    static_cast<float>(static_cast<double>(counts_.of_kind[p][k]) /
                                       static_cast<double>(counts_.all[p]));
        if (descriptor_.quantized) shares = quantized_edges(shares);
        std::copy(shares.begin(), shares.end(), out);
    }

  private:
    std::int64_t sum_of(const std::vector<std::uint32_t>& sums, std::ptrdiff_t from) const {
        std::int64_t sum = 0;
        for (std::ptrdiff_t x = from; x < from + side_ / 2; ++x)
            sum += sums[static_cast<std::size_t>(x)];
        return sum;
    }

    /// The blocks whose upper edge is row `top`.
    void count_blocks(std::ptrdiff_t top) {
        const std::ptrdiff_t half = side_ / 2, width = share_.image.width;
        const double least = descriptor_.threshold * static_cast<double>(half * half);
        for (std::ptrdiff_t x = 0; x + side_ <= width; x += side_) {
            const std::int64_t quarters[] = {sum_of(upper_, x), sum_of(upper_, x + half),
                                             sum_of(lower_, x), sum_of(lower_, x + half)};
            const auto part =
                static_cast<std::size_t>(4 * (top * 4 / share_.image.height) + x * 4 / width);
            const int kind = kind_of(quarters, least * least);
            ++counts_.all[part];
            if (kind >= 0) ++counts_.of_kind[part][kind];
        }
    }

    const EdgesInBands& descriptor_;
    BandShare share_;
    std::ptrdiff_t side_, last_, next_;
    std::vector<std::uint32_t> upper_, lower_;  // sums of columns in the halves of a row of blocks
    Counts counts_;
};

std::unique_ptr<BandWork> EdgesInBands::start(const BandShare& share) const {
    return std::make_unique<EdgesWork>(*this, share);
}

}  // namespace

AnyBandDescriptor edges_in_bands(int n_blocks, double threshold, bool quantized) {
    return std::make_shared<EdgesInBands>(n_blocks, threshold, quantized);
}

std::array<float, 80> edge_histogram(ImageView<const std::uint8_t> image, int n_blocks,
                                     double threshold) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    std::array<float, 80> shares;
    describe(image, edges_in_bands(n_blocks, threshold, false), shares.data());
    return shares;
}

std::array<float, 80> quantized_edges(const std::array<float, 80>& shares) {
    std::array<float, 80> result{};
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const float* const level = levels[i % n_kinds];
        int nearest = 0;
        while (nearest < 7 && shares[i] > (level[nearest] + level[nearest + 1]) / 2) ++nearest;
        result[i] = static_cast<float>(nearest);
    }
    return result;
}

std::array<float, 35> edge_level_borders() {
    std::array<float, 35> borders;
    for (std::size_t i = 0; i < borders.size(); ++i)
        borders[i] = (levels[i / 7][i % 7] + levels[i / 7][i % 7 + 1]) / 2;
    return borders;
}

std::array<std::int32_t, 14> larger_parts() {
    constexpr std::int32_t row = 0xf, column = 0x1111, square = 0x33;
    return {0xffff,      row,         row << 4,     row << 8,    row << 12,
            column,      column << 1, column << 2,  column << 3, square,
            square << 2, square << 8, square << 10, square << 5};
}

std::array<float, 150> with_larger_parts(const std::array<float, 80>& shares) {
    std::array<float, 150> result;
    float* next = std::copy(shares.begin(), shares.end(), result.begin());
    for (const std::int32_t parts : larger_parts())
        for (std::size_t kind = 0; kind < n_kinds; ++kind) {
            float total = 0, n = 0;
            for (std::size_t part = 0; part < n_parts; ++part)
                if (parts >> part & 1) total += shares[part * n_kinds + kind], n += 1;
            *next++ = total / n;
        }
    return result;
}

}  // namespace imgmine
