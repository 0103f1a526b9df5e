#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <queue>
#include <vector>

#include "base/image.hpp"
#include "cluster/disjoint_sets.hpp"
#include "segment/lab_planes.hpp"

namespace imgmine {

struct MergedRegion {
    std::int64_t n = 0, l = 0, a = 0, b = 0;

    void operator+=(const MergedRegion& other) {
        n += other.n, l += other.l, a += other.a, b += other.b;
    }
};

/// Between two regions: pixels' sides and what contrast across them sums to, in 128ths of L*a*b*.
struct SharedBorder {
    std::int32_t one, other;  ///< both 0 once it is gone
    std::int32_t version;     ///< counts its changes
    std::int64_t sides, contrast;
    double cost;
};

struct MergeCandidate {
    double cost;
    std::int32_t border, version;

    /// The first out of the queue is the greatest.
    bool operator<(const MergeCandidate& other) const {
        return cost > other.cost || (cost == other.cost && border > other.border);
    }
};

class SuperpixelMerging {
  public:
    SuperpixelMerging(const LabPlanes& planes, const LabPlanes& smooth, std::int32_t n,
                      double edge_weight, ImageView<std::int32_t> labels)
        : planes_(planes),
          smooth_(smooth),
          edge_weight_(edge_weight),
          labels_(labels),
          regions_(static_cast<std::size_t>(n)),
          borders_of_(static_cast<std::size_t>(n)),
          sets_(static_cast<std::size_t>(n)),
          met_(static_cast<std::size_t>(n), -1),
          best_(static_cast<std::size_t>(n), -1),
          left_(n) {
        add_up();
        find_borders();
    }

    void join_until(std::int64_t n_segments) {
        for (SharedBorder& border : borders_) border.cost = cost_of(border);
        for (std::int32_t r = 0; r < static_cast<std::int32_t>(regions_.size()); ++r) offer_best(r);
        while (left_ > n_segments && !queue_.empty()) {
            const MergeCandidate next = queue_.top();
            queue_.pop();
            if (borders_[static_cast<std::size_t>(next.border)].version == next.version)
                join(static_cast<std::size_t>(next.border));
        }
    }

    std::int32_t write() {
        std::vector<std::int32_t> names(regions_.size(), 0);
        std::vector<std::int32_t> roots(regions_.size());
        for (std::size_t i = 0; i < roots.size(); ++i)
            roots[i] = static_cast<std::int32_t>(sets_.find(static_cast<std::int64_t>(i)));
        std::int32_t n = 0;
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y)
            for (std::ptrdiff_t x = 0; x < labels_.width; ++x) {
                std::int32_t& label = labels_.row(y)[x];
                std::int32_t& name =
                    names[static_cast<std::size_t>(roots[static_cast<std::size_t>(label - 1)])];
                if (name == 0) name = ++n;
                label = name;
            }
        return n;
    }

