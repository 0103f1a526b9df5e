#include "segment/watershed.hpp"

#include <cmath>
#include <string>
#include <type_traits>

#include "base/error.hpp"
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

/// Bytes without compactness: a queue for each level, after a heap while equal markers are left.
class ByteFlood {
  public:
    static constexpr int index_bits = 28;  // of a pixel, and of an age

    ByteFlood(const PaddedGrid& grid, const std::vector<std::uint8_t>& values,
              std::vector<std::int32_t>& labels, std::size_t n_steps)
        : values_(values.data()),
          labels_(labels.data()),
          steps_(grid.steps()),
          n_steps_(n_steps),
          size_(grid.size()),
          next_(grid.size()) {
        head_.fill(none);
    }

    void run() {
        if (count_equal_markers() > 0)
            flood_by_heap();
        else
            for (std::uint32_t p = 0; p < size_; ++p)
                if (is_active(p)) append(values_[p], p);
        if (n_steps_ == 4)
            flood_by_queues<4>();
        else
            flood_by_queues<8>();
    }

  private:
    static constexpr std::uint32_t none = 0xffffffffu;
    static constexpr std::uint64_t index_mask = (std::uint64_t{1} << index_bits) - 1;
    /// The value, the age, the pixel; pixels are not compared, so that markers can be equal.
    struct Less {
        bool operator()(std::uint64_t a, std::uint64_t b) const { return a < (b & ~index_mask); }
    };

    /// Whether p is a marker that has anything to flood.
    bool is_active(std::uint32_t p) const {
        if (labels_[p] <= 0) return false;
        bool any = false;
        for (std::size_t i = 0; i < n_steps_; ++i) any |= labels_[p + steps_[i]] == 0;
        return any;
    }

    std::size_t count_equal_markers() {
        std::array<std::size_t, 256> counts{};
        for (std::uint32_t p = 0; p < size_; ++p)
            if (is_active(p)) ++counts[values_[p]];
        n_equal_ = 0;
        for (std::size_t v = 0; v < 256; ++v) {
            equal_[v] = counts[v] > 1;
            if (equal_[v]) n_equal_ += counts[v];
        }
        return n_equal_;
    }

    static std::uint64_t item(std::uint64_t value, std::uint64_t age, std::uint64_t p) {
        return value << (2 * index_bits) | age << index_bits | p;
    }

    /// Until the order of the markers that are left is clear; what waits then goes to the queues.
    void flood_by_heap() {
        FloodHeap<std::uint64_t, Less> heap;
        std::vector<bool> active(size_);
        for (std::uint32_t p = 0; p < size_; ++p)
            if (labels_[p] > 0) {
                active[p] = is_active(p);
                heap.push(item(values_[p], 0, p));
            }
        std::uint64_t age = 0;
        while (n_equal_ > 0) {
            const std::uint64_t popped = heap.pop();
            const std::uint64_t level = popped >> (2 * index_bits);
            const auto p = static_cast<std::uint32_t>(popped & index_mask);
            if (active[p] && equal_[level]) --n_equal_;
            for (std::size_t i = 0; i < n_steps_; ++i) {
                const std::ptrdiff_t q = p + steps_[i];
                if (labels_[q] != 0) continue;
                labels_[q] = labels_[p];
                heap.push(item(std::max<std::uint64_t>(values_[q], level), ++age,
                               static_cast<std::uint64_t>(q)));
            }
        }
        std::vector<std::uint64_t> rest = heap.items();
        std::sort(rest.begin(), rest.end());
        for (const std::uint64_t waiting : rest)
            append(static_cast<std::size_t>(waiting >> (2 * index_bits)),
                   static_cast<std::uint32_t>(waiting & index_mask));
    }

    void append(std::size_t level, std::uint32_t p) {
        next_[p] = none;
        if (head_[level] == none)
            head_[level] = p;
        else
            next_[tail_[level]] = p;
        tail_[level] = p;
    }

    template <std::size_t n_steps>
    void flood_by_queues() {
        for (std::size_t level = 0; level < 256; ++level)
            for (std::uint32_t p = head_[level]; p != none; p = next_[p])
                for (std::size_t i = 0; i < n_steps; ++i) {
                    const std::ptrdiff_t q = p + steps_[i];
                    if (labels_[q] != 0) continue;
                    labels_[q] = labels_[p];
                    append(std::max<std::size_t>(values_[q], level), static_cast<std::uint32_t>(q));
                }
    }

    const std::uint8_t* values_;
    std::int32_t* labels_;
    Steps steps_;
    std::size_t n_steps_, size_, n_equal_ = 0;
    std::array<bool, 256> equal_{};
    std::array<std::uint32_t, 256> head_{}, tail_{};
    std::vector<std::uint32_t> next_;
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
