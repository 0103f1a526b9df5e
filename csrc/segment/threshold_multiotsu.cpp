#include "segment/threshold_multiotsu.hpp"

#include <array>
#include <string>

#include "base/error.hpp"
#include "enhance/byte_counts.hpp"

namespace imgmine {
namespace {

/// The values that occur, and over how many pixels up to each, with what sum.
struct Levels {
    std::vector<std::uint8_t> values;
    std::vector<double> pixels{0}, sums{0};  // whole numbers below 2^53

    explicit Levels(const std::vector<std::uint64_t>& counts) {
        for (std::size_t v = 0; v < counts.size(); ++v) {
            if (counts[v] == 0) continue;
            const auto n = static_cast<double>(counts[v]);
            values.push_back(static_cast<std::uint8_t>(v));
            pixels.push_back(pixels.back() + n);
            sums.push_back(sums.back() + n * static_cast<double>(v));
        }
    }
    /// What values [first, last) add to the variance between classes, if they are one: the square
    /// of their sum over their number, but for what does not depend on the classes.
    double share(std::size_t first, std::size_t last) const {
        const double sum = sums[last] - sums[first];
        return sum * sum / (pixels[last] - pixels[first]);
    }
};

}  // namespace

std::vector<std::uint8_t> threshold_multiotsu(ImageView<const std::uint8_t> image, int classes) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    const Levels levels(byte_counts(image));
    const std::size_t n = levels.values.size();
    require(classes >= 2 && classes <= 256,
            "classes must be from 2 to 256, got " + std::to_string(classes));
    const auto n_classes = static_cast<std::size_t>(classes);
    require(n_classes <= n, "image must have at least as many different values as classes (" +
                                std::to_string(classes) + "), got " + std::to_string(n));

    // best[last]: of the first values up to `last`, in as many classes as rounds have gone by.
    std::vector<double> best(n + 1);
    for (std::size_t last = 1; last <= n; ++last) best[last] = levels.share(0, last);
    std::vector<std::array<std::uint16_t, 257>> starts(n_classes);  // of the last class
    for (std::size_t c = 1; c < n_classes; ++c)
        for (std::size_t last = n; last > c; --last) {
            double highest = -1;
            for (std::size_t first = c; first < last; ++first) {
                const double sum = best[first] + levels.share(first, last);
                if (sum > highest)
                    highest = sum, starts[c][last] = static_cast<std::uint16_t>(first);
            }
            best[last] = highest;
        }
    std::vector<std::uint8_t> thresholds(n_classes - 1);
    std::size_t last = n;
    for (std::size_t c = n_classes - 1; c > 0; --c) {
        last = starts[c][last];
        thresholds[c - 1] = levels.values[last - 1];
    }
    return thresholds;
}

}  // namespace imgmine
