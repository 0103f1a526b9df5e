#include "filters/nl_means.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/planar_rows.hpp"
#include "kernels/nl_means.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t most_channels = 4;
constexpr std::ptrdiff_t room = 64;

void check(const NlMeans& options, std::ptrdiff_t channels) {
    const auto size = [](int n, int most, const char* name) {
        require(n > 0 && n % 2 == 1 && n <= most,
                std::string(name) + " must be odd, positive and at most " + std::to_string(most) +
                    ", got " + std::to_string(n));
    };
    require(std::isfinite(options.h) && options.h > 0,
            "h must be finite and positive, got " + std::to_string(options.h));
    size(options.patch_size, 31, "patch_size");
    size(options.window_size, 101, "window_size");
    require(channels <= most_channels,
            "image must have at most 4 channels, got " + std::to_string(channels));
}

std::uint8_t rounded(float mean, std::uint8_t) {
    return static_cast<std::uint8_t>(std::nearbyint(mean));
}

float rounded(float mean, float) {
    return mean;
}

/// The means of a tile of columns, row by row.
template <class T>
class Tile {
  public:
    using Sum = std::conditional_t<std::is_same_v<T, float>, float, std::int32_t>;

    Tile(ImageView<const T> src, const NlMeans& options, Border border, std::ptrdiff_t left,
         std::ptrdiff_t right)
        : patch_(options.patch_size / 2),
          window_(options.window_size / 2),
          n_(right - left),
          channels_(src.channels),
          left_(left),
          stride_(n_ + 2 * patch_ + room),
          factor_(static_cast<float>(-1.4426950408889634 /
                                     (options.h * options.h * options.patch_size *
                                      options.patch_size * static_cast<double>(src.channels)))),
          rows_(src, border, patch_ + window_ + 1, left, right),
          weights_(static_cast<std::size_t>(n_ + room)),
          means_(static_cast<std::size_t>(channels_ * (n_ + room))),
          columns_(static_cast<std::size_t>(
              stride_ * (keeps_columns ? options.window_size * options.window_size : 1))) {}

    /// Bytes of a tile of so many columns.
    static std::ptrdiff_t bytes(const NlMeans& options, std::ptrdiff_t columns,
                                std::ptrdiff_t channels) {
        const std::ptrdiff_t windows =
            keeps_columns ? options.window_size * options.window_size : 1;
        const std::ptrdiff_t radius = options.patch_size / 2 + options.window_size / 2 + 1;
        return windows * (columns + options.patch_size + room) * 4 +
               PlanarRows<T>::bytes(columns, radius, channels);
    }

    void filter(ImageView<T> dst, std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t radius = patch_ + window_;
        for (std::ptrdiff_t y = first - radius - 1; y < first + radius; ++y) rows_.load(y);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            rows_.load(y + radius);
            std::fill(weights_.begin(), weights_.end(), 0.0f);
            std::fill(means_.begin(), means_.end(), 0.0f);
            Sum* columns = columns_.data();
            for (std::ptrdiff_t dy = -window_; dy <= window_; ++dy)
                for (std::ptrdiff_t dx = -window_; dx <= window_; ++dx) {
                    sum_columns(y, dy, dx, y == first, columns);
                    add(y + dy, dx, columns);
                    if (keeps_columns) columns += stride_;
                }
            write(dst.row(y) + left_ * channels_);
        }
    }

  private:
    // Whole numbers can be kept from row to row, adding and taking away; sums of floats would
    // drift, and never lose a NaN.
    static constexpr bool keeps_columns = !std::is_same_v<T, float>;

    RowPair<T> pair(std::ptrdiff_t y, std::ptrdiff_t dy, std::ptrdiff_t dx,
                    std::ptrdiff_t c) const {
        return {rows_.row(y, c) - patch_, rows_.row(y + dy, c) - patch_ + dx};
    }

    /// Squared differences of the patches of row y and those (dy, dx) from them, by columns.
    void sum_columns(std::ptrdiff_t y, std::ptrdiff_t dy, std::ptrdiff_t dx, bool anew,
                     Sum* columns) const {
        const auto size = static_cast<std::size_t>(n_ + 2 * patch_);
        if (anew || !keeps_columns) std::fill_n(columns, stride_, Sum{0});
        for (std::ptrdiff_t c = 0; c < channels_; ++c) {
            if constexpr (!keeps_columns) {
                for (std::ptrdiff_t u = -patch_; u <= patch_; ++u)
                    nl_means_kernels().add_squares_f32(pair(y + u, dy, dx, c), columns, size);
            } else if (anew) {
                const T* const same = rows_.row(y, c) - patch_;
                for (std::ptrdiff_t u = -patch_; u <= patch_; ++u)
                    nl_means_kernels().move_down_u8(pair(y + u, dy, dx, c), {same, same}, columns,
                                                    size);
            } else {
                nl_means_kernels().move_down_u8(pair(y + patch_, dy, dx, c),
                                                pair(y - patch_ - 1, dy, dx, c), columns, size);
            }
        }
    }

    void add(std::ptrdiff_t y, std::ptrdiff_t dx, const Sum* columns) {
        const T* values[most_channels];
        float* means[most_channels];
        for (std::ptrdiff_t c = 0; c < channels_; ++c) {
            values[c] = rows_.row(y, c) + dx;
            means[c] = means_.data() + c * (n_ + room);
        }
        const NlMeansAddition<T, Sum> addition{
            columns, static_cast<std::size_t>(2 * patch_ + 1), factor_,
            values,  static_cast<std::size_t>(channels_),      weights_.data(),
            means};
        if constexpr (keeps_columns)
            nl_means_kernels().add_u8(addition, static_cast<std::size_t>(n_));
        else
            nl_means_kernels().add_f32(addition, static_cast<std::size_t>(n_));
    }

    void write(T* out) const {
        for (std::ptrdiff_t c = 0; c < channels_; ++c)
            for (std::ptrdiff_t x = 0; x < n_; ++x)
                out[x * channels_ + c] =
                    rounded(means_[static_cast<std::size_t>(c * (n_ + room) + x)] /
                                weights_[static_cast<std::size_t>(x)],
                            T{});
    }

    std::ptrdiff_t patch_, window_, n_, channels_, left_, stride_;
    float factor_;
    PlanarRows<T> rows_;
    std::vector<float> weights_, means_;
    std::vector<Sum> columns_;  // of every offset in the window, or of one
};

}  // namespace

template <class T>
void nl_means(ImageView<const T> src, ImageView<T> dst, const NlMeans& options, Border border) {
    check(options, src.channels);
    if (src.empty()) return;
    constexpr std::ptrdiff_t most_bytes = 3 << 19;
    std::ptrdiff_t columns = std::min<std::ptrdiff_t>(src.width, 512);
    while (columns > 16 && Tile<T>::bytes(options, columns, src.channels) > most_bytes)
        columns = (columns / 2 + 15) / 16 * 16;
    const double cost = 0.5 * options.window_size * options.window_size;
    const std::ptrdiff_t grain =
        std::max<std::ptrdiff_t>(row_grain(src.row_size(), cost), 4 * options.patch_size);
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t left = 0; left < src.width; left += columns)
            Tile<T>(src, options, border, left, std::min(left + columns, src.width))
                .filter(dst, first, last);
    });
}

template void nl_means(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const NlMeans&,
                       Border);
template void nl_means(ImageView<const float>, ImageView<float>, const NlMeans&, Border);

}  // namespace imgmine
