#include "features/color_correlogram.hpp"

#include "features/correlogram_work.hpp"
#include "features/recipe.hpp"

namespace imgmine {
namespace correlogram {

std::unique_ptr<BandWork> Correlogram::start(const BandShare& share) const {
    return std::make_unique<CorrelogramWork>(*this, share, bins);
}

namespace {

/// A histogram that needs no counting of its own.
class CountedAlready final : public BandWork {
  public:
    CountedAlready(const CellCounts& histogram, CorrelogramWork& work)
        : histogram_(histogram), work_(work) {}
    void add(Band&) override {}
    void merge(BandWork&) override {}
    void write(float* out) override {
        write_normalized(work_.pixels().data(), histogram_.size(3), histogram_.normalize, 1, out);
    }

  private:
    const CellCounts& histogram_;
    CorrelogramWork& work_;
};

}  // namespace

std::array<std::unique_ptr<BandWork>, 2> Correlogram::start_with(const BandDescriptor& other,
                                                                 const BandShare& share) const {
    const auto* histogram = dynamic_cast<const CellCounts*>(&other);
    if (!histogram || !is_coarser_than(*histogram)) return {};
    auto work =
        std::make_unique<CorrelogramWork>(*this, share, std::get<ColorBins>(histogram->bins));
    auto counted = std::make_unique<CountedAlready>(*histogram, *work);
    return {std::move(work), std::move(counted)};
}

}  // namespace correlogram

AnyBandDescriptor correlogram_in_bands(const ColorBins& bins, const std::vector<int>& distances) {
    return std::make_shared<correlogram::Correlogram>(bins, distances);
}

void color_correlogram(ImageView<const std::uint8_t> image, const ColorBins& bins,
                       const std::vector<int>& distances, float* out) {
    describe(image, correlogram_in_bands(bins, distances), out);
}

}  // namespace imgmine
