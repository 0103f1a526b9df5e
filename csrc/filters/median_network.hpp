#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "kernels/median.hpp"

namespace imgmine {

/// A sorting network for the medians of ksize x ksize around every pixel of a tile.
struct MedianNetwork {
    int tile_width, tile_height;
    std::size_t n_slots;
    std::vector<NetworkStep> steps;
    std::vector<std::uint16_t> medians;  ///< numbers of slots, row by row of the tile

    /// Slot y * (tile_width + ksize - 1) + x is the input at (x, y) of the tile and its surround.
};

/// Plans a network by tiles within tiles (Adams 2021, Fast median filters using separable sorting
/// networks; Sugy 2025, Fast hierarchical tiling): what all windows of a tile share is sorted once;
/// the tile is halved again and again, each half adds the columns or rows that its windows share,
/// themselves sorted and shared, and forgets what cannot be a median any more.
class MedianNetworkPlan {
  public:
    MedianNetworkPlan(int ksize, int tile_width, int tile_height)
        : ksize_(ksize),
          root_width_(tile_width),
          root_height_(tile_height),
          n_inputs_((tile_width + ksize - 1) * (tile_height + ksize - 1)),
          n_values_(n_inputs_),
          medians_(static_cast<std::size_t>(tile_width * tile_height)) {
        std::vector<List> columns;
        for (int x = tile_width - 1; x < ksize; ++x)
            columns.push_back(line(true, x, 0, tile_height));
        const int shared = (ksize - tile_width + 1) * (ksize - tile_height + 1);
        halve({0, 0, tile_width, tile_height}, forget({merge_all(columns), 0}, shared));
    }

    MedianNetwork network() const {
        const std::vector<char> needed = find_needed();
        return assign_slots(needed);
    }

  private:
    using Value = int;
    using List = std::vector<Value>;
    struct Tile {
        int x, y, width, height;
    };
    /// Sorted values that may still be medians, and how many were forgotten below them.
    struct Core {
        List values;
        int n_below;
    };
    struct Comparison {
        Value a, b;  ///< its results are n_inputs_ + 2 * its number, and one more
    };

    /// Merges two sorted lists: odd-even merge for any sizes (Batcher 1968; Knuth 5.3.4).
    List merge(const List& a, const List& b) {
        if (a.empty()) return b;
        if (b.empty()) return a;
        if (a.size() == 1 && b.size() == 1) return compare(a[0], b[0]);
        const List v = merge(every_other(a, 0), every_other(b, 0));
        const List w = merge(every_other(a, 1), every_other(b, 1));
        List out{v[0]};
        for (std::size_t i = 0; i < w.size(); ++i) {
            if (i + 1 < v.size()) {
                const List pair = compare(w[i], v[i + 1]);
                out.insert(out.end(), pair.begin(), pair.end());
            } else {
                out.push_back(w[i]);
            }
        }
        if (v.size() > w.size() + 1) out.push_back(v.back());
        return out;
    }

    List compare(Value a, Value b) {
        comparisons_.push_back({a, b});
        n_values_ += 2;
        return {n_values_ - 2, n_values_ - 1};
    }

    static List every_other(const List& list, std::size_t first) {
        List out;
        for (std::size_t i = first; i < list.size(); i += 2) out.push_back(list[i]);
        return out;
    }

    /// Merges the shortest two until one is left.
    List merge_all(std::vector<List> lists) {
        while (lists.size() > 1) {
            std::stable_sort(lists.begin(), lists.end(),
                             [](const List& a, const List& b) { return a.size() < b.size(); });
            lists.push_back(merge(lists[0], lists[1]));
            lists.erase(lists.begin(), lists.begin() + 2);
        }
        return lists[0];
    }

    /// The inputs that all windows at [position, position + size) share of column (or row) `at`.
    List line(bool column, int at, int position, int size) {
        const auto key = std::make_tuple(column, at, position, size);
        if (const auto found = lines_.find(key); found != lines_.end()) return found->second;
        const auto sorted = [&](int first, int last) {
            std::vector<List> values;
            for (int i = first; i < last; ++i)
                values.push_back({column ? input(at, i) : input(i, at)});
            return merge_all(values);
        };
        List out;
        if (size == (column ? root_height_ : root_width_)) {
            out = sorted(position + size - 1, position + ksize_);
        } else {
            const int parent = position / (2 * size) * 2 * size;
            const int added = position == parent ? position + size - 1 : parent + ksize_;
            const List core = line(column, at, parent, 2 * size);
            out = merge(core, sorted(added, added + size));
        }
        return lines_[key] = out;
    }

