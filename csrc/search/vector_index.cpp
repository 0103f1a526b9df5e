#include "search/vector_index.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "search/graph_walk.hpp"
#include "search/row_scan.hpp"
#include "similarity/best.hpp"
#include "similarity/float_scan.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t group = 16;  // queries that an exact scan answers together

/// Graph searches of one thread: their memory is kept from one query to the next.
class Walker {
  public:
    void search(const Segment& segment, const Ranking& ranking, const RowsView<float>& query,
                const Search& search, const Bits& allowed, Best<float>& nearest) {
        space_.query.set(segment, query.data, ranking.is_euclidean());
        GraphWalk walk(segment, space_);
        const auto ef = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(
            std::max(search.ef, search.k), 1, std::max<std::ptrdiff_t>(segment.n, 1)));
        if (allowed.all())
            walk.find(ef);
        else if (!find_some(segment, walk, ef, search.k, allowed))
            walk.scan_allowed(std::min(ef, to_rank(segment, search.k)), allowed);
        rank_again(segment, ranking, query, search.k, nearest);
    }

  private:
    /// Where most are allowed, looks that much further and drops the others; where fewer are, goes
    /// through the others. False where few are: going through a graph compares some tens of rows
    /// for each one kept, at random places, and more the fewer are allowed.
    bool find_some(const Segment& segment, GraphWalk& walk, std::size_t ef, std::ptrdiff_t k,
                   const Bits& allowed) {
        const auto n = static_cast<double>(segment.n), some = static_cast<double>(allowed.n_set);
        const auto room = static_cast<double>(ef);
        if (some * some < 80 * room * n) return false;
        if (some < 0.3 * n)
            return walk.find_allowed(ef, allowed, static_cast<std::size_t>(allowed.n_set));
        walk.find(static_cast<std::size_t>(std::min(room * n / some + 1, n)));
        return space_.pool.keep(allowed) >= static_cast<std::size_t>(std::min(k, allowed.n_set));
    }

    /// Codes are a little wrong: of half as many again as are wanted exact distances are taken.
    static std::size_t to_rank(const Segment& segment, std::ptrdiff_t k) {
        return static_cast<std::size_t>(segment.codes_are_exact ? k + 2 : k + k / 2 + 5);
    }

    void rank_again(const Segment& segment, const Ranking& ranking, const RowsView<float>& query,
                    std::ptrdiff_t k, Best<float>& nearest) {
        const Pool& pool = space_.pool;
        const std::size_t n = std::min(to_rank(segment, k), pool.size());
        const auto dim = static_cast<std::size_t>(segment.dim);
        vectors_.resize(n * dim);
        ranks_.resize(n);
        for (std::size_t i = 0; i < n; ++i) segment.prefetch_vector(Pool::row(pool[i]));
        for (std::size_t i = 0; i < n; ++i)
            segment.decode(Pool::row(pool[i]), vectors_.data() + i * dim);
        ranking.compare(query, vectors_.data(), static_cast<std::ptrdiff_t>(n), ranks_.data());
        for (std::size_t i = 0; i < n; ++i)
            nearest.offer({ranking.rank(ranks_[i]), segment.ids[Pool::row(pool[i])]});
    }

    WalkSpace space_;
    std::vector<float> vectors_, ranks_;
};

/// Not inlined: where a thread's memory lies would be looked up at every turn.
[[gnu::noinline]] Walker& walker() {
    thread_local Walker one;
    return one;
}

RowsView<float> part_of(const RowsView<float>& rows, std::ptrdiff_t first, std::ptrdiff_t n) {
    return {rows.row(first), n, rows.size, rows.row_stride};
}

void write(const Ranking& ranking, Best<float>& nearest, std::ptrdiff_t query, std::ptrdiff_t k,
           const Found& out) {
    std::int64_t* ids = out.ids + query * k;
    float* distances = out.distances + query * k;
    std::ptrdiff_t n = 0;
    for (const Candidate<float>& one : nearest.sorted()) {
        ids[n] = one.id;
        distances[n++] = ranking.distance(one.rank);
    }
    out.counts[query] = n;
    std::fill(ids + n, ids + k, -1);
    std::fill(distances + n, distances + k, std::numeric_limits<float>::infinity());
}

/// Vectors in floats, all of which are compared; none: another part.
RowsView<float> scanned_whole(const IndexState& state, std::size_t part, const Search& search,
                              const std::vector<Bits>& allowed) {
    if (!allowed[part].all()) return {};
    if (part == state.segments.size()) return state.tail;
    const Segment& segment = state.segments[part];
    if (!search.exact || !segment.floats) return {};
    return {segment.floats, segment.n, segment.dim, segment.dim};
}

/// Goes through parts of which nothing is left out, for all queries together.
void scan_whole_parts(const IndexState& state, const RowsView<float>& queries, const Search& search,
                      const std::vector<Bits>& allowed, std::vector<Best<float>>& nearest) {
    const Metric metric =  // vectors of length 1 need no more than their product
        state.metric == Metric::euclidean ? Metric::euclidean : Metric::inner_product;
    for (std::size_t part = 0; part <= state.segments.size(); ++part) {
        const RowsView<float> base = scanned_whole(state, part, search, allowed);
        if (base.n_rows == 0) continue;
        const std::int64_t* ids =
            part < state.segments.size() ? state.segments[part].ids : state.tail_ids;
        const std::ptrdiff_t k = std::min(search.k, base.n_rows);
        keep_best<float>(
            {queries.n_rows, base.n_rows, k, 0.03 * static_cast<double>(base.size + 8)},
            [&](std::ptrdiff_t first, std::ptrdiff_t n) {
                return FloatScan<float>(part_of(queries, first, n), base, k, metric, ids);
            },
            [&](std::ptrdiff_t q, const std::vector<Candidate<float>>& candidates) {
                for (const auto& one : candidates) nearest[static_cast<std::size_t>(q)].offer(one);
            });
    }
}

