#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace imgmine {

/// A binary heap whose order of equals is the textbook's: a pushed item rises while it is less than
/// its parent; what replaces a popped one sinks while a child is less, to the lesser child, the
/// left one of equals. `Less` is a strict weak order.
template <class Item, class Less>
class FloodHeap {
  public:
    explicit FloodHeap(Less less = {}) : less_(less) {}

    bool empty() const { return items_.empty(); }
    const std::vector<Item>& items() const { return items_; }

    void push(const Item& item) {
        items_.push_back(item);
        rise(items_.size() - 1, item);
    }

    Item pop() {
        const Item top = items_.front(), last = items_.back();
        items_.pop_back();
        const std::size_t n = items_.size();
        if (n == 0) return top;
        // Where most are equal, the last one often is no greater than any.
        if (n > 2 && !less_(items_[1], last) && !less_(items_[2], last)) {
            items_[0] = last;
            return top;
        }
        const std::size_t hole = sink_hole(n);
        rise_back(hole, last);
        return top;
    }

  private:
    /// Moves the hole at the top down to the bottom of `n` items, the lesser child at a time, and
    /// returns where it is. Two levels in one step, so that their comparisons can overlap.
    std::size_t sink_hole(std::size_t n) {
        Item* const items = items_.data();
        std::size_t hole = 0;
        while (4 * hole + 6 < n) {
            const std::size_t child = 2 * hole + 1, grandchild = 4 * hole + 3;
            __builtin_prefetch(items + std::min(16 * hole + 15, n - 1));
            const std::size_t left = less_(items[grandchild + 1], items[grandchild]) ? 1 : 0;
            const std::size_t right = less_(items[grandchild + 3], items[grandchild + 2]) ? 3 : 2;
            const std::size_t lesser = less_(items[child + 1], items[child]) ? 1 : 0;
            // Without a branch, which would be guessed wrong half of the time.
            const std::size_t chosen = left ^ ((left ^ right) & (0 - lesser));
            items[hole] = items[child + lesser];
            items[child + lesser] = items[grandchild + chosen];
            hole = grandchild + chosen;
        }
        for (std::size_t child = 2 * hole + 1; child < n; child = 2 * hole + 1) {
            if (child + 1 < n && less_(items[child + 1], items[child])) ++child;
            items[hole] = items[child];
            hole = child;
        }
        return hole;
    }

    void rise(std::size_t at, const Item& item) {
        while (at > 0) {
            const std::size_t parent = (at - 1) / 2;
            if (!less_(item, items_[parent])) break;
            items_[at] = items_[parent];
            at = parent;
        }
        items_[at] = item;
    }

    /// Puts `item` at the first place on the way to `at` whose item is not less than it.
    void rise_back(std::size_t at, const Item& item) {
        while (at > 0) {
            const std::size_t parent = (at - 1) / 2;
            if (less_(items_[parent], item)) break;
            items_[at] = items_[parent];
            at = parent;
        }
        items_[at] = item;
    }

    Less less_;
    std::vector<Item> items_;
};

}  // namespace imgmine
