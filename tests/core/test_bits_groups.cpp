// Density, linkage, neighbors and silhouettes; see bits.hpp.
#include <vector>

#include "base/random.hpp"
#include "bits.hpp"
#include "cluster/agglomerative.hpp"
#include "cluster/dbscan.hpp"
#include "cluster/outlier_scores.hpp"
#include "metrics/silhouette.hpp"

using namespace imgmine;

namespace {

constexpr std::ptrdiff_t n_rows = 1200, row_size = 19;

template <class T>
ExactRows samples(Apart apart, std::ptrdiff_t n = n_rows) {
    static const std::vector<T> values = [] {
        Random random(5);
        std::vector<T> v(static_cast<std::size_t>(n_rows * row_size));
        for (std::size_t i = 0; i < v.size(); ++i)
            v[i] = static_cast<T>(
                static_cast<T>(1 + random.below(60)) +
                static_cast<T>(i / static_cast<std::size_t>(row_size) % 5 * 30 * (i % 2)));
        return v;
    }();
    return {RowsView<T>{values.data(), n, row_size, row_size}, apart};
}

template <class T>
std::uint32_t density(Apart apart, double eps) {
    const DbscanResult result = dbscan(samples<T>(apart), eps, 5);
    return checksum(result.labels) ^ checksum(result.core);
}

template <class T>
std::uint32_t neighbors(Apart apart) {
    constexpr std::ptrdiff_t k = 9;
    std::vector<std::int64_t> ids(static_cast<std::size_t>(n_rows * k));
    std::vector<double> distances(ids.size());
    nearest_others(samples<T>(apart), k, ids.data(), distances.data());
    return checksum(ids) ^ checksum(distances);
}

std::uint32_t linkage(Linkage kind, bool graph) {
    const ExactRows given = samples<float>(Apart::euclidean, 500);
    constexpr std::ptrdiff_t k = 6;
    std::vector<std::int64_t> ids(500 * k);
    std::vector<double> distances(ids.size());
    if (graph) nearest_others(given, k, ids.data(), distances.data());
    const Tree tree = graph ? link_neighbors(given, kind, ids.data(), k) : link_all(given, kind);
    return checksum(tree.children) ^ checksum(tree.distances);
}

template <class T>
std::uint32_t silhouettes(Apart apart) {
    std::vector<std::int64_t> codes(static_cast<std::size_t>(n_rows));
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::int64_t>(i % 5);
    std::vector<double> own(codes.size()), other(codes.size());
    mean_distances(samples<T>(apart), codes.data(), 5, own.data(), other.data());
    return checksum(own) ^ checksum(other);
}

}  // namespace

int main() {
    return check_bits({
        {"dbscan f32", [] { return density<float>(Apart::euclidean, 70); }, 0xc7583855u},
        {"dbscan u8 l1", [] { return density<std::uint8_t>(Apart::l1, 260); }, 0x4aeea5ffu},
        {"neighbors f32", [] { return neighbors<float>(Apart::euclidean); }, 0xb4952575u},
        {"neighbors f64 cosine", [] { return neighbors<double>(Apart::cosine); }, 0xccb33d18u},
        {"neighbors u8 l1", [] { return neighbors<std::uint8_t>(Apart::l1); }, 0x60a17826u},
        {"ward", [] { return linkage(Linkage::ward, false); }, 0x3403436du},
        {"single", [] { return linkage(Linkage::single, false); }, 0x3ab96fd7u},
        {"average", [] { return linkage(Linkage::average, false); }, 0x1ca198b8u},
        {"ward of a graph", [] { return linkage(Linkage::ward, true); }, 0xeceecca5u},
        {"complete of a graph", [] { return linkage(Linkage::complete, true); }, 0x18026265u},
        {"silhouettes f32", [] { return silhouettes<float>(Apart::euclidean); }, 0xe642f52eu},
        {"silhouettes u8 l1", [] { return silhouettes<std::uint8_t>(Apart::l1); }, 0xac2f4351u},
        {"silhouettes f64 cosine", [] { return silhouettes<double>(Apart::cosine); }, 0x00e7b410u},
    });
}
