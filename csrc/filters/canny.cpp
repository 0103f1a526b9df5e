#include "filters/canny.hpp"

#include <cmath>
#include <mutex>
#include <string>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/flood.hpp"
#include "filters/gradient.hpp"

namespace imgmine {
namespace {

// Sums of absolute parts fit 16 bits (at most 24480), of squares 32.
template <class Norm>
struct NormKernels;
template <>
struct NormKernels<std::int16_t> {
    static auto norm() { return canny_kernels().norm_l1; }
    static auto strongest() { return canny_kernels().strongest_l1; }
    static auto thin() { return canny_kernels().thin_l1; }
};
template <>
struct NormKernels<std::int32_t> {
    static auto norm() { return canny_kernels().norm_l2; }
    static auto strongest() { return canny_kernels().strongest_l2; }
    static auto thin() { return canny_kernels().thin_l2; }
};

/// The whole number that norms have to be above.
std::int32_t threshold(double x, bool squared) {
    x = std::min(x, 32767.0);
    return static_cast<std::int32_t>(std::floor(squared ? x * x : x));
}

/// Thins the edges of pixels [x_first, x_last) of an image. Rows of gradients come in from above;
/// three rows of norms are kept, a pixel wider than the tile on both sides, zero past the image.
template <class Norm>
class Thinning {
  public:
    Thinning(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
             const CannyOptions& options, std::ptrdiff_t x_first, std::ptrdiff_t x_last)
        : src_(src),
          dst_(dst),
          low_(threshold(options.low / divisor(options), options.l2_gradient)),
          high_(threshold(options.high / divisor(options), options.l2_gradient)),
          x_first_(x_first),
          x_last_(x_last),
          from_(std::max<std::ptrdiff_t>(x_first - 1, 0)),
          to_(std::min(x_last + 1, src.width)),
          size_((x_last - x_first + 2) * src.channels) {
        for (auto& row : norms_) row.resize(static_cast<std::size_t>(size_));
        for (auto& row : gradients_) row.resize(static_cast<std::size_t>(2 * size_));
    }
    static double divisor(const CannyOptions& options) { return options.ksize == 7 ? 16 : 1; }

    /// Where the gradients of the next row go: x, then y; of values [first, last).
    std::int16_t* gx() { return gradients_[1].data() + (from_ - x_first_ + 1) * src_.channels; }
    std::int16_t* gy() { return gx() + size_; }
    std::ptrdiff_t first() const { return from_ * src_.channels; }
    std::ptrdiff_t last() const { return to_ * src_.channels; }

    /// Takes the gradients of row y, or zeros past the image, and thins row y - 1 if it is wanted.
    void take(std::ptrdiff_t y, bool thin_above) {
        Norm* const norm = norms_[2].data();
        if (y < 0 || y >= src_.height) {
            std::fill_n(norm, size_, Norm{0});
        } else {
            Norm* const inside = norm + (gx() - gradients_[1].data());
            const auto channels = static_cast<std::size_t>(src_.channels);
            const auto n = static_cast<std::size_t>(to_ - from_);
            NormKernels<Norm>::norm()(gx(), gy(), inside, n * channels);
            if (channels > 1) merge(inside, n);
        }
        if (thin_above) {
            const Norm* const rows[] = {norms_[0].data() + 1, norms_[1].data() + 1, norm + 1};
            const std::int16_t* const above = gradients_[0].data() + 1;
            NormKernels<Norm>::thin()(above, above + size_, rows, low_, high_,
                                      dst_.row(y - 1) + x_first_,
                                      static_cast<std::size_t>(x_last_ - x_first_));
        }
        std::swap(gradients_[0], gradients_[1]);
        std::swap(norms_[0], norms_[1]);
        std::swap(norms_[1], norms_[2]);
    }

  private:
    /// One value a pixel, where the pixels of a one-channel image stand.
    void merge(Norm* norm, std::size_t n) {
        std::int16_t* const x = gx();
        std::int16_t* const y = gy();
        NormKernels<Norm>::strongest()(x, y, norm, static_cast<std::size_t>(src_.channels), n);
        const std::ptrdiff_t offset = from_ - x_first_ + 1;
        std::copy_n(x, n, gradients_[1].data() + offset);
        std::copy_n(y, n, gradients_[1].data() + size_ + offset);
        std::copy_n(norm, n, norms_[2].data() + offset);
        if (from_ == 0) norms_[2][0] = 0;
        if (to_ == src_.width) norms_[2][static_cast<std::size_t>(to_ - x_first_ + 1)] = 0;
    }

