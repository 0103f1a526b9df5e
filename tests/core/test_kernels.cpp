// Every kernel on every CPU level against the plain loop that defines it.
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "base/random.hpp"
#include "check.hpp"
#include "color/tables.hpp"
#include "kernels/color.hpp"
#include "kernels/convolve.hpp"
#include "kernels/distance.hpp"
#include "kernels/histogram.hpp"
#include "kernels/linear.hpp"

using namespace imgmine;

namespace {

Random rng(7);

std::vector<std::uint8_t> bytes(std::size_t n) {
    std::vector<std::uint8_t> v(n);
    for (auto& x : v) x = static_cast<std::uint8_t>(rng.next());
    return v;
}

/// Any bit pattern: normal, subnormal, infinite, NaN.
float any_float() {
    const auto bits = static_cast<std::uint32_t>(rng.next());
    float x;
    std::memcpy(&x, &bits, 4);
    return x;
}

/// Numbers whose products and sums tend to land halfway between two floats.
float tie_float() {
    const int exponent = static_cast<int>(rng.below(40)) - 20;
    return std::ldexp(static_cast<float>(static_cast<int>(rng.below(1 << 13)) - (1 << 12)),
                      exponent);
}

bool same(float a, float b) {
    return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, 4) == 0;
}

/// weighted_sum_f32 is a chain of fused multiply-adds: std::fma is the judge.
void test_fma() {
    for (int round = 0; round < 3000; ++round) {
        const std::size_t n = rng.below(150), n_rows = 1 + rng.below(4);
        std::vector<std::vector<float>> rows(n_rows, std::vector<float>(n));
        std::vector<const float*> pointers;
        std::vector<float> weights(n_rows), out(n);
        const bool ties = round % 2;
        for (auto& row : rows) {
            for (float& x : row) x = ties ? tie_float() : any_float();
            pointers.push_back(row.data());
        }
        for (float& w : weights) w = ties ? tie_float() : any_float();
        convolve_kernels().weighted_sum_f32(pointers.data(), weights.data(), n_rows, out.data(), n);
        for (std::size_t i = 0; i < n; ++i) {
            float expected = 0;
            for (std::size_t r = 0; r < n_rows; ++r)
                expected = std::fma(weights[r], rows[r][i], expected);
            CHECK(same(out[i], expected));
        }
    }
}

/// Sixteen lanes, folded in halves: the order that every level must keep.
float lanes_sum(const std::vector<float>& terms, const std::vector<float>& factors) {
    float lane[16] = {};
    for (std::size_t i = 0; i < terms.size(); ++i)
        lane[i % 16] = std::fma(terms[i], factors[i], lane[i % 16]);
    for (std::size_t half = 8; half; half /= 2)
        for (std::size_t i = 0; i < half; ++i) lane[i] += lane[i + half];
    return lane[0];
}

void test_dots() {
    for (std::size_t n = 0; n < 70; ++n) {
        std::vector<float> a(5 * n + 1), b(7 * n + 1), out(35);
        for (float& x : a) x = tie_float();
        for (float& x : b) x = tie_float();
        distance_kernels().dots(a.data(), 5, n, b.data(), 7, n, n, out.data(), 7);
        for (std::size_t i = 0; i < 5; ++i)
            for (std::size_t j = 0; j < 7; ++j) {
                const auto row = [n](const std::vector<float>& v, std::size_t r) {
                    const auto first = v.begin() + static_cast<std::ptrdiff_t>(r * n);
                    return std::vector<float>(first, first + static_cast<std::ptrdiff_t>(n));
                };
                CHECK(same(out[i * 7 + j], lanes_sum(row(a, i), row(b, j))));
            }
    }
}

void test_gray() {
    for (const std::size_t channels : {3, 4})
        for (std::size_t n = 0; n < 150; ++n) {
            const auto rgb = bytes(channels * n);
            std::vector<std::uint8_t> gray(n);
            color_kernels().rgb_to_gray_u8(rgb.data(), gray.data(), n, channels);
            for (std::size_t i = 0; i < n; ++i) {
                const std::uint8_t* p = rgb.data() + channels * i;
                CHECK(gray[i] == (9798 * p[0] + 19235 * p[1] + 3735 * p[2] + 16384) >> 15);
            }
        }
}

