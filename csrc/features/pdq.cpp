#include "features/pdq.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/error.hpp"
#include "features/cosine_transform.hpp"
#include "features/dihedral.hpp"
#include "kernels/pdq.hpp"
#include "kernels/transpose.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t side = 64, lanes = 16;
constexpr std::size_t n_low = 16;

/// Means of as many rows as fit a window, row by row: box_of_sixteen() along the columns.
class ColumnBox {
  public:
    ColumnBox(std::ptrdiff_t height, std::ptrdiff_t width, std::ptrdiff_t window)
        : height_(height),
          width_(static_cast<std::size_t>(width)),
          window_(window),
          ahead_((window + 2) / 2 - 1),
          held_(static_cast<std::size_t>(width * (window + 1))),
          sums_(width_) {}

    /// Takes the next row and calls emit(row) for what it completes; the last one for many.
    template <class Emit>
    void add(const float* row, float* out, const Emit& emit) {
        const PdqKernels& k = pdq_kernels();
        std::copy_n(row, width_, slot(right_++));
        k.add_row(row, sums_.data(), width_);
        ++count_;
        if (right_ <= ahead_) return;
        if (count_ > window_) drop();
        write(out, emit);
        if (right_ < height_) return;
        while (written_ < height_) {
            drop();
            write(out, emit);
        }
    }

  private:
    float* slot(std::ptrdiff_t y) {
        return held_.data() + static_cast<std::size_t>(y % (window_ + 1)) * width_;
    }
    void drop() {
        pdq_kernels().subtract_row(slot(left_++), sums_.data(), width_);
        --count_;
    }
    template <class Emit>
    void write(float* out, const Emit& emit) {
        pdq_kernels().divide_row(sums_.data(), static_cast<float>(count_), out, width_);
        emit(written_++, out);
    }

    std::ptrdiff_t height_;
    std::size_t width_;
    std::ptrdiff_t window_, ahead_, right_ = 0, left_ = 0, written_ = 0, count_ = 0;
    std::vector<float> held_, sums_;
};

void transpose_floats(const float* from, std::ptrdiff_t from_width, float* to,
                      std::ptrdiff_t to_width, std::ptrdiff_t rows, std::ptrdiff_t columns) {
    transpose_kernels().transpose(reinterpret_cast<const std::uint8_t*>(from), 4 * from_width,
                                  reinterpret_cast<std::uint8_t*>(to), 4 * to_width,
                                  static_cast<std::size_t>(rows), static_cast<std::size_t>(columns),
                                  4);
}

/// The image's luma, twice blurred along rows and columns, at 64 x 64 places.
class Shrinking {
  public:
    explicit Shrinking(ImageView<const std::uint8_t> image)
        : image_(image),
          window_((image.width + 2 * side - 1) / (2 * side)),
          first_(image.height, image.width, (image.height + 2 * side - 1) / (2 * side)),
          second_(image.height, side, (image.height + 2 * side - 1) / (2 * side)),
          rows_(static_cast<std::size_t>(lanes * image.width)),
          columns_(rows_.size()),
          blurred_(rows_.size()),
          waiting_(rows_.size()),
          row_(static_cast<std::size_t>(image.width)) {}

    Grid<float> run() {
        for (std::ptrdiff_t y = 0; y < image_.height; y += lanes) {
            const std::ptrdiff_t n = std::min(lanes, image_.height - y);
            for (std::ptrdiff_t r = 0; r < n; ++r)
                pdq_kernels().luma_f32(image_.row(y + r), rows_.data() + r * image_.width,
                                       static_cast<std::size_t>(image_.width),
                                       static_cast<std::size_t>(image_.channels));
            blur(rows_.data());
            transpose_floats(blurred_.data(), lanes, rows_.data(), image_.width, image_.width,
                             lanes);
            for (std::ptrdiff_t r = 0; r < n; ++r)
                first_.add(rows_.data() + r * image_.width, row_.data(),
                           [&](std::ptrdiff_t at, const float* row) { collect(at, row); });
        }
        return small_;
    }

  private:
    /// Sixteen rows, blurred along themselves, as columns of sixteen.
    void blur(const float* rows) {
        transpose_floats(rows, image_.width, columns_.data(), lanes, lanes, image_.width);
        pdq_kernels().box_of_sixteen(columns_.data(), blurred_.data(),
                                     static_cast<std::size_t>(image_.width),
                                     static_cast<std::size_t>(window_));
    }
    /// Second round: of the blurred rows nothing but 64 places counts any more.
    void collect(std::ptrdiff_t at, const float* row) {
        std::copy_n(row, image_.width, waiting_.data() + at % lanes * image_.width);
        if (at % lanes != lanes - 1 && at != image_.height - 1) return;
        // blurred_ still holds what the caller has transposed already: it may be used here.
        blur(waiting_.data());
        for (std::ptrdiff_t r = 0; r <= at % lanes; ++r) {
            float sample[side], out[side];
            for (std::ptrdiff_t j = 0; j < side; ++j)
                sample[j] = blurred_[static_cast<std::size_t>(place(j, image_.width) * lanes + r)];
            second_.add(sample, out, [&](std::ptrdiff_t y, const float* means) { pick(y, means); });
        }
    }
    void pick(std::ptrdiff_t y, const float* means) {
        for (std::ptrdiff_t i = 0; i < side; ++i)
            if (place(i, image_.height) == y)
                std::copy_n(means, side, small_.values.data() + i * side);
    }
    /// The old pixel in the middle of a new one.
    static std::ptrdiff_t place(std::ptrdiff_t i, std::ptrdiff_t extent) {
        return (2 * i + 1) * extent / (2 * side);
    }

