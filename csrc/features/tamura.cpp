#include "features/tamura.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <vector>

#include "base/parallel.hpp"
#include "features/histogram.hpp"
#include "features/recipe.hpp"
#include "kernels/tamura.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t reach = 32;        // of the largest window to each side
constexpr std::ptrdiff_t held = reach + 1;  // rows of windows

/// Rows of an image, each with `reach` pixels more to each side; its edges are continued outwards.
class PixelRows {
  public:
    explicit PixelRows(std::ptrdiff_t width)
        : width_(width),
          stride_(width + 2 * reach + 64),
          rows_(static_cast<std::size_t>(3 * stride_)) {}

    const std::uint8_t* row(std::ptrdiff_t y) const {
        return rows_.data() + (y + 3 * held) % 3 * stride_;
    }
    void hold(std::ptrdiff_t y, const std::uint8_t* pixels) {
        std::uint8_t* to = rows_.data() + (y + 3 * held) % 3 * stride_;
        std::fill_n(to, reach, pixels[0]);
        std::copy_n(pixels, width_, to + reach);
        std::fill_n(to + reach + width_, reach, pixels[width_ - 1]);
    }

  private:
    std::ptrdiff_t width_, stride_;
    std::vector<std::uint8_t> rows_;
};

/// Sums of windows of 2, 4, 8, 16 and 32 pixels, each from those of half its size.
class WindowRows {
  public:
    explicit WindowRows(std::ptrdiff_t width)
        : n_(static_cast<std::size_t>(width + 2 * reach)),
          stride_(width + 2 * reach + 128),
          small_(static_cast<std::size_t>(4 * held * stride_)),
          large_(static_cast<std::size_t>(held * stride_)) {}

    /// Takes pixel rows y - 1 and y, of `n_rows` that came until now.
    void hold(const PixelRows& pixels, std::ptrdiff_t y, std::ptrdiff_t n_rows) {
        for (std::ptrdiff_t k = 0; k < 5 && n_rows >= std::ptrdiff_t{2} << k; ++k) {
            const std::ptrdiff_t half = std::ptrdiff_t{1} << k, top = y + 1 - 2 * half;
            const std::size_t n = n_ + 1 - 2 * static_cast<std::size_t>(half);
            if (k == 0)
                tamura_kernels().first_windows(pixels.row(top), pixels.row(top + 1), n,
                                               small(0, top));
            else if (k < 4)
                tamura_kernels().next_windows(small(k - 1, top), small(k - 1, top + half),
                                              static_cast<std::size_t>(half), n, small(k, top));
            else
                tamura_kernels().last_windows(small(3, top), small(3, top + half), n, large(top));
        }
    }

    /// The sum of the best sizes of n pixels of row y.
    std::uint64_t best_sizes(std::ptrdiff_t y, std::ptrdiff_t first, std::ptrdiff_t n) {
        constexpr std::ptrdiff_t most = 1 << 20;  // whose sizes 32 bits can add up
        std::uint64_t sizes = 0;
        for (std::ptrdiff_t x = first; x < first + n; x += most) {
            TamuraWindows windows;
            for (std::ptrdiff_t i = 0; i < 3; ++i) {
                for (std::ptrdiff_t k = 0; k < 4; ++k)
                    windows.small[k][i] = small(k, y - (std::ptrdiff_t{2 - i} << k)) + reach + x;
                windows.large[i] = large(y - (2 - i) * 16) + reach + x;
            }
            sizes += tamura_kernels().best_sizes(
                windows, static_cast<std::size_t>(std::min(most, first + n - x)));
        }
        return sizes;
    }

  private:
    std::uint16_t* small(std::ptrdiff_t k, std::ptrdiff_t y) {
        return small_.data() + (k * held + (y + held) % held) * stride_;
    }
    std::uint32_t* large(std::ptrdiff_t y) { return large_.data() + (y + held) % held * stride_; }

    std::size_t n_;
    std::ptrdiff_t stride_;
    std::vector<std::uint16_t> small_;
    std::vector<std::uint32_t> large_;
};

/// Standard deviation by the fourth root of the kurtosis.
double contrast(const std::vector<std::uint64_t>& counts, double n) {
    double mean = 0, square = 0, fourth = 0;
    for (std::size_t v = 0; v < 256; ++v)
        mean += static_cast<double>(v) * static_cast<double>(counts[v]);
    mean /= n;
    for (std::size_t v = 0; v < 256; ++v) {
        const double apart = static_cast<double>(v) - mean;
        square += apart * apart * static_cast<double>(counts[v]);
        fourth += apart * apart * apart * apart * static_cast<double>(counts[v]);
    }
    square /= n;
    fourth /= n;
    return fourth > 0 ? square / std::sqrt(std::sqrt(fourth)) : 0;
}

struct TamuraInBands final : BandDescriptor {
    bool scaled;

    explicit TamuraInBands(bool s) : scaled(s) {}
    void check() const override {}
    std::size_t size(std::ptrdiff_t) const override { return n_tamura; }
    std::ptrdiff_t reach(const RowLayout&) const override { return imgmine::reach; }
    double cost() const override { return 2; }
    std::unique_ptr<BandWork> start(const BandShare& share) const override;
};

/// Columns of an image, some of which others only look at.
struct Columns {
    std::ptrdiff_t first, n;
};

