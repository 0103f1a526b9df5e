#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <span>
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
    static std::int32_t distance(Key key) {
        return static_cast<std::int32_t>(static_cast<std::uint32_t>(key >> 32) ^ 0x80000000u);
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

    /// False where it is too far.
    bool insert(Key newcomer) {
        if (newcomer >= limit()) return false;
        Key* const place = first_above(newcomer);
        const auto index = static_cast<std::size_t>(place - keys_.data());
        const std::size_t moved = std::min(size_, capacity_ - 1) - index;
        std::memmove(place + 1, place, moved * sizeof(Key));
        *place = newcomer;
        size_ = std::min(size_ + 1, capacity_);
        next_ = std::min(next_, index);
        return true;
    }

    /// Drops rows that are not allowed; how many are left.
    std::size_t keep(const Bits& allowed) {
        const auto last =
            std::remove_if(keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(size_),
                           [&](Key one) { return !allowed[row(one)]; });
        next_ = size_ = static_cast<std::size_t>(last - keys_.begin());
        return size_;
    }

    /// Whether a row's links remain to be followed; next() is the nearest such row.
    bool has_next() const { return next_ < size_; }
    Key next() const { return keys_[next_]; }
    void mark_next() {
        keys_[next_] |= 1;
        skip_marked();
    }
    void skip_marked() {
        while (next_ < size_ && (keys_[next_] & 1)) ++next_;
    }

  private:
    /// Without branches, none of which could be foretold.
    Key* first_above(Key newcomer) {
        Key* first = keys_.data();
        for (std::size_t n = size_; n > 0;) {
            const std::size_t half = (n + 1) / 2;
            first += first[half - 1] < newcomer ? half : 0;
            n -= half;
        }
        return first;
    }

    std::vector<Key> keys_;
    std::size_t capacity_ = 0, size_ = 0, next_ = 0;
};

/// Rows seen, in the order in which they were; forgotten at a cost that depends on how many.
class Seen {
  public:
    void reset(std::ptrdiff_t n_rows) {
        for (std::size_t i = 0; i < size_; ++i) words_[word_of(rows_[i])] = 0;
        size_ = 0;
        const auto n = static_cast<std::size_t>(n_rows);
        if (words_.size() < n / 64 + 1) words_.resize(n / 64 + 1, 0);
        if (capacity_ < n + 1) {
            rows_ = std::make_unique_for_overwrite<std::int32_t[]>(n + 1);
            capacity_ = n + 1;
        }
    }
    /// Without a branch: whether a row has been seen cannot be foretold.
    void add(std::int32_t row) {
        std::uint64_t& word = words_[word_of(row)];
        rows_[size_] = row;
        size_ += ~word >> (row & 63) & 1;
        word |= std::uint64_t{1} << (row & 63);
    }
    std::size_t size() const { return size_; }
    const std::int32_t* rows() const { return rows_.get(); }

  private:
    static std::size_t word_of(std::int32_t row) { return static_cast<std::size_t>(row) / 64; }

    std::vector<std::uint64_t> words_;
    std::unique_ptr<std::int32_t[]> rows_;
    std::size_t size_ = 0, capacity_ = 0;
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

    /// Leaves about the `ef` nearest rows in the pool. `space.query` must be set. Calls follow(key)
    /// for each row whose links are followed.
    template <class Follow>
    void find(std::size_t ef, const Follow& follow) {
        Pool& pool = space_.pool;
        enter(ef);
        while (pool.has_next()) {
            const Pool::Key next = pool.next();
            pool.mark_next();
            follow(next);
            const std::span<const std::int32_t> rows = unseen_links(Pool::row(next));
            const std::int32_t* const distances = compare(rows);
            for (std::size_t i = 0; i < rows.size(); ++i)
                if (pool.insert(Pool::key(distances[i], rows[i]))) prefetch_links(rows[i]);
            pool.skip_marked();
        }
    }
    void find(std::size_t ef) {
        find(ef, [](Pool::Key) {});
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
            const std::span<const std::int32_t> rows = unseen_links(row);
            const std::int32_t* const distances = compare(rows);
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const Pool::Key key = Pool::key(distances[i], rows[i]);
                if (key >= pool.limit()) continue;
                heap.push_back(key);
                std::push_heap(heap.begin(), heap.end(), std::greater<>());
                if (allowed[rows[i]]) pool.insert(key);
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
        allowed.for_each(segment_.n, [&](std::ptrdiff_t row) {
            prefetch_codes(static_cast<std::int32_t>(row));
            space_.rows[n++] = static_cast<std::int32_t>(row);
            if (n == entry_block) flush();
        });
        flush();
    }

  private:
    static constexpr std::size_t entry_block = 64;
    static constexpr std::size_t n_starts = 4;

    /// What is checked must be what is used, even where somebody writes to the mapped file.
    static std::int32_t read_once(const std::int32_t* p) {
        return *static_cast<const volatile std::int32_t*>(p);
    }

    /// Puts the nearest of the entries into the pool.
    void enter(std::size_t ef) {
        Pool& pool = space_.pool;
        space_.seen.reset(segment_.n);
        pool.reset(std::min(ef, n_starts));
        for (std::ptrdiff_t e = 0; e < segment_.n_entries;) {
            std::size_t n = 0;
            for (; n < entry_block && e < segment_.n_entries; ++e) {
                const std::int32_t entry = read_once(segment_.entries + e);
                if (segment_.contains(entry)) space_.rows[n++] = entry;
            }
            space_.query.compare(space_.rows.data(), n, space_.distances.data());
            for (std::size_t i = 0; i < n; ++i)
                pool.insert(Pool::key(space_.distances[i], space_.rows[i]));
        }
        Pool::Key best[n_starts];
        const std::size_t n_best = pool.size();
        for (std::size_t i = 0; i < n_best; ++i) best[i] = pool[i];
        pool.reset(ef);
        for (std::size_t i = 0; i < n_best; ++i) {
            if (i > 0 && best[i] == best[i - 1]) continue;  // entries of a hostile file
            space_.seen.add(Pool::row(best[i]));
            pool.insert(best[i]);
        }
    }

    /// The rows a row is linked with that had not been seen.
    std::span<const std::int32_t> unseen_links(std::int32_t row) {
        const std::int32_t* links = segment_.links + row * segment_.degree;
        Seen& seen = space_.seen;
        const std::size_t before = seen.size();
        for (std::ptrdiff_t i = 0; i < segment_.degree; ++i) {
            const std::int32_t link = read_once(links + i);
            if (!segment_.contains(link)) break;
            seen.add(link);
        }
        const std::span rows(seen.rows() + before, seen.size() - before);
        for (const std::int32_t unseen : rows) prefetch_codes(unseen);
        return rows;
    }
    const std::int32_t* compare(std::span<const std::int32_t> rows) {
        space_.query.compare(rows.data(), rows.size(), space_.distances.data());
        return space_.distances.data();
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