    ImageView<const std::uint8_t> image_;
    std::ptrdiff_t window_;
    ColumnBox first_, second_;
    std::vector<float> rows_, columns_, blurred_, waiting_, row_;
    Grid<float> small_{side, side};
};

/// Steps of brightness between neighbors that are large enough to count.
int quality_of(const Grid<float>& small) {
    int sum = 0;
    const auto step = [&](float a, float b) {
        sum += std::abs(static_cast<int>((a - b) * 100 / 255));
    };
    for (std::size_t y = 0; y < small.height; ++y)
        for (std::size_t x = 0; x < small.width; ++x) {
            if (y + 1 < small.height) step(small.at(y, x), small.at(y + 1, x));
            if (x + 1 < small.width) step(small.at(y, x), small.at(y, x + 1));
        }
    return std::min(sum / 90, 100);
}

/// The 16 x 16 lowest cosine coefficients but those of whole rows and columns.
Grid<float> low_frequencies(const Grid<float>& small) {
    static const auto along = pdq_cosines();
    static const auto down = [] {
        std::vector<float> turned(along.size());
        for (std::size_t i = 0; i < 16; ++i)
            for (std::size_t j = 0; j < 64; ++j) turned[j * 16 + i] = along[i * 64 + j];
        return turned;
    }();
    std::vector<float> half(16 * 64);
    Grid<float> low{n_low, n_low};
    pdq_kernels().multiply(along.data(), 16, 64, small.values.data(), 64, half.data());
    pdq_kernels().multiply(half.data(), 16, 64, down.data(), 16, low.values.data());
    return low;
}

PdqHash bits_of(const Grid<float>& low) {
    std::vector<float> sorted = low.values;
    const auto middle = sorted.begin() + 127;
    std::nth_element(sorted.begin(), middle, sorted.end());
    PdqHash hash{};
    for (std::size_t k = 0; k < 256; ++k)
        if (low.values[k] > *middle)
            hash[31 - k / 8] = static_cast<std::uint8_t>(hash[31 - k / 8] | 1 << k % 8);
    return hash;
}

/// Turning and mirroring the picture turns and mirrors its coefficients, and changes the sign of
/// those that are odd along a mirrored axis.
Grid<float> laid_low(const Grid<float>& low, const Dihedral& way) {
    Grid<float> out{n_low, n_low};
    for (std::size_t i = 0; i < n_low; ++i)
        for (std::size_t j = 0; j < n_low; ++j) {
            const float value = way.transposed ? low.at(j, i) : low.at(i, j);
            const bool negative =
                (way.rows_reversed && i % 2 == 0) != (way.columns_reversed && j % 2 == 0);
            out.at(i, j) = negative ? -value : value;
        }
    return out;
}

}  // namespace

std::vector<float> pdq_cosines() {
    const Roots roots(256);
    const float scale = 0.17677669f;  // sqrt(2 / 64)
    std::vector<float> cosines(16 * 64);
    for (std::size_t i = 0; i < 16; ++i)
        for (std::size_t j = 0; j < 64; ++j)
            cosines[i * 64 + j] = static_cast<float>(static_cast<double>(scale) *
                                                     roots[(i + 1) * (2 * j + 1) % 256].first);
    return cosines;
}

Pdq pdq(ImageView<const std::uint8_t> image) {
    require(image.channels == 1 || image.channels == 3 || image.channels == 4,
            "image must have 1, 3 or 4 channels, got " + std::to_string(image.channels));
    constexpr std::ptrdiff_t smallest = 5;
    Pdq result;
    if (image.height < smallest || image.width < smallest) return result;
    Grid<float> small{side, side};
    if (image.height == side && image.width == side) {
        for (std::ptrdiff_t y = 0; y < side; ++y)
            pdq_kernels().luma_f32(image.row(y), small.values.data() + y * side,
                                   static_cast<std::size_t>(side),
                                   static_cast<std::size_t>(image.channels));
    } else {
        small = Shrinking(image).run();
    }
    result.quality = quality_of(small);
    const Grid<float> low = low_frequencies(small);
    for (std::size_t i = 0; i < dihedral.size(); ++i)
        result.hashes[i] = bits_of(laid_low(low, dihedral[i]));
    return result;
}

}  // namespace imgmine
