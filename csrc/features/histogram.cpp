#include "features/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "kernels/counts.hpp"
#include "kernels/histogram.hpp"

namespace imgmine {
namespace {

// Comparing registers costs a little for each edge; beyond these, a table is faster.
constexpr std::size_t most_edges = 16;

/// Counts floats one by one.
class FloatCounter {
  public:
    FloatCounter(const Bins& bins, std::ptrdiff_t channels)
        : bins_(bins),
          channels_(static_cast<std::size_t>(channels)),
          counts_(channels_ * static_cast<std::size_t>(bins.bins)) {}
    void add(const float* value, std::size_t n_pixels) {
        const auto n_bins = static_cast<std::size_t>(bins_.bins);
        for (std::size_t x = 0; x < n_pixels; ++x)
            for (std::size_t c = 0; c < channels_; ++c) {
                const int bin = bins_.bin_of(*value++);
                if (bin >= 0) ++counts_[c * n_bins + static_cast<std::size_t>(bin)];
            }
    }
    void flush(std::vector<std::uint64_t>& counts) {
        for (std::size_t i = 0; i < counts_.size(); ++i) counts[i] += counts_[i];
    }
    std::size_t bins_per_pixel() const { return channels_; }
    void find_bins(const float* value, std::size_t n_pixels, std::int32_t* out) const {
        for (std::size_t x = 0; x < n_pixels; ++x)
            for (std::size_t c = 0; c < channels_; ++c, ++out) {
                const int bin = bins_.bin_of(*value++);
                *out = bin < 0 ? -1 : bin + bins_.bins * static_cast<int>(c);
            }
    }

  private:
    Bins bins_;
    std::size_t channels_;
    std::vector<std::uint64_t> counts_;
};

/// The weight of each cell of a level of a pyramid.
double cell_weight(int level, int levels, Normalize normalize) {
    const double weight = 1.0 / (1 << (level == 0 ? levels - 1 : levels - level));
    const double share = weight / (1 << 2 * level);
    if (normalize == Normalize::none) return weight;
    return normalize == Normalize::l1 ? share : std::sqrt(share);
}

}  // namespace

Normalize normalize_from_name(std::string_view name) {
    if (name == "l1") return Normalize::l1;
    if (name == "l2") return Normalize::l2;
    if (name == "hellinger") return Normalize::hellinger;
    if (name == "none") return Normalize::none;
    throw std::invalid_argument("normalize must be 'l1', 'l2', 'hellinger' or None, got '" +
                                std::string(name) + "'");
}

void write_normalized(const std::uint64_t* counts, std::size_t n, Normalize normalize,
                      double weight, float* out) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const auto c = static_cast<double>(counts[i]);
        sum += c;
        squares += c * c;
    }
    const double divisor = normalize == Normalize::none ? 1
                           : normalize == Normalize::l2 ? std::sqrt(squares)
                                                        : sum;
    for (std::size_t i = 0; i < n; ++i) {
        double share = sum > 0 ? static_cast<double>(counts[i]) / divisor : 0;
        if (normalize == Normalize::hellinger) share = std::sqrt(share);
        out[i] = static_cast<float>(share * weight);
    }
}

void write_normalized(const std::vector<std::uint64_t>& counts, Normalize normalize, float* out) {
    write_normalized(counts.data(), counts.size(), normalize, 1, out);
}

void write_areas(const std::vector<std::uint64_t>& counts, std::size_t size, Normalize normalize,
                 float* out) {
    for (std::size_t i = 0; i < counts.size(); i += size)
        write_normalized(counts.data() + i, size, normalize, 1, out + i);
}

std::size_t pyramid_cells(int levels) {
    return ((std::size_t{1} << 2 * levels) - 1) / 3;
}

Areas pyramid_areas(int levels) {
    require(levels >= 1 && levels <= 8,
            "levels must be between 1 and 8, got " + std::to_string(levels));
    Areas areas;
    areas.rows = areas.columns = std::ptrdiff_t{1} << (levels - 1);
    return areas;
}

