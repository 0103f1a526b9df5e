// What comparisons of vectors find, of every type of row; see bits.hpp.
#include <algorithm>
#include <vector>

#include "base/random.hpp"
#include "bits.hpp"
#include "kernels/half.hpp"
#include "search/hash_index.hpp"
#include "similarity/pairwise.hpp"
#include "similarity/top_k.hpp"

using namespace imgmine;

namespace {

constexpr std::ptrdiff_t n_base = 4000, n_queries = 61, k = 9, size = 67;

template <class T>
std::vector<T> vectors() {
    Random random(7);
    std::vector<T> values(static_cast<std::size_t>(n_base * size));
    for (T& x : values) {
        const auto some = random.below(1 << 20);
        if constexpr (std::is_same_v<T, Half>)
            x = Half{static_cast<std::uint16_t>(some % 0x7000)};
        else if constexpr (std::is_same_v<T, float>)
            x = static_cast<float>(some) / 999.0f;
        else
            x = static_cast<T>(some);
    }
    return values;
}

template <class T>
std::uint32_t nearest(Metric metric, std::ptrdiff_t n) {
    const auto base = vectors<T>();
    std::vector<std::int64_t> ids(static_cast<std::size_t>(n * k));
    std::vector<float> scores(ids.size());
    const RowsView<T> rows{base.data(), n_base, size, size};
    top_k<T>({rows.row(100), n, size, size}, rows, k, metric, ids.data(), scores.data());
    return checksum(ids) ^ checksum(scores);
}

template <class T>
std::uint32_t compared(Metric metric) {
    const auto base = vectors<T>();
    std::vector<float> out(static_cast<std::size_t>(n_queries * n_base));
    const RowsView<T> rows{base.data(), n_base, size, size};
    pairwise<T>({rows.row(100), n_queries, size, size}, rows, metric, out.data());
    return checksum(out);
}

std::uint32_t nearest_bits() {
    const auto base = vectors<std::uint8_t>();
    std::vector<std::int64_t> ids(n_queries * k);
    std::vector<float> scores(ids.size());
    top_k_hamming({base.data(), n_queries, size, size},
                  {base.data() + size, n_base - 1, size, size}, k, ids.data(), scores.data());
    return checksum(ids) ^ checksum(scores);
}

std::uint32_t hashes(std::ptrdiff_t radius) {
    Random random(8);
    std::vector<std::uint8_t> values(40000 * 16);
    for (std::uint8_t& x : values) x = static_cast<std::uint8_t>(random.below(256));
    for (std::size_t i = 0; i < 4000; ++i)
        values[16 * i + random.below(16)] = values[16 * (i + 4000)],
                        std::copy_n(&values[16 * i], 13, &values[16 * (i + 8000)]);
    HashIndex index(128);
    const RowsView<std::uint8_t> rows{values.data(), 40000, 16, 16};
    std::vector<std::int64_t> given(40000);
    index.add(rows, nullptr, given.data());
    const HashHits hits = index.radius({values.data(), 300, 16, 16}, radius);
    return checksum(hits.ids) ^ checksum(hits.offsets) ^ checksum(hits.distances);
}

template <class T>
std::uint32_t all_kinds(Metric metric) {
    return nearest<T>(metric, 1) ^ nearest<T>(metric, n_queries) ^ compared<T>(metric);
}

}  // namespace

int main() {
    const auto of = [](auto value, Metric metric) {
        return [metric] { return all_kinds<decltype(value)>(metric); };
    };
    return check_bits({
        {"euclidean", of(float{}, Metric::euclidean), 0x2c6c93fbu},
        {"inner product", of(float{}, Metric::inner_product), 0x508a8979u},
        {"cosine", of(float{}, Metric::cosine), 0x04411eefu},
        {"pearson", of(float{}, Metric::pearson), 0xcfe1ab62u},
        {"l1", of(float{}, Metric::l1), 0xb365e50fu},
        {"chi2", of(float{}, Metric::chi2), 0xc2643097u},
        {"euclidean of halves", of(Half{}, Metric::euclidean), 0xb0402979u},
        {"euclidean of uint8", of(std::uint8_t{}, Metric::euclidean), 0x1b2c0f0du},
        {"euclidean of int8", of(std::int8_t{}, Metric::euclidean), 0x8015e0fdu},
        {"inner product of uint8", of(std::uint8_t{}, Metric::inner_product), 0xaf27e008u},
        {"inner product of int8", of(std::int8_t{}, Metric::inner_product), 0x6d856ff0u},
        {"cosine of int8", of(std::int8_t{}, Metric::cosine), 0xac3a6758u},
        {"bits", nearest_bits, 0x33bd6bf0u},
        {"hashes within 7", [] { return hashes(7); }, 0x30589d55u},
        {"hashes within 40", [] { return hashes(40); }, 0xf59ae558u},
    });
}
