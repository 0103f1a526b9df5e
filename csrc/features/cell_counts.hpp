#pragma once

#include <algorithm>
#include <variant>

#include "features/bands.hpp"
#include "features/histogram.hpp"

namespace imgmine {

/// Histograms of the cells of a grid or of a pyramid, of channels or of colors.
struct CellCounts final : BandDescriptor {
    std::variant<Bins, ColorBins> bins;
    Normalize normalize = Normalize::none;
    std::ptrdiff_t rows = 1, columns = 1;  ///< of cells
    int levels = 1;                        ///< of a pyramid, if more; cells are its finest

    CellCounts(std::variant<Bins, ColorBins> what, Normalize how, const Areas& cells, int n_levels)
        : bins(what), normalize(how), rows(cells.rows), columns(cells.columns), levels(n_levels) {}

    std::size_t cells() const { return static_cast<std::size_t>(rows * columns); }
    /// Counts of each cell of an image of so many channels.
    std::size_t cell_size(std::ptrdiff_t channels) const {
        if (const Bins* of_channel = std::get_if<Bins>(&bins))
            return static_cast<std::size_t>(of_channel->bins) * static_cast<std::size_t>(channels);
        return std::get<ColorBins>(bins).size();
    }
    /// In which space colors are counted, if they are.
    const ColorSpace* space() const {
        const auto* colors = std::get_if<ColorBins>(&bins);
        return colors ? &colors->space : nullptr;
    }

    void check() const override {
        std::visit([](const auto& b) { b.check(); }, bins);
        Areas{rows, columns}.check();
    }
    std::size_t size(std::ptrdiff_t channels) const override {
        return (levels > 1 ? pyramid_cells(levels) : cells()) * cell_size(channels);
    }
    bool of_color() const override { return space() != nullptr; }
    std::ptrdiff_t reach(const RowLayout&) const override { return 0; }
    double cost() const override { return space() ? 1 : 0.15; }
    std::unique_ptr<BandWork> start(const BandShare& share) const override;
};

/// Counts a share of the rows.
class CellCounter final : public BandWork {
  public:
    CellCounter(const CellCounts& descriptor, const BandShare& share)
        : descriptor_(descriptor),
          share_(share),
          counts_(descriptor.cells() * descriptor.cell_size(share.image.channels)) {
        for (std::ptrdiff_t j = 0; j < descriptor.columns; ++j)
            if (const Bins* bins = std::get_if<Bins>(&descriptor.bins))
                counters_.emplace_back(ChannelCounter(*bins, share.image.channels));
            else
                counters_.emplace_back(ColorCounter(std::get<ColorBins>(descriptor.bins)));
        while (share.first < share.last && bottom() <= share.first) ++row_;
    }

    void add(Band& band) override {
        std::ptrdiff_t y = std::max(band.first(), share_.first);
        const std::ptrdiff_t last = std::min(band.last(), share_.last);
        while (y < last) {
            while (bottom() <= y) flush();
            const std::ptrdiff_t until = std::min(last, bottom());
            const ColorSpace* space = descriptor_.space();
            add_rows(space ? band.color(*space, y) : band.pixels(y), until - y,
                     share_.image.width * (space ? 3 : share_.image.channels));
            y = until;
        }
    }
    void merge(BandWork& other) override {
        auto& theirs = static_cast<CellCounter&>(other);
        flush();
        theirs.flush();
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += theirs.counts_[i];
    }
    void write(float* out) override {
        flush();
        const std::size_t size = descriptor_.cell_size(share_.image.channels);
        if (descriptor_.levels > 1)
            write_pyramid(counts_, size, descriptor_.levels, descriptor_.normalize, out);
        else
            write_areas(counts_, size, descriptor_.normalize, out);
    }

  private:
    std::ptrdiff_t bottom() const { return (row_ + 1) * share_.image.height / descriptor_.rows; }

    /// Ends a row of cells.
    void flush() {
        const std::size_t size = descriptor_.cell_size(share_.image.channels);
        for (std::size_t j = 0; j < counters_.size(); ++j) {
            const auto cell = static_cast<std::size_t>(row_ * descriptor_.columns) + j;
            std::visit([&](auto& counter) { counter.flush(counts_.data() + cell * size); },
                       counters_[j]);
        }
        if (row_ + 1 < descriptor_.rows) ++row_;
    }

    void add_rows(const std::uint8_t* pixels, std::ptrdiff_t n, std::ptrdiff_t row_size) {
        const std::ptrdiff_t extent = share_.image.width, columns = descriptor_.columns;
        if (columns == 1) return add_to(0, pixels, n * extent);
        for (; n > 0; --n, pixels += row_size)
            for (std::ptrdiff_t j = 0; j < columns; ++j) {
                const std::ptrdiff_t left = j * extent / columns;
                const std::ptrdiff_t right = (j + 1) * extent / columns;
                if (left < right)
                    add_to(static_cast<std::size_t>(j), pixels + left * row_size / extent,
                           right - left);
            }
    }

    void add_to(std::size_t j, const std::uint8_t* pixels, std::ptrdiff_t n) {
        if (auto* channel = std::get_if<ChannelCounter>(&counters_[j]))
            channel->add(pixels, static_cast<std::size_t>(n));
        else
            std::get<ColorCounter>(counters_[j]).add_converted(pixels, static_cast<std::size_t>(n));
    }

    const CellCounts& descriptor_;
    BandShare share_;
    std::ptrdiff_t row_ = 0;  // of cells
    std::vector<std::uint64_t> counts_;
    std::vector<std::variant<ChannelCounter, ColorCounter>> counters_;  // of the columns of cells
};

inline std::unique_ptr<BandWork> CellCounts::start(const BandShare& share) const {
    return std::make_unique<CellCounter>(*this, share);
}

}  // namespace imgmine
