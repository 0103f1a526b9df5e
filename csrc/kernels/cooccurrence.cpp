#include "kernels/cooccurrence.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

constexpr std::size_t chunk = 512;

/// ++tables[index] for many indices; two tables, `size` apart, take turns, as a count must not wait
/// for the store of the one before it.
IMGMINE_INLINE void count(const std::uint16_t* indices, std::size_t n, std::uint32_t* tables,
                          std::size_t size) {
    constexpr std::size_t many = 64;
    std::uint32_t* other = tables + size;
    std::size_t i = 0;
    for (; i + many <= n; i += many) {
        const std::uint16_t* at = indices + i;
        std::uint16_t differ = 0;
        for (std::size_t k = 0; k < many; ++k) differ = (std::uint16_t)(differ | (at[k] ^ at[0]));
        if (differ == 0) {  // all the same: a sky, a wall
            tables[at[0]] += many;
            continue;
        }
        for (std::size_t k = 0; k < many; k += 4) {
            ++tables[at[k]];
            ++other[at[k + 1]];
            ++tables[at[k + 2]];
            ++other[at[k + 3]];
        }
    }
    for (; i < n; ++i) ++tables[indices[i]];
}

/// Counts pairs of values below 2^shift in two tables of 4^shift, `other` apart; in one if that is
/// 0.
void count_pairs(const std::uint8_t* first, const std::uint8_t* second, std::size_t n,
                 unsigned shift, std::uint32_t* tables, std::size_t other) {
    std::uint16_t indices[chunk];
    for (std::size_t done = 0; done < n; done += chunk) {
        const std::size_t now = n - done < chunk ? n - done : chunk;
        for (std::size_t x = 0; x < now; ++x)
            indices[x] = (std::uint16_t)(first[done + x] << shift | second[done + x]);
        count(indices, now, tables, other);
    }
}

/// Counts the pairs of the same first values with four rows of second ones, in a table each: no
/// count waits for the one before it.
void count_four(const std::uint8_t* first, const std::uint8_t* const* seconds, std::size_t n,
                unsigned shift, std::uint32_t* const* tables) {
    std::uint16_t indices[4][chunk];
    std::uint32_t *a = tables[0], *b = tables[1], *c = tables[2], *d = tables[3];
    for (std::size_t done = 0; done < n; done += chunk) {
        const std::size_t now = n - done < chunk ? n - done : chunk;
        for (std::size_t k = 0; k < 4; ++k) {
            const std::uint8_t* second = seconds[k] + done;
            for (std::size_t x = 0; x < now; ++x)
                indices[k][x] = (std::uint16_t)(first[done + x] << shift | second[x]);
        }
        for (std::size_t x = 0; x < now; ++x) {
            ++a[indices[0][x]];
            ++b[indices[1][x]];
            ++c[indices[2][x]];
            ++d[indices[3][x]];
        }
    }
}

/// Counts triples of values below 32 in two tables of 32768.
void count_triples(const std::uint8_t* first, const std::uint8_t* second, const std::uint8_t* third,
                   std::size_t n, std::uint32_t* tables) {
    std::uint16_t indices[chunk];
    for (std::size_t done = 0; done < n; done += chunk) {
        const std::size_t now = n - done < chunk ? n - done : chunk;
        for (std::size_t x = 0; x < now; ++x)
            indices[x] =
                (std::uint16_t)(first[done + x] << 10 | second[done + x] << 5 | third[done + x]);
        count(indices, now, tables, 32768);
    }
}

/// Counts squares of four values below 2^shift, row by row, in two tables of 16^shift.
void count_squares(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t n,
                   unsigned shift, std::uint32_t* tables) {
    std::uint16_t indices[chunk];
    for (std::size_t done = 0; done < n; done += chunk) {
        const std::size_t now = n - done < chunk ? n - done : chunk;
        const std::uint8_t *a = upper + done, *b = lower + done;
        for (std::size_t x = 0; x < now; ++x) {
            const auto above = (std::uint16_t)(a[x] << shift | a[x + 1]);
            const auto below = (std::uint16_t)(b[x] << shift | b[x + 1]);
            indices[x] = (std::uint16_t)(above << 2 * shift | below);
        }
        count(indices, now, tables, std::size_t{1} << 4 * shift);
    }
}

}  // namespace
extern const CooccurrenceKernels IMGMINE_TABLE(cooccurrence_kernels);
const CooccurrenceKernels IMGMINE_TABLE(cooccurrence_kernels) = {
    .count_pairs = count_pairs,
    .count_four = count_four,
    .count_triples = count_triples,
    .count_squares = count_squares,
};

}  // namespace imgmine
