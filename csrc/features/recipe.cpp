#include "features/recipe.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/separable.hpp"
#include "kernels/color.hpp"

namespace imgmine {
namespace {

using Counts = std::vector<std::vector<std::uint64_t>>;  // one list a descriptor

std::size_t size_of(const RecipePlan::Descriptor& d, std::ptrdiff_t channels) {
    if (const Bins* bins = std::get_if<Bins>(&d.bins))
        return static_cast<std::size_t>(bins->bins) * static_cast<std::size_t>(channels);
    return std::get<ColorBins>(d.bins).size();
}

Counts zero_counts(const RecipePlan& plan, std::ptrdiff_t channels) {
    Counts counts;
    for (const RecipePlan::Descriptor& d : plan.descriptors)
        counts.emplace_back(size_of(d, channels));
    return counts;
}

/// Counts bands of finished rows for every descriptor.
class Sink {
  public:
    Sink(const RecipePlan& plan, std::ptrdiff_t channels) : channels_(channels) {
        for (const RecipePlan::Descriptor& d : plan.descriptors)
            if (const Bins* bins = std::get_if<Bins>(&d.bins))
                counters_.emplace_back(ChannelCounter(*bins, channels));
            else
                counters_.emplace_back(ColorCounter(std::get<ColorBins>(d.bins)));
    }
    void add(const std::uint8_t* pixels, std::size_t n) {
        for (auto& counter : counters_)
            if (auto* channel = std::get_if<ChannelCounter>(&counter))
                channel->add(pixels, n);
            else
                std::get<ColorCounter>(counter).add(pixels, n, channels_);
    }
    void flush(Counts& counts) {
        for (std::size_t i = 0; i < counters_.size(); ++i)
            std::visit([&](auto& counter) { counter.flush(counts[i]); }, counters_[i]);
    }

  private:
    std::ptrdiff_t channels_;
    std::vector<std::variant<ChannelCounter, ColorCounter>> counters_;
};

/// A recipe at work on one image; run() is called from several threads.
struct Pass {
    ImageView<const std::uint8_t> image;
    const RecipePlan& plan;
    std::optional<FixedPointKernel> kernel;

    std::ptrdiff_t channels() const { return plan.gray ? 1 : image.channels; }

    void run(std::ptrdiff_t first, std::ptrdiff_t last, Counts& counts) const {
        constexpr std::ptrdiff_t band_bytes = 16384;  // half of a first-level cache
        const RowLayout layout{image.height, image.width, channels()};
        const std::ptrdiff_t n = layout.row_size();
        const std::ptrdiff_t band_rows = std::max<std::ptrdiff_t>(1, band_bytes / n);
        std::vector<std::uint8_t> band(static_cast<std::size_t>(band_rows * n));
        Sink sink(plan, channels());

        const auto slot = [&](std::ptrdiff_t y) {
            return band.data() + (y - first) % band_rows * n;
        };
        const auto finished = [&](std::ptrdiff_t y) {
            const std::ptrdiff_t held = (y - first) % band_rows + 1;
            if (held == band_rows || y == last - 1)
                sink.add(band.data(), static_cast<std::size_t>(held * layout.width));
        };
        const auto load = [&](std::ptrdiff_t y, std::uint8_t* out) {
            if (plan.gray)
                color_kernels().rgb_to_gray_u8(image.row(y), out,
                                               static_cast<std::size_t>(image.width),
                                               static_cast<std::size_t>(image.channels));
            else
                std::copy_n(image.row(y), n, out);
        };
        if (kernel) {
            filter_rows<std::uint8_t>(layout, *kernel, plan.blur->border, first, last, load, slot,
                                      finished);
        } else {
            for (std::ptrdiff_t y = first; y < last; ++y) {
                load(y, slot(y));
                finished(y);
            }
        }
        sink.flush(counts);
    }
};

}  // namespace

void RecipePlan::check() const {
    require(!descriptors.empty(), "descriptors must not be empty");
    if (blur) gaussian_taps(blur->gaussian, false);
    for (const Descriptor& d : descriptors)
        std::visit([](const auto& bins) { bins.check(); }, d.bins);
}

double RecipePlan::cost() const {
    double nanoseconds = 0.1;
    for (const Descriptor& d : descriptors)
        nanoseconds += std::holds_alternative<ColorBins>(d.bins) ? 1 : 0.05;
    return nanoseconds;
}

std::size_t RecipePlan::size(std::ptrdiff_t channels) const {
    std::size_t total = 0;
    for (const Descriptor& d : descriptors) total += size_of(d, gray ? 1 : channels);
    return total;
}

void describe(ImageView<const std::uint8_t> image, const RecipePlan& plan, float* out) {
    plan.check();
    require(
        !plan.gray || image.channels == 3 || image.channels == 4,
        "image must have 3 or 4 channels to be made gray, got " + std::to_string(image.channels));
    const std::ptrdiff_t channels = plan.gray ? 1 : image.channels;
    for (const RecipePlan::Descriptor& d : plan.descriptors)
        require(
            std::holds_alternative<Bins>(d.bins) || channels == 3 || channels == 4,
            "a color histogram needs an image of 3 or 4 channels, got " + std::to_string(channels));

    Counts counts = zero_counts(plan, channels);
    if (!image.empty()) {
        Pass pass{image, plan, std::nullopt};
        if (plan.blur)
            pass.kernel.emplace(fixed_point_taps(gaussian_taps(plan.blur->gaussian, false)),
                                channels);
        std::mutex mutex;
        parallel_for(image.height, row_grain(image.row_size(), plan.cost()),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         Counts mine = zero_counts(plan, channels);
                         pass.run(first, last, mine);
                         const std::lock_guard lock(mutex);
                         for (std::size_t i = 0; i < counts.size(); ++i)
                             for (std::size_t b = 0; b < counts[i].size(); ++b)
                                 counts[i][b] += mine[i][b];
                     });
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
        write_normalized(counts[i], plan.descriptors[i].normalize, out);
        out += counts[i].size();
    }
}

void scale_to_length(float* values, std::size_t n, double length) {
    double squares = 0;  // one after the other: the same bits everywhere
    for (std::size_t i = 0; i < n; ++i) squares += static_cast<double>(values[i]) * values[i];
    if (!(squares > 0)) return;
    const double factor = length / std::sqrt(squares);
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<float>(values[i] * factor);
}

}  // namespace imgmine
