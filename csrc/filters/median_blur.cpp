#include "filters/median_blur.hpp"

#include <array>
#include <atomic>
#include <memory>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/median3.hpp"
#include "filters/median_network.hpp"
#include "filters/sliding_median.hpp"
#include "filters/tiles.hpp"

namespace imgmine {
namespace {

constexpr int max_ksize = 255;
/// Up to here networks are the fastest; beyond, histograms.
template <class T>
constexpr int max_network = std::is_same_v<T, float> ? 31 : 23;

template <class T>
const MedianLoops<KeyOf<T>>& loops() {
    if constexpr (std::is_same_v<T, float>)
        return median_kernels().i32;
    else
        return median_kernels().u8;
}

/// Medians of 5 x 5, two rows at a time: columns are sorted once for all windows that they are in,
/// and most of their sorting serves both rows.
template <class T>
class Median5 {
  public:
    using Key = KeyOf<T>;
    static constexpr std::ptrdiff_t ksize = 5, radius = ksize / 2;

    Median5(ImageView<const T> src, ImageView<T> dst, Border border)
        : src_(src),
          dst_(dst),
          strip_(src, border, {radius, radius}, max_width(), ksize + 1),
          target_(max_width() * src.channels),
          sorted_(2 * ksize, row_size()),
          merged_(10, row_size()) {}

    void rows(std::ptrdiff_t first, std::ptrdiff_t last) {
        in_strips(src_.width, max_width(), [&](std::ptrdiff_t left, std::ptrdiff_t right) {
            strip_.choose(left, right);
            for (std::ptrdiff_t y = first - radius; y < first + radius - 1; ++y) strip_.load(y);
            for (std::ptrdiff_t y = first; y < last; y += 2) {
                strip_.load(y + radius - 1);
                strip_.load(y + radius);
                two_rows(y, last, left, right);
            }
        });
    }

  private:
    // Rows of all buffers together stay in the first cache.
    std::ptrdiff_t max_width() const {
        const auto bytes = static_cast<std::ptrdiff_t>(sizeof(T));
        return std::max<std::ptrdiff_t>(register_room, 1024 / bytes) / src_.channels + 1;
    }

    std::ptrdiff_t row_size() const {
        return (std::min(max_width(), src_.width) + 2 * radius) * src_.channels;
    }

    void two_rows(std::ptrdiff_t y, std::ptrdiff_t last, std::ptrdiff_t left,
                  std::ptrdiff_t right) {
        if (y + 1 < last) strip_.load(y + radius + 1);
        const Key* rows[ksize + 1];
        for (std::ptrdiff_t k = 0; k <= ksize; ++k) rows[k] = strip_.row(y - radius + k);
        const std::ptrdiff_t n = (right - left + 2 * radius) * src_.channels;
        loops<T>().sort5(rows, sorted_.from(0), sorted_.from(ksize), static_cast<std::size_t>(n));
        for (std::ptrdiff_t i = 0; i < 2 && y + i < last; ++i) {
            T* const out = dst_.row(y + i) + left * src_.channels;
            Key* const keys = target_.start(out, (right - left) * src_.channels);
            one_row(sorted_.from(i * ksize), keys, n);
            target_.finish();
        }
    }

    void one_row(Key* const* sorted, Key* out, std::ptrdiff_t n) {
        const auto channels = static_cast<std::size_t>(src_.channels);
        loops<T>().merge5(sorted, channels, merged_.from(0), static_cast<std::size_t>(n));
        loops<T>().median5(merged_.from(0), sorted, channels, out, target_.size());
    }

    ImageView<const T> src_;
    ImageView<T> dst_;
    Strip<T> strip_;
    Target<T> target_;
    Rows<Key> sorted_;
    Rows<Key> merged_;
};

/// The network of a size, planned when it is first asked for and kept.
template <class T>
const MedianNetwork& network_of(int ksize) {
    static std::array<std::atomic<const MedianNetwork*>, max_network<T> + 1> known{};
    auto& place = known[static_cast<std::size_t>(ksize)];
    if (const MedianNetwork* const found = place.load(std::memory_order_acquire)) return *found;
    const int width = ksize < 9 ? 4 : 8, height = ksize < 15 ? 4 : 8;
    auto made = std::make_unique<MedianNetwork>(MedianNetworkPlan(ksize, width, height).network());
    const MedianNetwork* expected = nullptr;
    if (place.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel))
        return *made.release();
    return *expected;
}

/// Medians by a planned network. A register holds the same place of as many tiles side by side as
/// it has values: rows are taken apart into the columns of a tile.
template <class T>
class NetworkMedian {
  public:
    using Key = KeyOf<T>;

    NetworkMedian(ImageView<const T> src, ImageView<T> dst, int ksize, Border border)
        : src_(src),
          dst_(dst),
          ksize_(ksize),
          network_(network_of<T>(ksize)),
          lanes_(static_cast<std::ptrdiff_t>(median_kernels().slot_size / sizeof(Key))),
          n_rows_(network_.tile_height + ksize - 1),
          plane_(max_tiles + (ksize + network_.tile_width) / network_.tile_width + register_room),
          strip_(src, border, {ksize / 2, ksize / 2 + network_.tile_width}, max_width(), 1),
          planes_(static_cast<std::size_t>(n_rows_ * network_.tile_width * plane_)),
          results_(static_cast<std::size_t>(network_.tile_width * network_.tile_height * plane_)),
          row_(static_cast<std::size_t>(max_width())),
          values_(row_.size()),
          slots_(network_.n_slots * median_kernels().slot_size + register_room) {}

