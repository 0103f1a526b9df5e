#pragma once

#include "features/bands.hpp"
#include "features/histogram.hpp"
#include "features/lbp_unit_circle.hpp"

namespace imgmine {

/// Counts of the codes of eight points at distance 1, in the cells of a grid.
struct LbpInBands final : BandDescriptor {
    LbpOptions options;
    Normalize normalize;
    std::ptrdiff_t rows, columns;
    std::array<std::uint8_t, 256> codes;

    /// Throws std::invalid_argument where the points are others.
    LbpInBands(LbpOptions o, Normalize how, std::ptrdiff_t r, std::ptrdiff_t c)
        : options(std::move(o)), normalize(how), rows(r), columns(c) {
        require(UnitCircle::is_one(options), "points must be 8 at a radius of 1");
        codes = options.codes();
    }
    void check() const override { Areas{rows, columns}.check(); }
    std::size_t size(std::ptrdiff_t) const override {
        return static_cast<std::size_t>(rows * columns) *
               static_cast<std::size_t>(options.n_codes());
    }
    std::ptrdiff_t reach(const RowLayout&) const override { return 1; }
    double cost() const override { return 0.8; }
    std::unique_ptr<BandWork> start(const BandShare& share) const override;
};

/// A share of the rows.
class LbpWork final : public BandWork {
  public:
    LbpWork(const LbpInBands& descriptor, const BandShare& share)
        : descriptor_(descriptor),
          share_(share),
          circle_(share.image.height, share.image.width, descriptor.codes.data()),
          codes_(static_cast<std::size_t>(share.image.width)),
          counts_(descriptor.size(1)),
          next_(share.first) {
        const auto n = static_cast<int>(descriptor.options.n_codes());
        columns_.assign(static_cast<std::size_t>(descriptor.columns),
                        ByteCounter(Bins{n, 0, static_cast<double>(n)}));
    }

    void add(Band& band) override {
        const std::ptrdiff_t last = std::min(band.last(), share_.last + 1);
        for (std::ptrdiff_t y = std::max(band.first(), share_.first - 1); y < last; ++y) {
            circle_.hold(y, band.gray(y));
            if (y > next_) count_row(next_++);
        }
        if (last == share_.image.height && next_ < share_.last) count_row(next_++);
    }
    void merge(BandWork& other) override {
        auto& theirs = static_cast<LbpWork&>(other);
        flush();
        theirs.flush();
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += theirs.counts_[i];
    }
    void write(float* out) override {
        flush();
        write_areas(counts_, static_cast<std::size_t>(descriptor_.options.n_codes()),
                    descriptor_.normalize, out);
    }

  private:
    void count_row(std::ptrdiff_t y) {
        while ((row_ + 1) * share_.image.height / descriptor_.rows <= y) {
            flush();
            ++row_;
        }
        circle_.row(y, codes_.data());
        const std::ptrdiff_t width = share_.image.width;
        for (std::ptrdiff_t j = 0; j < descriptor_.columns; ++j) {
            const std::ptrdiff_t left = j * width / descriptor_.columns;
            const std::ptrdiff_t right = (j + 1) * width / descriptor_.columns;
            columns_[static_cast<std::size_t>(j)].add(codes_.data() + left,
                                                      static_cast<std::size_t>(right - left));
        }
    }
    void flush() {
        const auto n = static_cast<std::size_t>(descriptor_.options.n_codes());
        std::uint64_t* row = counts_.data() + static_cast<std::size_t>(row_) * columns_.size() * n;
        for (std::size_t j = 0; j < columns_.size(); ++j) columns_[j].flush(row + j * n);
    }

    const LbpInBands& descriptor_;
    BandShare share_;
    UnitCircle circle_;
    std::vector<std::uint8_t> codes_;  // of a row
    std::vector<std::uint64_t> counts_;
    std::vector<ByteCounter> columns_;  // of cells
    std::ptrdiff_t row_ = 0;            // of cells
    std::ptrdiff_t next_;
};

inline std::unique_ptr<BandWork> LbpInBands::start(const BandShare& share) const {
    return std::make_unique<LbpWork>(*this, share);
}

}  // namespace imgmine