/// Answers a few queries, which share what has to be scanned; whole parts are done.
void search_few(const IndexState& state, const RowsView<float>& queries, const Search& search,
                const std::vector<Bits>& allowed, Best<float>* nearest) {
    const Ranking ranking(state.metric);
    Walker& mine = walker();
    for (std::size_t part = 0; part <= state.segments.size(); ++part) {
        if (scanned_whole(state, part, search, allowed).n_rows) continue;
        if (part < state.segments.size() && !search.exact) {
            for (std::ptrdiff_t q = 0; q < queries.n_rows; ++q)
                mine.search(state.segments[part], ranking, part_of(queries, q, 1), search,
                            allowed[part], nearest[q]);
        } else {
            scan_part(state, part, queries, allowed[part],
                      [&](std::ptrdiff_t q, float compared, std::int64_t id) {
                          if (compared <= ranking.limit(nearest[q].limit()))
                              nearest[q].offer({ranking.rank(compared), id});
                      });
        }
    }
}

/// Queries that make a share of work worth a thread, whole parts being done.
std::ptrdiff_t query_grain(const IndexState& state, const Search& search,
                           const std::vector<Bits>& allowed) {
    double cost = 1e3;  // nanoseconds
    for (std::size_t part = 0; part <= state.segments.size(); ++part) {
        if (scanned_whole(state, part, search, allowed).n_rows) continue;
        const bool is_tail = part == state.segments.size();
        const std::ptrdiff_t n = is_tail ? state.tail.n_rows : state.segments[part].n;
        const bool is_scanned = is_tail || search.exact;
        cost += is_scanned ? 0.1 * static_cast<double>(state.dim) * static_cast<double>(n)
                           : 300.0 * static_cast<double>(search.ef);
    }
    return std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(30e3 / cost));
}

/// Calls body(few queries, number of the first) until all queries are done. A thread takes the next
/// few when it is done with the last: some queries take longer, and so do some processors.
template <class Body>
void in_groups(const RowsView<float>& queries, std::ptrdiff_t grain, const Body& body) {
    const std::ptrdiff_t n = queries.n_rows;
    const std::ptrdiff_t few = std::clamp<std::ptrdiff_t>(n / (2 * num_threads()), 1, group);
    std::atomic<std::ptrdiff_t> next{0};
    parallel_for(n, grain, [&](std::ptrdiff_t, std::ptrdiff_t) {
        for (std::ptrdiff_t q = 0; (q = next.fetch_add(few)) < n;)
            body(part_of(queries, q, std::min(few, n - q)), q);
    });
}

void check(const IndexState& state, const RowsView<float>& queries) {
    require(queries.size == state.dim, "queries must have " + std::to_string(state.dim) +
                                           " values each, got " + std::to_string(queries.size));
}

}  // namespace

void search_index(const IndexState& state, const RowsView<float>& queries, const Search& search,
                  const std::vector<Bits>& allowed, const Found& out) {
    check(state, queries);
    require(search.k >= 0, "k must not be negative, got " + std::to_string(search.k));
    require(search.ef >= 1, "ef must be positive, got " + std::to_string(search.ef));
    if (search.k == 0) {  // a list of none has no worst one
        std::fill_n(out.counts, queries.n_rows, 0);
        return;
    }
    std::vector<Best<float>> nearest(static_cast<std::size_t>(queries.n_rows),
                                     Best<float>(search.k));
    scan_whole_parts(state, queries, search, allowed, nearest);
    const Ranking ranking(state.metric);
    in_groups(queries, query_grain(state, search, allowed),
              [&](const RowsView<float>& few, std::ptrdiff_t first) {
                  Best<float>* lists = nearest.data() + first;
                  search_few(state, few, search, allowed, lists);
                  for (std::ptrdiff_t q = 0; q < few.n_rows; ++q)
                      write(ranking, lists[q], first + q, search.k, out);
              });
}

void search_each(const IndexState& state, const RowsView<float>& queries, const Search& search,
                 const std::vector<std::vector<Bits>>& allowed, const Found& out) {
    require(allowed.size() == static_cast<std::size_t>(queries.n_rows),
            "allowed must have one filter per query");
    parallel_for(queries.n_rows, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t q = first; q < last; ++q)
            search_index(state, part_of(queries, q, 1), search,
                         allowed[static_cast<std::size_t>(q)],
                         {out.ids + q * search.k, out.distances + q * search.k, out.counts + q});
    });
}

WithinRadius search_radius(const IndexState& state, const RowsView<float>& queries, float radius,
                           const std::vector<Bits>& allowed) {
    check(state, queries);
    require(!std::isnan(radius), "radius must be a number, got NaN");
    const Ranking ranking(state.metric);
    WithinRadius found;
    found.of_query.resize(static_cast<std::size_t>(queries.n_rows));
    in_groups(queries, 1, [&](const RowsView<float>& few, std::ptrdiff_t first) {
        for (std::size_t part = 0; part <= state.segments.size(); ++part)
            scan_part(state, part, few, allowed[part],
                      [&](std::ptrdiff_t q, float compared, std::int64_t id) {
                          const float distance = ranking.distance(ranking.rank(compared));
                          if (distance <= radius)
                              found.of_query[static_cast<std::size_t>(first + q)].emplace_back(
                                  distance, id);
                      });
        for (std::ptrdiff_t q = 0; q < few.n_rows; ++q) {
            auto& list = found.of_query[static_cast<std::size_t>(first + q)];
            std::sort(list.begin(), list.end());
        }
    });
    return found;
}

}  // namespace imgmine