    Value input(int x, int y) const { return y * (root_width_ + ksize_ - 1) + x; }

    /// Drops what has too many of the `n_known` values below or above it.
    Core forget(Core core, int n_known) const {
        const int rank = ksize_ * ksize_ / 2;
        const int first = std::max(0, rank - (ksize_ * ksize_ - n_known));
        const int last = std::min(n_known - 1, rank);
        const int from = std::max(0, first - core.n_below), to = last - core.n_below + 1;
        return {List(core.values.begin() + from, core.values.begin() + to), core.n_below + from};
    }

    void halve(const Tile& tile, const Core& core) {
        if (tile.width == 1 && tile.height == 1) {
            medians_[static_cast<std::size_t>(tile.y * root_width_ + tile.x)] = core.values[0];
            return;
        }
        const bool across = tile.width >= tile.height;
        for (const bool second : {false, true}) {
            Tile half = tile;
            (across ? half.width : half.height) /= 2;
            const int size = across ? half.width : half.height;
            const int position = across ? tile.x : tile.y;
            if (second) (across ? half.x : half.y) += size;
            const int first = second ? position + ksize_ : position + size - 1;
            std::vector<List> added;
            for (int i = first; i < first + size; ++i)
                added.push_back(across ? line(true, i, half.y, half.height)
                                       : line(false, i, half.x, half.width));
            const int n_known = (ksize_ - half.width + 1) * (ksize_ - half.height + 1);
            halve(half, forget({merge(core.values, merge_all(added)), core.n_below}, n_known));
        }
    }

    std::vector<char> find_needed() const {
        std::vector<char> needed(static_cast<std::size_t>(n_values_));
        for (const Value v : medians_) needed[static_cast<std::size_t>(v)] = 1;
        for (std::size_t i = comparisons_.size(); i-- > 0;) {
            const std::size_t low = static_cast<std::size_t>(n_inputs_) + 2 * i;
            if (!needed[low] && !needed[low + 1]) continue;
            needed[static_cast<std::size_t>(comparisons_[i].a)] = 1;
            needed[static_cast<std::size_t>(comparisons_[i].b)] = 1;
        }
        return needed;
    }

    /// Gives every value a slot from its making to its last use; slots just freed, which are in
    /// cache, are taken first. Results that nobody needs go to a slot of their own.
    MedianNetwork assign_slots(const std::vector<char>& needed) const {
        const auto n = static_cast<std::size_t>(n_values_);
        std::vector<std::size_t> last_use(n);
        const auto inputs = static_cast<std::size_t>(n_inputs_);
        for (std::size_t i = 0; i < comparisons_.size(); ++i) {
            if (!needed[inputs + 2 * i] && !needed[inputs + 2 * i + 1]) continue;
            last_use[static_cast<std::size_t>(comparisons_[i].a)] = i;
            last_use[static_cast<std::size_t>(comparisons_[i].b)] = i;
        }
        MedianNetwork out{root_width_, root_height_, inputs + 1, {}, {}};
        for (const Value v : medians_) last_use[static_cast<std::size_t>(v)] = n;
        std::vector<std::size_t> slot(n, inputs), free;
        for (std::size_t v = 0; v < inputs; ++v) slot[v] = v;
        for (std::size_t i = 0; i < comparisons_.size(); ++i) {
            const auto a = static_cast<std::size_t>(comparisons_[i].a),
                       b = static_cast<std::size_t>(comparisons_[i].b), low = inputs + 2 * i;
            if (!needed[low] && !needed[low + 1]) continue;
            if (last_use[a] == i) free.push_back(slot[a]);
            if (last_use[b] == i) free.push_back(slot[b]);
            for (const std::size_t v : {low, low + 1}) {
                if (!needed[v]) continue;
                if (free.empty()) free.push_back(out.n_slots++);
                slot[v] = free.back();
                free.pop_back();
            }
            const auto place = [&](std::size_t v) {
                return static_cast<std::uint16_t>(slot[v] * 8);
            };
            out.steps.push_back({place(a), place(b), place(low), place(low + 1)});
        }
        for (const Value v : medians_)
            out.medians.push_back(static_cast<std::uint16_t>(slot[static_cast<std::size_t>(v)]));
        return out;
    }

    int ksize_, root_width_, root_height_;
    int n_inputs_;
    Value n_values_;
    std::vector<Comparison> comparisons_;
    std::map<std::tuple<bool, int, int, int>, List> lines_;
    List medians_;
};

}  // namespace imgmine
