#pragma once
// Products of small matrices, which the lanes of a warp hold together: m16n8k32 of bytes, m16n8k16
// of 16-bit floats. A lane gives four words of the first matrix and two of the second.

#include <array>
#include <cmath>
#include <cstring>

#include "machine/half.hpp"
#include "machine/thread.hpp"

namespace emulator {

struct Fragments {
    std::uint32_t a[32][4], b[32][2];
};

inline Fragments all_lanes(Thread& thread, const std::uint32_t (&a)[4],
                           const std::uint32_t (&b)[2]) {
    const std::uint32_t mine[] = {a[0], a[1], a[2], a[3], b[0], b[1]};
    Fragments all{};
    for (int pair = 0; pair < 3; ++pair) {
        const std::uint64_t value = mine[2 * pair] | std::uint64_t{mine[2 * pair + 1]} << 32;
        const Gathered& gathered = wait_for_warp(thread, 0xffffffff, value);
        if (gathered.lanes != 0xffffffff)
            complain(thread, "a matrix product that not all lanes take part in", gathered.lanes);
        for (int lane = 0; lane < 32; ++lane) {
            std::uint32_t* const to = pair < 2 ? all.a[lane] + 2 * pair : all.b[lane];
            to[0] = static_cast<std::uint32_t>(gathered.values[lane]);
            to[1] = static_cast<std::uint32_t>(gathered.values[lane] >> 32);
        }
    }
    return all;
}

/// The values of type T in a word.
template <class T>
std::array<T, 4 / sizeof(T)> values_in(std::uint32_t word) {
    std::array<T, 4 / sizeof(T)> values;
    std::memcpy(values.data(), &word, sizeof word);
    return values;
}

/// The products that one value of the result is the sum of.
template <class A, class B, class Add>
void for_products(const Fragments& all, std::uint32_t row, std::uint32_t column, Add add) {
    for (std::uint32_t part = 0; part < 2; ++part)
        for (std::uint32_t quad = 0; quad < 4; ++quad) {
            const auto a = values_in<A>(all.a[row % 8 * 4 + quad][2 * part + row / 8]);
            const auto b = values_in<B>(all.b[column * 4 + quad][part]);
            for (std::size_t i = 0; i < a.size(); ++i) add(a[i], b[i]);
        }
}

/// A float that is no farther from 0: so the units that add products round, PTX leaves it open.
inline float toward_zero(double x) {
    const auto nearest = static_cast<float>(x);
    if (!(std::fabs(static_cast<double>(nearest)) > std::fabs(x))) return nearest;
    return std::nextafterf(nearest, 0.0f);
}

/// Value i of this lane's four of a b + c. Sums of bytes wrap around.
template <class A, class B>
std::int32_t product_at(const Thread& thread, const Fragments& all, std::uint32_t i,
                        std::int32_t c) {
    auto total = static_cast<std::uint32_t>(c);
    for_products<A, B>(
        all, thread.lane / 4 + i / 2 * 8, thread.lane % 4 * 2 + i % 2,
        [&](std::int32_t a, std::int32_t b) { total += static_cast<std::uint32_t>(a * b); });
    return static_cast<std::int32_t>(total);
}
template <class A, class B>
float product_at(const Thread& thread, const Fragments& all, std::uint32_t i, float c) {
    double total = c;
    for_products<A, B>(all, thread.lane / 4 + i / 2 * 8, thread.lane % 4 * 2 + i % 2,
                       [&](A a, B b) { total += static_cast<double>(a) * static_cast<double>(b); });
    return toward_zero(total);
}

template <class A, class B, class T>
std::array<T, 4> mma(Thread& thread, const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
                     const T (&c)[4]) {
    const Fragments all = all_lanes(thread, a, b);
    std::array<T, 4> result;
    for (std::uint32_t i = 0; i < 4; ++i) result[i] = product_at<A, B>(thread, all, i, c[i]);
    return result;
}

}  // namespace emulator
