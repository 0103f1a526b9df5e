#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "base/parallel.hpp"
#include "kernels/near_words.hpp"

// All pairs of 64-bit words that differ in a few bits, without comparing each with each: words that
// differ in at most r bits differ in at most r_t bits in one of m disjoint blocks, where the r_t
// sum to r - m + 1 (Norouzi, Punjani and Fleet, "Fast exact search in Hamming space with
// multi-index hashing", 2014). Words are sorted by each block in turn; buckets whose numbers are
// that near are compared in full.
namespace imgmine {

/// Blocks of `width` bits each, and how far apart two words may be in each.
struct HashBlocks {
    int width = 0;
    std::vector<int> radii = {64};

    int shift(std::size_t block) const { return width * static_cast<int>(block); }
    std::uint32_t bucket(std::uint64_t word, std::size_t block) const {
        return width == 0 ? 0
                          : static_cast<std::uint32_t>((word >> shift(block)) &
                                                       ((std::uint64_t{1} << width) - 1));
    }
    bool finds(std::uint64_t difference, std::size_t block) const {
        return width == 0 || std::popcount(bucket(difference, block)) <= radii[block];
    }

    static HashBlocks of(std::size_t n, int radius) {
        HashBlocks best;
        double least = std::numeric_limits<double>::infinity();
        for (int width = 0; width <= 20; ++width)
            for (int m = 1; m <= (width == 0 ? 1 : std::min(64 / width, radius + 1)); ++m) {
                HashBlocks blocks{width, {}};
                for (int t = 0; t < m; ++t)
                    blocks.radii.push_back((radius - m + 1 + t) / m);  // these sum to the numerator
                const double cost = blocks.cost(static_cast<double>(n));
                if (cost < least) least = cost, best = blocks;
            }
        return best;
    }

  private:
    /// Nanoseconds, roughly.
    double cost(double n) const {
        double total = 0;
        const double buckets = std::ldexp(1.0, width), each = n / buckets;
        for (const int radius : radii) {
            double ball = 0, choices = 1;
            for (int k = 0; k <= std::min(radius, width); ++k) {
                ball += choices;
                choices = choices * (width - k) / (k + 1);
            }
            total += 10 * n + buckets * ball * (3 + each * std::ceil(each / 8 + 0.5));
        }
        return total;
    }
};

/// Words sorted by one block: those of bucket i stand at [starts[i], starts[i + 1]).
struct HashTable {
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> ids;
    std::vector<std::uint64_t> words;

    void fill(const std::uint64_t* from, std::size_t n, std::size_t stride,
              const HashBlocks& blocks, std::size_t block) {
        starts.assign((std::size_t{1} << blocks.width) + 1, 0);
        ids.resize(n);
        words.resize(n);
        for (std::size_t i = 0; i < n; ++i) ++starts[blocks.bucket(from[i * stride], block) + 1];
        for (std::size_t b = 1; b < starts.size(); ++b) starts[b] += starts[b - 1];
        std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t at = next[blocks.bucket(from[i * stride], block)]++;
            ids[at] = static_cast<std::uint32_t>(i);
            words[at] = from[i * stride];
        }
    }
    std::size_t bucket_of(std::size_t at) const {
        return static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), at) -
                                        starts.begin()) -
               1;
    }
};

struct HashPair {
    std::uint32_t first, second;  ///< first < second
};

/// Pairs i < j of n items where the first word of one differs from any of the other's, its forms,
/// in at most `radius` bits. Each pair is handed over once, some thousands at a time, in any order
/// and from several threads at once.
class HashJoin {
  public:
    using Consume = std::function<void(const std::vector<HashPair>&)>;
    static constexpr std::size_t most_pairs = 4096;

    HashJoin(const std::uint64_t* words, std::size_t n, std::size_t n_forms, int radius)
        : words_(words),
          n_(n),
          n_forms_(n_forms),
          radius_(radius),
          blocks_(HashBlocks::of(n, radius)) {}

