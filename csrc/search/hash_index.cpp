#include "search/hash_index.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "similarity/best.hpp"
#include "similarity/bit_scan.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t table_rows = 1 << 15;  // fewer are compared faster than looked up
constexpr std::ptrdiff_t list_cost = 128;  // times one comparison of a scan, of a hash in a list

/// BitScan over hashes that may have been removed, and whose ids are in any order.
struct HashScan {
    BitScan bits;
    const std::int64_t* ids;

    void scan(std::ptrdiff_t first, std::ptrdiff_t last, Best<std::uint32_t>* lists) const {
        bits.each(
            first, last,
            [&](std::size_t q) {
                const std::uint32_t limit = lists[q].limit();
                return limit == Best<std::uint32_t>::no_limit ? limit : limit + 1;
            },
            [&](std::size_t q, std::ptrdiff_t row, std::uint32_t distance) {
                if (ids[row] >= 0) lists[q].offer({distance, ids[row]});
            });
    }
};

struct Hit {
    std::uint32_t distance;
    std::int64_t id;
    bool operator<(const Hit& other) const {
        return distance != other.distance ? distance < other.distance : id < other.id;
    }
};

RowsView<std::uint8_t> part(const RowsView<std::uint8_t>& rows, std::ptrdiff_t first,
                            std::ptrdiff_t n) {
    return {rows.row(first), n, rows.size, rows.row_stride};
}

/// Finds all hits of some queries among the hashes from one on.
struct RadiusScan {
    RowsView<std::uint8_t> rows;
    const std::int64_t* ids;
    std::uint32_t radius;

    void find(const RowsView<std::uint8_t>& queries, const std::vector<std::size_t>& which,
              std::ptrdiff_t from, std::vector<std::vector<Hit>>& hits) const {
        if (which.empty() || from >= rows.n_rows) return;
        const auto n = static_cast<std::ptrdiff_t>(which.size());
        std::vector<std::uint8_t> chosen;
        for (const std::size_t q : which) {
            const std::uint8_t* query = queries.row(static_cast<std::ptrdiff_t>(q));
            chosen.insert(chosen.end(), query, query + rows.size);
        }
        const BitScan scan({chosen.data(), n, rows.size, rows.size}, rows);
        const std::ptrdiff_t n_blocks = (rows.n_rows - from + scan_block - 1) / scan_block;
        std::mutex mutex;
        parallel_for(n_blocks, row_grain(scan_block * n * (rows.size + 8), 0.01),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         std::vector<std::pair<std::size_t, Hit>> mine;
                         scan.each(
                             from + first * scan_block,
                             std::min(from + last * scan_block, rows.n_rows),
                             [this](std::size_t) { return radius + 1; },
                             [&](std::size_t q, std::ptrdiff_t row, std::uint32_t distance) {
                                 if (ids[row] >= 0)
                                     mine.push_back({which[q], {distance, ids[row]}});
                             });
                         const std::lock_guard lock(mutex);
                         for (const auto& [q, hit] : mine) hits[q].push_back(hit);
                     });
    }
};

HashHits in_order(std::vector<std::vector<Hit>>& hits) {
    HashHits out;
    out.offsets.push_back(0);
    for (std::vector<Hit>& list : hits) {
        std::sort(list.begin(), list.end());
        for (const Hit& hit : list) {
            out.ids.push_back(hit.id);
            out.distances.push_back(static_cast<float>(hit.distance));
        }
        out.offsets.push_back(static_cast<std::int64_t>(out.ids.size()));
    }
    return out;
}

/// Where the k nearest of one query go.
struct Answer {
    std::int64_t* ids;
    float* distances;
    std::ptrdiff_t k;

    void write(std::ptrdiff_t q, const std::vector<Candidate<std::uint32_t>>& found) const {
        for (std::size_t i = 0; i < found.size(); ++i) {
            const std::size_t at = static_cast<std::size_t>(q * k) + i;
            ids[at] = found[i].id;
            distances[at] = static_cast<float>(found[i].rank);
        }
    }
};

}  // namespace

