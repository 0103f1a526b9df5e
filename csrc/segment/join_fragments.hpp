#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "base/image.hpp"
#include "cluster/disjoint_sets.hpp"
#include "kernels/runs.hpp"
#include "segment/lab_planes.hpp"
#include "segment/lab_runs.hpp"

namespace imgmine {

/// Pixels of one row and one label.
struct LabelRun {
    std::int32_t from, past, label, part;
};

/// What the pixels of a part sum to.
struct FragmentSums {
    std::int64_t size = 0, l = 0, a = 0, b = 0;

    void operator+=(const FragmentSums& other) {
        size += other.size, l += other.l, a += other.a, b += other.b;
    }
};

inline double color_distance(const FragmentSums& p, const FragmentSums& q) {
    const auto n = static_cast<double>(p.size), m = static_cast<double>(q.size);
    const auto square = [&](std::int64_t s, std::int64_t t) {
        const double d = static_cast<double>(s) / n - static_cast<double>(t) / m;
        return d * d;
    };
    return square(p.l, q.l) + square(p.a, q.a) + square(p.b, q.b);
}

class FragmentJoiner {
  public:
    FragmentJoiner(const LabPlanes& planes, ImageView<std::int32_t> labels)
        : planes_(planes), labels_(labels), sets_(0) {
        find_runs();
        find_parts();
    }

    void join_smaller_than(std::int64_t min_size) {
        list_neighbors(min_size);
        std::vector<std::pair<std::int64_t, std::int32_t>> small;
        for (std::size_t p = 0; p < parts_.size(); ++p)
            if (parts_[p].size < min_size)
                small.emplace_back(parts_[p].size, static_cast<std::int32_t>(p));
        std::sort(small.begin(), small.end());
        for (const auto& [size, p] : small) {
            const auto root = static_cast<std::size_t>(sets_.find(p));
            if (parts_[root].size < min_size) join_nearest(root);
        }
    }

    std::int32_t write() {
        std::vector<std::int32_t> names(parts_.size(), 0);
        std::int32_t n = 0;
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y)
            for (std::size_t i = first_[static_cast<std::size_t>(y)];
                 i < first_[static_cast<std::size_t>(y) + 1]; ++i) {
                std::int32_t& name = names[static_cast<std::size_t>(sets_.find(runs_[i].part))];
                if (name == 0) name = ++n;
                std::fill(labels_.row(y) + runs_[i].from, labels_.row(y) + runs_[i].past, name);
            }
        return n;
    }

  private:
    void find_runs() {
        const auto width = static_cast<std::size_t>(labels_.width);
        std::vector<std::int32_t> ends(width);
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y) {
            first_.push_back(runs_.size());
            const std::int32_t* row = labels_.row(y);
            const std::size_t n = run_kernels().changes_i32(row, width, ends.data()) + 1;
            ends[n - 1] = static_cast<std::int32_t>(width);
            for (std::size_t k = 0; k < n; ++k) {
                const std::int32_t from = k == 0 ? 0 : ends[k - 1];
                runs_.push_back({from, ends[k], row[from], 0});
            }
        }
        first_.push_back(runs_.size());
    }

    /// Calls body(i, j) for runs i of a row and j of the next that touch.
    template <class Body>
    void touching(const Body& body) const {
        for (std::size_t y = 1; y + 1 < first_.size(); ++y) {
            std::size_t i = first_[y - 1], j = first_[y];
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
        touching([&](std::size_t i, std::size_t j) {
            if (runs_[i].label == runs_[j].label)
                sets.join(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j));
        });
        std::int32_t n = 0;
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            const auto root = static_cast<std::size_t>(sets.find(static_cast<std::int64_t>(i)));
            runs_[i].part = root == i ? n++ : runs_[root].part;
        }
        sets_ = DisjointSets(static_cast<std::size_t>(n));
        parts_.resize(static_cast<std::size_t>(n));
        for (std::ptrdiff_t y = 0; y < labels_.height; ++y) {
            std::size_t i = first_[static_cast<std::size_t>(y)];
            for_each_lab_run(planes_, y, labels_.row(y), [&](const LabRun& run) {
                if (runs_[i].past <= run.from) ++i;
                parts_[static_cast<std::size_t>(runs_[i].part)] +=
                    {run.past - run.from, run.l, run.a, run.b};
            });
        }
    }

    /// Of the parts that are too small, those they touch.
    void list_neighbors(std::int64_t min_size) {
        neighbors_.resize(parts_.size());
        const auto meet = [&](std::int32_t p, std::int32_t q) {
            if (p == q) return;
            const auto i = static_cast<std::size_t>(p), j = static_cast<std::size_t>(q);
            if (parts_[i].size < min_size) neighbors_[i].push_back(q);
            if (parts_[j].size < min_size) neighbors_[j].push_back(p);
        };
        for (std::size_t y = 0; y + 1 < first_.size(); ++y)
            for (std::size_t i = first_[y] + 1; i < first_[y + 1]; ++i)
                meet(runs_[i - 1].part, runs_[i].part);
        touching([&](std::size_t i, std::size_t j) { meet(runs_[i].part, runs_[j].part); });
    }

    void join_nearest(std::size_t part) {
        double least = std::numeric_limits<double>::infinity();
        auto nearest = static_cast<std::int64_t>(part);
        for (const std::int32_t q : neighbors_[part]) {
            const std::int64_t other = sets_.find(q);
            if (other == static_cast<std::int64_t>(part)) continue;
            const double d = color_distance(parts_[part], parts_[static_cast<std::size_t>(other)]);
            if (d < least || (d == least && other < nearest)) least = d, nearest = other;
        }
        const auto other = static_cast<std::size_t>(nearest);
        if (other == part) return;  // the whole image
        sets_.join(static_cast<std::int64_t>(part), nearest);
        const std::size_t kept = std::min(part, other), gone = std::max(part, other);
        parts_[kept] += parts_[gone];
        neighbors_[kept].insert(neighbors_[kept].end(), neighbors_[gone].begin(),
                                neighbors_[gone].end());
        std::vector<std::int32_t>().swap(neighbors_[gone]);
    }

    const LabPlanes& planes_;
    ImageView<std::int32_t> labels_;
    std::vector<LabelRun> runs_;
    std::vector<std::size_t> first_;  // run of each row
    DisjointSets sets_;               // of parts
    std::vector<FragmentSums> parts_;
    std::vector<std::vector<std::int32_t>> neighbors_;
};

/// Makes every region 4-connected and of at least min_size pixels where there are so many: what
/// is smaller joins the neighbor whose mean color is nearest, the smallest first. Relabels 1..n in
/// the order of their first pixels; returns n.
inline std::int32_t join_fragments(const LabPlanes& planes, std::int64_t min_size,
                                   ImageView<std::int32_t> labels) {
    FragmentJoiner fragments(planes, labels);
    fragments.join_smaller_than(min_size);
    return fragments.write();
}

}  // namespace imgmine
