#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

inline constexpr std::size_t nearest_rows = 16;    ///< of the base, packed side by side
inline constexpr std::size_t nearest_queries = 4;  ///< that one call answers

/// Of one query: the distances of the nearest two rows, the first of them and its place (-1: none).
template <class T>
struct NearestTwo {
    T first, second;
    std::int32_t place;
};

/// `base` packed by blocks of 16 rows, four bytes (or one float) of each side by side, and then
/// the next four; `queries` are nearest_queries rows of n_groups fours of bytes (or floats), and
/// `terms` holds a number per row of the base that is added to its distance.
template <class T, class Term>
using FindNearestTwo = void (*)(const T* queries, const T* base, const Term* terms,
                                std::size_t n_groups, std::size_t n_rows, NearestTwo<Term>* out);

/// What each loop does is said where it stands, in nearest.cpp.
struct NearestKernels {
    FindNearestTwo<std::uint8_t, std::int32_t> hamming, squared_l2_u8;
    FindNearestTwo<float, float> squared_l2_f32;
    bool query_is_signed;  ///< squared_l2_u8 wants queries less 128, as signed bytes
};
IMGMINE_KERNELS(NearestKernels, nearest_kernels)

}  // namespace imgmine
