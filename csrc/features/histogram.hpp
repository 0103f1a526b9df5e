#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/image.hpp"
#include "enhance/byte_counts.hpp"
#include "features/areas.hpp"

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

/// Writes counts as normalised floats, times `weight`; where all are zero, zeros.
void write_normalized(const std::uint64_t* counts, std::size_t n, Normalize normalize,
                      double weight, float* out);
void write_normalized(const std::vector<std::uint64_t>& counts, Normalize normalize, float* out);

/// Writes the histograms of areas, `size` counts each, one after the other.
void write_areas(const std::vector<std::uint64_t>& counts, std::size_t size, Normalize normalize,
                 float* out);

/// How many cells a spatial pyramid of so many levels has.
std::size_t pyramid_cells(int levels);
/// The areas of its finest level. Throws std::invalid_argument unless `levels` is from 1 to 8.
Areas pyramid_areas(int levels);
/// Writes a spatial pyramid, the whole image first, given the counts of its finest level.
///
/// Level l of L (0 is the whole image) weighs 2^-(L - 1), and 2^-(L - l) from l = 1 on (Lazebnik,
/// Schmid and Ponce 2006), shared by its 4^l cells, each of which is normalised. Where it is not
/// shares that are compared but squares of differences, cells have the square roots of weights.
void write_pyramid(const std::vector<std::uint64_t>& counts, std::size_t size, int levels,
                   Normalize normalize, float* out);

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
    /// `expected` is about how many there will be.
    explicit ByteCounter(const Bins& bins, std::ptrdiff_t expected = 0);
    void add(const std::uint8_t* values, std::size_t n);
    /// Adds what was counted so far to `counts`, one a bin.
    void flush(std::uint64_t* counts);
    /// Whether bins are so few that values are compared or looked up in registers; else each value
    /// is counted.
    bool has_few() const { return !edges_.empty(); }

  private:
    void spill();

    Bins bins_;
    std::vector<std::uint8_t> edges_;       // values at which a new bin begins, where bins are few
    std::vector<std::uint8_t> sixteenths_;  // which of up to 8 such bins v / 16 falls into, if one
    std::vector<std::uint32_t> counts_;     // of values from an edge on, or between two
    std::vector<std::uint64_t> total_;      // the same, and of all
    std::size_t held_ = 0;
    ByteCounts every_value_;
};

/// The same for rows of interleaved channels, each counted for itself.
class ChannelCounter {
  public:
    ChannelCounter(const Bins& bins, std::ptrdiff_t channels, std::ptrdiff_t expected = 0);
    void add(const std::uint8_t* pixels, std::size_t n_pixels);
    void flush(std::vector<std::uint64_t>& counts) { flush(counts.data()); }
    void flush(std::uint64_t* counts);
    std::size_t bins_per_pixel() const { return counters_.size(); }
    void find_bins(const std::uint8_t* pixels, std::size_t n_pixels, std::int32_t* out) const;

  private:
    void spill();

    Bins bins_;
    std::vector<ByteCounter> counters_;
    std::vector<std::uint8_t> plane_;
    std::vector<std::uint32_t> tables_;  // of all values, channel by channel, two of each
    std::vector<std::uint64_t> total_;
    std::size_t held_ = 0;
};

/// The histogram of each channel, one after the other: channels * bins counts a place.
template <class T>
std::vector<std::uint64_t> histogram(ImageView<const T> image, const Bins& bins,
                                     const Areas& areas = {});

extern template std::vector<std::uint64_t> histogram(ImageView<const std::uint8_t>, const Bins&,
                                                     const Areas&);
extern template std::vector<std::uint64_t> histogram(ImageView<const float>, const Bins&,
                                                     const Areas&);

}  // namespace imgmine
