#include "segment/join_fragments.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "cluster/disjoint_sets.hpp"

namespace imgmine {
namespace {

using Index = std::size_t;

/// Pixels of one row and one label.
struct Run {
    std::int32_t from, past, label, part;
};

/// What the pixels of a part sum to.
struct Part {
    std::int64_t size = 0, l = 0, a = 0, b = 0;

    void operator+=(const Part& other) {
        size += other.size, l += other.l, a += other.a, b += other.b;
    }
};

double color_distance(const Part& p, const Part& q) {
    const auto n = static_cast<double>(p.size), m = static_cast<double>(q.size);
    const auto square = [&](std::int64_t s, std::int64_t t) {
        const double d = static_cast<double>(s) / n - static_cast<double>(t) / m;
        return d * d;
    };
    return square(p.l, q.l) + square(p.a, q.a) + square(p.b, q.b);
}

class Fragments {
  public:
    Fragments(const LabPlanes& planes, ImageView<std::int32_t> labels)
        : planes_(planes), labels_(labels), sets_(0) {
        find_runs();
        find_parts();
    }

    void join_smaller_than(std::int64_t min_size) {
        list_neighbors(min_size);
        std::vector<std::pair<std::int64_t, std::int32_t>> small;
        for (Index p = 0; p < parts_.size(); ++p)
            if (parts_[p].size < min_size)
                small.emplace_back(parts_[p].size, static_cast<std::int32_t>(p));
        std::sort(small.begin(), small.end());
        for (const auto& [size, p] : small) {
            const auto root = static_cast<Index>(sets_.find(p));
            if (parts_[root].size < min_size) join_nearest(root);
        }
    }

    std::int32_t write() {
        std::vector<std::int32_t> names(parts_.size(), 0);
        std::int32_t n = 0;
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y)
            for (Index i = first_[static_cast<Index>(y)]; i < first_[static_cast<Index>(y) + 1];
                 ++i) {
                std::int32_t& name = names[static_cast<Index>(sets_.find(runs_[i].part))];
                if (name == 0) name = ++n;
                std::fill(labels_.row(y) + runs_[i].from, labels_.row(y) + runs_[i].past, name);
            }
        return n;
    }

  private:
    void find_runs() {
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y) {
            first_.push_back(runs_.size());
            const std::int32_t* row = labels_.row(y);
            for (std::ptrdiff_t x = 0; x < labels_.width;) {
                const std::ptrdiff_t from = x;
                while (x < labels_.width && row[x] == row[from]) ++x;
                runs_.push_back(
                    {static_cast<std::int32_t>(from), static_cast<std::int32_t>(x), row[from], 0});
            }
        }
        first_.push_back(runs_.size());
    }

    /// Calls body(i, j) for runs i of a row and j of the next that touch.
    template <class Body>
    void touching(const Body& body) const {
        for (Index y = 1; y + 1 < first_.size(); ++y) {
            Index i = first_[y - 1], j = first_[y];
            while (i < first_[y] && j < first_[y + 1]) {
                body(i, j);  // both begin before either ends, as rows are full
                const std::int32_t end = std::min(runs_[i].past, runs_[j].past);
                if (runs_[i].past == end) ++i;
                if (runs_[j].past == end) ++j;
            }
        }
    }

    /// Numbers the connected parts in the order of their first pixels and sums up their colors.
    void find_parts() {
        DisjointSets sets(runs_.size());
        touching([&](Index i, Index j) {
            if (runs_[i].label == runs_[j].label)
                sets.join(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j));
        });
        std::int32_t n = 0;
        for (Index i = 0; i < runs_.size(); ++i) {
            const auto root = static_cast<Index>(sets.find(static_cast<std::int64_t>(i)));
            runs_[i].part = root == i ? n++ : runs_[root].part;
        }
        sets_ = DisjointSets(static_cast<Index>(n));
        parts_.resize(static_cast<Index>(n));
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y)
            for (Index i = first_[static_cast<Index>(y)]; i < first_[static_cast<Index>(y) + 1];
                 ++i)
                parts_[static_cast<Index>(runs_[i].part)] += sum_of(runs_[i], y);
    }

    Part sum_of(const Run& run, std::ptrdiff_t y) const {
        const std::int16_t *la = planes_.la(y), *b0 = planes_.b0(y);
        std::int32_t l = 0, a = 0, b = 0;
        Part sum{run.past - run.from};
        for (std::int32_t x = run.from; x < run.past; ++x) {
            l += la[2 * x], a += la[2 * x + 1], b += b0[2 * x];
            if ((x & 0xffff) == 0xffff) sum += {0, l, a, b}, l = a = b = 0;  // before they overflow
        }
        sum += {0, l, a, b};
        return sum;
    }

    /// Of the parts that are too small, those they touch.
    void list_neighbors(std::int64_t min_size) {
        neighbors_.resize(parts_.size());
        const auto meet = [&](std::int32_t p, std::int32_t q) {
            if (p == q) return;
            const auto i = static_cast<Index>(p), j = static_cast<Index>(q);
            if (parts_[i].size < min_size) neighbors_[i].push_back(q);
            if (parts_[j].size < min_size) neighbors_[j].push_back(p);
        };
        for (Index y = 0; y + 1 < first_.size(); ++y)
            for (Index i = first_[y] + 1; i < first_[y + 1]; ++i)
                meet(runs_[i - 1].part, runs_[i].part);
        touching([&](Index i, Index j) { meet(runs_[i].part, runs_[j].part); });
    }

    void join_nearest(Index part) {
        double least = std::numeric_limits<double>::infinity();
        auto nearest = static_cast<std::int64_t>(part);
        for (const std::int32_t q : neighbors_[part]) {
            const std::int64_t other = sets_.find(q);
            if (other == static_cast<std::int64_t>(part)) continue;
            const double d = color_distance(parts_[part], parts_[static_cast<Index>(other)]);
            if (d < least || (d == least && other < nearest)) least = d, nearest = other;
        }
        const auto other = static_cast<Index>(nearest);
        if (other == part) return;  // the whole image
        sets_.join(static_cast<std::int64_t>(part), nearest);
        const Index kept = std::min(part, other), gone = std::max(part, other);
        parts_[kept] += parts_[gone];
        neighbors_[kept].insert(neighbors_[kept].end(), neighbors_[gone].begin(),
                                neighbors_[gone].end());
        std::vector<std::int32_t>().swap(neighbors_[gone]);
    }

    const LabPlanes& planes_;
    ImageView<std::int32_t> labels_;
    std::vector<Run> runs_;
    std::vector<Index> first_;  // run of each row
    DisjointSets sets_;         // of parts
    std::vector<Part> parts_;
    std::vector<std::vector<std::int32_t>> neighbors_;
};

}  // namespace

std::int32_t join_fragments(const LabPlanes& planes, std::int64_t min_size,
                            ImageView<std::int32_t> labels) {
    Fragments fragments(planes, labels);
    fragments.join_smaller_than(min_size);
    return fragments.write();
}

}  // namespace imgmine