/// A share of the rows, or of some columns of them.
class TamuraWork final : public BandWork {
  public:
    TamuraWork(const BandShare& share, const Columns& columns, bool scaled)
        : share_(share),
          columns_(columns),
          scaled_(scaled),
          pixels_(share.image.width),
          windows_(share.image.width),
          bins_(static_cast<std::size_t>(columns.n)),
          counts_(256),
          directions_(16),
          values_((share.last - share.first) * columns.n),
          next_(share.first - reach) {}

    void add(Band& band) override {
        const std::ptrdiff_t last = share_.last + reach;
        for (; next_ < std::min(band.last(), last); ++next_)
            add_row(band.gray(std::max<std::ptrdiff_t>(next_, 0)));
        if (band.last() == share_.image.height)
            for (; next_ < last; ++next_) add_row(band.gray(band.last() - 1));
    }
    void merge(BandWork& other) override {
        auto& theirs = static_cast<TamuraWork&>(other);
        for (TamuraWork* work : {this, &theirs}) work->flush();
        sizes_ += theirs.sizes_;
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += theirs.counts_[i];
        for (std::size_t i = 0; i < directions_.size(); ++i)
            directions_[i] += theirs.directions_[i];
    }
    void write(float* out) override {
        flush();
        const double n =
            static_cast<double>(std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}));
        std::fill_n(out, n_tamura, 0.0f);
        if (n == 0) return;
        out[0] = static_cast<float>(static_cast<double>(sizes_) / n);
        out[1] = static_cast<float>(contrast(counts_, n));
        write_normalized(directions_.data(), 16, Normalize::l1, 1, out + 2);
        if (!scaled_) return;
        out[0] /= 32;
        out[1] /= 128;
        for (std::size_t i = 2; i < n_tamura; ++i) out[i] = std::sqrt(out[i]);
    }

  private:
    /// Row next_ of the image continued outwards.
    void add_row(const std::uint8_t* row) {
        const std::ptrdiff_t n = columns_.n;
        pixels_.hold(next_, row);
        windows_.hold(pixels_, next_, next_ - share_.first + reach + 1);
        if (next_ >= share_.first && next_ < share_.last) values_.add(row + columns_.first, n);
        if (next_ > share_.first && next_ <= share_.last) {
            const std::ptrdiff_t left = reach + columns_.first - 1;
            tamura_kernels().directions(pixels_.row(next_ - 2) + left,
                                        pixels_.row(next_ - 1) + left, pixels_.row(next_) + left,
                                        static_cast<std::size_t>(n), bins_.data());
            shares_.add(bins_.data(), static_cast<std::size_t>(n));
        }
        if (next_ >= share_.first + reach - 1 && next_ < share_.last + reach - 1)
            sizes_ += windows_.best_sizes(next_ + 1 - reach, columns_.first, n);
    }
    void flush() {
        shares_.flush(directions_.data());
        const std::vector<std::uint64_t> found = values_.take();
        for (std::size_t v = 0; v < found.size(); ++v) counts_[v] += found[v];
    }

    BandShare share_;
    Columns columns_;
    bool scaled_;
    PixelRows pixels_;
    WindowRows windows_;
    std::vector<std::uint8_t> bins_;
    std::vector<std::uint64_t> counts_, directions_;
    ByteCounts values_;
    ByteCounter shares_{Bins{16, 0, 16}};
    std::uint64_t sizes_ = 0;
    std::ptrdiff_t next_;
};

std::unique_ptr<BandWork> TamuraInBands::start(const BandShare& share) const {
    return std::make_unique<TamuraWork>(share, Columns{0, share.image.width}, scaled);
}

/// Columns [left, left + n) of a wide image, so that what is held of its rows does not grow with
/// it.
std::unique_ptr<TamuraWork> work_at_strip(ImageView<const std::uint8_t> src, std::ptrdiff_t left,
                                          std::ptrdiff_t n) {
    const std::ptrdiff_t from = std::max<std::ptrdiff_t>(left - reach, 0);
    const std::ptrdiff_t until = std::min(left + n + reach, src.width);
    const RowLayout strip{src.height, until - from, 1};
    auto work = std::make_unique<TamuraWork>(BandShare{strip, 0, src.height},
                                             Columns{left - from, n}, false);
    Band band(strip);
    for (std::ptrdiff_t y = 0; y < src.height; ++y) {
        band.set(src.row(y) + from, y, y + 1);
        work->add(band);
    }
    return work;
}

}  // namespace

AnyBandDescriptor tamura_in_bands(bool scaled) {
    return std::make_shared<TamuraInBands>(scaled);
}

std::array<float, n_tamura> tamura(ImageView<const std::uint8_t> src, bool scaled) {
    constexpr std::ptrdiff_t most = 2048;  // columns of which what is held fits into a cache
    std::array<float, n_tamura> found;
    if (src.width <= most) {
        describe(src, tamura_in_bands(scaled), found.data());
        return found;
    }
    TamuraWork all({{src.height, 0, 1}, 0, 0}, {0, 0}, scaled);
    std::mutex mutex;
    parallel_for((src.width + most - 1) / most, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t left = first * most; left < std::min(last * most, src.width);
             left += most) {
            const auto strip = work_at_strip(src, left, std::min(most, src.width - left));
            const std::lock_guard lock(mutex);
            all.merge(*strip);
        }
    });
    all.write(found.data());
    return found;
}

}  // namespace imgmine
