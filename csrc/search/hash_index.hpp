#pragma once

#include <cstdint>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "base/image.hpp"
#include "search/hash_tables.hpp"

namespace imgmine {

/// All hits of each query within a radius, by distance and then id: those of query i are from
/// offsets[i] to offsets[i + 1].
struct HashHits {
    std::vector<std::int64_t> ids, offsets;
    std::vector<float> distances;
};

/// Hashes of 64 to 256 bits, found by the number of bits that differ. Exact: results are those of
/// comparing all. Any number of threads may search while one adds or removes.
///
/// Few queries' neighbors are looked up in tables by parts of their bits where that is less work
/// than comparing all (Norouzi, Punjani, Fleet 2012); the tables are made when a search first
/// wants them. Memory: bits / 8 + 40 bytes a hash, with tables bits / 4 more.
class HashIndex {
  public:
    explicit HashIndex(std::ptrdiff_t bits);

    std::ptrdiff_t bits() const { return bits_; }
    std::ptrdiff_t size() const;

    /// Adds all or, if an id is negative, there already or given twice, none. Without ids (null)
    /// they go on from the largest so far; `given` receives them.
    void add(const RowsView<std::uint8_t>& hashes, const std::int64_t* ids, std::int64_t* given);
    /// Removes all or, if an id is not there, none.
    void remove(const std::int64_t* ids, std::ptrdiff_t n);

    /// `ids` and `distances` hold k a query, nearest first and then by id; where there are fewer,
    /// -1 and infinity. counts: how many there are.
    void search(const RowsView<std::uint8_t>& queries, std::ptrdiff_t k, std::int64_t* ids,
                float* distances, std::int64_t* counts) const;
    HashHits radius(const RowsView<std::uint8_t>& queries, std::ptrdiff_t radius) const;

    /// All hashes and ids, in the order they were added.
    void contents(std::vector<std::uint8_t>& hashes, std::vector<std::int64_t>& ids) const;

  private:
    RowsView<std::uint8_t> rows() const {
        const std::ptrdiff_t size = bits_ / 8;
        return {hashes_.data(), static_cast<std::ptrdiff_t>(ids_.size()), size, size};
    }
    void require_size(const RowsView<std::uint8_t>& rows, const char* name) const;
    void drop_removed();
    bool tables_wanted() const;
    std::shared_lock<std::shared_mutex> lock_with_tables() const;

    std::ptrdiff_t bits_;
    std::vector<std::uint8_t> hashes_;
    std::vector<std::int64_t> ids_;  ///< -1 where a hash was removed
    std::unordered_map<std::int64_t, std::size_t> places_;
    std::uint64_t next_id_ = 0;
    mutable HashTables tables_;
    mutable std::shared_mutex mutex_;
};

}  // namespace imgmine