HashIndex::HashIndex(std::ptrdiff_t bits) : bits_(bits) {
    require(bits >= 64 && bits <= 256 && bits % 8 == 0,
            "bits must be a multiple of 8 from 64 to 256, got " + std::to_string(bits));
}

std::ptrdiff_t HashIndex::size() const {
    const std::shared_lock lock(mutex_);
    return static_cast<std::ptrdiff_t>(places_.size());
}

void HashIndex::require_size(const RowsView<std::uint8_t>& rows, const char* name) const {
    require(rows.size == bits_ / 8, std::string(name) + " must have rows of " +
                                        std::to_string(bits_ / 8) + " bytes, got " +
                                        std::to_string(rows.size));
}

void HashIndex::add(const RowsView<std::uint8_t>& hashes, const std::int64_t* ids,
                    std::int64_t* given) {
    require_size(hashes, "hashes");
    const auto n = static_cast<std::size_t>(hashes.n_rows);
    const std::unique_lock lock(mutex_);
    require(ids_.size() + n < std::numeric_limits<std::uint32_t>::max(),
            "hashes must be fewer than 2^32 in one index");
    require(ids || n <= (std::uint64_t{1} << 63) - next_id_,
            "ids must be given: there are none left above the largest");
    std::vector<std::int64_t> wanted(n);
    for (std::size_t i = 0; i < n; ++i)
        wanted[i] = ids ? ids[i] : static_cast<std::int64_t>(next_id_ + i);
    hashes_.reserve(hashes_.size() + n * static_cast<std::size_t>(bits_ / 8));
    ids_.reserve(ids_.size() + n);
    std::size_t done = 0;
    const auto undo = [&](const std::string& message) {
        while (done) places_.erase(wanted[--done]);
        throw std::invalid_argument(message);
    };
    for (; done < n; ++done) {
        const std::int64_t id = wanted[done];
        if (id < 0) undo("ids must not be negative, got " + std::to_string(id));
        if (!places_.emplace(id, ids_.size() + done).second)
            undo("ids must be new, and each once, got " + std::to_string(id) + " again");
    }
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint8_t* hash = hashes.row(static_cast<std::ptrdiff_t>(i));
        hashes_.insert(hashes_.end(), hash, hash + bits_ / 8);
        ids_.push_back(wanted[i]);
        next_id_ = std::max(next_id_, static_cast<std::uint64_t>(wanted[i]) + 1);
    }
    std::copy(wanted.begin(), wanted.end(), given);
}

void HashIndex::remove(const std::int64_t* ids, std::ptrdiff_t n) {
    const std::unique_lock lock(mutex_);
    std::vector<std::int64_t> sorted(ids, ids + n);
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    for (const std::int64_t id : sorted)
        require(places_.count(id) == 1, "ids must be in the index, got " + std::to_string(id));
    for (const std::int64_t id : sorted) {
        const auto at = places_.find(id);
        ids_[at->second] = -1;
        places_.erase(at);
    }
    if (ids_.size() > 2 * places_.size() + 1024) drop_removed();
}

/// Closes the gaps; the tables, whose row numbers change, are made again when wanted.
void HashIndex::drop_removed() {
    const auto size = static_cast<std::size_t>(bits_ / 8);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
        if (ids_[i] < 0) continue;
        std::copy_n(hashes_.begin() + static_cast<std::ptrdiff_t>(i * size), size,
                    hashes_.begin() + static_cast<std::ptrdiff_t>(kept * size));
        ids_[kept] = ids_[i];
        places_[ids_[i]] = kept++;
    }
    ids_.resize(kept);
    hashes_.resize(kept * size);
    ids_.shrink_to_fit();
    hashes_.shrink_to_fit();
    tables_.clear();
}

/// Whether there are so many hashes that no table has that a new one pays.
bool HashIndex::tables_wanted() const {
    const auto n = static_cast<std::ptrdiff_t>(ids_.size());
    return n - tables_.n_rows() >= std::max(table_rows, tables_.n_rows() / 4);
}

