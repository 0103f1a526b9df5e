#include "features/color_moments.hpp"

#include <algorithm>
#include <cmath>

#include "base/math.hpp"
#include "features/recipe.hpp"
#include "kernels/color_sums.hpp"

namespace imgmine {
namespace {

__extension__ typedef __int128 Wide;

/// How many values there are, and the sums of their powers: of 2^33 pixels at most.
struct PowerSums {
    std::int64_t values[4] = {};

    void add(std::int64_t value, std::int64_t times) {
        for (std::int64_t& sum : values) sum += times, times *= value;
    }
    /// Adds those of values of which all are `less` less.
    void add_shifted(const PowerSums& other, std::int64_t less) {
        const auto& v = other.values;
        const std::int64_t square = less * less;
        values[0] += v[0];
        values[1] += v[1] + less * v[0];
        values[2] += v[2] + 2 * less * v[1] + square * v[0];
        values[3] += v[3] + 3 * less * v[2] + 3 * square * v[1] + square * less * v[0];
    }
    void operator+=(const PowerSums& other) { add_shifted(other, 0); }
};

/// Writes the three moments.
void write_moments(const PowerSums& sums, float* out) {
    const Wide n = sums.values[0], sum = sums.values[1], squares = sums.values[2],
               cubes = sums.values[3];
    out[0] = out[1] = out[2] = 0;
    if (n == 0) return;
    // Whole numbers below 2^127 for up to 2^33 pixels: n^2 and n^3 times the central moments.
    const auto second = static_cast<double>(n * squares - sum * sum);
    const auto third =
        static_cast<double>(n * n * cubes - 3 * n * sum * squares + 2 * sum * sum * sum);
    const auto total = static_cast<double>(n);
    out[0] = static_cast<float>(static_cast<double>(sum) / total);
    out[1] = static_cast<float>(std::sqrt(second) / total);
    const double scaled = std::abs(third) / (total * total * total) / (1 << 24);  // below 1
    const double root = 256 * root_same_bits(scaled, 3);
    out[2] = static_cast<float>(third < 0 ? -root : root);
}

/// All values of the channels.
ColorBins every_value(ColorSpace space) {
    return {space, {space == ColorSpace::hsv ? 180 : 256, 256, 256}, false};
}

struct CellMoments final : BandDescriptor {
    ColorSpace space;
    std::ptrdiff_t rows, columns;

    CellMoments(ColorSpace in, std::ptrdiff_t r, std::ptrdiff_t c)
        : space(in), rows(r), columns(c) {}
    void check() const override { Areas{rows, columns}.check(); }
    std::size_t size(std::ptrdiff_t) const override {
        return 9 * static_cast<std::size_t>(rows * columns);
    }
    bool of_color() const override { return true; }
    std::ptrdiff_t reach(const RowLayout&) const override { return 0; }
    double cost() const override { return 0.8; }
    std::unique_ptr<BandWork> start(const BandShare& share) const override;
};

/// Adds up a share of the rows.
class MomentsWork final : public BandWork {
  public:
    MomentsWork(const CellMoments& descriptor, const BandShare& share)
        : descriptor_(descriptor),
          share_(share),
          columns_(static_cast<std::size_t>(descriptor.columns)),
          sums_(3 * static_cast<std::size_t>(descriptor.rows * descriptor.columns)) {}

    void add(Band& band) override {
        const std::ptrdiff_t last = std::min(band.last(), share_.last);
        for (std::ptrdiff_t y = std::max(band.first(), share_.first); y < last; ++y) {
            while ((row_ + 1) * share_.image.height / descriptor_.rows <= y) {
                flush();
                ++row_;
            }
            add_row(band.color(descriptor_.space, y));
        }
    }
    void merge(BandWork& other) override {
        auto& theirs = static_cast<MomentsWork&>(other);
        flush();
        theirs.flush();
        for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += theirs.sums_[i];
    }
    void write(float* out) override {
        flush();
        for (std::size_t i = 0; i < sums_.size(); ++i) write_moments(sums_[i], out + 3 * i);
    }

  private:
    struct Column {
        ColorSums sums{};
        std::size_t blocks = 0;
        std::int64_t pixels = 0;
    };

    void add_row(const std::uint8_t* pixels) {
        constexpr std::ptrdiff_t most = ColorSums::block * ColorSums::most_blocks / 2;
        for (std::ptrdiff_t j = 0; j < descriptor_.columns; ++j) {
            const std::ptrdiff_t left = j * share_.image.width / descriptor_.columns;
            const std::ptrdiff_t right = (j + 1) * share_.image.width / descriptor_.columns;
            for (std::ptrdiff_t x = left; x < right; x += most)
                add_to(static_cast<std::size_t>(j), pixels + 3 * x, std::min(most, right - x));
        }
    }

    void add_to(std::size_t j, const std::uint8_t* pixels, std::ptrdiff_t n) {
        Column& column = columns_[j];
        const std::size_t blocks = static_cast<std::size_t>(n) / ColorSums::block + 1;
        if (column.blocks + blocks > ColorSums::most_blocks) flush(j);
        column.blocks += blocks;
        column.pixels += n;
        color_sums_kernels().add_colors(pixels, static_cast<std::size_t>(n), column.sums);
    }

    /// Adds what a column of cells holds to the cell in this row of cells.
    void flush(std::size_t j) {
        Column& column = columns_[j];
        PowerSums* to = sums_.data() + 3 * (static_cast<std::size_t>(row_) * columns_.size() + j);
        for (std::size_t c = 0; c < 3; ++c) {
            PowerSums held{{column.pixels}};
            for (std::size_t k = 0; k < ColorSums::powers; ++k)
                for (const std::int32_t sum : column.sums.sums[ColorSums::powers * c + k])
                    held.values[k + 1] += sum;
            to[c].add_shifted(held, 128);
        }
        column = {};
    }
    void flush() {
        for (std::size_t j = 0; j < columns_.size(); ++j) flush(j);
    }

    const CellMoments& descriptor_;
    BandShare share_;
    std::ptrdiff_t row_ = 0;  // of cells
    std::vector<Column> columns_;
    std::vector<PowerSums> sums_;  // of each cell's three channels
};

std::unique_ptr<BandWork> CellMoments::start(const BandShare& share) const {
    return std::make_unique<MomentsWork>(*this, share);
}

}  // namespace

AnyBandDescriptor color_moments_in_bands(ColorSpace space, std::ptrdiff_t rows,
                                         std::ptrdiff_t columns) {
    return std::make_shared<CellMoments>(space, rows, columns);
}

void color_moments(ImageView<const std::uint8_t> image, ColorSpace space, const Areas& areas,
                   float* out) {
    if (!areas.mask.data && !areas.labels.data)
        return describe(image, color_moments_in_bands(space, areas.rows, areas.columns), out);
    const ColorBins bins = every_value(space);
    const std::vector<std::uint64_t> counts = color_histogram(image, bins, areas);
    const std::uint64_t* next = counts.data();
    for (std::size_t i = 0; i < areas.count(); ++i)
        for (const int n_values : bins.bins) {
            PowerSums sums;
            for (int v = 0; v < n_values; ++v) sums.add(v, static_cast<std::int64_t>(*next++));
            write_moments(sums, out);
            out += 3;
        }
}

}  // namespace imgmine
