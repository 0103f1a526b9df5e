#include "features/histogram.hpp"

#include <cmath>
#include <mutex>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/histogram.hpp"

namespace imgmine {
namespace {

// Comparing registers costs a little for each edge; beyond these, a table is faster.
constexpr std::size_t most_edges = 16;

void count_rows(ImageView<const std::uint8_t> image, const Bins& bins, std::ptrdiff_t first,
                std::ptrdiff_t last, std::vector<std::uint64_t>& counts) {
    ChannelCounter counter(bins, image.channels);
    for (std::ptrdiff_t y = first; y < last; ++y)
        counter.add(image.row(y), static_cast<std::size_t>(image.width));
    counter.flush(counts);
}

void count_rows(ImageView<const float> image, const Bins& bins, std::ptrdiff_t first,
                std::ptrdiff_t last, std::vector<std::uint64_t>& counts) {
    const auto n_bins = static_cast<std::size_t>(bins.bins);
    for (std::ptrdiff_t y = first; y < last; ++y) {
        const float* value = image.row(y);
        for (std::ptrdiff_t x = 0; x < image.width; ++x)
            for (std::size_t c = 0; c < static_cast<std::size_t>(image.channels); ++c) {
                const int bin = bins.bin_of(*value++);
                if (bin >= 0) ++counts[c * n_bins + static_cast<std::size_t>(bin)];
            }
    }
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

void write_normalized(const std::vector<std::uint64_t>& counts, Normalize normalize, float* out) {
    double sum = 0, squares = 0;
    for (const std::uint64_t count : counts) {
        const auto c = static_cast<double>(count);
        sum += c;
        squares += c * c;
    }
    const double divisor = normalize == Normalize::none ? 1
                           : normalize == Normalize::l2 ? std::sqrt(squares)
                                                        : sum;
    for (const std::uint64_t count : counts) {
        const double share = sum > 0 ? static_cast<double>(count) / divisor : 0;
        *out++ = static_cast<float>(normalize == Normalize::hellinger ? std::sqrt(share) : share);
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

ByteCounter::ByteCounter(const Bins& bins)
    : bins_(bins), total_(static_cast<std::size_t>(bins.bins)) {
    int previous = -2;  // no bin has this number, so byte 0 begins one
    for (int v = 0; v < 256; ++v) {
        const int bin = bins.bin_of(v);
        if (bin != previous && v > 0) edges_.push_back(static_cast<std::uint8_t>(v));
        previous = bin;
    }
    if (edges_.size() > most_edges) edges_.clear();
    counts_.resize(edges_.empty() ? 4 * 256 : edges_.size());
}

void ByteCounter::add(const std::uint8_t* values, std::size_t n) {
    constexpr std::size_t most = std::size_t{1} << 30;  // a 32-bit count holds two of these
    while (n > 0) {
        if (held_ >= most) {
            std::vector<std::uint64_t> counts(total_.size());
            flush(counts);
            total_ = counts;
        }
        const std::size_t part = n < most ? n : most;
        if (edges_.empty())
            histogram_kernels().count_bytes(values, part, counts_.data());
        else
            histogram_kernels().count_not_below(values, part, edges_.data(), edges_.size(),
                                                counts_.data());
        held_ += part;
        values += part;
        n -= part;
    }
}

void ByteCounter::flush(std::vector<std::uint64_t>& counts) {
    for (std::size_t b = 0; b < counts.size(); ++b) counts[b] += total_[b];
    const auto add = [&](int value, std::uint64_t count) {
        const int bin = bins_.bin_of(value);
        if (bin >= 0) counts[static_cast<std::size_t>(bin)] += count;
    };
    if (edges_.empty()) {
        for (std::size_t v = 0; v < 256; ++v)
            add(static_cast<int>(v),
                std::uint64_t{counts_[v]} + counts_[256 + v] + counts_[512 + v] + counts_[768 + v]);
    } else {
        for (std::size_t j = 0; j <= edges_.size(); ++j) {
            const std::uint64_t not_below = j ? counts_[j - 1] : held_;
            const std::uint64_t above = j < edges_.size() ? counts_[j] : 0;
            add(j ? edges_[j - 1] : 0, not_below - above);
        }
    }
    std::fill(counts_.begin(), counts_.end(), 0);
    std::fill(total_.begin(), total_.end(), 0);
    held_ = 0;
}

ChannelCounter::ChannelCounter(const Bins& bins, std::ptrdiff_t channels)
    : n_bins_(static_cast<std::size_t>(bins.bins)),
      counters_(static_cast<std::size_t>(channels), ByteCounter(bins)) {}

void ChannelCounter::add(const std::uint8_t* pixels, std::size_t n_pixels) {
    const std::size_t channels = counters_.size();
    if (channels == 1) return counters_[0].add(pixels, n_pixels);
    plane_.resize(n_pixels);
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t x = 0; x < n_pixels; ++x) plane_[x] = pixels[x * channels + c];
        counters_[c].add(plane_.data(), n_pixels);
    }
}

void ChannelCounter::flush(std::vector<std::uint64_t>& counts) {
    std::vector<std::uint64_t> channel(n_bins_);
    for (std::size_t c = 0; c < counters_.size(); ++c) {
        std::fill(channel.begin(), channel.end(), 0);
        counters_[c].flush(channel);
        for (std::size_t b = 0; b < n_bins_; ++b) counts[c * n_bins_ + b] += channel[b];
    }
}

template <class T>
std::vector<std::uint64_t> histogram(ImageView<const T> image, const Bins& bins) {
    bins.check();
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(bins.bins) *
                                      static_cast<std::size_t>(image.channels));
    std::mutex mutex;
    const double cost = std::is_same_v<T, float> ? 3 : 0.3;
    parallel_for(image.height, row_grain(image.row_size(), cost),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<std::uint64_t> mine(counts.size());
                     count_rows(image, bins, first, last, mine);
                     const std::lock_guard lock(mutex);
                     for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += mine[i];
                 });
    return counts;
}

template std::vector<std::uint64_t> histogram(ImageView<const std::uint8_t>, const Bins&);
template std::vector<std::uint64_t> histogram(ImageView<const float>, const Bins&);

}  // namespace imgmine
