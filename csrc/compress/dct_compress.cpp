#include "compress/dct_compress.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <mutex>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/dct.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t block = 8;
constexpr std::ptrdiff_t tile = 4096;  // columns in one go

/// A magnitude's bits: they rise with it, NaN above infinity.
std::uint32_t rank_of(float x) {
    std::uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits & 0x7fffffffu;
}

/// A row of blocks of one channel, up to 4096 columns of it.
template <class T>
class Band {
  public:
    explicit Band(ImageView<const T> image) : image_(image), values_(block * tile) {}

    std::ptrdiff_t columns() const { return columns_; }
    float* row(std::ptrdiff_t k) { return values_.data() + k * tile; }

    void load(std::ptrdiff_t y, std::ptrdiff_t left, std::ptrdiff_t channel) {
        columns_ = std::min(tile, (image_.width - left + block - 1) / block * block);
        const std::ptrdiff_t inside = std::min(columns_, image_.width - left);
        for (std::ptrdiff_t k = 0; k < block; ++k) {
            const T* const from =
                image_.row(std::min(y + k, image_.height - 1)) + left * image_.channels + channel;
            float* const out = row(k);
            for (std::ptrdiff_t x = 0; x < inside; ++x)
                out[x] = static_cast<float>(from[x * image_.channels]);
            std::fill(out + inside, out + padded(), out[inside - 1]);
        }
        dct_kernels().forward(values_.data(), tile, static_cast<std::size_t>(padded()));
    }

    void store(ImageView<T> dst, std::ptrdiff_t y, std::ptrdiff_t left, std::ptrdiff_t channel) {
        dct_kernels().inverse(values_.data(), tile, static_cast<std::size_t>(padded()));
        const std::ptrdiff_t inside = std::min(columns_, dst.width - left);
        for (std::ptrdiff_t k = 0; k < block && y + k < dst.height; ++k) {
            T* const out = dst.row(y + k) + left * dst.channels + channel;
            const float* const from = row(k);
            for (std::ptrdiff_t x = 0; x < inside; ++x) {
                if constexpr (std::is_same_v<T, float>)
                    out[x * dst.channels] = from[x];
                else
                    out[x * dst.channels] =
                        static_cast<T>(std::nearbyint(std::clamp(from[x], 0.0f, 255.0f)));
            }
        }
    }

  private:
    std::ptrdiff_t padded() const { return (columns_ + 15) / 16 * 16; }

    ImageView<const T> image_;
    std::vector<float> values_;
    std::ptrdiff_t columns_ = 0;
};

/// Calls visit(band, y, left, channel) for every band of an image, transformed.
template <class T, class Start>
void for_each_band(ImageView<const T> src, const Start& start) {
    const std::ptrdiff_t n_bands = (src.height + block - 1) / block;
    parallel_for(n_bands, row_grain(block * src.row_size(), 2),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     Band<T> band(src);
                     start([&](const auto& visit) {
                         for (std::ptrdiff_t i = first; i < last; ++i)
                             for (std::ptrdiff_t left = 0; left < src.width; left += tile)
                                 for (std::ptrdiff_t c = 0; c < src.channels; ++c) {
                                     band.load(i * block, left, c);
                                     visit(band, i * block, left, c);
                                 }
                     });
                 });
}

/// How many coefficients have each value of 16 bits of their rank: the upper ones, or the lower
/// ones of those whose upper ones are `upper`.
template <class T>
std::vector<std::uint64_t> count_ranks(ImageView<const T> src, const std::uint32_t* upper) {
    std::vector<std::uint64_t> total(1 << 16);
    std::mutex mutex;
    for_each_band(src, [&](const auto& visit_bands) {
        std::vector<std::uint32_t> counts(1 << 16);
        visit_bands([&](Band<T>& band, std::ptrdiff_t, std::ptrdiff_t, std::ptrdiff_t) {
            for (std::ptrdiff_t k = 0; k < block; ++k)
                for (std::ptrdiff_t x = 0; x < band.columns(); ++x) {
                    const std::uint32_t rank = rank_of(band.row(k)[x]);
                    if (!upper)
                        ++counts[rank >> 16];
                    else if (rank >> 16 == *upper)
                        ++counts[rank & 0xffff];
                }
        });
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < counts.size(); ++i) total[i] += counts[i];
    });
    return total;
}

/// The place, from above, at which `wanted` have been counted; what is left of it goes to `wanted`.
std::uint32_t place_of(const std::vector<std::uint64_t>& counts, std::uint64_t& wanted) {
    for (std::size_t i = counts.size(); i-- > 0;) {
        if (counts[i] >= wanted) return static_cast<std::uint32_t>(i);
        wanted -= counts[i];
    }
    return 0;
}

/// The rank of the smallest coefficient that is kept.
template <class T>
std::uint32_t lowest_rank(ImageView<const T> src, double keep) {
    const auto blocks = ((src.height + block - 1) / block) * ((src.width + block - 1) / block);
    const double n = static_cast<double>(blocks * block * block * src.channels);
    auto wanted = static_cast<std::uint64_t>(std::ceil(keep * n));
    if (wanted == 0) return 0x80000000u;
    const std::uint32_t upper = place_of(count_ranks<T>(src, nullptr), wanted);
    return upper << 16 | place_of(count_ranks<T>(src, &upper), wanted);
}

}  // namespace

template <class T>
void dct_compress(ImageView<const T> src, ImageView<T> dst, double keep) {
    require(keep >= 0 && keep <= 1, "keep must be from 0 to 1, got " + std::to_string(keep));
    if (src.empty()) return;
    const std::uint32_t lowest = lowest_rank(src, keep);
    for_each_band(src, [&](const auto& visit_bands) {
        visit_bands([&](Band<T>& band, std::ptrdiff_t y, std::ptrdiff_t left, std::ptrdiff_t c) {
            for (std::ptrdiff_t k = 0; k < block; ++k)
                for (std::ptrdiff_t x = 0; x < band.columns(); ++x)
                    if (rank_of(band.row(k)[x]) < lowest) band.row(k)[x] = 0;
            band.store(dst, y, left, c);
        });
    });
}

template void dct_compress(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, double);
template void dct_compress(ImageView<const float>, ImageView<float>, double);

}  // namespace imgmine
