#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "segment/flood_heap.hpp"
#include "segment/marker_ties.hpp"
#include "segment/monotone_queue.hpp"
#include "segment/padded_grid.hpp"

namespace imgmine {

/// The watershed of any values and any compactness. What ByteFlood says of the order of equal
/// markers holds here too; a block's places are what waits at one value.
template <class T>
class ValueFlood {
  public:
    ValueFlood(const PaddedGrid& grid, const std::vector<T>& values,
               std::vector<std::int32_t>& labels, std::size_t n_steps, double compactness)
        : grid_(grid),
          values_(values),
          labels_(labels),
          steps_(grid.steps()),
          n_steps_(n_steps),
          compactness_(compactness) {}

    void run() {
        const std::vector<double> markers = find_markers();
        flood_by_heap(hopeless(markers));
        double known = flood_a_little();
        for (int turn = 0;; ++turn) {
            flood_by_heap(known);
            const std::vector<std::int32_t> before =
                known < highest_ ? labels_ : std::vector<std::int32_t>();
            flood_by_queue();
            if (contested_ == -infinity) return;
            labels_ = before;
            known = turn < most_turns ? contested_ : highest_;
        }
    }

  private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();

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

    /// What waits in the queue: a pixel, the marker its water comes from and its block, if any.
    struct Entry {
        std::uint64_t key;
        std::uint32_t at, source, block;
    };

    /// In the plane, in pixels.
    struct Offset {
        std::ptrdiff_t y = 0, x = 0;

        double length() const { return std::sqrt(static_cast<double>(y * y + x * x)); }
    };
    static constexpr std::array<std::ptrdiff_t, 8> down{-1, 0, 0, 1, -1, -1, 1, 1};
    static constexpr std::array<std::ptrdiff_t, 8> right{0, -1, 1, 0, -1, 1, -1, 1};  // steps_

    /// Ordered as values are; 0 and -0 are equal.
    static std::uint64_t key_of(double value) {
        const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
        const auto top = std::uint64_t{1} << 63;
        return bits & top ? ~bits : bits | top;
    }

    double value_at(std::ptrdiff_t p) const {
        return static_cast<double>(values_[static_cast<std::size_t>(p)]);
    }
    std::int32_t& label_at(std::ptrdiff_t p) { return labels_[static_cast<std::size_t>(p)]; }

    /// Whether p is a marker that has anything to flood.
    bool is_active(std::ptrdiff_t p) {
        bool any = false;
        for (std::size_t i = 0; i < n_steps_; ++i) any |= label_at(p + steps_[i]) == 0;
        return any;
    }

    /// Returns the values of active ones, in order.
    std::vector<double> find_markers() {
        std::vector<double> values;
        for (std::ptrdiff_t p = 0; p < static_cast<std::ptrdiff_t>(grid_.size()); ++p) {
            if (label_at(p) <= 0) continue;
            heap_.push({value_at(p), 0, p, p});
            if (is_active(p)) values.push_back(value_at(p));
        }
        std::sort(values.begin(), values.end());
        return values;
    }

    /// The value up to which markers' order is likely to count; that of the lowest costs little,
    /// because they come first.
    double hopeless(const std::vector<double>& markers) {
        double expected = 0;
        for (std::size_t past = markers.size(), first; past > 0; past = first) {
            for (first = past - 1; first > 0 && markers[first - 1] == markers[past - 1];) --first;
            const double value = markers[first];
            if (past - first > 1) highest_ = std::max(highest_, value);
            expected += expected_ties(past - first, markers.size());
            const bool lowest = first == 0 && past > 1;
            if (expected > most_expected_ties || lowest) return value;
        }
        return -infinity;
    }

    /// Floods the first of the heap; whether it is a marker.
    bool flood_first() {
        const Item item = heap_.pop();
        value_ = item.value;
        if (label_at(item.at) != 0 && item.at != item.source && compactness_ > 0) return false;
        label_at(item.at) = label_at(item.source);
        for (std::size_t i = 0; i < n_steps_; ++i)
            if (label_at(item.at + steps_[i]) == 0) meet(item, item.at + steps_[i]);
        return item.age == 0;
    }

    /// Until all markers up to a value have come.
    void flood_by_heap(double known) {
        std::size_t n_due = 0;
        for (const Item& item : heap_.items()) n_due += item.age == 0 && item.value <= known;
        while (n_due > 0) n_due -= flood_first() ? 1 : 0;
    }

    /// As far as costs next to nothing, or to the end; returns the value up to which all markers
    /// have come.
    double flood_a_little() {
        const bool to_the_end = grid_.size() > std::numeric_limits<std::uint32_t>::max();
        bool is_marker = false;
        for (std::size_t n = 0;
             !heap_.empty() && (is_marker || to_the_end || n < grid_.size() / 128); ++n)
            is_marker = flood_first();
        return value_;
    }

    void meet(const Item& from, std::ptrdiff_t at) {
        double value = value_at(at);
        if (compactness_ > 0)
            value += compactness_ * offset(at, from.source).length();
        else
            label_at(at) = label_at(from.at);
        heap_.push({std::max(value, from.value), ++age_, at, from.source});
    }