/// Whole taps that sum to 256, symmetric where their number is odd.
std::vector<std::uint16_t> taps_of_256(std::size_t n_taps) {
    std::vector<std::uint16_t> taps(n_taps);
    int left = 256;
    for (std::size_t k = 0; k < n_taps / 2; ++k) {
        const auto tap =
            static_cast<std::uint16_t>(rng.below(1 + 120 / static_cast<std::uint32_t>(n_taps)));
        taps[k] = taps[n_taps - 1 - k] = tap;
        left -= 2 * tap;
    }
    taps[n_taps / 2] = static_cast<std::uint16_t>(taps[n_taps / 2] + left);
    return taps;
}

void test_fixed_point_sums() {
    for (const std::size_t n_taps : {1, 2, 3, 4, 5, 7, 9, 11, 31})
        for (std::size_t n = 0; n < 150; n += 1 + n / 20) {
            const std::vector<std::uint16_t> taps = taps_of_256(n_taps);
            const auto row = bytes(n + n_taps);
            std::vector<const std::uint8_t*> shifted;
            std::vector<std::vector<std::uint16_t>> stack(n_taps, std::vector<std::uint16_t>(n));
            std::vector<const std::uint16_t*> stacked;
            for (std::size_t k = 0; k < n_taps; ++k) shifted.push_back(row.data() + k);
            for (auto& line : stack) {
                for (auto& x : line) x = static_cast<std::uint16_t>(rng.below(65281));
                stacked.push_back(line.data());
            }
            std::vector<std::uint16_t> wide(n);
            std::vector<std::uint8_t> out(n);
            if (n_taps % 2) {
                convolve_kernels().symmetric_sum_u8(shifted.data(), taps.data(), n_taps,
                                                    wide.data(), n);
                for (std::size_t i = 0; i < n; ++i) {
                    int sum = 0;
                    for (std::size_t k = 0; k < n_taps; ++k) sum += taps[k] * row[i + k];
                    CHECK(wide[i] == sum);
                }
            }
            convolve_kernels().weighted_sum_u16(stacked.data(), taps.data(), n_taps, out.data(), n);
            for (std::size_t i = 0; i < n; ++i) {
                std::uint32_t sum = 1 << 15;
                for (std::size_t k = 0; k < n_taps; ++k)
                    sum += std::uint32_t{taps[k]} * stack[k][i];
                CHECK(out[i] == static_cast<std::uint8_t>(sum >> 16));
            }
        }
}

void test_narrow_sums() {
    const std::uint16_t taps[5] = {1, 4, 6, 4, 1};
    for (std::size_t n = 0; n < 150; ++n) {
        std::vector<std::vector<std::uint16_t>> stack(5, std::vector<std::uint16_t>(n));
        std::vector<const std::uint16_t*> rows;
        for (auto& line : stack) {
            for (auto& x : line) x = static_cast<std::uint16_t>(rng.below(4081));
            rows.push_back(line.data());
        }
        std::vector<std::uint8_t> out(n);
        convolve_kernels().symmetric_sum_narrow_u16(rows.data(), taps, 5, 8, out.data(), n);
        for (std::size_t i = 0; i < n; ++i) {
            int sum = 128;
            for (std::size_t k = 0; k < 5; ++k) sum += taps[k] * stack[k][i];
            CHECK(out[i] == sum >> 8);
        }
    }
}

