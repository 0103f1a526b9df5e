#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "segment/padded_grid.hpp"

namespace imgmine {

/// The least cut of a grid whose pixels are linked to their 8 neighbors, to a source and to a sink,
/// by the search trees of Boykov and Kolmogorov (2004) on arrays without pointers.
///
/// Capacities are whole numbers. Of the least cuts it finds the one whose source side is smallest,
/// which is the same whatever way the flow takes. Terminals may change after a cut: what flows
/// already goes on flowing (Kohli and Torr 2005).
class GridCut {
  public:
    static constexpr std::size_t n_directions = 8;  // opposite ones add up to 7

    explicit GridCut(const PaddedGrid& grid)
        : capacities_(grid.size() * n_directions),
          excess_(grid.size()),
          next_(grid.size()),
          stamps_(grid.size()),
          distances_(grid.size()),
          trees_(grid.size()),
          parents_(grid.size()) {
        const std::ptrdiff_t s = grid.stride();
        steps_ = {-s - 1, -s, -s + 1, -1, 1, s - 1, s, s + 1};
    }

    const std::array<std::ptrdiff_t, 8>& steps() const { return steps_; }

    /// Links pixel p and its neighbor in a direction, both ways.
    void link(std::ptrdiff_t p, std::size_t direction, std::int32_t capacity) {
        residual(p, direction) = capacity;
        residual(p + steps_[direction], 7 - direction) = capacity;
    }

    /// Adds to the link from the source to p, or, what is below 0, to that from p to the sink.
    void add_terminal(std::ptrdiff_t p, std::int32_t capacity) { excess_[at(p)] += capacity; }

    /// Finds the cut; what flows now comes on top of what flowed before.
    void solve() {
        plant();
        for (std::ptrdiff_t p = next_active(); p != none; p = next_active()) {
            std::size_t direction;
            while (trees_[at(p)] != free && (direction = grow(p)) != n_directions) {
                ++time_;
                augment(p, direction);
                adopt();
            }
        }
    }

    /// Whether p is on the source's side.
    bool is_source(std::ptrdiff_t p) const { return trees_[at(p)] == source; }

    /// The flow that came on top in all calls of solve().
    std::int64_t flow() const { return flow_; }

  private:
    enum Tree : std::uint8_t { free, source, sink };
    static constexpr std::uint8_t terminal = 8, orphan = 9;
    static constexpr std::ptrdiff_t none = -1;
    static constexpr std::int32_t idle = -1, last = -2;  // of next_

    static std::size_t at(std::ptrdiff_t p) { return static_cast<std::size_t>(p); }
    std::int32_t& residual(std::ptrdiff_t p, std::size_t direction) {
        return capacities_[at(p) * n_directions + direction];
    }
    /// What can still flow over the link between p and its neighbor in a tree's own direction:
    /// away from the source, or towards the sink, with p the nearer one to the terminal.
    std::int32_t& outward(std::uint8_t tree, std::ptrdiff_t p, std::size_t direction) {
        return tree == source ? residual(p, direction)
                              : residual(p + steps_[direction], 7 - direction);
    }

    void plant() {
        ++time_;
        head_ = tail_ = none;
        for (std::size_t p = 0; p < trees_.size(); ++p) {
            next_[p] = idle;
            trees_[p] = excess_[p] > 0 ? source : excess_[p] < 0 ? sink : free;
            if (trees_[p] == free) continue;
            parents_[p] = terminal;
            stamps_[p] = time_;
            distances_[p] = 1;
            activate(static_cast<std::ptrdiff_t>(p));
        }
    }

    void activate(std::ptrdiff_t p) {
        if (next_[at(p)] != idle) return;
        next_[at(p)] = last;
        if (tail_ == none)
            head_ = p;
        else
            next_[at(tail_)] = static_cast<std::int32_t>(p);
        tail_ = p;
    }

    std::ptrdiff_t next_active() {
        while (head_ != none) {
            const std::ptrdiff_t p = head_;
            const std::int32_t following = next_[at(p)];
            head_ = following == last ? none : following;
            if (head_ == none) tail_ = none;
            next_[at(p)] = idle;
            if (trees_[at(p)] != free) return p;
        }
        return none;
    }

    /// Takes free neighbors of p into its tree; returns the direction of one in the other tree, or
    /// n_directions.
    std::size_t grow(std::ptrdiff_t p) {
        const std::uint8_t tree = trees_[at(p)];
        for (std::size_t d = 0; d < n_directions; ++d) {
            if (outward(tree, p, d) == 0) continue;
            const std::ptrdiff_t q = p + steps_[d];
            if (trees_[at(q)] == free) {
                trees_[at(q)] = tree;
                hang(q, 7 - d, stamps_[at(p)], distances_[at(p)] + 1);
                activate(q);
            } else if (trees_[at(q)] != tree) {
                return d;
            } else if (stamps_[at(q)] <= stamps_[at(p)] && distances_[at(q)] > distances_[at(p)]) {
                hang(q, 7 - d, stamps_[at(p)], distances_[at(p)] + 1);
            }
        }
        return n_directions;
    }

