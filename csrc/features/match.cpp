#include "features/match.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/nearest.hpp"

namespace imgmine {
namespace {

struct Nearest {
    float first, second;  ///< distances
    std::int64_t place;   ///< -1: none
};

template <class T>
constexpr std::size_t group = 4 / sizeof(T);

template <class T>
std::size_t groups_of(const RowsView<T>& rows) {
    return (static_cast<std::size_t>(rows.size) + group<T> - 1) / group<T>;
}

/// A list as the kernels want it: blocks of 16 rows side by side, zeros behind the ends of rows,
/// and rows behind the last that are far from everything.
template <class T, class Term>
struct Packed {
    std::size_t n_groups, n_rows;
    std::vector<T> values;
    std::vector<Term> terms;

    Packed(const RowsView<T>& rows, Term far)
        : n_groups(groups_of(rows)),
          n_rows((static_cast<std::size_t>(rows.n_rows) + nearest_rows - 1) / nearest_rows *
                 nearest_rows),
          values(n_rows * n_groups * group<T>),
          terms(n_rows, far) {
        for (std::ptrdiff_t i = 0; i < rows.n_rows; ++i) {
            const auto r = static_cast<std::size_t>(i);
            const T* row = rows.row(i);
            T* block = values.data() + r / nearest_rows * nearest_rows * n_groups * group<T> +
                       r % nearest_rows * group<T>;
            for (std::size_t k = 0; k < static_cast<std::size_t>(rows.size); ++k)
                block[k / group<T> * nearest_rows * group<T> + k % group<T>] = row[k];
            terms[r] = Term{};
        }
    }
};

/// Calls find(queries, answers) for four queries at a time, shared among threads; finish(i, answer)
/// makes the nearest of row i of it.
template <class Term, class T, class Find, class Finish>
std::vector<Nearest> answer(const RowsView<T>& a, std::size_t n_base, const Find& find,
                            const Finish& finish) {
    std::vector<Nearest> all(static_cast<std::size_t>(a.n_rows));
    const std::size_t width = groups_of(a) * group<T>;
    constexpr auto n_q = static_cast<std::ptrdiff_t>(nearest_queries);
    const std::ptrdiff_t n_blocks = (a.n_rows + n_q - 1) / n_q;
    const auto cost = static_cast<std::ptrdiff_t>(width * sizeof(T) * n_base);
    parallel_for(n_blocks, row_grain(cost, 0.02), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<T> queries(nearest_queries * width);
        for (std::ptrdiff_t block = first; block < last; ++block) {
            const std::ptrdiff_t q = block * n_q, n = std::min(n_q, a.n_rows - q);
            for (std::ptrdiff_t i = 0; i < n; ++i)
                std::copy_n(a.row(q + i), a.size,
                            queries.begin() + i * static_cast<std::ptrdiff_t>(width));
            NearestTwo<Term> two[nearest_queries];
            find(queries.data(), two);
            for (std::ptrdiff_t i = 0; i < n; ++i)
                all[static_cast<std::size_t>(q + i)] = finish(q + i, two[i]);
        }
    });
    return all;
}

constexpr std::int32_t far_int = 0x3fffffff;
constexpr float no_distance = std::numeric_limits<float>::infinity();

struct Hamming {
    static std::vector<Nearest> nearest(const RowsView<std::uint8_t>& a,
                                        const RowsView<std::uint8_t>& b) {
        const Packed<std::uint8_t, std::int32_t> base(b, far_int);
        const auto find = [&](const std::uint8_t* queries, NearestTwo<std::int32_t>* out) {
            nearest_kernels().hamming(queries, base.values.data(), base.terms.data(), base.n_groups,
                                      base.n_rows, out);
        };
        const auto distance = [](std::int32_t bits) {
            return bits < far_int ? static_cast<float>(bits) : no_distance;
        };
        return answer<std::int32_t>(a, base.n_rows, find, [&](std::ptrdiff_t, const auto& two) {
            return Nearest{distance(two.first), distance(two.second), two.place};
        });
    }
};

/// Sum of (row[k] - less) * row[k].
std::int32_t square_less(const std::uint8_t* row, std::ptrdiff_t n, std::int32_t less) {
    std::int32_t total = 0;
    for (std::ptrdiff_t k = 0; k < n; ++k) total += (row[k] - less) * row[k];
    return total;
}

struct EuclideanBytes {
    static std::vector<Nearest> nearest(const RowsView<std::uint8_t>& a,
                                        const RowsView<std::uint8_t>& b) {
        // |q - b|^2 = |q|^2 + (|b|^2 - 2 offset sum(b)) - 2 (q - offset) b
        const bool is_signed = nearest_kernels().query_is_signed;
        const std::int32_t offset = is_signed ? 128 : 0;
        const auto find_nearest = nearest_kernels().squared_l2_u8;
        Packed<std::uint8_t, std::int32_t> base(b, far_int);
        for (std::ptrdiff_t i = 0; i < b.n_rows; ++i)
            base.terms[static_cast<std::size_t>(i)] = square_less(b.row(i), b.size, 2 * offset);
        const std::size_t n_bytes = base.n_groups * 4 * nearest_queries;
        const auto find = [&](std::uint8_t* queries, NearestTwo<std::int32_t>* out) {
            if (is_signed)
                for (std::size_t k = 0; k < n_bytes; ++k) queries[k] ^= 128;
            find_nearest(queries, base.values.data(), base.terms.data(), base.n_groups, base.n_rows,
                         out);
        };
        return answer<std::int32_t>(a, base.n_rows, find, [&](std::ptrdiff_t i, const auto& two) {
            const std::int32_t own = square_less(a.row(i), a.size, 0);
            const auto distance = [&](std::int32_t d) {
                return d < far_int / 2 ? std::sqrt(static_cast<float>(d + own)) : no_distance;
            };
            return Nearest{distance(two.first), distance(two.second), two.place};
        });
    }
};

struct EuclideanFloats {
    static std::vector<Nearest> nearest(const RowsView<float>& a, const RowsView<float>& b) {
        const Packed<float, float> base(b, no_distance);
        const auto find = [&](const float* queries, NearestTwo<float>* out) {
            nearest_kernels().squared_l2_f32(queries, base.values.data(), base.terms.data(),
                                             base.n_groups, base.n_rows, out);
        };
        return answer<float>(a, base.n_rows, find, [](std::ptrdiff_t, const auto& two) {
            return Nearest{std::sqrt(two.first), std::sqrt(two.second), two.place};
        });
    }
};

template <class Distance, class T>
std::vector<Match> matches(const RowsView<T>& a, const RowsView<T>& b,
                           const MatchOptions& options) {
    require(a.size == b.size, "a and b must have rows of the same size, got " +
                                  std::to_string(a.size) + " and " + std::to_string(b.size));
    if (a.n_rows == 0 || b.n_rows == 0) return {};
    const std::vector<Nearest> there = Distance::nearest(a, b);
    std::vector<Nearest> back;
    if (options.cross_check) back = Distance::nearest(b, a);
    std::vector<Match> kept;
    for (std::ptrdiff_t i = 0; i < a.n_rows; ++i) {
        const Nearest& nearest = there[static_cast<std::size_t>(i)];
        if (nearest.place < 0) continue;
        const bool is_distinct = std::isinf(options.ratio) || nearest.second == no_distance ||
                                 nearest.first < options.ratio * nearest.second;
        if (!is_distinct) continue;
        if (options.cross_check && back[static_cast<std::size_t>(nearest.place)].place != i)
            continue;
        kept.push_back({i, nearest.place, nearest.first});
    }
    return kept;
}

}  // namespace

std::vector<Match> match_hamming(const RowsView<std::uint8_t>& a, const RowsView<std::uint8_t>& b,
                                 const MatchOptions& options) {
    return matches<Hamming>(a, b, options);
}

std::vector<Match> match_euclidean(const RowsView<std::uint8_t>& a, const RowsView<std::uint8_t>& b,
                                   const MatchOptions& options) {
    require(a.size < 8192,
            "rows of bytes must have fewer than 8192 values, got " + std::to_string(a.size));
    return matches<EuclideanBytes>(a, b, options);
}

std::vector<Match> match_euclidean(const RowsView<float>& a, const RowsView<float>& b,
                                   const MatchOptions& options) {
    return matches<EuclideanFloats>(a, b, options);
}

}  // namespace imgmine
