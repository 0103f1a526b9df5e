#include "features/hash_clusters.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <numeric>

#include "base/error.hpp"
#include "cluster/disjoint_sets.hpp"
#include "features/hash_join.hpp"

namespace imgmine {
namespace {

constexpr auto hash_bytes = static_cast<std::size_t>(FingerprintsView::hash_bytes);

void check(std::size_t n, int radius) {
    require(n <= 0x7fffffff, "hashes must be fewer than 2^31");
    require(radius >= 0 && radius <= 64, "radius must be from 0 to 64");
}

std::vector<std::int64_t> labels_of(DisjointSets& sets, std::size_t n) {
    std::vector<std::int64_t> labels(n);
    for (std::size_t i = 0; i < n; ++i) labels[i] = sets.find(static_cast<std::int64_t>(i));
    return labels;
}

/// Joins equal items and returns one of each, the least; less(i, j) puts them in an order.
template <class Less>
std::vector<std::uint32_t> join_equal(DisjointSets& sets, std::vector<std::uint32_t> order,
                                      const Less& less) {
    std::vector<std::uint32_t> kept;
    std::sort(order.begin(), order.end(), [&](std::uint32_t i, std::uint32_t j) {
        return less(i, j) || (!less(j, i) && i < j);
    });
    for (const std::uint32_t i : order) {
        if (kept.empty() || less(kept.back(), i))
            kept.push_back(i);
        else
            sets.join(kept.back(), i);
    }
    std::sort(kept.begin(), kept.end());
    return kept;
}

std::vector<std::uint64_t> rows_of(const std::vector<std::uint32_t>& kept,
                                   const std::uint64_t* hashes, std::size_t n_forms) {
    std::vector<std::uint64_t> rows(kept.size() * n_forms);
    for (std::size_t i = 0; i < kept.size(); ++i)
        std::copy_n(hashes + kept[i] * n_forms, n_forms, rows.data() + i * n_forms);
    return rows;
}

}  // namespace

std::vector<std::int64_t> hash_clusters(const std::uint64_t* hashes, std::size_t n,
                                        std::size_t n_forms, int radius) {
    check(n, radius);
    DisjointSets sets(n);
    std::vector<std::uint32_t> all(n);
    std::iota(all.begin(), all.end(), std::uint32_t{0});
    const auto kept = join_equal(sets, std::move(all), [&](std::size_t i, std::size_t j) {
        const std::uint64_t *a = hashes + i * n_forms, *b = hashes + j * n_forms;
        return std::lexicographical_compare(a, a + n_forms, b, b + n_forms);
    });
    const auto rows = rows_of(kept, hashes, n_forms);
    std::mutex mutex;
    HashJoin(rows.data(), kept.size(), n_forms, radius)
        .each_pair([&](const std::vector<HashPair>& pairs) {
            const std::lock_guard lock(mutex);
            for (const HashPair& pair : pairs) sets.join(kept[pair.first], kept[pair.second]);
        });
    return labels_of(sets, n);
}

std::vector<std::int64_t> fingerprint_clusters(const FingerprintsView& prints, const bool* used,
                                               int radius, float threshold) {
    const auto n = static_cast<std::size_t>(prints.n);
    check(n, radius);
    DisjointSets sets(n);
    std::vector<std::uint32_t> some;
    for (std::size_t i = 0; i < n; ++i)
        if (used[i]) some.push_back(static_cast<std::uint32_t>(i));
    const auto kept = join_equal(sets, std::move(some), [&](std::size_t i, std::size_t j) {
        const auto a = static_cast<std::ptrdiff_t>(i), b = static_cast<std::ptrdiff_t>(j);
        const int order = std::memcmp(prints.hash(a, 0), prints.hash(b, 0), 8 * hash_bytes);
        return order ? order < 0
                     : std::memcmp(prints.thumbnail(a), prints.thumbnail(b),
                                   static_cast<std::size_t>(FingerprintsView::pixels)) < 0;
    });
    std::vector<std::uint64_t> rows(kept.size() * 8);
    for (std::size_t i = 0; i < kept.size(); ++i)
        std::memcpy(rows.data() + 8 * i, prints.hash(kept[i], 0), 8 * hash_bytes);
    std::mutex mutex;
    HashJoin(rows.data(), kept.size(), 8, radius)
        .each_pair([&](const std::vector<HashPair>& pairs) {
            for (const HashPair& pair : pairs) {
                const std::uint32_t i = kept[pair.first], j = kept[pair.second];
                {
                    // What is connected already needs no look: the clusters are the same.
                    const std::lock_guard lock(mutex);
                    if (sets.find(i) == sets.find(j)) continue;
                }
                if (same_picture(prints, i, prints, j, radius) < threshold) continue;
                const std::lock_guard lock(mutex);
                sets.join(i, j);
            }
        });
    return labels_of(sets, n);
}

std::vector<std::int64_t> hash_pairs(const std::uint64_t* hashes, std::size_t n,
                                     std::size_t n_forms, int radius) {
    check(n, radius);
    std::vector<HashPair> found;
    std::mutex mutex;
    HashJoin(hashes, n, n_forms, radius).each_pair([&](const std::vector<HashPair>& pairs) {
        const std::lock_guard lock(mutex);
        found.insert(found.end(), pairs.begin(), pairs.end());
    });
    std::sort(found.begin(), found.end(), [](const HashPair& x, const HashPair& y) {
        return x.first != y.first ? x.first < y.first : x.second < y.second;
    });
    std::vector<std::int64_t> flat;
    flat.reserve(2 * found.size());
    for (const HashPair& pair : found) {
        flat.push_back(pair.first);
        flat.push_back(pair.second);
    }
    return flat;
}

}  // namespace imgmine