    /// From q to p.
    Offset offset(std::ptrdiff_t p, std::ptrdiff_t q) const {
        const std::ptrdiff_t s = grid_.stride();
        return {p / s - q / s, p % s - q % s};
    }

    void flood_by_queue() {
        contested_ = -infinity;
        best_.assign(grid_.size(), std::numeric_limits<std::uint64_t>::max());
        take_from_heap();
        for (;;) {
            const std::vector<Entry>& level = queue_.next();
            if (level.empty()) return;
            for (std::size_t i = 0; i < level.size() && contested_ == -infinity;)
                i = spread(level, i);
            if (contested_ != -infinity) return;
        }
    }

    /// Takes what waits in the heap; markers that are equally high become a block. Here pixels get
    /// their labels when their turn comes.
    void take_from_heap() {
        queue_ = {};
        std::vector<Item> waiting = heap_.items();
        std::sort(waiting.begin(), waiting.end(), Less());
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            const Item& item = waiting[i];
            Entry entry{key_of(item.value), static_cast<std::uint32_t>(item.at),
                        static_cast<std::uint32_t>(item.source), 0};
            if (item.age == 0) {
                const bool first = i == 0 || !equal_markers(waiting[i - 1], item);
                const bool last = i + 1 == waiting.size() || !equal_markers(item, waiting[i + 1]);
                if (first && !last) new_block(item.value);
                if (!first || !last) entry.block = static_cast<std::uint32_t>(roots_.size() - 1);
                queue_.push(entry);
            } else {
                if (compactness_ == 0) label_at(item.at) = 0;
                push(entry);
            }
        }
    }

    static bool equal_markers(const Item& a, const Item& b) {
        return a.age == 0 && b.age == 0 && a.value == b.value;
    }

    std::uint32_t new_block(double root) {
        roots_.push_back(root);
        return static_cast<std::uint32_t>(roots_.size() - 1);
    }

    /// Pushes what can come before all that waits at the same pixel; within a block no order is
    /// known.
    void push(const Entry& entry) {
        std::uint64_t& best = best_[entry.at];
        if (entry.key > best || (entry.key == best && entry.block == 0)) return;
        best = entry.key;
        queue_.push(entry);
    }

    /// Spreads a block of a level, or what is in none, from its i-th on; returns what follows. A
    /// block of one label can be in any order, and what comes of it too.
    std::size_t spread(const std::vector<Entry>& level, std::size_t i) {
        const Entry first = level[i];
        std::size_t past = i + 1;
        bool mixed = false;
        if (first.block != 0)
            for (; past < level.size() && level[past].block == first.block; ++past)
                mixed |= !is_same(first.source, level[past].source);
        const std::uint32_t reached = mixed ? new_block(roots_[first.block]) : 0;
        if (mixed) find_contests(level, i, past);
        for (; i < past; ++i) flood(Entry(level[i]), reached);
        return past;
    }

    /// Whether water from two markers does the same.
    bool is_same(std::uint32_t a, std::uint32_t b) {
        return compactness_ > 0 ? a == b : labels_[a] == labels_[b];
    }

    void find_contests(const std::vector<Entry>& block, std::size_t from, std::size_t past) {
        claims_.clear();
        for (std::size_t i = from; i < past; ++i)
            if (labels_[block[i].at] == 0) claims_.push_back({block[i].at, block[i].source});
        std::sort(claims_.begin(), claims_.end());
        for (std::size_t i = 1; i < claims_.size(); ++i)
            if (claims_[i][0] == claims_[i - 1][0] && !is_same(claims_[i][1], claims_[i - 1][1]))
                contested_ = roots_[block[from].block];
    }

    void flood(const Entry& entry, std::uint32_t reached) {
        if (labels_[entry.at] != 0 && entry.at != entry.source) return;
        labels_[entry.at] = labels_[entry.source];
        const Offset from = compactness_ > 0 ? offset(entry.at, entry.source) : Offset{};
        for (std::size_t i = 0; i < n_steps_; ++i) {
            const std::ptrdiff_t q = entry.at + steps_[i];
            if (label_at(q) != 0) continue;
            double value = value_at(q);
            if (compactness_ > 0)
                value += compactness_ * Offset{from.y + down[i], from.x + right[i]}.length();
            push({std::max(key_of(value), entry.key), static_cast<std::uint32_t>(q), entry.source,
                  reached});
        }
    }

    PaddedGrid grid_;
    const std::vector<T>& values_;
    std::vector<std::int32_t>& labels_;
    std::array<std::ptrdiff_t, 8> steps_;
    std::size_t n_steps_;
    double compactness_, highest_ = -infinity;  // of the values that several markers have
    double value_ = -infinity;                  // of the last that came from the heap
    double contested_ = -infinity;              // a value of markers whose order counts
    std::uint64_t age_ = 0;
    FloodHeap<Item, Less> heap_;
    MonotoneQueue<Entry> queue_;
    std::vector<std::uint64_t> best_;  // the least key that waits at each pixel
    std::vector<double> roots_{0};     // of each block: the value of the markers it comes from
    std::vector<std::array<std::uint32_t, 2>> claims_;
};

}  // namespace imgmine
