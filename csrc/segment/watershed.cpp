#include "segment/watershed.hpp"

#include <cmath>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "segment/byte_flood.hpp"
#include "segment/flood_heap.hpp"
#include "segment/padded_grid.hpp"

namespace imgmine {

namespace {

using Steps = std::array<std::ptrdiff_t, 8>;
constexpr std::int32_t outside = -1;  // the border, and pixels that are not in the mask

std::vector<std::int32_t> start(const PaddedGrid& grid, ImageView<const std::uint8_t> mask,
                                ImageView<std::int32_t> labels) {
    std::vector<std::int32_t> out(grid.size(), outside);
    bool negative = false;
    for (std::ptrdiff_t y = 0; y < grid.height; ++y) {
        std::int32_t* const row = out.data() + grid.at(y, 0);
        for (std::ptrdiff_t x = 0; x < grid.width; ++x) {
            const std::int32_t marker = labels.row(y)[x];
            negative |= marker < 0;
            row[x] = mask.data && !mask.row(y)[x] ? outside : marker;
        }
    }
    require(!negative, "markers must be >= 0");
    return out;
}

void finish(const PaddedGrid& grid, const std::vector<std::int32_t>& flooded,
            ImageView<std::int32_t> labels) {
    for (std::ptrdiff_t y = 0; y < grid.height; ++y) {
        const std::int32_t* const row = flooded.data() + grid.at(y, 0);
        for (std::ptrdiff_t x = 0; x < grid.width; ++x) labels.row(y)[x] = row[x] > 0 ? row[x] : 0;
    }
}

/// Any values, any compactness: one heap.
template <class T>
class HeapFlood {
  public:
    HeapFlood(const PaddedGrid& grid, const std::vector<T>& values,
              std::vector<std::int32_t>& labels, const Watershed& options)
        : grid_(grid),
          values_(values.data()),
          labels_(labels.data()),
          steps_(grid.steps()),
          n_steps_(static_cast<std::size_t>(options.connectivity)),
          compactness_(options.compactness) {}

    void run() {
        for (std::size_t p = 0; p < grid_.size(); ++p)
            if (labels_[p] > 0) {
                const auto at = static_cast<std::ptrdiff_t>(p);
                heap_.push({static_cast<double>(values_[p]), 0, at, at});
            }
        while (!heap_.empty()) {
            const Item item = heap_.pop();
            if (labels_[item.at] != 0 && item.at != item.source && compactness_ > 0) continue;
            labels_[item.at] = labels_[item.source];
            for (std::size_t i = 0; i < n_steps_; ++i)
                if (labels_[item.at + steps_[i]] == 0) meet(item, item.at + steps_[i]);
        }
    }

  private:
    struct Item {
        double value;
        std::uint64_t age;
        std::ptrdiff_t at, source;
    };
    struct Less {
        bool operator()(const Item& a, const Item& b) const {
            return a.value < b.value || (a.value == b.value && a.age < b.age);
        }
    };

    void meet(const Item& from, std::ptrdiff_t at) {
        auto value = static_cast<double>(values_[at]);
        if (compactness_ > 0)
            value += compactness_ * distance(at, from.source);
        else
            labels_[at] = labels_[from.at];
        heap_.push({std::max(value, from.value), ++age_, at, from.source});
    }

    double distance(std::ptrdiff_t p, std::ptrdiff_t q) const {
        const std::ptrdiff_t s = grid_.stride();
        const auto dy = static_cast<double>(p / s - q / s), dx = static_cast<double>(p % s - q % s);
        return std::sqrt(dy * dy + dx * dx);
    }

    PaddedGrid grid_;
    const T* values_;
    std::int32_t* labels_;
    Steps steps_;
    std::size_t n_steps_;
    double compactness_;
    std::uint64_t age_ = 0;
    FloodHeap<Item, Less> heap_;
};

}  // namespace

template <class T>
void watershed(ImageView<const T> image, ImageView<const std::uint8_t> mask,
               ImageView<std::int32_t> labels, const Watershed& options) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    require(options.connectivity == 4 || options.connectivity == 8,
            "connectivity must be 4 or 8, got " + std::to_string(options.connectivity));
    require(options.compactness >= 0 && std::isfinite(options.compactness),
            "compactness must be finite and >= 0, got " + std::to_string(options.compactness));
    const auto like_image = [&](const auto& other) {
        return other.height == image.height && other.width == image.width && other.channels == 1;
    };
    require(like_image(labels), "markers must have the shape of the image");
    require(!mask.data || like_image(mask), "mask must have the shape of the image");
    if (image.empty()) return;

    const PaddedGrid grid{image.height, image.width};
    std::vector<std::int32_t> flooded = start(grid, mask, labels);
    const std::vector<T> values = grid.copy(image, T{0});
    bool by_bytes = std::is_same_v<T, std::uint8_t> && options.compactness == 0 &&
                    grid.size() < std::size_t{1} << ByteFlood::index_bits;
    if constexpr (std::is_same_v<T, std::uint8_t>)
        if (by_bytes)
            ByteFlood(grid, values, flooded, static_cast<std::size_t>(options.connectivity)).run();
    if (!by_bytes) HeapFlood<T>(grid, values, flooded, options).run();
    finish(grid, flooded, labels);
}

template void watershed(ImageView<const std::uint8_t>, ImageView<const std::uint8_t>,
                        ImageView<std::int32_t>, const Watershed&);
template void watershed(ImageView<const float>, ImageView<const std::uint8_t>,
                        ImageView<std::int32_t>, const Watershed&);

}  // namespace imgmine
