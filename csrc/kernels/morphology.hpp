#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/level.hpp"

namespace imgmine {

/// What a key stands for: bytes for themselves, whole numbers for floats.
template <class T>
using ValueOf = std::conditional_t<std::is_same_v<T, std::int32_t>, float, T>;

/// Most shifts of a loop below.
constexpr std::ptrdiff_t max_shifts = 6;

/// The loops for the lowest, or the highest, of several values.
template <class T>
struct ExtremeLoops {
    void (*of_two)(const T* a, const T* b, T* out, std::size_t n);
    void (*of_three_rows)(const T* const* rows, T* upper, T* lower, std::size_t n);
    void (*meet)(const T* row, const T* so_far, const T* waiting, T* so_far_out, T* out,
                 std::size_t n);
    void (*of_shifted)(const T* in, const std::size_t* shifts, std::size_t n_shifts, T* out,
                       std::size_t n);
    void (*values_of_shifted)(const T* in, const std::size_t* shifts, std::size_t n_shifts,
                              ValueOf<T>* out, std::size_t n);
    void (*values_of_steps)(T* in, std::size_t stride, std::size_t n_steps, ValueOf<T>* out,
                            std::size_t n);
    void (*of_rows)(const T* const* rows, std::size_t n_rows, T* out, std::size_t n);
};

/// What each loop does is said where it stands, in morphology.cpp.
struct MorphologyKernels {
    ExtremeLoops<std::uint8_t> lowest_u8, highest_u8;
    ExtremeLoops<std::int32_t> lowest_i32, highest_i32;
};
IMGMINE_KERNELS(MorphologyKernels, morphology_kernels)

}  // namespace imgmine
