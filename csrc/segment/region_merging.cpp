#include "segment/region_merging.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <queue>
#include <vector>

#include "cluster/disjoint_sets.hpp"

namespace imgmine {
namespace {

using Index = std::size_t;

struct Region {
    std::int64_t n = 0, l = 0, a = 0, b = 0;

    void operator+=(const Region& other) { n += other.n, l += other.l, a += other.a, b += other.b; }
};

/// Between two regions: pixels' sides and what contrast across them sums to, in 128ths of L*a*b*.
struct Border {
    std::int32_t one, other;  ///< both 0 once it is gone
    std::int32_t version;
    std::int64_t sides, contrast;
};

struct Candidate {
    double cost;
    std::int32_t border, version;

    bool operator<(const Candidate& other) const {  // the first out of the queue is the greatest
        return cost > other.cost || (cost == other.cost && border > other.border);
    }
};

class Merging {
  public:
    Merging(const LabPlanes& planes, const LabPlanes& smooth, std::int32_t n, double edge_weight,
            ImageView<std::int32_t> labels)
        : planes_(planes),
          smooth_(smooth),
          edge_weight_(edge_weight),
          labels_(labels),
          regions_(static_cast<Index>(n)),
          borders_of_(static_cast<Index>(n)),
          sets_(static_cast<Index>(n)),
          met_(static_cast<Index>(n), -1),
          left_(n) {
        add_up();
        find_borders();
    }

    void join_until(std::int64_t n_segments) {
        std::vector<Candidate> all;
        all.reserve(4 * borders_.size());
        for (Index i = 0; i < borders_.size(); ++i) all.push_back(candidate(i));
        queue_ = std::priority_queue<Candidate>({}, std::move(all));
        while (left_ > n_segments && !queue_.empty()) {
            const Candidate next = queue_.top();
            queue_.pop();
            if (borders_[static_cast<Index>(next.border)].version == next.version)
                join(static_cast<Index>(next.border));
        }
    }

    std::int32_t write() {
        std::vector<std::int32_t> names(regions_.size(), 0);
        std::vector<std::int32_t> roots(regions_.size());
        for (Index i = 0; i < roots.size(); ++i)
            roots[i] = static_cast<std::int32_t>(sets_.find(static_cast<std::int64_t>(i)));
        std::int32_t n = 0;
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y)
            for (std::ptrdiff_t x = 0; x < labels_.width; ++x) {
                std::int32_t& label = labels_.row(y)[x];
                std::int32_t& name =
                    names[static_cast<Index>(roots[static_cast<Index>(label - 1)])];
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
                regions_[static_cast<Index>(labels_.row(y)[x] - 1)] +=
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
        std::vector<std::int32_t>& known = borders_of_[static_cast<Index>(p)];
        // The latest are at the end, and it is nearly always one of them.
        for (Index i = known.size(); i-- > 0;) {
            Border& border = borders_[static_cast<Index>(known[i])];
            if (border.one == p && border.other == q) {
                ++border.sides, border.contrast += contrast;
                return;
            }
        }
        const auto id = static_cast<std::int32_t>(borders_.size());
        borders_.push_back({p, q, 0, 1, contrast});
        known.push_back(id);
        borders_of_[static_cast<Index>(q)].push_back(id);
    }

    Candidate candidate(Index id) const {
        const Border& border = borders_[id];
        const Region& p = regions_[static_cast<Index>(border.one)];
        const Region& q = regions_[static_cast<Index>(border.other)];
        const auto n = static_cast<double>(p.n), m = static_cast<double>(q.n);
        const auto square = [&](std::int64_t s, std::int64_t t) {
            const double d = static_cast<double>(s) / n - static_cast<double>(t) / m;
            return d * d;
        };
        const double color = std::sqrt(square(p.l, q.l) + square(p.a, q.a) + square(p.b, q.b));
        const auto sides = static_cast<double>(border.sides);
        const double edge = static_cast<double>(border.contrast) / (16 * sides);
        return {n * m / (n + m) * (color + edge_weight_ * edge) / std::sqrt(std::sqrt(sides)),
                static_cast<std::int32_t>(id), border.version};
    }

    void join(Index id) {
        std::int32_t kept = borders_[id].one, gone = borders_[id].other;
        auto& lists = borders_of_;
        if (lists[static_cast<Index>(kept)].size() < lists[static_cast<Index>(gone)].size())
            std::swap(kept, gone);
        std::vector<std::int32_t>& borders = lists[static_cast<Index>(kept)];
        remove(borders_[id]);
        std::erase_if(borders, [&](std::int32_t i) { return is_gone(i); });
        for (const std::int32_t i : borders) met_[static_cast<Index>(beyond(i, kept))] = i;
        for (const std::int32_t i : lists[static_cast<Index>(gone)])
            if (!is_gone(i)) take_over(i, gone, kept);
        for (const std::int32_t i : borders) met_[static_cast<Index>(beyond(i, kept))] = -1;
        std::vector<std::int32_t>().swap(lists[static_cast<Index>(gone)]);
        regions_[static_cast<Index>(kept)] += regions_[static_cast<Index>(gone)];
        parents(kept, gone);
        --left_;
        for (const std::int32_t i : borders) {
            ++borders_[static_cast<Index>(i)].version;
            queue_.push(candidate(static_cast<Index>(i)));
        }
    }

    /// The border of `gone` becomes one of `kept`, or a part of one that is there.
    void take_over(std::int32_t i, std::int32_t gone, std::int32_t kept) {
        Border& border = borders_[static_cast<Index>(i)];
        const std::int32_t other = beyond(i, gone), same = met_[static_cast<Index>(other)];
        if (same >= 0) {
            borders_[static_cast<Index>(same)].sides += border.sides;
            borders_[static_cast<Index>(same)].contrast += border.contrast;
            remove(border);
            return;
        }
        (border.one == gone ? border.one : border.other) = kept;
        met_[static_cast<Index>(other)] = i;
        borders_of_[static_cast<Index>(kept)].push_back(i);
    }

    static void remove(Border& border) {
        border.one = border.other = 0;
        ++border.version;
    }
    bool is_gone(std::int32_t i) const {
        const Border& border = borders_[static_cast<Index>(i)];
        return border.one == border.other;
    }
    std::int32_t beyond(std::int32_t i, std::int32_t region) const {
        const Border& border = borders_[static_cast<Index>(i)];
        return border.one == region ? border.other : border.one;
    }
    void parents(std::int32_t kept, std::int32_t gone) { sets_.join(kept, gone); }

    const LabPlanes &planes_, &smooth_;
    double edge_weight_;
    ImageView<std::int32_t> labels_;
    std::vector<Region> regions_;
    std::vector<Border> borders_;
    std::vector<std::vector<std::int32_t>> borders_of_;  // of each region
    DisjointSets sets_;
    std::vector<std::int32_t> met_;  // while two regions are joined: the border with each other one
    std::int64_t left_;
    std::priority_queue<Candidate> queue_;
};

}  // namespace

std::int32_t merge_superpixels(const LabPlanes& planes, const LabPlanes& smooth, std::int32_t n,
                               std::int64_t n_segments, double edge_weight,
                               ImageView<std::int32_t> labels) {
    Merging merging(planes, smooth, n, edge_weight, labels);
    merging.join_until(n_segments);
    return merging.write();
}

}  // namespace imgmine
