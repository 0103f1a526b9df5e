// Graph searches, filtered or not, exact scans, and links chosen anew; see bits.hpp.
#include <algorithm>
#include <cmath>
#include <vector>

#include "bits.hpp"
#include "search/refine_links.hpp"
#include "search/vector_index.hpp"

using namespace imgmine;

namespace {

constexpr std::ptrdiff_t n_rows = 1500, dim = 45, stride = 64, degree = 12, n_queries = 70, k = 8;

/// A segment whose nodes are linked with the nearest by code, and some others.
struct Graph {
    std::vector<std::int32_t> links = std::vector<std::int32_t>(n_rows * degree, -1);
    std::vector<std::uint8_t> codes = std::vector<std::uint8_t>(n_rows * stride);
    std::vector<float> offsets = std::vector<float>(dim), floats;
    std::vector<Half> halves;
    std::vector<std::int32_t> entries = {3, 700, 1400};
    std::vector<std::int64_t> ids;
    std::vector<float> tail, queries;
    std::vector<std::int64_t> tail_ids;

    Graph() {
        Random random(11);
        for (std::ptrdiff_t i = 0; i < n_rows; ++i) {
            ids.push_back(10 * i + 7);
            for (std::ptrdiff_t j = 0; j < dim; ++j) {
                codes[at(i * stride + j)] =
                    static_cast<std::uint8_t>(i % 9 * 20 + static_cast<int>(random.below(60)));
                floats.push_back(0.25f * codes[at(i * stride + j)] + 0.1f);
                halves.push_back(half_of(codes[at(i * stride + j)]));
            }
        }
        for (std::ptrdiff_t j = 0; j < dim; ++j)
            offsets[at(j)] = 0.125f * static_cast<float>(j % 5);
        for (std::ptrdiff_t i = 0; i < n_rows; ++i) link(i, random);
        for (std::ptrdiff_t i = 0; i < n_queries * dim; ++i)
            queries.push_back(0.3f * static_cast<float>(random.below(250)) - 5);
        for (std::ptrdiff_t i = 0; i < 90; ++i) {
            tail_ids.push_back(10 * i);
            for (std::ptrdiff_t j = 0; j < dim; ++j)
                tail.push_back(0.3f * static_cast<float>(random.below(250)));
        }
    }

    /// 1 + code / 4, exactly.
    static Half half_of(std::uint8_t code) {
        const float value = 1 + 0.25f * code;
        const int exponent = std::ilogb(value);
        const float rest = value / std::exp2(static_cast<float>(exponent)) - 1;
        return {static_cast<std::uint16_t>((exponent + 15) << 10 | static_cast<int>(rest * 1024))};
    }

    static std::size_t at(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

    void link(std::ptrdiff_t i, Random& random) {
        std::vector<std::pair<int, std::int32_t>> near;
        for (std::int32_t other = 0; other < n_rows; ++other) {
            int squares = 0;
            for (std::ptrdiff_t j = 0; j < dim; ++j) {
                const int d = codes[at(i * stride + j)] - codes[at(other * stride + j)];
                squares += d * d;
            }
            if (other != i) near.emplace_back(squares, other);
        }
        std::partial_sort(near.begin(), near.begin() + 8, near.end());
        for (std::ptrdiff_t j = 0; j < 11; ++j)
            links[at(i * degree + j)] =
                j < 8 ? near[at(j)].second : static_cast<std::int32_t>(random.below(n_rows));
    }

    Segment segment(int storage) const {
        Segment s;
        s.n = n_rows, s.dim = dim, s.stride = stride, s.degree = degree;
        s.links = links.data(), s.codes = codes.data(), s.offsets = offsets.data();
        s.scale = 0.25f;
        s.codes_are_exact = storage == 0;
        s.floats = storage == 1 ? floats.data() : nullptr;
        s.halves = storage == 2 ? halves.data() : nullptr;
        s.entries = entries.data(), s.n_entries = static_cast<std::ptrdiff_t>(entries.size());
        s.ids = ids.data();
        return s;
    }
};

/// One row in `one_in` is allowed, or all but one in -one_in.
std::uint32_t search(Metric metric, int storage, std::ptrdiff_t ef, int one_in = 1,
                     bool exact = false) {
    static const Graph graph;
    IndexState state;
    state.metric = metric, state.dim = dim;
    state.segments = {graph.segment(storage)};
    state.tail = {graph.tail.data(), 90, dim, dim};
    state.tail_ids = graph.tail_ids.data();
    std::vector<std::uint8_t> bits((n_rows + 7) / 8);
    std::ptrdiff_t n_set = 0;
    for (int i = 0; i < n_rows; ++i) {
        if ((i % one_in == 0) != (one_in > 0)) continue;
        const auto byte = static_cast<std::size_t>(i / 8);
        bits[byte] = static_cast<std::uint8_t>(bits[byte] | 1u << (i % 8));
        ++n_set;
    }
    std::vector<Bits> allowed = {{one_in != 1 ? bits.data() : nullptr, n_set}, {nullptr, 90}};
    std::vector<std::int64_t> ids(n_queries * k), counts(n_queries);
    std::vector<float> distances(ids.size());
    search_index(state, {graph.queries.data(), n_queries, dim, dim}, {k, ef, exact}, allowed,
                 {ids.data(), distances.data(), counts.data()});
    return checksum(ids) ^ checksum(distances) ^ checksum(counts);
}

std::uint32_t refine() {
    const Graph graph;
    std::vector<std::int32_t> links(graph.links.size());
    refine_links(graph.segment(0), [] {}, links.data());
    return checksum(links);
}

}  // namespace

int main() {
    return check_bits({
        {"euclidean, codes", [] { return search(Metric::euclidean, 0, 30); }, 0xa8828068u},
        {"euclidean, floats", [] { return search(Metric::euclidean, 1, 30); }, 0xd41f9212u},
        {"euclidean, halves", [] { return search(Metric::euclidean, 2, 30); }, 0x4a9727acu},
        {"inner product", [] { return search(Metric::inner_product, 1, 30); }, 0xeb1137d4u},
        {"cosine, codes", [] { return search(Metric::cosine, 0, 30); }, 0x2826e474u},
        {"three quarters allowed", [] { return search(Metric::euclidean, 1, 3, -4); }, 0x479720c0u},
        {"half allowed", [] { return search(Metric::euclidean, 1, 3, 2); }, 0xa0b74825u},
        {"a quarter allowed", [] { return search(Metric::euclidean, 1, 2, 4); }, 0xaf34c466u},
        {"few allowed", [] { return search(Metric::euclidean, 1, 30, 50); }, 0x927dbc2bu},
        {"exact", [] { return search(Metric::euclidean, 2, 30, 3, true); }, 0xcbca91bfu},
        {"links chosen anew", refine, 0x17d6f898u},
    });
}
