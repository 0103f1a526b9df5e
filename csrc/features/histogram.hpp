#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// What a vector of counts is divided by.
enum class Normalize {
    none,
    l1,         ///< their sum: shares
    l2,         ///< their Euclidean length
    hellinger,  ///< square roots of shares: Euclidean distances become Hellinger distances
};

/// "l1", "l2", "hellinger" or "none".
Normalize normalize_from_name(std::string_view name);

/// Writes counts as normalised floats; where all are zero, zeros.
void write_normalized(const std::vector<std::uint64_t>& counts, Normalize normalize, float* out);

/// `bins` equal parts of [low, high); what lies outside, or is NaN, is not counted.
struct Bins {
    int bins;
    double low;
    double high;

    /// Throws std::invalid_argument unless 1 <= bins <= 65536 and low < high, both finite.
    void check() const;

    /// The bin of a value, or -1.
    int bin_of(double value) const;
};

/// Counts the bytes of rows, many a call, into equal bins: shared by histogram and recipes.
class ByteCounter {
  public:
    explicit ByteCounter(const Bins& bins);
    void add(const std::uint8_t* values, std::size_t n);
    /// Adds what was counted so far to `counts`, one a bin.
    void flush(std::vector<std::uint64_t>& counts);

  private:
    Bins bins_;
    std::vector<std::uint8_t> edges_;    // values at which a new bin begins, where bins are few
    std::vector<std::uint32_t> counts_;  // not below each edge, or four tables of 256
    std::size_t held_ = 0;
    std::vector<std::uint64_t> total_;
};

/// The same for rows of interleaved channels, each counted for itself.
class ChannelCounter {
  public:
    ChannelCounter(const Bins& bins, std::ptrdiff_t channels);
    void add(const std::uint8_t* pixels, std::size_t n_pixels);
    void flush(std::vector<std::uint64_t>& counts);

  private:
    std::size_t n_bins_;
    std::vector<ByteCounter> counters_;
    std::vector<std::uint8_t> plane_;
};

/// The histogram of each channel, one after the other: channels * bins counts.
template <class T>
std::vector<std::uint64_t> histogram(ImageView<const T> image, const Bins& bins);

extern template std::vector<std::uint64_t> histogram(ImageView<const std::uint8_t>, const Bins&);
extern template std::vector<std::uint64_t> histogram(ImageView<const float>, const Bins&);

}  // namespace imgmine
