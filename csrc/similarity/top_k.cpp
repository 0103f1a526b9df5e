#include "similarity/top_k.hpp"

#include <type_traits>

#include "similarity/best.hpp"
#include "similarity/bit_scan.hpp"
#include "similarity/byte_scan.hpp"
#include "similarity/float_scan.hpp"

namespace imgmine {
namespace {

template <class T>
RowsView<T> part(const RowsView<T>& rows, std::ptrdiff_t first, std::ptrdiff_t n) {
    return {rows.row(first), n, rows.size, rows.row_stride};
}

/// Writes what a query found; score(rank).
template <class Rank, class Score>
auto writer(std::ptrdiff_t k, std::int64_t* ids, float* scores, const Score& score) {
    return [=](std::ptrdiff_t q, const std::vector<Candidate<Rank>>& candidates) {
        std::ptrdiff_t at = q * k;
        for (const Candidate<Rank>& candidate : candidates) {
            ids[at] = candidate.id;
            scores[at++] = score(candidate.rank);
        }
    };
}

template <class T>
void top_k_bytes(const RowsView<T>& queries, const RowsView<T>& base, std::ptrdiff_t k,
                 Metric metric, std::int64_t* ids, float* scores) {
    const auto score = [metric](std::int32_t rank) { return byte_score(rank, metric); };
    keep_best<std::int32_t>(
        {queries.n_rows, base.n_rows, k, 0.01 * static_cast<double>(base.size + 8)},
        [&](std::ptrdiff_t first, std::ptrdiff_t n) {
            return ByteScan<T>(part(queries, first, n), base, metric);
        },
        writer<std::int32_t>(k, ids, scores, score));
}

}  // namespace

template <class T>
void top_k(const RowsView<T>& queries, const RowsView<T>& base, std::ptrdiff_t k, Metric metric,
           std::int64_t* ids, float* scores) {
    if constexpr (sizeof(T) == 1)
        if (ByteScan<T>::can(metric, base.size))
            return top_k_bytes(queries, base, k, metric, ids, scores);
    const bool negate = is_similarity(metric);
    keep_best<float>(
        {queries.n_rows, base.n_rows, k, 0.03 * static_cast<double>(base.size + 8)},
        [&](std::ptrdiff_t first, std::ptrdiff_t n) {
            return FloatScan<T>(part(queries, first, n), base, k, metric);
        },
        writer<float>(k, ids, scores, [negate](float rank) { return negate ? -rank : rank; }));
}

void top_k_hamming(const RowsView<std::uint8_t>& queries, const RowsView<std::uint8_t>& base,
                   std::ptrdiff_t k, std::int64_t* ids, float* scores) {
    keep_best<std::uint32_t>(
        {queries.n_rows, base.n_rows, k, 0.01 * static_cast<double>(base.size + 8)},
        [&](std::ptrdiff_t first, std::ptrdiff_t n) {
            return BitScan(part(queries, first, n), base);
        },
        writer<std::uint32_t>(k, ids, scores,
                              [](std::uint32_t rank) { return static_cast<float>(rank); }));
}

#define IMGMINE_TOP_K(T)                                                                   \
    template void top_k<T>(const RowsView<T>&, const RowsView<T>&, std::ptrdiff_t, Metric, \
                           std::int64_t*, float*);
IMGMINE_TOP_K(float)
IMGMINE_TOP_K(Half)
IMGMINE_TOP_K(std::uint8_t)
IMGMINE_TOP_K(std::int8_t)
#undef IMGMINE_TOP_K

}  // namespace imgmine
