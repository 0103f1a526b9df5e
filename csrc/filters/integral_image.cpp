#include "filters/integral_image.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/prefix.hpp"

namespace imgmine {
namespace {

// The kernels of each kind of sum.
void sum_onto(const std::uint8_t* in, const std::uint32_t* above, std::uint32_t* carry,
              std::uint32_t* out, std::size_t n, std::size_t channels) {
    prefix_kernels().integral_u32(in, above, carry, out, n, channels);
}
void sum_onto(const std::uint8_t* in, const std::uint64_t* above, std::uint64_t* carry,
              std::uint64_t* out, std::size_t n, std::size_t channels) {
    prefix_kernels().integral_u64(in, above, carry, out, n, channels);
}
void sum_onto(const float* in, const double* above, double* carry, double* out, std::size_t n,
              std::size_t channels) {
    prefix_kernels().integral_f64(in, above, carry, out, n, channels);
}
void add_total(const std::uint8_t* in, std::uint32_t* carry, std::size_t n, std::size_t channels) {
    prefix_kernels().total_u32(in, carry, n, channels);
}
void add_total(const std::uint8_t* in, std::uint64_t* carry, std::size_t n, std::size_t channels) {
    prefix_kernels().total_u64(in, carry, n, channels);
}
void add_total(const float* in, double* carry, std::size_t n, std::size_t channels) {
    prefix_kernels().total_f64(in, carry, n, channels);
}

constexpr std::ptrdiff_t block = 512;  // pixels; a multiple of the groups that floats are summed in

/// A band of rows, cut into blocks of columns that threads share. What stands to the left of each
/// block in each row is summed first; then every block goes down its columns on its own.
template <class T, class Sum>
class Band {
  public:
    Band(ImageView<const T> src, ImageView<Sum> dst, std::ptrdiff_t first, std::ptrdiff_t last)
        : src_(src), dst_(dst), first_(first), last_(last) {}

    void sum_to_the_left(std::ptrdiff_t grain) {
        carries_.resize(static_cast<std::size_t>((last_ - first_) * n_blocks() * src_.channels));
        parallel_for(last_ - first_, grain, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
            for (std::ptrdiff_t y = from; y < to; ++y) {
                Sum* carry = carries_.data() + y * n_blocks() * src_.channels;
                for (std::ptrdiff_t b = 1; b < n_blocks(); ++b, carry += src_.channels) {
                    Sum* const next = std::copy_n(carry, src_.channels, carry + src_.channels);
                    add_total(src_.row(first_ + y) + (b - 1) * block * src_.channels,
                              next - src_.channels, pixels_of(b - 1) * channels(), channels());
                }
            }
        });
    }

    /// Sums blocks [from, to); where from > 0, sum_to_the_left() has been called.
    void sum_blocks(std::ptrdiff_t from, std::ptrdiff_t to) const {
        std::vector<Sum> carry(channels());
        const std::ptrdiff_t at = from * block * src_.channels;
        const std::ptrdiff_t end = std::min(to * block, src_.width) * src_.channels;
        for (std::ptrdiff_t y = first_; y < last_; ++y) {
            if (from == 0) {
                std::fill(carry.begin(), carry.end(), Sum{0});
                std::fill_n(dst_.row(y + 1), src_.channels, Sum{0});
            } else {
                std::copy_n(carries_.data() + ((y - first_) * n_blocks() + from) * src_.channels,
                            src_.channels, carry.begin());
            }
            sum_onto(src_.row(y) + at, dst_.row(y) + src_.channels + at, carry.data(),
                     dst_.row(y + 1) + src_.channels + at, static_cast<std::size_t>(end - at),
                     channels());
        }
    }

    std::ptrdiff_t n_blocks() const { return (src_.width + block - 1) / block; }

  private:
    std::size_t channels() const { return static_cast<std::size_t>(src_.channels); }
    std::size_t pixels_of(std::ptrdiff_t b) const {
        return static_cast<std::size_t>(std::min(block, src_.width - b * block));
    }

    ImageView<const T> src_;
    ImageView<Sum> dst_;
    std::ptrdiff_t first_, last_;
    std::vector<Sum> carries_;
};

}  // namespace

template <class T, class Sum>
void integral_image(ImageView<const T> src, ImageView<Sum> dst) {
    require(
        dst.height == src.height + 1 && dst.width == src.width + 1 && dst.channels == src.channels,
        "out must be one row and one column larger than the image");
    std::fill_n(dst.row(0), dst.row_size(), Sum{0});
    if (src.width == 0 || src.channels == 0) {
        for (std::ptrdiff_t y = 1; y < dst.height; ++y) std::fill_n(dst.row(y), dst.row_size(), 0);
        return;
    }
    constexpr double cost = 0.05 * sizeof(Sum);
    const int threads = local_num_threads() ? local_num_threads() : num_threads();
    const std::ptrdiff_t columns = row_grain(src.height * src.channels, cost);
    const bool shared = threads > 1 && src.width >= 2 * columns;
    // Carries stay below 1 MiB: they are a block's share of the pixels of a band.
    const std::ptrdiff_t most =
        shared ? std::max<std::ptrdiff_t>(64, (std::ptrdiff_t{1} << 17) * block / src.row_size())
               : src.height;
    for (std::ptrdiff_t y = 0; y < src.height; y += most) {
        Band<T, Sum> band(src, dst, y, std::min(y + most, src.height));
        if (shared) {
            band.sum_to_the_left(row_grain(src.row_size(), cost / 4));
            parallel_for(
                band.n_blocks(), (columns + block - 1) / block,
                [&](std::ptrdiff_t from, std::ptrdiff_t to) { band.sum_blocks(from, to); });
        } else {
            band.sum_blocks(0, band.n_blocks());
        }
    }
}

template void integral_image(ImageView<const std::uint8_t>, ImageView<std::uint32_t>);
template void integral_image(ImageView<const std::uint8_t>, ImageView<std::uint64_t>);
template void integral_image(ImageView<const float>, ImageView<double>);

}  // namespace imgmine
