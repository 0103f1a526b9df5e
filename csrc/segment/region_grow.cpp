#include "segment/region_grow.hpp"

#include <string>

#include "base/error.hpp"
#include "segment/flood_heap.hpp"
#include "segment/padded_grid.hpp"

namespace imgmine {

namespace {

constexpr std::int32_t outside = -1;

template <class T>
class Growth {
  public:
    Growth(ImageView<const T> image, ImageView<std::int32_t> labels, const RegionGrow& options)
        : image_(image),
          labels_(labels),
          grid_{image.height, image.width},
          steps_(grid_.steps()),
          n_steps_(static_cast<std::size_t>(options.connectivity)),
          n_channels_(static_cast<std::size_t>(image.channels)),
          most_(options.tolerance * options.tolerance),
          regions_(grid_.size(), outside) {
        number_regions();
    }

    void run() {
        for (std::ptrdiff_t y = 0; y < grid_.height; ++y)
            for (std::ptrdiff_t x = 0; x < grid_.width; ++x)
                if (regions_[index(y, x)] > 0) meet_neighbors(grid_.at(y, x));
        while (!heap_.empty()) {
            const Item item = heap_.pop();
            std::int32_t& region = regions_[static_cast<std::size_t>(item.at)];
            if (region != 0) continue;
            region = item.region;
            join(item.at, region);
            meet_neighbors(item.at);
        }
        for (std::ptrdiff_t y = 0; y < grid_.height; ++y)
            for (std::ptrdiff_t x = 0; x < grid_.width; ++x)
                labels_.row(y)[x] = names_[static_cast<std::size_t>(regions_[index(y, x)])];
    }

  private:
    struct Item {
        double distance;
        std::uint64_t age;
        std::ptrdiff_t at;
        std::int32_t region;
    };
    struct Less {
        bool operator()(const Item& a, const Item& b) const {
            return a.distance < b.distance || (a.distance == b.distance && a.age < b.age);
        }
    };

    std::size_t index(std::ptrdiff_t y, std::ptrdiff_t x) const {
        return static_cast<std::size_t>(grid_.at(y, x));
    }

    /// Regions are 1, 2, ... inside, whatever their labels.
    void number_regions() {
        names_.push_back(0);
        for (std::ptrdiff_t y = 0; y < grid_.height; ++y)
            for (std::ptrdiff_t x = 0; x < grid_.width; ++x)
                if (labels_.row(y)[x] != names_.back()) names_.push_back(labels_.row(y)[x]);
        std::sort(names_.begin(), names_.end());
        require(names_.front() >= 0, "seeds must be >= 0");
        names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
        sums_.resize(names_.size() * n_channels_);
        counts_.resize(names_.size());
        for (std::ptrdiff_t y = 0; y < grid_.height; ++y)
            for (std::ptrdiff_t x = 0; x < grid_.width; ++x) {
                const auto at = std::lower_bound(names_.begin(), names_.end(), labels_.row(y)[x]);
                const auto region = static_cast<std::int32_t>(at - names_.begin());
                regions_[index(y, x)] = region;
                if (region > 0) join(grid_.at(y, x), region);
            }
    }

    const T* pixel(std::ptrdiff_t at) const {
        const std::ptrdiff_t y = at / grid_.stride() - 1, x = at % grid_.stride() - 1;
        return image_.row(y) + x * image_.channels;
    }

    void join(std::ptrdiff_t at, std::int32_t region) {
        const T* const values = pixel(at);
        double* const sums = sums_.data() + static_cast<std::size_t>(region) * n_channels_;
        for (std::size_t c = 0; c < n_channels_; ++c) sums[c] += static_cast<double>(values[c]);
        counts_[static_cast<std::size_t>(region)] += 1;
    }

    void meet_neighbors(std::ptrdiff_t at) {
        const std::int32_t region = regions_[static_cast<std::size_t>(at)];
        const double* const sums = sums_.data() + static_cast<std::size_t>(region) * n_channels_;
        const double count = counts_[static_cast<std::size_t>(region)];
        for (std::size_t i = 0; i < n_steps_; ++i) {
            const std::ptrdiff_t q = at + steps_[i];
            if (regions_[static_cast<std::size_t>(q)] != 0) continue;
            const T* const values = pixel(q);
            double squares = 0;
            for (std::size_t c = 0; c < n_channels_; ++c) {
                const double difference = static_cast<double>(values[c]) - sums[c] / count;
                squares += difference * difference;
            }
            if (squares <= most_) heap_.push({squares, age_++, q, region});
        }
    }

    ImageView<const T> image_;
    ImageView<std::int32_t> labels_;
    PaddedGrid grid_;
    std::array<std::ptrdiff_t, 8> steps_;
    std::size_t n_steps_, n_channels_;
    double most_;
    std::vector<std::int32_t> regions_, names_;
    std::vector<double> sums_, counts_;
    std::uint64_t age_ = 0;
    FloodHeap<Item, Less> heap_;
};

}  // namespace

template <class T>
void region_grow(ImageView<const T> image, ImageView<std::int32_t> labels,
                 const RegionGrow& options) {
    require(options.tolerance >= 0,
            "tolerance must be >= 0, got " + std::to_string(options.tolerance));
    require(options.connectivity == 4 || options.connectivity == 8,
            "connectivity must be 4 or 8, got " + std::to_string(options.connectivity));
    require(labels.height == image.height && labels.width == image.width && labels.channels == 1,
            "seeds must have the shape of the image");
    if (!image.empty()) Growth<T>(image, labels, options).run();
}

template void region_grow(ImageView<const std::uint8_t>, ImageView<std::int32_t>,
                          const RegionGrow&);
template void region_grow(ImageView<const float>, ImageView<std::int32_t>, const RegionGrow&);

}  // namespace imgmine