  private:
    void add_up() {
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y) {
            const std::int16_t *la = planes_.la(y), *b0 = planes_.b0(y);
            for (std::ptrdiff_t x = 0; x < labels_.width; ++x)
                regions_[static_cast<std::size_t>(labels_.row(y)[x] - 1)] +=
                    {1, la[2 * x], la[2 * x + 1], b0[2 * x]};
        }
    }

    void find_borders() {
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y)
            for (std::ptrdiff_t x = 0; x < labels_.width; ++x) {
                const std::int32_t p = labels_.row(y)[x];
                if (x + 1 < labels_.width && labels_.row(y)[x + 1] != p)
                    add_side(p - 1, labels_.row(y)[x + 1] - 1, contrast(y, x - 1, y, x + 2));
                if (y + 1 < labels_.height && labels_.row(y + 1)[x] != p)
                    add_side(p - 1, labels_.row(y + 1)[x] - 1, contrast(y - 1, x, y + 2, x));
            }
    }

    /// How far apart the colors about two places are.
    std::int64_t contrast(std::ptrdiff_t y, std::ptrdiff_t x, std::ptrdiff_t v,
                          std::ptrdiff_t u) const {
        y = std::max<std::ptrdiff_t>(y, 0), x = std::max<std::ptrdiff_t>(x, 0);
        v = std::min(v, labels_.height - 1), u = std::min(u, labels_.width - 1);
        const std::int16_t *p = smooth_.la(y) + 2 * x, *q = smooth_.la(v) + 2 * u;
        const std::int32_t l = p[0] - q[0], a = p[1] - q[1];
        const std::int32_t b = smooth_.b0(y)[2 * x] - smooth_.b0(v)[2 * u];
        return static_cast<std::int64_t>(16 *
                                         std::sqrt(static_cast<double>(l * l + a * a + b * b)));
    }

    void add_side(std::int32_t p, std::int32_t q, std::int64_t contrast) {
        if (q < p) std::swap(p, q);
        std::vector<std::int32_t>& known = borders_of_[static_cast<std::size_t>(p)];
        // The latest are at the end, and it is nearly always one of them.
        for (std::size_t i = known.size(); i-- > 0;) {
            SharedBorder& border = borders_[static_cast<std::size_t>(known[i])];
            if (border.one == p && border.other == q) {
                ++border.sides, border.contrast += contrast;
                return;
            }
        }
        const auto id = static_cast<std::int32_t>(borders_.size());
        borders_.push_back({p, q, 0, 1, contrast, 0});
        known.push_back(id);
        borders_of_[static_cast<std::size_t>(q)].push_back(id);
    }

    double cost_of(const SharedBorder& border) const {
        const MergedRegion& p = regions_[static_cast<std::size_t>(border.one)];
        const MergedRegion& q = regions_[static_cast<std::size_t>(border.other)];
        const auto n = static_cast<double>(p.n), m = static_cast<double>(q.n);
        const auto square = [&](std::int64_t s, std::int64_t t) {
            const double d = static_cast<double>(s) / n - static_cast<double>(t) / m;
            return d * d;
        };
        const double color = std::sqrt(square(p.l, q.l) + square(p.a, q.a) + square(p.b, q.b));
        const auto sides = static_cast<double>(border.sides);
        const double edge = static_cast<double>(border.contrast) / (16 * sides);
        return n * m / (n + m) * (color + edge_weight_ * edge) / std::sqrt(std::sqrt(sides));
    }

    void join(std::size_t id) {
        std::int32_t kept = borders_[id].one, gone = borders_[id].other;
        auto& lists = borders_of_;
        if (lists[static_cast<std::size_t>(kept)].size() <
            lists[static_cast<std::size_t>(gone)].size())
            std::swap(kept, gone);
        std::vector<std::int32_t>& borders = lists[static_cast<std::size_t>(kept)];
        remove(borders_[id]);
        std::erase_if(borders, [&](std::int32_t i) { return is_gone(i); });
        for (const std::int32_t i : borders) met_[static_cast<std::size_t>(beyond(i, kept))] = i;
        for (const std::int32_t i : lists[static_cast<std::size_t>(gone)])
            if (!is_gone(i)) take_over(i, gone, kept);
        for (const std::int32_t i : borders) met_[static_cast<std::size_t>(beyond(i, kept))] = -1;
        std::vector<std::int32_t>().swap(lists[static_cast<std::size_t>(gone)]);
        regions_[static_cast<std::size_t>(kept)] += regions_[static_cast<std::size_t>(gone)];
        sets_.join(kept, gone);
        --left_;
        for (const std::int32_t i : borders) {
            SharedBorder& border = borders_[static_cast<std::size_t>(i)];
            ++border.version, border.cost = cost_of(border);
        }
        for (const std::int32_t i : borders) tell(beyond(i, kept), i);
        offer_best(kept);
    }

    /// Of each region the queue holds the border that costs least; one of them costs least of all.
    void offer_best(std::int32_t region) {
        std::vector<std::int32_t>& borders = borders_of_[static_cast<std::size_t>(region)];
        std::erase_if(borders, [&](std::int32_t i) { return is_gone(i); });
        if (borders.empty()) return;
        std::int32_t best = borders[0];
        for (const std::int32_t i : borders)
            if (candidate(best) < candidate(i)) best = i;
        best_[static_cast<std::size_t>(region)] = best;
        queue_.push(candidate(best));
    }

    /// A border of the region has changed, and others may be gone.
    void tell(std::int32_t region, std::int32_t changed) {
        std::int32_t& best = best_[static_cast<std::size_t>(region)];
        if (best == changed || is_gone(best)) return offer_best(region);
        if (!(candidate(best) < candidate(changed))) return;
        best = changed;
        queue_.push(candidate(best));
    }

    MergeCandidate candidate(std::int32_t i) const {
        const SharedBorder& border = borders_[static_cast<std::size_t>(i)];
        return {border.cost, i, border.version};
    }

    /// The border of `gone` becomes one of `kept`, or a part of one that is there.
    void take_over(std::int32_t i, std::int32_t gone, std::int32_t kept) {
        SharedBorder& border = borders_[static_cast<std::size_t>(i)];
        const std::int32_t other = beyond(i, gone), same = met_[static_cast<std::size_t>(other)];
        if (same >= 0) {
            borders_[static_cast<std::size_t>(same)].sides += border.sides;
            borders_[static_cast<std::size_t>(same)].contrast += border.contrast;
            remove(border);
            return;
        }
        (border.one == gone ? border.one : border.other) = kept;
        met_[static_cast<std::size_t>(other)] = i;
        borders_of_[static_cast<std::size_t>(kept)].push_back(i);
    }

    static void remove(SharedBorder& border) {
        border.one = border.other = 0;
        ++border.version;
    }
    bool is_gone(std::int32_t i) const {
        const SharedBorder& border = borders_[static_cast<std::size_t>(i)];
        return border.one == border.other;
    }
    std::int32_t beyond(std::int32_t i, std::int32_t region) const {
        const SharedBorder& border = borders_[static_cast<std::size_t>(i)];
        return border.one == region ? border.other : border.one;
    }

    const LabPlanes &planes_, &smooth_;
    double edge_weight_;
    ImageView<std::int32_t> labels_;
    std::vector<MergedRegion> regions_;
    std::vector<SharedBorder> borders_;
    std::vector<std::vector<std::int32_t>> borders_of_;  // of each region
    DisjointSets sets_;
    std::vector<std::int32_t> met_;  // while two regions are joined: the border with each other one
    std::vector<std::int32_t> best_;  // border of each region
    std::int64_t left_;
    std::priority_queue<MergeCandidate> queue_;
};

/// Joins regions (labels of 1..n, each connected) until n_segments are left, as superpixels() says;
/// `smooth` are the means of 3 x 3 pixels. Relabels in the order of first pixels; returns how many.
inline std::int32_t merge_superpixels(const LabPlanes& planes, const LabPlanes& smooth,
                                      std::int32_t n, std::int64_t n_segments, double edge_weight,
                                      ImageView<std::int32_t> labels) {
    SuperpixelMerging merging(planes, smooth, n, edge_weight, labels);
    merging.join_until(n_segments);
    return merging.write();
}

}  // namespace imgmine