std::shared_lock<std::shared_mutex> HashIndex::lock_with_tables() const {
    std::shared_lock lock(mutex_);
    if (!tables_wanted()) return lock;
    lock.unlock();
    {
        const std::unique_lock alone(mutex_);
        if (tables_wanted()) tables_.build(rows());
    }
    lock.lock();
    return lock;
}

void HashIndex::search(const RowsView<std::uint8_t>& queries, std::ptrdiff_t k, std::int64_t* ids,
                       float* distances, std::int64_t* counts) const {
    require(k >= 0, "k must not be negative, got " + std::to_string(k));
    require_size(queries, "queries");
    const std::shared_lock lock(mutex_);
    std::fill_n(ids, queries.n_rows * k, std::int64_t{-1});
    std::fill_n(distances, queries.n_rows * k, std::numeric_limits<float>::infinity());
    const std::ptrdiff_t found = std::min(k, static_cast<std::ptrdiff_t>(places_.size()));
    std::fill_n(counts, queries.n_rows, found);
    const Answer answer{ids, distances, k};
    keep_best<std::uint32_t>(
        {queries.n_rows, static_cast<std::ptrdiff_t>(ids_.size()), found,
         0.01 * static_cast<double>(bits_ / 8 + 8)},
        [&](std::ptrdiff_t first, std::ptrdiff_t n) {
            return HashScan{BitScan(part(queries, first, n), rows()), ids_.data()};
        },
        [&](std::ptrdiff_t q, const auto& candidates) { answer.write(q, candidates); });
}

HashHits HashIndex::radius(const RowsView<std::uint8_t>& queries, std::ptrdiff_t radius) const {
    require(radius >= 0, "radius must not be negative, got " + std::to_string(radius));
    require_size(queries, "queries");
    const std::ptrdiff_t flips = radius / (bits_ / 16);  // at most that many in one part
    const std::shared_lock lock =
        flips <= 1 ? lock_with_tables() : std::shared_lock<std::shared_mutex>(mutex_);
    const auto limit = static_cast<std::uint32_t>(std::min(radius, bits_));
    const auto n_queries = static_cast<std::size_t>(queries.n_rows);
    std::vector<std::vector<Hit>> hits(n_queries);
    // A scan shares its reading of the hashes among all queries.
    const std::ptrdiff_t shared = 1 + 8 / std::max<std::ptrdiff_t>(queries.n_rows, 1);
    const std::ptrdiff_t most = flips <= 1 ? tables_.n_rows() / list_cost * shared : 0;
    std::vector<char> looked_up(n_queries, 0);
    const std::ptrdiff_t n_keys = tables_.n_parts() * (flips ? 17 : 1);
    const std::ptrdiff_t grain = row_grain(n_keys * (1 + tables_.n_rows() / 32768), 25);
    if (most > 0)
        parallel_for(queries.n_rows, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (std::ptrdiff_t q = first; q < last; ++q) {
                const std::uint8_t* query = queries.row(q);
                const auto at = static_cast<std::size_t>(q);
                if (tables_.cost(query, static_cast<int>(flips), most) > most) continue;
                looked_up[at] = 1;
                tables_.visit(rows(), query, static_cast<int>(flips), limit,
                              [&](std::uint32_t row, std::uint32_t distance) {
                                  if (ids_[row] >= 0) hits[at].push_back({distance, ids_[row]});
                              });
            }
        });
    std::vector<std::size_t> all, some;
    for (std::size_t q = 0; q < n_queries; ++q) (looked_up[q] ? some : all).push_back(q);
    const RadiusScan rest{rows(), ids_.data(), limit};
    rest.find(queries, all, 0, hits);
    rest.find(queries, some, tables_.n_rows(), hits);  // those that were added since
    return in_order(hits);
}

void HashIndex::contents(std::vector<std::uint8_t>& hashes, std::vector<std::int64_t>& ids) const {
    const std::shared_lock lock(mutex_);
    const std::ptrdiff_t size = bits_ / 8;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
        if (ids_[i] < 0) continue;
        ids.push_back(ids_[i]);
        const auto from = hashes_.begin() + static_cast<std::ptrdiff_t>(i) * size;
        hashes.insert(hashes.end(), from, from + size);
    }
}

}  // namespace imgmine
