#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "segment/flood_heap.hpp"
#include "segment/marker_ties.hpp"
#include "segment/padded_grid.hpp"

namespace imgmine {

/// The watershed of bytes without compactness: a queue for each level.
///
/// What the queues do not know is how the heap orders markers of one level. Where that cannot
/// change a label it is not asked for: such markers, and what they reach in one step at one level,
/// and what that reaches, are blocks that lie side by side in their queues in an order of their
/// own. As long as no pixel is met by two labels of one block, labels are the same in any order.
/// Where one is, water goes back, the heap is followed through that level, and queues take over
/// from there.
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
        queues_.head.fill(none);
        markers_.head.fill(none);
    }

    void run() {
        find_markers();
        int highest = n_levels - 1;
        while (highest > 0 && n_active_[highest] < 2) --highest;
        flood_by_heap(hopeless(highest));
        int known = flood_a_little();
        for (int turn = 0;; ++turn) {
            flood_by_heap(known);
            n_steps_ == 4 ? flood_by_queues<4>(known) : flood_by_queues<8>(known);
            if (contested_ < 0) return;
            go_back();
            known = turn < most_turns ? contested_ : highest;
        }
    }

  private:
    static constexpr int n_levels = 256;
    static constexpr std::uint32_t none = 0xffffffffu;
    static constexpr std::uint32_t index_mask = (1u << index_bits) - 1;
    static constexpr std::uint32_t in_block = 1u << index_bits;  // of a link: what it leads to
    using Levels = std::array<std::uint32_t, n_levels>;

    /// Lists of pixels; where the head is none there is no tail.
    struct Queues {
        Levels head, tail;
    };

    /// The value, the age, the pixel; pixels are not compared, so that markers can be equal.
    struct Less {
        bool operator()(std::uint64_t a, std::uint64_t b) const {
            return a < (b & ~std::uint64_t{index_mask});
        }
    };

    static std::uint64_t item(std::uint64_t value, std::uint64_t age, std::uint64_t p) {
        return value << (2 * index_bits) | age << index_bits | p;
    }

    /// Whether p is a marker that has anything to flood.
    bool is_active(std::uint32_t p) const {
        bool any = false;
        for (std::size_t i = 0; i < n_steps_; ++i) any |= labels_[p + steps_[i]] == 0;
        return any;
    }

    void find_markers() {
        for (std::uint32_t p = 0; p < size_; ++p) {
            if (labels_[p] <= 0) continue;
            const std::uint8_t level = values_[p];
            heap_.push(item(level, 0, p));
            ++n_markers_[level];
            if (!is_active(p)) continue;
            ++n_active_[level];
            append(markers_, level, p, 0);
        }
    }

    void append(Queues& queues, std::size_t level, std::uint32_t p, std::uint32_t flag) {
        next_[p] = none;
        if (queues.head[level] == none)
            queues.head[level] = p | flag;
        else
            next_[queues.tail[level]] = p | flag;
        queues.tail[level] = p;
    }

    /// The level up to which markers' order is likely to count; that of the lowest costs little,
    /// because they come first.
    int hopeless(int highest) const {
        int lowest = 0;
        while (lowest < highest && n_active_[lowest] == 0) ++lowest;
        const auto n = std::accumulate(n_active_.begin(), n_active_.end(), std::size_t{0});
        double expected = 0;
        for (int level = highest; level > lowest; --level) {
            expected += expected_ties(n_active_[level], n);
            if (expected > most_expected_ties) return level;
        }
        return n_active_[lowest] > 1 ? lowest : -1;
    }

    /// Floods the first of the heap; whether it is a marker.
    bool flood_first() {
        const std::uint64_t first = heap_.pop();
        const std::size_t level = first >> (2 * index_bits);
        const auto p = static_cast<std::uint32_t>(first & index_mask);
        const bool is_marker = (first >> index_bits & index_mask) == 0;
        if (is_marker)
            --n_markers_[level];
        else
            queues_.head[level] = next_[p];
        for (std::size_t i = 0; i < n_steps_; ++i) {
            const auto q = static_cast<std::uint32_t>(p + steps_[i]);
            if (labels_[q] != 0) continue;
            labels_[q] = labels_[p];
            const std::size_t to = std::max<std::size_t>(values_[q], level);
            append(queues_, to, q, 0);
            heap_.push(item(to, ++age_, q));
        }
        level_ = static_cast<int>(level);
        return is_marker;
    }

    /// Until all markers up to a level have come.
    void flood_by_heap(int known) {
        std::size_t n_due = 0;
        for (int level = 0; level <= known; ++level) n_due += n_markers_[level];
        while (n_due > 0) n_due -= flood_first() ? 1 : 0;
    }

    /// As far as costs next to nothing; returns the level up to which all markers have come.
    int flood_a_little() {
        bool is_marker = false;
        for (std::size_t n = 0; !heap_.empty() && (is_marker || n < size_ / 128); ++n)
            is_marker = flood_first();
        return level_;
    }

    template <std::size_t n_steps>
    void flood_by_queues(int known) {
        contested_ = -1;
        before_ = queues_;
        for (int level = known + 1; level < n_levels; ++level) prepend_markers(level);
        start_ = queues_;
        for (std::size_t level = 0; level < n_levels; ++level)
            for (std::uint32_t at = queues_.head[level]; at != none;) {
                if (at & in_block) {
                    at = spread_block<n_steps>(level, at);
                    if (contested_ >= 0) return;
                } else {
                    spread<n_steps>(level, at);
                    at = next_[at];
                }
            }
    }

    /// Markers that are equally high become a block.
    void prepend_markers(int level) {
        if (markers_.head[level] == none) return;
        const bool tied = n_active_[level] > 1;
        const std::uint32_t flag = tied ? in_block : 0, block = tied ? new_block(level) : 0;
        const std::uint32_t last = markers_.tail[level];
        const std::uint32_t first = markers_.head[level];
        for (std::uint32_t p = first; tied; p = next_[p] & index_mask) {
            block_[p] = block;
            if (p == last) break;
            next_[p] |= flag;
        }
        next_[last] = queues_.head[level];
        if (queues_.head[level] == none) queues_.tail[level] = last;
        queues_.head[level] = first | flag;
    }

    std::uint32_t new_block(int root) {
        if (block_.empty()) block_.resize(size_);
        roots_.push_back(root);
        return static_cast<std::uint32_t>(roots_.size() - 1);
    }

    template <std::size_t n_steps>
    void spread(std::size_t level, std::uint32_t p) {
        const std::int32_t label = labels_[p];
        for (std::size_t i = 0; i < n_steps; ++i) {
            const auto q = static_cast<std::uint32_t>(p + steps_[i]);
            if (labels_[q] != 0) continue;
            labels_[q] = label;
            append(queues_, std::max<std::size_t>(values_[q], level), q, 0);
        }
    }

    /// Spreads the block that begins at a link and returns the link to what follows it. A block of
    /// one label can be in any order, and what comes of it too.
    template <std::size_t n_steps>
    std::uint32_t spread_block(std::size_t level, std::uint32_t at) {
        const std::uint32_t first = at & index_mask, block = block_[first];
        bool mixed = false;
        std::size_t n = 0;
        for (std::uint32_t link = at; link != none && link & in_block; ++n) {
            const std::uint32_t p = link & index_mask;
            if (block_[p] != block) break;
            mixed |= labels_[p] != labels_[first];
            link = next_[p];
        }
        const std::uint32_t reached = mixed ? new_block(roots_[block]) : 0;
        for (; n > 0; --n) {
            const std::uint32_t p = at & index_mask;
            mixed ? spread_mixed<n_steps>(level, p, reached) : spread<n_steps>(level, p);
            at = next_[p];
        }
        return at;
    }

    /// What one block reaches at one level is a block again.
    template <std::size_t n_steps>
    void spread_mixed(std::size_t level, std::uint32_t p, std::uint32_t reached) {
        for (std::size_t i = 0; i < n_steps; ++i) {
            const auto q = static_cast<std::uint32_t>(p + steps_[i]);
            if (labels_[q] == 0) {
                labels_[q] = labels_[p];
                block_[q] = reached;
                append(queues_, std::max<std::size_t>(values_[q], level), q, in_block);
            } else if (block_[q] == reached && labels_[q] != labels_[p]) {
                contested_ = roots_[reached];
            }
        }
    }

    /// To what the heap left.
    void go_back() {
        for (std::size_t level = 0; level < n_levels; ++level) {
            std::uint32_t at =
                start_.head[level] == none ? queues_.head[level] : next_[start_.tail[level]];
            for (; at != none; at = next_[at & index_mask]) labels_[at & index_mask] = 0;
            if (before_.head[level] != none) next_[before_.tail[level]] = none;
        }
        queues_ = before_;
    }

    const std::uint8_t* values_;
    std::int32_t* labels_;
    std::array<std::ptrdiff_t, 8> steps_;
    std::size_t n_steps_, size_;
    std::uint64_t age_ = 0;
    int level_ = -1;      // of the last that came from the heap
    int contested_ = -1;  // a level whose markers' order counts
    std::array<std::size_t, n_levels> n_markers_{}, n_active_{};
    Queues queues_, before_, start_, markers_;
    std::vector<std::uint32_t> next_, block_;
    std::vector<int> roots_{-1};  // of each block: the level of the markers it comes from
    FloodHeap<std::uint64_t, Less> heap_;
};

}  // namespace imgmine
