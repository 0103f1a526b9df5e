#include "features/recipe.hpp"

#include <algorithm>
#include <array>
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

Counts zero_counts(const RecipePlan& plan, std::ptrdiff_t channels) {
    Counts counts;
    for (const RecipePlan::Descriptor& d : plan.descriptors)
        counts.emplace_back(d.cells() * d.cell_size(channels));
    return counts;
}

/// Counts rows for one descriptor, in rising order.
class CellCounter {
  public:
    CellCounter(const RecipePlan::Descriptor& descriptor, const RowLayout& layout,
                std::ptrdiff_t first, std::vector<std::uint64_t>& counts)
        : descriptor_(descriptor), layout_(layout), row_(0), counts_(counts) {
        for (std::ptrdiff_t j = 0; j < descriptor.columns; ++j)
            if (const Bins* bins = std::get_if<Bins>(&descriptor.bins))
                counters_.emplace_back(ChannelCounter(*bins, layout.channels));
            else
                counters_.emplace_back(ColorCounter(std::get<ColorBins>(descriptor.bins)));
        while (bottom() <= first) ++row_;
    }

    /// Whether pixels must be in a color space, and which.
    const ColorBins* color() const { return std::get_if<ColorBins>(&descriptor_.bins); }

    void add(const std::uint8_t* pixels, std::ptrdiff_t y, std::ptrdiff_t last) {
        const std::ptrdiff_t row_size = layout_.width * (color() ? 3 : layout_.channels);
        while (y < last) {
            while (bottom() <= y) flush();
            const std::ptrdiff_t n = std::min(last, bottom()) - y;
            add_rows(pixels, n, row_size);
            pixels += n * row_size;
            y += n;
        }
    }

    /// Ends a row of cells.
    void flush() {
        const std::size_t size = descriptor_.cell_size(layout_.channels);
        for (std::size_t j = 0; j < counters_.size(); ++j) {
            const auto cell = static_cast<std::size_t>(row_ * descriptor_.columns) + j;
            std::visit([&](auto& counter) { counter.flush(counts_.data() + cell * size); },
                       counters_[j]);
        }
        if (row_ + 1 < descriptor_.rows) ++row_;
    }

  private:
    std::ptrdiff_t bottom() const { return (row_ + 1) * layout_.height / descriptor_.rows; }

    void add_rows(const std::uint8_t* pixels, std::ptrdiff_t n, std::ptrdiff_t row_size) {
        if (counters_.size() == 1) return add_to(0, pixels, n * layout_.width);
        for (; n > 0; --n, pixels += row_size)
            for (std::ptrdiff_t j = 0; j < descriptor_.columns; ++j) {
                const std::ptrdiff_t left = j * layout_.width / descriptor_.columns;
                const std::ptrdiff_t right = (j + 1) * layout_.width / descriptor_.columns;
                if (left < right)
                    add_to(static_cast<std::size_t>(j), pixels + left * row_size / layout_.width,
                           right - left);
            }
    }

    void add_to(std::size_t j, const std::uint8_t* pixels, std::ptrdiff_t n) {
        if (auto* channel = std::get_if<ChannelCounter>(&counters_[j]))
            channel->add(pixels, static_cast<std::size_t>(n));
        else
            std::get<ColorCounter>(counters_[j]).add_converted(pixels, static_cast<std::size_t>(n));
    }

    const RecipePlan::Descriptor& descriptor_;
    RowLayout layout_;
    std::ptrdiff_t row_;  // of cells
    std::vector<std::uint64_t>& counts_;
    std::vector<std::variant<ChannelCounter, ColorCounter>> counters_;  // of the columns of cells
};

/// Counts bands of finished rows for every descriptor; makes each color space once.
class Sink {
  public:
    Sink(const RecipePlan& plan, const RowLayout& layout, std::ptrdiff_t first, Counts& counts)
        : layout_(layout) {
        for (std::size_t i = 0; i < counts.size(); ++i)
            counters_.emplace_back(plan.descriptors[i], layout, first, counts[i]);
    }
    void add(const std::uint8_t* pixels, std::ptrdiff_t y, std::ptrdiff_t last) {
        std::array<const std::uint8_t*, 4> converted{};
        for (CellCounter& counter : counters_) {
            if (!counter.color()) {
                counter.add(pixels, y, last);
                continue;
            }
            const auto space = static_cast<std::size_t>(counter.color()->space);
            if (!converted[space])
                converted[space] = spaces_[space].convert(
                    pixels, static_cast<std::size_t>((last - y) * layout_.width), layout_.channels);
            counter.add(converted[space], y, last);
        }
    }
    void flush() {
        for (CellCounter& counter : counters_) counter.flush();
    }

  private:
    RowLayout layout_;
    std::array<ColorRows, 4> spaces_ = {ColorRows(ColorSpace::rgb), ColorRows(ColorSpace::hsv),
                                        ColorRows(ColorSpace::lab),
                                        ColorRows(ColorSpace::opponent)};
    std::vector<CellCounter> counters_;
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
        Sink sink(plan, layout, first, counts);

        const auto slot = [&](std::ptrdiff_t y) {
            return band.data() + (y - first) % band_rows * n;
        };
        const auto finished = [&](std::ptrdiff_t y) {
            const std::ptrdiff_t held = (y - first) % band_rows + 1;
            if (held == band_rows || y == last - 1) sink.add(band.data(), y + 1 - held, y + 1);
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
        sink.flush();
    }
};

void write(const RecipePlan::Descriptor& d, const std::vector<std::uint64_t>& counts,
           std::ptrdiff_t channels, float* out) {
    const std::size_t size = d.cell_size(channels);
    if (d.moments)
        write_moments(counts.data(), d.cells(), std::get<ColorBins>(d.bins).space, out);
    else if (d.levels > 1)
        write_pyramid(counts, size, d.levels, d.normalize, out);
    else
        write_areas(counts, size, d.normalize, out);
}

}  // namespace

std::size_t RecipePlan::Descriptor::cell_size(std::ptrdiff_t channels) const {
    if (const Bins* of_channel = std::get_if<Bins>(&bins))
        return static_cast<std::size_t>(of_channel->bins) * static_cast<std::size_t>(channels);
    return std::get<ColorBins>(bins).size();
}

std::size_t RecipePlan::Descriptor::size(std::ptrdiff_t channels) const {
    return (levels > 1 ? pyramid_cells(levels) : cells()) * (moments ? 9 : cell_size(channels));
}

void RecipePlan::Descriptor::check() const {
    std::visit([](const auto& b) { b.check(); }, bins);
    Areas{rows, columns}.check();
}

void RecipePlan::check() const {
    require(!descriptors.empty(), "descriptors must not be empty");
    if (blur) gaussian_taps(blur->gaussian, false);
    for (const Descriptor& d : descriptors) d.check();
}

double RecipePlan::cost() const {
    double nanoseconds = 0.1;
    for (const Descriptor& d : descriptors)
        nanoseconds += std::holds_alternative<ColorBins>(d.bins) ? 1 : 0.05;
    return nanoseconds;
}

std::size_t RecipePlan::size(std::ptrdiff_t channels) const {
    std::size_t total = 0;
    for (const Descriptor& d : descriptors) total += d.size(gray ? 1 : channels);
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
        write(plan.descriptors[i], counts[i], channels, out);
        out += plan.descriptors[i].size(channels);
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
