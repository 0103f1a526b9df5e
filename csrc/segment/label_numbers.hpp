#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"

namespace imgmine {

/// The labels that occur in an image, but for 0, in rising order, and the place of each among them.
/// However large they are, memory grows with the image only.
class LabelNumbers {
  public:
    /// Throws std::invalid_argument if a label is negative.
    explicit LabelNumbers(ImageView<const std::int32_t> image) {
        const std::int32_t most = greatest(image);
        const std::ptrdiff_t room = 2 * image.height * image.width + 65536;
        if (most < room)
            find_by_table(image, most);
        else
            find_by_sorting(image);
    }

    const std::vector<std::int32_t>& labels() const { return labels_; }
    std::int32_t count() const { return static_cast<std::int32_t>(labels_.size()); }

    /// The place of a label that occurs, from 1 on; 0 of 0.
    std::int32_t operator[](std::int32_t label) const {
        if (label == 0) return 0;
        if (!table_.empty()) return table_[static_cast<std::size_t>(label)];
        const auto at = std::lower_bound(labels_.begin(), labels_.end(), label);
        return static_cast<std::int32_t>(at - labels_.begin()) + 1;
    }

  private:
    static std::int32_t greatest(ImageView<const std::int32_t> image) {
        std::int32_t low = 0, high = 0;
        std::mutex mutex;
        const auto rows = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            std::int32_t least = 0, most = 0;
            for (std::ptrdiff_t y = first; y < last; ++y)
                for (std::ptrdiff_t x = 0; x < image.width; ++x) {
                    least = std::min(least, image.row(y)[x]);
                    most = std::max(most, image.row(y)[x]);
                }
            const std::lock_guard lock(mutex);
            low = std::min(low, least), high = std::max(high, most);
        };
        parallel_for(image.height, row_grain(image.width, 0.5), rows);
        require(low >= 0, "labels must not be negative, got " + std::to_string(low));
        return high;
    }

    void find_by_table(ImageView<const std::int32_t> image, std::int32_t most) {
        table_.assign(static_cast<std::size_t>(most) + 1, 0);
        for (std::ptrdiff_t y = 0; y < image.height; ++y)
            for (std::ptrdiff_t x = 0; x < image.width; ++x)
                table_[static_cast<std::size_t>(image.row(y)[x])] = 1;
        for (std::size_t label = 1; label < table_.size(); ++label)
            if (table_[label]) {
                labels_.push_back(static_cast<std::int32_t>(label));
                table_[label] = count();
            }
        table_[0] = 0;
    }

    void find_by_sorting(ImageView<const std::int32_t> image) {
        std::size_t sorted = 0;
        for (std::ptrdiff_t y = 0; y < image.height; ++y) {
            std::int32_t before = 0;
            for (std::ptrdiff_t x = 0; x < image.width; ++x) {
                const std::int32_t label = image.row(y)[x];
                if (label != 0 && label != before) labels_.push_back(label);
                before = label;
            }
            if (labels_.size() >= 2 * sorted + 65536) sort(), sorted = labels_.size();
        }
        sort();
    }

    void sort() {
        std::sort(labels_.begin(), labels_.end());
        labels_.erase(std::unique(labels_.begin(), labels_.end()), labels_.end());
    }

    std::vector<std::int32_t> labels_, table_;
};

}  // namespace imgmine
