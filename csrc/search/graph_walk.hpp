#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "search/segment.hpp"

namespace imgmine {

/// The best rows found so far, nearest first, each with a mark once its links have been followed.
/// A row and its distance are one number: the distance, the row, the mark.
class Pool {
  public:
    using Key = std::uint64_t;

    static Key key(std::int32_t distance, std::int32_t row) {
        const auto rising = static_cast<std::uint32_t>(distance) ^ 0x80000000u;
        return Key{rising} << 32 | static_cast<std::uint32_t>(row) << 1;
    }
    static std::int32_t row(Key key) {
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(key) >> 1);
    }

    void reset(std::size_t capacity) {
        keys_.resize(capacity + 1);
        capacity_ = capacity, size_ = 0, next_ = 0;
    }
    std::size_t size() const { return size_; }
    Key operator[](std::size_t i) const { return keys_[i] & ~Key{1}; }
    bool full() const { return size_ == capacity_; }
    /// What a newcomer must be below.
    Key limit() const { return full() ? keys_[size_ - 1] : std::numeric_limits<Key>::max(); }

    void insert(Key newcomer) {
        if (newcomer >= limit()) return;
        Key* const first = keys_.data();
        Key* const place = std::lower_bound(first, first + size_, newcomer);
        const auto index = static_cast<std::size_t>(place - first);
        const std::size_t moved = std::min(size_, capacity_ - 1) - index;
        std::memmove(place + 1, place, moved * sizeof(Key));
        *place = newcomer;
        size_ = std::min(size_ + 1, capacity_);
        next_ = std::min(next_, index);
    }

    /// Whether a row's links remain to be followed; next() is the nearest such row.
    bool has_next() const { return next_ < size_; }
    std::int32_t next() const { return row(keys_[next_]); }
    void mark_next() {
        keys_[next_] |= 1;
        skip_marked();
    }
    void skip_marked() {
        while (next_ < size_ && (keys_[next_] & 1)) ++next_;
    }

  private:
    std::vector<Key> keys_;
    std::size_t capacity_ = 0, size_ = 0, next_ = 0;
};

/// Rows seen, forgotten at a cost that depends on how many were.
class Seen {
  public:
    void reset(std::ptrdiff_t n) {
        if (rows_.size() * 8 > words_.size())
            std::fill(words_.begin(), words_.end(), 0);
        else
            for (const std::int32_t row : rows_) words_[static_cast<std::size_t>(row) >> 6] = 0;
        rows_.clear();
        const auto needed = static_cast<std::size_t>(n + 63) / 64;
        if (words_.size() < needed) words_.resize(needed, 0);
    }
    /// False where the row had been seen.
    bool add(std::int32_t row) {
        std::uint64_t& word = words_[static_cast<std::size_t>(row) >> 6];
        const std::uint64_t bit = std::uint64_t{1} << (row & 63);
        if (word & bit) return false;
        word |= bit;
        rows_.push_back(row);
        return true;
    }
    std::size_t size() const { return rows_.size(); }

  private:
    std::vector<std::uint64_t> words_;
    std::vector<std::int32_t> rows_;
};

/// What one thread needs to search; kept from one query to the next.
struct WalkSpace {
    Pool pool;
    Seen seen;
    CodeQuery query;
    std::vector<std::int32_t> rows, distances;
    std::vector<Pool::Key> heap;
};

/// A search of one segment by its graph and codes.
class GraphWalk {
  public:
    GraphWalk(const Segment& segment, WalkSpace& space) : segment_(segment), space_(space) {
        const auto most =
            static_cast<std::size_t>(std::max(segment.degree, std::ptrdiff_t{entry_block}));
        space.rows.resize(most + 4);
        space.distances.resize(most + 4);
    }

    /// Leaves about the `ef` nearest rows in the pool. `space.query` must be set.
    void find(std::size_t ef) {
        Pool& pool = space_.pool;
        enter(ef);
        while (pool.has_next()) {
            const std::int32_t row = pool.next();
            pool.mark_next();
            const std::size_t n = unseen_links(row);
            if (pool.has_next()) prefetch_links(pool.next());
            space_.query.compare(space_.rows.data(), n, space_.distances.data());
            for (std::size_t i = 0; i < n; ++i)
                pool.insert(Pool::key(space_.distances[i], space_.rows[i]));
            pool.skip_marked();
        }
    }

