#include "filters/integral_image.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/prefix.hpp"

namespace imgmine {
namespace {

void sum_onto(const std::uint8_t* in, const std::uint32_t* above, std::uint32_t* carry,
              std::uint32_t* out, std::size_t n, std::size_t channels) {
    prefix_kernels().integral_u32(in, above, carry, out, n, channels);
}
void sum_onto(const std::uint8_t* in, const std::uint64_t* above, std::uint64_t* carry,
              std::uint64_t* out, std::size_t n, std::size_t channels) {
    prefix_kernels().integral_u64(in, above, carry, out, n, channels);
}

/// The sums of row y > 0, from the bytes above it.
template <class Sum>
std::vector<Sum> sums_above(ImageView<const std::uint8_t> src, std::ptrdiff_t y) {
    constexpr std::ptrdiff_t most = std::ptrdiff_t{1} << 16;  // rows, whose sums fit into 32 bits
    const auto n = static_cast<std::size_t>(src.row_size());
    std::vector<Sum> sums(n);
    std::vector<std::uint32_t> columns(n);
    for (std::ptrdiff_t first = 0; first < y; first += most) {
        std::fill(columns.begin(), columns.end(), 0u);
        const auto rows = static_cast<std::size_t>(std::min(most, y - first));
        prefix_kernels().add_rows(src.row(first), src.row_stride, rows, columns.data(), n);
        for (std::size_t i = 0; i < n; ++i) sums[i] += columns[i];
    }
    const auto channels = static_cast<std::size_t>(src.channels);
    for (std::size_t i = channels; i < n; ++i) sums[i] += sums[i - channels];
    return sums;
}

/// Whole numbers may be added in any order: threads share the rows. What stands above a share is
/// read, a byte a value, to save another start of threads; the sums are what takes long to write.
template <class Sum>
void sum_rows(ImageView<const std::uint8_t> src, ImageView<Sum> dst) {
    // New pages take nearly all of the time, and two threads get them no faster than one: a share
    // is 40 MiB of sums.
    constexpr std::ptrdiff_t worth = (std::ptrdiff_t{40} << 20) / sizeof(Sum);
    constexpr std::ptrdiff_t widest = std::ptrdiff_t{1} << 17;  // for 1.5 MiB to start from
    const auto channels = static_cast<std::size_t>(src.channels);
    const std::ptrdiff_t grain = src.row_size() > widest ? src.height : worth / src.row_size() + 1;
    parallel_for(src.height, grain, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        std::vector<Sum> first_above, carry(channels);
        if (from > 0) first_above = sums_above<Sum>(src, from);
        const Sum* above = from > 0 ? first_above.data() : dst.row(0) + src.channels;
        for (std::ptrdiff_t y = from; y < to; ++y) {
            Sum* const out = dst.row(y + 1);
            std::fill(carry.begin(), carry.end(), Sum{0});
            std::fill_n(out, channels, Sum{0});
            sum_onto(src.row(y), above, carry.data(), out + channels,
                     static_cast<std::size_t>(src.row_size()), channels);
            above = out + channels;
        }
    });
}

constexpr std::ptrdiff_t block = 512;  // pixels; a multiple of the groups that floats are summed in

/// A band of rows, cut into blocks of columns that threads share. What stands to the left of each
/// block in each row is summed first; then every block goes down its columns on its own.
class Band {
  public:
    Band(ImageView<const float> src, ImageView<double> dst, std::ptrdiff_t first,
         std::ptrdiff_t last)
        : src_(src), dst_(dst), first_(first), last_(last) {}

    void sum_to_the_left(std::ptrdiff_t grain) {
        carries_.resize(static_cast<std::size_t>((last_ - first_) * n_blocks() * src_.channels));
        parallel_for(last_ - first_, grain, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
            for (std::ptrdiff_t y = from; y < to; ++y) {
                double* carry = carries_.data() + y * n_blocks() * src_.channels;
                for (std::ptrdiff_t b = 1; b < n_blocks(); ++b, carry += src_.channels) {
                    double* const next = std::copy_n(carry, src_.channels, carry + src_.channels);
                    prefix_kernels().total_f64(
                        src_.row(first_ + y) + (b - 1) * block * src_.channels,
                        next - src_.channels, pixels_of(b - 1) * channels(), channels());
                }
            }
        });
    }

    /// Sums blocks [from, to); where from > 0, sum_to_the_left() has been called.
    void sum_blocks(std::ptrdiff_t from, std::ptrdiff_t to) const {
        std::vector<double> carry(channels());
        const std::ptrdiff_t at = from * block * src_.channels;
        const std::ptrdiff_t end = std::min(to * block, src_.width) * src_.channels;
        for (std::ptrdiff_t y = first_; y < last_; ++y) {
            if (from == 0) {
                std::fill(carry.begin(), carry.end(), 0.0);
                std::fill_n(dst_.row(y + 1), src_.channels, 0.0);
            } else {
                std::copy_n(carries_.data() + ((y - first_) * n_blocks() + from) * src_.channels,
                            src_.channels, carry.begin());
            }
            prefix_kernels().integral_f64(src_.row(y) + at, dst_.row(y) + src_.channels + at,
                                          carry.data(), dst_.row(y + 1) + src_.channels + at,
                                          static_cast<std::size_t>(end - at), channels());
        }
    }

    std::ptrdiff_t n_blocks() const { return (src_.width + block - 1) / block; }

  private:
    std::size_t channels() const { return static_cast<std::size_t>(src_.channels); }
    std::size_t pixels_of(std::ptrdiff_t b) const {
        return static_cast<std::size_t>(std::min(block, src_.width - b * block));
    }

    ImageView<const float> src_;
    ImageView<double> dst_;
    std::ptrdiff_t first_, last_;
    std::vector<double> carries_;
};

void sum_rows(ImageView<const float> src, ImageView<double> dst) {
    constexpr double cost = 0.4;
    const int threads = local_num_threads() ? local_num_threads() : num_threads();
    const std::ptrdiff_t columns = row_grain(src.height * src.channels, cost);
    const bool shared = threads > 1 && src.width >= 2 * columns;
    // Carries stay below 1 MiB: they are a block's share of the pixels of a band.
    const std::ptrdiff_t most =
        shared ? std::max<std::ptrdiff_t>(64, (std::ptrdiff_t{1} << 17) * block / src.row_size())
               : src.height;
    for (std::ptrdiff_t y = 0; y < src.height; y += most) {
        Band band(src, dst, y, std::min(y + most, src.height));
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
    sum_rows(src, dst);
}

template void integral_image(ImageView<const std::uint8_t>, ImageView<std::uint32_t>);
template void integral_image(ImageView<const std::uint8_t>, ImageView<std::uint64_t>);
template void integral_image(ImageView<const float>, ImageView<double>);

}  // namespace imgmine
