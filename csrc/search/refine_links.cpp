#include "search/refine_links.hpp"

#include <algorithm>
#include <vector>

#include "base/parallel.hpp"
#include "search/graph_reach.hpp"
#include "search/graph_walk.hpp"
#include "search/link_pruner.hpp"

namespace imgmine {
namespace {

using Key = Pool::Key;

constexpr std::size_t window = 64;            // rows that a search keeps in view
constexpr std::size_t most_candidates = 512;  // the nearest of those that a search came through
constexpr std::ptrdiff_t portion = 1 << 14;   // rows between two looks at whether to go on

/// Chooses links of one row after the other: what one thread needs.
class Chooser {
  public:
    explicit Chooser(const Segment& segment) : segment_(segment), pruner_(segment) {}

    /// The links of a row, by its old ones and a search.
    void choose(std::int32_t row, std::int32_t* out) {
        keys_.clear();
        space_.query.set_row(segment_, row);
        GraphWalk(segment_, space_).find(window, [&](Key key) {
            if (Pool::row(key) != row) keys_.push_back(key);
        });
        if (keys_.size() > most_candidates) {
            std::sort(keys_.begin(), keys_.end());
            keys_.resize(most_candidates);
        }
        const std::int32_t* links = segment_.links + row * segment_.degree;
        pruner_.add(row, links, degree(), keys_);
        write(row, out);
    }

    /// The links of a row, by those just chosen, in `links`, and by who has chosen it.
    void link_back(std::int32_t row, const std::int32_t* choosers, std::size_t n,
                   std::int32_t* links) {
        std::int32_t* const last = links + segment_.degree;
        std::int32_t* const end = std::find(links, last, -1);
        rows_.assign(links, end);
        for (std::size_t i = 0; i < n; ++i)
            if (std::find(links, end, choosers[i]) == end) rows_.push_back(choosers[i]);
        if (rows_.size() <= degree()) {
            std::copy(rows_.begin(), rows_.end(), links);
            return;
        }
        keys_.clear();
        pruner_.add(row, rows_.data(), rows_.size(), keys_);
        if (keys_.size() > most_candidates) {
            std::sort(keys_.begin(), keys_.end());
            keys_.resize(most_candidates);
        }
        write(row, links);
    }

  private:
    std::size_t degree() const { return static_cast<std::size_t>(segment_.degree); }

    void write(std::int32_t row, std::int32_t* out) {
        pruner_.prune(row, keys_, degree());
        std::transform(keys_.begin(), keys_.end(), out, Pool::row);
        std::fill(out + keys_.size(), out + degree(), -1);
    }

    const Segment& segment_;
    LinkPruner pruner_;
    WalkSpace space_;
    std::vector<Key> keys_;
    std::vector<std::int32_t> rows_;
};

/// By whom each row has been chosen: rising rows from[begins[row]] up to begins[row + 1].
struct Choosers {
    std::vector<std::size_t> begins;
    std::vector<std::int32_t> from;

    Choosers(const std::int32_t* links, std::ptrdiff_t n, std::ptrdiff_t degree)
        : begins(static_cast<std::size_t>(n) + 2) {
        const auto each = [&](const auto& take) {
            for (std::ptrdiff_t i = 0; i < n * degree; ++i)
                if (links[i] >= 0) take(i / degree, static_cast<std::size_t>(links[i]));
        };
        each([&](std::ptrdiff_t, std::size_t to) { ++begins[to + 2]; });
        for (std::size_t i = 2; i < begins.size(); ++i) begins[i] += begins[i - 1];
        from.resize(begins.back());
        each([&](std::ptrdiff_t row, std::size_t to) {
            from[begins[to + 1]++] = static_cast<std::int32_t>(row);
        });
    }
};

/// Calls body(chooser, row) for all rows, a portion after the other.
template <class Body>
void for_rows(const Segment& segment, const std::function<void()>& between, const Body& body) {
    for (std::ptrdiff_t start = 0; start < segment.n; start += portion) {
        between();
        parallel_for(std::min(portion, segment.n - start), 16,
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         Chooser chooser(segment);
                         for (std::ptrdiff_t row = start + first; row < start + last; ++row)
                             body(chooser, static_cast<std::int32_t>(row));
                     });
    }
}

}  // namespace

void refine_links(const Segment& segment, const std::function<void()>& between, std::int32_t* out) {
    const std::ptrdiff_t degree = segment.degree;
    for_rows(segment, between,
             [&](Chooser& chooser, std::int32_t row) { chooser.choose(row, out + row * degree); });
    const Choosers choosers(out, segment.n, degree);
    for_rows(segment, between, [&](Chooser& chooser, std::int32_t row) {
        const std::size_t first = choosers.begins[static_cast<std::size_t>(row)];
        const std::size_t last = choosers.begins[static_cast<std::size_t>(row) + 1];
        chooser.link_back(row, choosers.from.data() + first, last - first, out + row * degree);
    });
    Segment refined = segment;
    refined.links = out;
    GraphReach reach(refined);
    if (reach.size() == static_cast<std::size_t>(segment.n)) return;
    between();
    reach.complete(out);
    if (reach.size() == static_cast<std::size_t>(segment.n)) return;
    if (GraphReach(segment).size() > reach.size())
        std::copy_n(segment.links, segment.n * degree, out);
}

}  // namespace imgmine