    /// The same of allowed rows only, going through the others. False, with the pool of no use,
    /// once `budget` rows have been compared.
    bool find_allowed(std::size_t ef, const Bits& allowed, std::size_t budget) {
        Pool& pool = space_.pool;
        enter(ef);
        std::vector<Pool::Key>& heap = space_.heap;
        heap.clear();
        for (std::size_t i = 0; i < pool.size(); ++i) heap.push_back(pool[i]);
        pool.reset(ef);
        for (const Pool::Key key : heap)
            if (allowed[Pool::row(key)]) pool.insert(key);
        std::make_heap(heap.begin(), heap.end(), std::greater<>());
        while (!heap.empty() && heap.front() < pool.limit()) {
            if (space_.seen.size() > budget) return false;
            std::pop_heap(heap.begin(), heap.end(), std::greater<>());
            const std::int32_t row = Pool::row(heap.back());
            heap.pop_back();
            const std::size_t n = unseen_links(row);
            space_.query.compare(space_.rows.data(), n, space_.distances.data());
            for (std::size_t i = 0; i < n; ++i) {
                const Pool::Key key = Pool::key(space_.distances[i], space_.rows[i]);
                if (key >= pool.limit()) continue;
                heap.push_back(key);
                std::push_heap(heap.begin(), heap.end(), std::greater<>());
                if (allowed[space_.rows[i]]) pool.insert(key);
            }
        }
        return true;
    }

    /// The same by comparing every allowed row.
    void scan_allowed(std::size_t ef, const Bits& allowed) {
        Pool& pool = space_.pool;
        pool.reset(ef);
        std::size_t n = 0;
        const auto flush = [&] {
            space_.query.compare(space_.rows.data(), n, space_.distances.data());
            for (std::size_t i = 0; i < n; ++i)
                pool.insert(Pool::key(space_.distances[i], space_.rows[i]));
            n = 0;
        };
        for (std::ptrdiff_t row = 0; row < segment_.n; ++row) {
            if (allowed.bytes && row % 8 == 0 && !allowed.bytes[row >> 3]) {
                row += 7;
                continue;
            }
            if (!allowed[row]) continue;
            prefetch_codes(static_cast<std::int32_t>(row));
            space_.rows[n++] = static_cast<std::int32_t>(row);
            if (n == entry_block) flush();
        }
        flush();
    }

  private:
    static constexpr std::size_t entry_block = 64;
    static constexpr std::size_t n_starts = 4;

    /// Puts the nearest of the entries into the pool.
    void enter(std::size_t ef) {
        Pool& pool = space_.pool;
        space_.seen.reset(segment_.n);
        pool.reset(std::min(ef, n_starts));
        for (std::ptrdiff_t e = 0; e < segment_.n_entries;) {
            std::size_t n = 0;
            for (; n < entry_block && e < segment_.n_entries; ++e)
                if (segment_.contains(segment_.entries[e]))
                    space_.rows[n++] = segment_.entries[e];
            space_.query.compare(space_.rows.data(), n, space_.distances.data());
            for (std::size_t i = 0; i < n; ++i)
                pool.insert(Pool::key(space_.distances[i], space_.rows[i]));
        }
        Pool::Key best[n_starts];
        const std::size_t n_best = pool.size();
        for (std::size_t i = 0; i < n_best; ++i) best[i] = pool[i];
        pool.reset(ef);
        for (std::size_t i = 0; i < n_best; ++i)
            if (space_.seen.add(Pool::row(best[i]))) pool.insert(best[i]);
    }

    std::size_t unseen_links(std::int32_t row) {
        const std::int32_t* links = segment_.links + row * segment_.degree;
        std::size_t n = 0;
        for (std::ptrdiff_t i = 0; i < segment_.degree; ++i) {
            const std::int32_t link = links[i];
            if (!segment_.contains(link)) break;
            if (!space_.seen.add(link)) continue;
            prefetch_codes(link);
            space_.rows[n++] = link;
        }
        return n;
    }

    void prefetch_codes(std::int32_t row) const {
        const std::uint8_t* codes = segment_.codes + row * segment_.stride;
        for (std::ptrdiff_t i = 0; i < std::min<std::ptrdiff_t>(segment_.stride, 512); i += 64)
            __builtin_prefetch(codes + i);
    }
    void prefetch_links(std::int32_t row) const {
        const std::int32_t* links = segment_.links + row * segment_.degree;
        for (std::ptrdiff_t i = 0; i < segment_.degree; i += 16) __builtin_prefetch(links + i);
    }

    const Segment& segment_;
    WalkSpace& space_;
};

}  // namespace imgmine