void write_pyramid(const std::vector<std::uint64_t>& counts, std::size_t size, int levels,
                   Normalize normalize, float* out) {
    std::vector<std::uint64_t> finer = counts;
    for (int level = levels - 1; level >= 0; --level) {
        const std::size_t side = std::size_t{1} << level;
        const double weight = cell_weight(level, levels, normalize);
        float* to = out + pyramid_cells(level) * size;
        for (std::size_t cell = 0; cell < side * side; ++cell)
            write_normalized(finer.data() + cell * size, size, normalize, weight, to + cell * size);
        std::vector<std::uint64_t> coarser(side * side / 4 * size);
        for (std::size_t cell = 0; level > 0 && cell < side * side; ++cell)
            for (std::size_t b = 0; b < size; ++b)
                coarser[(cell / side / 2 * (side / 2) + cell % side / 2) * size + b] +=
                    finer[cell * size + b];
        finer.swap(coarser);
    }
}

void Bins::check() const {
    require(bins >= 1 && bins <= 65536,
            "bins must be between 1 and 65536, got " + std::to_string(bins));
    require(low < high && std::isfinite((high - low) * bins),  // as bin_of() computes
            "range must be two finite numbers, the lower first, got (" + std::to_string(low) +
                ", " + std::to_string(high) + ")");
}

int Bins::bin_of(double value) const {
    if (!(value >= low && value < high)) return -1;
    // Divided last, whole numbers are exact: a value that begins a bin falls into it.
    const int bin = static_cast<int>((value - low) * bins / (high - low));
    return bin < bins ? bin : bins - 1;
}

ByteCounter::ByteCounter(const Bins& bins, std::ptrdiff_t expected)
    : bins_(bins), every_value_(expected) {
    int previous = -2;  // no bin has this number, so byte 0 begins one
    for (int v = 0; v < 256; ++v) {
        const int bin = bins.bin_of(v);
        if (bin != previous && v > 0) edges_.push_back(static_cast<std::uint8_t>(v));
        previous = bin;
    }
    if (edges_.size() > most_edges) edges_.clear();
    bool whole = edges_.size() < 8;
    for (const std::uint8_t edge : edges_) whole = whole && edge % 16 == 0;
    for (int v = 0; whole && v < 256; v += 16)
        sixteenths_.push_back(static_cast<std::uint8_t>(
            std::upper_bound(edges_.begin(), edges_.end(), v) - edges_.begin()));
    counts_.resize(edges_.size() + 1);
    total_.resize(edges_.size() + 1);
}

void ByteCounter::add(const std::uint8_t* values, std::size_t n) {
    if (!has_few()) return every_value_.add(values, static_cast<std::ptrdiff_t>(n));
    constexpr std::size_t most = std::size_t{1} << 30;  // a 32-bit count holds two of these
    for (; n > 0;) {
        const std::size_t part = n < most ? n : most;
        if (held_ + part > 2 * most) spill();
        if (sixteenths_.empty())
            histogram_kernels().count_not_below(values, part, edges_.data(), edges_.size(),
                                                counts_.data());
        else
            histogram_kernels().count_sixteenths(values, part, sixteenths_.data(), counts_.data());
        held_ += part;
        values += part;
        n -= part;
    }
}

void ByteCounter::spill() {
    for (std::size_t j = 0; j < counts_.size(); ++j)
        if (!sixteenths_.empty())
            total_[j] += counts_[j];
        else
            total_[j] += (j ? counts_[j - 1] : held_) - (j < edges_.size() ? counts_[j] : 0);
    std::fill(counts_.begin(), counts_.end(), 0);
    held_ = 0;
}