    void rows(std::ptrdiff_t first, std::ptrdiff_t last) {
        in_strips(src_.width, max_width(), [&](std::ptrdiff_t left, std::ptrdiff_t right) {
            strip_.choose(left, right);
            for (std::ptrdiff_t c = 0; c < src_.channels; ++c) {
                const std::ptrdiff_t top = first - ksize_ / 2;
                for (std::ptrdiff_t y = top; y < top + ksize_ - 1; ++y) take_apart(y, c);
                for (std::ptrdiff_t y = first; y < last; y += network_.tile_height) {
                    for (std::ptrdiff_t k = 0; k < network_.tile_height; ++k)
                        take_apart(y + ksize_ / 2 + k, c);
                    tiles(y, right - left);
                    for (std::ptrdiff_t k = 0; k < network_.tile_height && y + k < last; ++k)
                        put_together(k, dst_.row(y + k) + left * src_.channels + c, right - left);
                }
            }
        });
    }

  private:
    static constexpr std::ptrdiff_t max_tiles = 256;
    std::ptrdiff_t max_width() const { return max_tiles * network_.tile_width; }

    Key* plane(std::ptrdiff_t y, std::ptrdiff_t column) {
        std::ptrdiff_t slot = y % n_rows_;
        if (slot < 0) slot += n_rows_;
        return planes_.data() + (slot * network_.tile_width + column) * plane_;
    }

    void take_apart(std::ptrdiff_t y, std::ptrdiff_t channel) {
        const Key* const row = strip_.load(y);
        const auto width = static_cast<std::size_t>(network_.tile_width);
        const auto n = static_cast<std::size_t>(strip_.width() / network_.tile_width);
        for (std::ptrdiff_t j = 0; j < network_.tile_width; ++j)
            loops<T>().take_every(width * static_cast<std::size_t>(src_.channels),
                                  row + j * src_.channels + channel, plane(y, j), n);
    }

    void tiles(std::ptrdiff_t y, std::ptrdiff_t width) {
        const std::ptrdiff_t tile = network_.tile_width;
        const auto size = static_cast<std::ptrdiff_t>(median_kernels().slot_size);
        auto* const start = slots_.data();
        auto* const slots = start + (-reinterpret_cast<std::intptr_t>(start) & (size - 1));
        for (std::ptrdiff_t at = 0; at * tile < width; at += lanes_) {
            std::uint8_t* slot = slots;
            for (std::ptrdiff_t k = 0; k < n_rows_; ++k)
                for (std::ptrdiff_t x = 0; x < tile + ksize_ - 1; ++x, slot += size)
                    std::memcpy(slot, plane(y - ksize_ / 2 + k, x % tile) + at + x / tile,
                                static_cast<std::size_t>(size));
            loops<T>().run_network(network_.steps.data(), network_.steps.size(), slots);
            for (std::size_t i = 0; i < network_.medians.size(); ++i)
                std::memcpy(results_.data() + static_cast<std::ptrdiff_t>(i) * plane_ + at,
                            slots + network_.medians[i] * size, static_cast<std::size_t>(size));
        }
    }

    void put_together(std::ptrdiff_t row, T* out, std::ptrdiff_t width) {
        const std::ptrdiff_t tile = network_.tile_width, channels = src_.channels;
        Key* const keys = row_.data();
        for (std::ptrdiff_t j = 0; j < std::min(tile, width); ++j)
            loops<T>().put_every(static_cast<std::size_t>(tile),
                                 results_.data() + (row * tile + j) * plane_, keys + j,
                                 static_cast<std::size_t>((width - j + tile - 1) / tile));
        if (channels == 1) return copy_values<T>(keys, out, width);
        copy_values<T>(keys, values_.data(), width);
        for (std::ptrdiff_t x = 0; x < width; ++x)
            out[x * channels] = values_[static_cast<std::size_t>(x)];
    }

    ImageView<const T> src_;
    ImageView<T> dst_;
    std::ptrdiff_t ksize_;
    const MedianNetwork& network_;
    std::ptrdiff_t lanes_, n_rows_, plane_;
    Strip<T> strip_;
    std::vector<Key> planes_, results_, row_;
    std::vector<T> values_;
    std::vector<std::uint8_t> slots_;
};

}  // namespace

template <class T>
void median_blur(ImageView<const T> src, ImageView<T> dst, int ksize, Border border) {
    require(ksize > 0 && ksize % 2 == 1 && ksize <= max_ksize,
            "ksize must be odd, positive and at most 255, got " + std::to_string(ksize));
    if (src.empty()) return;
    const auto shared = [&](double cost, auto make) {
        parallel_for(src.height, std::max<std::ptrdiff_t>(row_grain(src.row_size(), cost), ksize),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) { make().rows(first, last); });
    };
    const double size = sizeof(T);
    if (ksize == 1)
        for (std::ptrdiff_t y = 0; y < src.height; ++y)
            std::copy_n(src.row(y), src.row_size(), dst.row(y));
    else if (ksize == 3)
        shared(0.1 * size, [&] { return Median3<T>(src, dst, border); });
    else if (ksize == 5)
        shared(0.5 * size, [&] { return Median5<T>(src, dst, border); });
    else if (ksize <= max_network<T>)
        shared(0.4 * size * ksize, [&] { return NetworkMedian<T>(src, dst, ksize, border); });
    else
        shared(20, [&] { return SlidingMedian<T>(src, dst, ksize, border); });
}

template void median_blur(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, int, Border);
template void median_blur(ImageView<const float>, ImageView<float>, int, Border);

}  // namespace imgmine
