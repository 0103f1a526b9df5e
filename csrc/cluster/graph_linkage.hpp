#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

#include "cluster/agglomerative.hpp"
#include "cluster/disjoint_sets.hpp"
#include "kernels/neighbors.hpp"
#include "similarity/exact_rows.hpp"

namespace imgmine {

/// Linkage of clusters that are neighbors in a graph: a heap of its edges, whose lengths are found
/// anew where a cluster at their end is made.
class GraphLinkage {
  public:
    GraphLinkage(const ExactRows& samples, Linkage linkage, const std::int64_t* ids,
                 std::ptrdiff_t k)
        : samples_(samples), linkage_(linkage), n_(static_cast<std::size_t>(samples.n_rows())) {
        rows_.resize(n_ * samples.size());
        for (std::size_t i = 0; i < n_; ++i)
            samples.copy_row(static_cast<std::ptrdiff_t>(i), row(i));
        links_.resize(2 * n_ - 1);
        counts_.assign(2 * n_ - 1, 0);
        std::fill_n(counts_.begin(), n_, 1.0);
        slots_.resize(2 * n_ - 1);
        for (std::size_t i = 0; i < n_; ++i) slots_[i] = i;
        mark_.assign(2 * n_ - 1, -1.0);
        connect(ids, k);
    }

    Tree merge_all() {
        Tree tree;
        for (std::size_t node = n_; node < 2 * n_ - 1; ++node) {
            Edge edge = edges_.top();
            while (!(counts_[edge.a] > 0 && counts_[edge.b] > 0)) {
                edges_.pop();
                edge = edges_.top();
            }
            edges_.pop();
            tree.children.insert(tree.children.end(), {static_cast<std::int64_t>(edge.b),
                                                       static_cast<std::int64_t>(edge.a)});
            tree.distances.push_back(
                linkage_ == Linkage::ward ? samples_.distance_of(2 * edge.length) : edge.length);
            merge(edge.a, edge.b, node);
        }
        return tree;
    }

  private:
    struct Edge {
        double length;
        std::size_t a, b;                          ///< a > b
        bool operator<(const Edge& other) const {  // the queue's top is its greatest
            return std::tie(other.length, other.a, other.b) < std::tie(length, a, b);
        }
    };
    using Link = std::pair<std::size_t, double>;

    double* row(std::size_t slot) { return rows_.data() + slot * samples_.size(); }

    double length(std::size_t a, std::size_t b) {
        const double rank = samples_.rank(row(slots_[a]), row(slots_[b]));
        if (linkage_ != Linkage::ward) return samples_.distance_of(rank);
        return rank * (counts_[a] * counts_[b]) / (counts_[a] + counts_[b]);
    }

    void connect(const std::int64_t* ids, std::ptrdiff_t k) {
        std::vector<std::pair<std::size_t, std::size_t>> pairs;
        for (std::size_t i = 0; i < n_; ++i)
            for (std::ptrdiff_t j = 0; j < k; ++j) {
                const auto other =
                    static_cast<std::size_t>(ids[static_cast<std::ptrdiff_t>(i) * k + j]);
                pairs.emplace_back(std::max(i, other), std::min(i, other));
            }
        std::sort(pairs.begin(), pairs.end());
        pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
        DisjointSets sets(n_);
        for (const auto& [a, b] : pairs)
            sets.join(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b));
        bridge(sets, pairs);
        for (const auto& [a, b] : pairs) {
            const double d = length(a, b);
            links_[a].emplace_back(b, d);
            links_[b].emplace_back(a, d);
            edges_.push({d, a, b});
        }
    }

    /// Adds the nearest samples of each two parts that are not connected.
    void bridge(DisjointSets& sets, std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
        std::vector<std::vector<std::size_t>> parts;
        std::vector<std::size_t> part_of(n_);
        for (std::size_t i = 0; i < n_; ++i) {
            const auto root = static_cast<std::size_t>(sets.find(static_cast<std::int64_t>(i)));
            if (root == i) {
                part_of[i] = parts.size();
                parts.emplace_back();
            }
            parts[part_of[root]].push_back(i);
        }
        for (std::size_t p = 0; p < parts.size(); ++p)
            for (std::size_t q = 0; q < p; ++q) {
                double least = std::numeric_limits<double>::infinity();
                std::pair<std::size_t, std::size_t> nearest{parts[p][0], parts[q][0]};
                for (const std::size_t i : parts[p])
                    for (const std::size_t j : parts[q])
                        if (const double rank = samples_.rank(row(i), row(j)); rank < least) {
                            least = rank;
                            nearest = {std::max(i, j), std::min(i, j)};
                        }
                pairs.push_back(nearest);
            }
    }

    void merge(std::size_t a, std::size_t b, std::size_t node) {
        const double n_a = counts_[a], n_b = counts_[b];
        counts_[a] = counts_[b] = 0;
        counts_[node] = n_a + n_b;
        slots_[node] = slots_[b];
        if (linkage_ == Linkage::ward)
            for (std::size_t k = 0; k < samples_.size(); ++k) {
                double& mean = row(slots_[b])[k];
                mean = (n_a * row(slots_[a])[k] + n_b * mean) / (n_a + n_b);
            }
        std::vector<Link>& links = links_[node];
        for (const auto& [other, d] : links_[a])
            if (counts_[other] > 0) mark_[other] = d;
        for (const auto& [other, d] : links_[b])
            if (counts_[other] > 0) {
                links.emplace_back(other, mark_[other] < 0 ? d : joined(mark_[other], d, n_a, n_b));
                mark_[other] = -1;
            }
        for (const auto& [other, d] : links_[a])
            if (counts_[other] > 0 && mark_[other] >= 0) {
                links.emplace_back(other, d);
                mark_[other] = -1;
            }
        links_[a] = links_[b] = {};
        for (auto& [other, d] : links) {
            if (linkage_ == Linkage::ward) d = length(node, other);
            links_[other].emplace_back(node, d);
            edges_.push({d, node, other});
        }
    }

    double joined(double d_a, double d_b, double n_a, double n_b) const {
        if (linkage_ == Linkage::complete) return std::max(d_a, d_b);
        if (linkage_ == Linkage::average) return (n_a * d_a + n_b * d_b) / (n_a + n_b);
        return std::min(d_a, d_b);
    }

    const ExactRows& samples_;
    Linkage linkage_;
    std::size_t n_;
    std::vector<double> rows_;
    std::vector<std::vector<Link>> links_;
    std::vector<double> counts_;  ///< 0: merged
    std::vector<std::size_t> slots_;
    std::vector<double> mark_;
    std::priority_queue<Edge> edges_;
};

}  // namespace imgmine