    ImageView<const std::uint8_t> src_;
    ImageView<std::uint8_t> dst_;
    std::int32_t low_, high_;
    std::ptrdiff_t x_first_, x_last_, from_, to_, size_;
    std::vector<Norm> norms_[3];
    std::vector<std::int16_t> gradients_[2];
};

/// Sends the gradients of rows [first, last) through `thinning`.
template <class Norm>
void thin_3(ImageView<const std::uint8_t> src, Thinning<Norm>& thinning, std::ptrdiff_t first,
            std::ptrdiff_t last) {
    const auto kernel = edge_kernels().gradient_u8_i16;
    const auto step = static_cast<std::size_t>(src.channels);
    ThreeRows<std::uint8_t> three_rows(src, Border::replicate);
    for (std::ptrdiff_t y = first - 1; y <= last; ++y) {
        if (y >= 0 && y < src.height)
            three_rows(
                y, thinning.first(), thinning.last(),
                [&](const std::uint8_t* const* rows, std::ptrdiff_t x, std::size_t n) {
                    const std::ptrdiff_t at = x - thinning.first();
                    kernel(rows, step, Operator::sobel, Combine::first, thinning.gx() + at, n);
                    kernel(rows, step, Operator::sobel, Combine::second, thinning.gy() + at, n);
                });
        thinning.take(y, y > first);
    }
}

template <class Norm>
void thin_larger(ImageView<const std::uint8_t> src, Thinning<Norm>& thinning, int ksize,
                 std::ptrdiff_t first, std::ptrdiff_t last) {
    const EdgePairKernels& kernels = edge_pair_kernels();
    const SeparablePair pair{sobel_taps(ksize, 0), sobel_taps(ksize, 1), true, Combine::magnitude};
    const float scale = ksize == 7 ? 0.0625f : 1.0f;
    const auto n = static_cast<std::size_t>(thinning.last() - thinning.first());
    std::vector<float> sums(n);
    if (first == 0) thinning.take(-1, false);
    for_row_pairs(src, pair, Border::replicate, std::max<std::ptrdiff_t>(first - 1, 0),
                  std::min(last + 1, src.height), thinning.first(), thinning.last(),
                  [&](std::ptrdiff_t y, const float* const* a, const float* const* b) {
                      const auto column = [&](Combine which, std::int16_t* out) {
                          kernels.column_pair(a, b, pair.taps(), which, sums.data(), n);
                          kernels.narrow_i16(sums.data(), scale, out, n);
                      };
                      column(Combine::first, thinning.gx());
                      column(Combine::second, thinning.gy());
                      thinning.take(y, y > first);
                  });
    if (last == src.height) thinning.take(last, true);
}

/// Fills rows [first, last) of `dst` with the states of pixels.
template <class Norm>
void thin_rows(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
               const CannyOptions& options, std::ptrdiff_t first, std::ptrdiff_t last) {
    const std::ptrdiff_t width = std::max<std::ptrdiff_t>(tile_size / src.channels, 1);
    for (std::ptrdiff_t x = 0; x < src.width; x += width) {
        Thinning<Norm> thinning(src, dst, options, x, std::min(x + width, src.width));
        if (options.ksize == 3)
            thin_3(src, thinning, first, last);
        else
            thin_larger(src, thinning, options.ksize, first, last);
    }
}

}  // namespace

void canny(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
           const CannyOptions& options) {
    const auto& [low, high, ksize, l2_gradient] = options;
    require(low >= 0 && low <= high && std::isfinite(high),
            "low and high must be finite, 0 <= low <= high, got " + std::to_string(low) + " and " +
                std::to_string(high));
    require(ksize == 3 || ksize == 5 || ksize == 7,
            "ksize must be 3, 5 or 7, got " + std::to_string(ksize));
    if (src.empty()) return;

    std::mutex mutex;
    std::vector<std::ptrdiff_t> cuts;
    const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(row_grain(src.row_size(), 1), 16);
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        if (options.l2_gradient)
            thin_rows<std::int32_t>(src, dst, options, first, last);
        else
            thin_rows<std::int16_t>(src, dst, options, first, last);
        Flood(dst, first, last).all();
        const std::scoped_lock lock(mutex);
        if (first > 0) cuts.push_back(first);
    });

    if (!cuts.empty()) {  // edges that go on in the next thread's rows
        Flood flood(dst, 0, src.height);
        for (const std::ptrdiff_t cut : cuts)
            for (const std::ptrdiff_t y : {cut - 1, cut}) flood.row(y);
    }
    parallel_for(src.height, row_grain(src.width, 0.1),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y)
                         canny_kernels().finish(dst.row(y), static_cast<std::size_t>(dst.width));
                 });
}

}  // namespace imgmine