void ByteCounter::flush(std::uint64_t* counts) {
    const auto add = [&](int value, std::uint64_t count) {
        const int bin = bins_.bin_of(value);
        if (bin >= 0) counts[bin] += count;
    };
    if (!has_few()) {
        const std::vector<std::uint64_t> found = every_value_.take();
        for (std::size_t v = 0; v < 256; ++v) add(static_cast<int>(v), found[v]);
        return;
    }
    spill();
    for (std::size_t j = 0; j <= edges_.size(); ++j) add(j ? edges_[j - 1] : 0, total_[j]);
    std::fill(total_.begin(), total_.end(), 0);
}

ChannelCounter::ChannelCounter(const Bins& bins, std::ptrdiff_t channels, std::ptrdiff_t expected)
    : bins_(bins),
      counters_(static_cast<std::size_t>(channels),
                ByteCounter(bins, channels == 1 ? expected : 0)) {
    if (channels == 1 || counters_[0].has_few()) return;
    tables_.resize(2 * 256 * counters_.size());
    total_.resize(256 * counters_.size());
}

void ChannelCounter::add(const std::uint8_t* pixels, std::size_t n_pixels) {
    const std::size_t channels = counters_.size();
    if (channels == 1) return counters_[0].add(pixels, n_pixels);
    if (!tables_.empty()) {
        if (held_ + n_pixels > UINT32_MAX) spill();
        held_ += n_pixels;
        return counts_kernels().count_channels(pixels, n_pixels, channels, tables_.data());
    }
    plane_.resize(channels * n_pixels);
    histogram_kernels().to_planes(pixels, n_pixels, channels, plane_.data());
    for (std::size_t c = 0; c < channels; ++c)
        counters_[c].add(plane_.data() + c * n_pixels, n_pixels);
}

void ChannelCounter::spill() {
    for (std::size_t i = 0; i < tables_.size(); ++i) total_[i % total_.size()] += tables_[i];
    std::fill(tables_.begin(), tables_.end(), 0);
    held_ = 0;
}

void ChannelCounter::flush(std::uint64_t* counts) {
    const auto n_bins = static_cast<std::size_t>(bins_.bins);
    if (tables_.empty()) {
        for (std::size_t c = 0; c < counters_.size(); ++c) counters_[c].flush(counts + c * n_bins);
        return;
    }
    spill();
    for (std::size_t i = 0; i < total_.size(); ++i) {
        const int bin = bins_.bin_of(static_cast<double>(i % 256));
        if (bin >= 0) counts[i / 256 * n_bins + static_cast<std::size_t>(bin)] += total_[i];
    }
    std::fill(total_.begin(), total_.end(), 0);
}

void ChannelCounter::find_bins(const std::uint8_t* pixels, std::size_t n_pixels,
                               std::int32_t* out) const {
    std::int32_t bins[256];
    for (int v = 0; v < 256; ++v) bins[v] = bins_.bin_of(v);
    const auto channels = static_cast<std::int32_t>(counters_.size());
    for (std::size_t x = 0; x < n_pixels; ++x)
        for (std::int32_t c = 0; c < channels; ++c) {
            const std::int32_t bin = bins[*pixels++];
            *out++ = bin < 0 ? -1 : bin + c * bins_.bins;
        }
}

template <class T>
std::vector<std::uint64_t> histogram(ImageView<const T> image, const Bins& bins,
                                     const Areas& areas) {
    bins.check();
    const std::size_t size =
        static_cast<std::size_t>(bins.bins) * static_cast<std::size_t>(image.channels);
    if constexpr (std::is_same_v<T, float>)
        return count_areas(image, areas, size, 3,
                           [&](std::ptrdiff_t) { return FloatCounter(bins, image.channels); });
    else
        return count_areas(image, areas, size, 0.3, [&](std::ptrdiff_t n) {
            return ChannelCounter(bins, image.channels, n);
        });
}

template std::vector<std::uint64_t> histogram(ImageView<const std::uint8_t>, const Bins&,
                                              const Areas&);
template std::vector<std::uint64_t> histogram(ImageView<const float>, const Bins&, const Areas&);

}  // namespace imgmine
