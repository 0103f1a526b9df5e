#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace imgmine {

/// A queue by keys none of which is less than the last that came out: least first, equals in the
/// order they came in. A radix heap (Ahuja et al. 1990): items lie by the highest bit in which they
/// differ from the last key, in their order, and move down when their turn comes. Items have a
/// member `key`.
template <class Item>
class MonotoneQueue {
  public:
    void push(const Item& item) {
        const std::size_t i = place(item.key);
        places_[i].push_back(item);
        filled_ |= std::uint64_t{i > 0} << (i - (i > 0));
    }

    /// All items of the least key, in their order; those pushed with that key before the next call
    /// are added to its end. Empty when the queue is.
    std::vector<Item>& next() {
        std::vector<Item>& least = places_[0];
        least.clear();
        if (filled_ == 0) return least;
        const std::size_t i = static_cast<std::size_t>(std::countr_zero(filled_)) + 1;
        filled_ &= filled_ - 1;
        moved_.swap(places_[i]);
        last_ = moved_.front().key;
        for (const Item& item : moved_) last_ = std::min(last_, item.key);
        for (const Item& item : moved_) push(item);
        moved_.clear();
        return least;
    }

  private:
    std::size_t place(std::uint64_t key) const {
        return static_cast<std::size_t>(std::bit_width(key ^ last_));
    }

    std::uint64_t last_ = 0, filled_ = 0;  // a bit for each place but the first
    std::array<std::vector<Item>, 65> places_;
    std::vector<Item> moved_;
};

}  // namespace imgmine