    void each_pair(const Consume& consume) {
        for (std::size_t block = 0; block < blocks_.radii.size(); ++block) {
            list_masks(blocks_.radii[block]);
            base_.fill(words_, n_, n_forms_, blocks_, block);
            for (std::size_t form = 0; form < n_forms_; ++form) {
                if (form) queries_.fill(words_ + form, n_, n_forms_, blocks_, block);
                const HashTable& queries = form ? queries_ : base_;
                const auto cut = static_cast<std::ptrdiff_t>(n_);
                parallel_for(cut, 64, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                    join(queries, static_cast<std::size_t>(first), static_cast<std::size_t>(last),
                         block, form, consume);
                });
            }
        }
    }

  private:
    /// Numbers of at most `radius` set bits: what the numbers of two buckets may differ in.
    void list_masks(int radius) {
        masks_.clear();
        for (std::uint32_t mask = 0; mask < std::uint32_t{1} << blocks_.width; ++mask)
            if (std::popcount(mask) <= radius) masks_.push_back(mask);
    }

    /// Compares the words at [first, last) of a table with those near them in the base's.
    void join(const HashTable& queries, std::size_t first, std::size_t last, std::size_t block,
              std::size_t form, const Consume& consume) {
        std::vector<HashPair> pairs;
        for (std::size_t bucket = queries.bucket_of(first); first < last; ++bucket) {
            const std::size_t end = std::min<std::size_t>(last, queries.starts[bucket + 1]);
            if (end <= first) continue;
            for (const std::uint32_t mask : masks_) {
                const std::size_t other = bucket ^ mask;
                const std::size_t from = base_.starts[other], to = base_.starts[other + 1];
                if (form == 0 && mask == 0) {
                    for (std::size_t i = first; i < end; ++i)
                        compare(queries, i, i + 1, i + 1, to, block, form, pairs, consume);
                } else if (from < to && (form || other > bucket)) {
                    compare(queries, first, end, from, to, block, form, pairs, consume);
                }
            }
            first = end;
        }
        if (!pairs.empty()) consume(pairs);
    }

    void compare(const HashTable& queries, std::size_t first, std::size_t last, std::size_t from,
                 std::size_t to, std::size_t block, std::size_t form, std::vector<HashPair>& pairs,
                 const Consume& consume) const {
        const std::size_t n_a = last - first, n_b = to - from;
        const auto find = near_words_kernels().find;
        const std::uint64_t *a = queries.words.data() + first, *b = base_.words.data() + from;
        for (std::size_t at = 0;
             (at = find(a, n_a, b, n_b, static_cast<unsigned>(radius_), at)) < n_a * n_b; ++at) {
            const std::size_t i = at / n_b, j = at % n_b;
            const std::uint32_t one = base_.ids[from + j], other = queries.ids[first + i];
            if (one == other || !is_first(a[i] ^ b[j], block) || known(one, other, form)) continue;
            pairs.push_back({std::min(one, other), std::max(one, other)});
            if (pairs.size() == most_pairs) {
                consume(pairs);
                pairs.clear();
            }
        }
    }

    /// Whether no block before this one finds a pair of words.
    bool is_first(std::uint64_t difference, std::size_t block) const {
        for (std::size_t before = 0; before < block; ++before)
            if (blocks_.finds(difference, before)) return false;
        return true;
    }

    /// Whether a form before this one makes a pair of two items; or this one, the other way round,
    /// where `one` is the later item.
    bool known(std::uint32_t one, std::uint32_t other, std::size_t form) const {
        for (std::size_t before = 0; before < form; ++before)
            if (near(one, other, before) || near(other, one, before)) return true;
        return form && other < one && near(other, one, form);
    }
    bool near(std::uint32_t one, std::uint32_t other, std::size_t form) const {
        return std::popcount(words_[one * n_forms_] ^ words_[other * n_forms_ + form]) <= radius_;
    }

    const std::uint64_t* words_;
    std::size_t n_, n_forms_;
    int radius_;
    HashBlocks blocks_;
    std::vector<std::uint32_t> masks_;
    HashTable base_, queries_;
};

}  // namespace imgmine