    void hang(std::ptrdiff_t p, std::size_t direction, std::int32_t stamp, std::int32_t distance) {
        parents_[at(p)] = static_cast<std::uint8_t>(direction);
        stamps_[at(p)] = stamp;
        distances_[at(p)] = distance;
    }

    /// The least that can flow from the terminal to p, no more than `most`.
    std::int32_t least(std::uint8_t tree, std::ptrdiff_t p, std::int32_t most) {
        while (parents_[at(p)] != terminal) {
            const std::size_t d = parents_[at(p)];
            p += steps_[d];
            most = std::min(most, outward(tree, p, 7 - d));
        }
        return std::min(most, tree == source ? excess_[at(p)] : -excess_[at(p)]);
    }

    void push(std::uint8_t tree, std::ptrdiff_t p, std::int32_t amount) {
        while (parents_[at(p)] != terminal) {
            const std::size_t d = parents_[at(p)];
            const std::ptrdiff_t parent = p + steps_[d];
            std::int32_t& ahead = outward(tree, parent, 7 - d);
            std::int32_t& back = tree == source ? residual(p, d) : residual(parent, 7 - d);
            ahead -= amount;
            back += amount;
            if (ahead == 0) orphan_of(p);
            p = parent;
        }
        excess_[at(p)] -= tree == source ? amount : -amount;
        if (excess_[at(p)] == 0) orphan_of(p);
    }

    void orphan_of(std::ptrdiff_t p) {
        parents_[at(p)] = orphan;
        orphans_.push_back(p);
    }

    /// Lets flow what can along the path that goes from p in a direction into the other tree.
    void augment(std::ptrdiff_t p, std::size_t direction) {
        const std::ptrdiff_t q = p + steps_[direction];
        const bool from_source = trees_[at(p)] == source;
        const std::ptrdiff_t a = from_source ? p : q, b = from_source ? q : p;
        const std::size_t d = from_source ? direction : 7 - direction;
        const std::int32_t amount = least(sink, b, least(source, a, residual(a, d)));
        residual(a, d) -= amount;
        residual(b, 7 - d) += amount;
        push(source, a, amount);
        push(sink, b, amount);
        flow_ += amount;
    }

    void adopt() {
        for (std::size_t i = 0; i < orphans_.size(); ++i) {
            const std::ptrdiff_t p = orphans_[i];
            const std::uint8_t tree = trees_[at(p)];
            std::size_t best = n_directions;
            std::int32_t best_distance = 0;
            for (std::size_t d = 0; d < n_directions; ++d) {
                const std::ptrdiff_t q = p + steps_[d];
                if (trees_[at(q)] != tree || outward(tree, q, 7 - d) == 0) continue;
                const std::int32_t distance = distance_from_root(q);
                if (distance == 0 || (best != n_directions && distance >= best_distance)) continue;
                best = d;
                best_distance = distance;
            }
            if (best != n_directions)
                hang(p, best, time_, best_distance + 1);
            else
                release(p, tree);
        }
        orphans_.clear();
    }

    /// How far q is from the terminal, 0 where its branch has come off; marks the branch's pixels.
    std::int32_t distance_from_root(std::ptrdiff_t q) {
        std::int32_t distance = 0;
        std::ptrdiff_t r = q;
        for (;; r += steps_[parents_[at(r)]]) {
            if (stamps_[at(r)] == time_ && parents_[at(r)] != orphan) {
                distance += distances_[at(r)];
                break;
            }
            ++distance;
            if (parents_[at(r)] == terminal) {
                stamps_[at(r)] = time_;
                distances_[at(r)] = 1;
                break;
            }
            if (parents_[at(r)] == orphan) return 0;
        }
        std::int32_t left = distance;
        for (r = q; stamps_[at(r)] != time_; r += steps_[parents_[at(r)]]) {
            stamps_[at(r)] = time_;
            distances_[at(r)] = left--;
        }
        return distance;
    }

    void release(std::ptrdiff_t p, std::uint8_t tree) {
        for (std::size_t d = 0; d < n_directions; ++d) {
            const std::ptrdiff_t q = p + steps_[d];
            if (trees_[at(q)] != tree) continue;
            if (outward(tree, q, 7 - d) > 0) activate(q);
            if (parents_[at(q)] == 7 - d) orphan_of(q);
        }
        trees_[at(p)] = free;
        stamps_[at(p)] = 0;
    }

    std::array<std::ptrdiff_t, 8> steps_{};
    std::vector<std::int32_t> capacities_;  // what is left of them
    std::vector<std::int32_t> excess_;      // what is left from the source; below 0: to the sink
    std::vector<std::int32_t> next_, stamps_, distances_;
    std::vector<std::uint8_t> trees_, parents_;
    std::vector<std::ptrdiff_t> orphans_;
    std::ptrdiff_t head_ = none, tail_ = none;
    std::int32_t time_ = 0;
    std::int64_t flow_ = 0;
};

}  // namespace imgmine
