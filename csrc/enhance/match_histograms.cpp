#include "enhance/match_histograms.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "enhance/apply_lut.hpp"
#include "enhance/byte_counts.hpp"

namespace imgmine {
namespace {

struct Quantile {
    double share;  // of pixels that are not above
    double value;
};

/// The values that occur, in rising order.
std::vector<Quantile> quantiles(const std::uint64_t* counts) {
    double n = 0, so_far = 0;
    for (int v = 0; v < 256; ++v) n += static_cast<double>(counts[v]);
    std::vector<Quantile> found;
    for (int v = 0; v < 256; ++v) {
        if (counts[v] == 0) continue;
        so_far += static_cast<double>(counts[v]);
        found.push_back({so_far / n, static_cast<double>(v)});
    }
    return found;
}

double value_at(const std::vector<Quantile>& quantiles, double share) {
    const auto after = std::upper_bound(quantiles.begin(), quantiles.end(), share,
                                        [](double s, const Quantile& q) { return s < q.share; });
    if (after == quantiles.begin()) return after->value;
    if (after == quantiles.end()) return quantiles.back().value;
    const Quantile &a = after[-1], &b = *after;
    return (b.value - a.value) / (b.share - a.share) * (share - a.share) + a.value;
}

}  // namespace

void match_histograms(ImageView<const std::uint8_t> src, ImageView<const std::uint8_t> reference,
                      ImageView<std::uint8_t> dst) {
    require(reference.channels == src.channels, "reference must have as many channels as image, " +
                                                    std::to_string(src.channels) + ", got " +
                                                    std::to_string(reference.channels));
    require(!reference.empty(), "reference must have at least one pixel");
    if (src.empty()) return;
    const auto counts = byte_counts(src), wanted = byte_counts(reference);
    std::vector<std::uint8_t> tables(counts.size());
    for (std::size_t c = 0; c < counts.size(); c += 256) {
        const auto target = quantiles(wanted.data() + c);
        for (const auto& [share, value] : quantiles(counts.data() + c))
            tables[c + static_cast<std::size_t>(value)] =
                static_cast<std::uint8_t>(std::nearbyint(value_at(target, share)));
    }
    apply_lut(src, dst, tables);
}

}  // namespace imgmine