/// Both passes together: what lies between them is the kernels' own affair.
void test_binomial() {
    for (std::size_t n = 1; n < 200; ++n) {
        std::vector<std::vector<std::uint8_t>> rows(5);
        std::vector<std::vector<std::uint16_t>> sums(5, std::vector<std::uint16_t>(256));
        std::vector<const std::uint16_t*> stacked;
        for (std::size_t k = 0; k < 5; ++k) {
            rows[k] = bytes(n + 4 + 128);
            convolve_kernels().binomial_row_u8(rows[k].data(), sums[k].data(), n);
            stacked.push_back(sums[k].data());
        }
        std::vector<std::uint8_t> out(n);
        convolve_kernels().binomial_column_u8(stacked.data(), out.data(), n);
        const int taps[5] = {1, 4, 6, 4, 1};
        for (std::size_t i = 0; i < n; ++i) {
            int sum = 128;
            for (std::size_t r = 0; r < 5; ++r)
                for (std::size_t k = 0; k < 5; ++k) sum += taps[r] * taps[k] * rows[r][i + k];
            CHECK(out[i] == sum >> 8);
        }
    }
}

void test_counts() {
    for (const std::size_t n : {0, 1, 15, 16, 63, 64, 65, 1000, 20000}) {
        const auto values = bytes(n);
        std::vector<std::uint32_t> tables(4 * 256);
        histogram_kernels().count_bytes(values.data(), n, tables.data());
        for (std::size_t n_edges = 0; n_edges <= 17; ++n_edges) {
            const auto edges = bytes(n_edges);
            std::vector<std::uint32_t> counts(n_edges, 5);
            histogram_kernels().count_not_below(values.data(), n, edges.data(), n_edges,
                                                counts.data());
            for (std::size_t j = 0; j < n_edges; ++j) {
                std::uint32_t expected = 5, by_table = 5;
                for (const auto v : values) expected += v >= edges[j];
                for (std::size_t v = edges[j]; v < 256; ++v)
                    for (std::size_t t = 0; t < 4; ++t) by_table += tables[256 * t + v];
                CHECK(counts[j] == expected && by_table == expected);
            }
        }
    }
}

void test_hamming() {
    for (std::size_t n = 0; n < 200; ++n) {
        const auto a = bytes(n), b = bytes(n);
        std::uint64_t expected = 0;
        for (std::size_t i = 0; i < n; ++i)
            for (int bit = 0; bit < 8; ++bit) expected += ((a[i] ^ b[i]) >> bit) & 1;
        CHECK(distance_kernels().hamming(a.data(), b.data(), n) == expected);
    }
}

/// Doubles: sixteen lanes as well, a multiplication and an addition each.
void test_linear() {
    for (std::size_t n = 0; n < 100; ++n) {
        const auto row = bytes(n);
        std::vector<float> floats(row.begin(), row.end());
        std::vector<double> doubles(row.begin(), row.end()), weights(n);
        for (double& w : weights) w = tie_float();
        const double expected = linear_kernels().f64.dot(doubles.data(), weights.data(), n);
        double exact = 0;
        for (std::size_t i = 0; i < n; ++i) exact += doubles[i] * weights[i];
        CHECK(std::abs(expected - exact) <= 1e-9 * (1 + std::abs(exact)));
        CHECK(linear_kernels().f32.dot(floats.data(), weights.data(), n) == expected);
        CHECK(linear_kernels().u8.dot(row.data(), weights.data(), n) == expected);

        std::vector<double> sums[3] = {weights, weights, weights};
        linear_kernels().f64.add(doubles.data(), 0.3, sums[0].data(), n);
        linear_kernels().f32.add(floats.data(), 0.3, sums[1].data(), n);
        linear_kernels().u8.add(row.data(), 0.3, sums[2].data(), n);
        for (std::size_t i = 0; i < n; ++i) {
            const double product = 0.3 * doubles[i];
            for (const auto& sum : sums) CHECK(sum[i] == weights[i] + product);
        }
    }
}

}  // namespace

int main() {
    for (const std::string& level : cpu_levels()) {
        set_cpu_level(level);
        std::printf("%s\n", level.c_str());
        test_fma();
        test_dots();
        test_gray();
        test_fixed_point_sums();
        test_narrow_sums();
        test_binomial();
        test_counts();
        test_hamming();
        test_linear();
    }
    CHECK(message_of<std::invalid_argument>([] { set_cpu_level("v9"); }).find("'v9'") !=
          std::string::npos);
}
