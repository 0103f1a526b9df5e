#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "kernels/contrast.hpp"

namespace imgmine {

/// Where two regions meet: pixels of one side by side, or one above the other, with those of the
/// other.
struct RegionContact {
    std::int32_t one, other;  ///< numbers of the regions, one < other
    std::int64_t length;      ///< pairs of pixels
    std::uint64_t contrast;   ///< sum of the distances of their colors, in steps of ContrastKernels
};

/// Finds the contacts of a rectangle of regions, whose numbers are from 1 on; 0 is of none.
class ContactFinder {
  public:
    /// `planes` are the channels of the image that contrasts are of; there may be none.
    ContactFinder(ImageView<const std::int32_t> regions,
                  const std::vector<ImageView<const float>>& planes)
        : regions_(regions), planes_(planes) {}

    /// All contacts, by the numbers of their regions.
    std::vector<RegionContact> find() {
        const std::ptrdiff_t grain = row_grain(regions_.width, 4);
        parallel_for(regions_.height, grain, [this](std::ptrdiff_t first, std::ptrdiff_t last) {
            std::vector<RegionContact> found;
            std::vector<std::uint32_t> contrasts(static_cast<std::size_t>(regions_.width));
            for (std::ptrdiff_t y = first; y < last; ++y) {
                add_row(y, 0, 1, contrasts, found);
                if (y + 1 < regions_.height) add_row(y, 1, 0, contrasts, found);
            }
            join(found);
            const std::lock_guard lock(mutex_);
            contacts_.insert(contacts_.end(), found.begin(), found.end());
        });
        join(contacts_);
        return std::move(contacts_);
    }

  private:
    /// Adds where pixels of row y meet those `down` and `right` of them.
    void add_row(std::ptrdiff_t y, std::ptrdiff_t down, std::ptrdiff_t right,
                 std::vector<std::uint32_t>& contrasts, std::vector<RegionContact>& found) const {
        const std::ptrdiff_t n = regions_.width - right;
        if (!planes_.empty()) find_contrasts(y, down, right, n, contrasts.data());
        const std::int32_t* const one = regions_.row(y);
        const std::int32_t* const other = regions_.row(y + down) + right;
        for (std::ptrdiff_t x = 0; x < n; ++x) {
            if (one[x] == other[x] || one[x] == 0 || other[x] == 0) continue;
            const auto [low, high] = std::minmax(one[x], other[x]);
            if (found.empty() || found.back().one != low || found.back().other != high)
                found.push_back({low, high, 0, 0});
            found.back().length += 1;
            found.back().contrast += contrasts[static_cast<std::size_t>(x)];
        }
    }

    void find_contrasts(std::ptrdiff_t y, std::ptrdiff_t down, std::ptrdiff_t right,
                        std::ptrdiff_t n, std::uint32_t* out) const {
        const float *one[3], *other[3];
        for (std::size_t c = 0; c < planes_.size(); ++c) {
            one[c] = planes_[c].row(y);
            other[c] = planes_[c].row(y + down) + right;
        }
        contrast_kernels().distances(one, other, planes_.size(), out, static_cast<std::size_t>(n));
    }

    /// Sorts, and makes one of those of the same regions.
    static void join(std::vector<RegionContact>& contacts) {
        std::sort(contacts.begin(), contacts.end(),
                  [](const RegionContact& a, const RegionContact& b) {
                      return a.one != b.one ? a.one < b.one : a.other < b.other;
                  });
        std::size_t n = 0;
        for (const RegionContact& contact : contacts) {
            if (n > 0 && contacts[n - 1].one == contact.one &&
                contacts[n - 1].other == contact.other) {
                contacts[n - 1].length += contact.length;
                contacts[n - 1].contrast += contact.contrast;
            } else {
                contacts[n++] = contact;
            }
        }
        contacts.resize(n);
    }

    ImageView<const std::int32_t> regions_;
    const std::vector<ImageView<const float>>& planes_;
    std::vector<RegionContact> contacts_;
    std::mutex mutex_;
};

}  // namespace imgmine
