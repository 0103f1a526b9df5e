#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace imgmine {

/// What rgb_to_lab_u8 looks up: linear light of an sRGB byte (11 bits), the XYZ matrix over the
/// white point (12 bits), and the CIE function f of a linear value (15 bits).
struct LabTables {
    std::int32_t linear[256];
    std::int32_t matrix[9];
    std::int32_t f[3072];
};

/// Many measures at once: out[i][j] of rows a[i] and b[j]; strides in elements.
using CompareRows = void (*)(const float* a, std::size_t n_a, std::size_t a_stride, const float* b,
                             std::size_t n_b, std::size_t b_stride, std::size_t n, float* out,
                             std::size_t out_stride);

/// What one element type of a linear model's rows needs.
template <class T>
struct LinearKernels {
    double (*dot)(const T* row, const double* weights, std::size_t n);
    void (*add)(const T* row, double scale, double* weights, std::size_t n);
};

/// The hot loops. level.cpp is compiled once per CPU level and fills one such table; what each loop
/// does is said where it stands, in the header named here.
///
/// Kernels take pointers and counts, check nothing, allocate nothing and never throw. Outputs must
/// not overlap inputs. Every level gives the same bits.
struct Kernels {
    // color.hpp
    void (*rgb_to_gray_u8)(const std::uint8_t* rgb, std::uint8_t* gray, std::size_t n,
                           std::size_t channels);
    void (*rgb_to_gray_f32)(const float* rgb, float* gray, std::size_t n, std::size_t channels);
    void (*rgb_to_hsv_u8)(const std::uint8_t* rgb, std::uint8_t* hsv, std::size_t n,
                          const std::int32_t* tables);
    void (*rgb_to_lab_u8)(const std::uint8_t* rgb, std::uint8_t* lab, std::size_t n,
                          const LabTables& tables);
    // convolve.hpp
    void (*symmetric_sum_u8)(const std::uint8_t* const* rows, const std::uint16_t* taps,
                             std::size_t n_taps, std::uint16_t* out, std::size_t n);
    void (*symmetric_sum_narrow_u16)(const std::uint16_t* const* rows, const std::uint16_t* taps,
                                     std::size_t n_taps, std::size_t shift, std::uint8_t* out,
                                     std::size_t n);
    void (*binomial_row_u8)(const std::uint8_t* in, std::uint16_t* out, std::size_t n);
    void (*binomial_column_u8)(const std::uint16_t* const* rows, std::uint8_t* out, std::size_t n);
    void (*weighted_sum_u16)(const std::uint16_t* const* rows, const std::uint16_t* taps,
                             std::size_t n_taps, std::uint8_t* out, std::size_t n);
    void (*weighted_sum_f32)(const float* const* rows, const float* weights, std::size_t n_rows,
                             float* out, std::size_t n);
    // histogram.hpp
    void (*count_bytes)(const std::uint8_t* in, std::size_t n, std::uint32_t* tables);
    void (*count_not_below)(const std::uint8_t* in, std::size_t n, const std::uint8_t* edges,
                            std::size_t n_edges, std::uint32_t* counts);
    void (*count_joint)(const std::uint8_t* pixels, std::size_t n, const std::uint32_t* luts,
                        std::uint32_t* counts, std::size_t size);
    // resize.hpp
    void (*lerp_columns_u8)(const std::uint8_t* in, std::size_t size, const std::int32_t* left,
                            std::size_t step, const std::int32_t* weights, std::int16_t* out,
                            std::size_t n, std::size_t channels);
    void (*lerp_rows_u8)(const std::int16_t* a, const std::int16_t* b, std::int32_t weight,
                         std::uint8_t* out, std::size_t n);
    void (*lerp_columns_f32)(const float* in, std::size_t size, const std::int32_t* left,
                             std::size_t step, const float* weights, float* out, std::size_t n,
                             std::size_t channels);
    void (*lerp_rows_f32)(const float* a, const float* b, float weight, float* out, std::size_t n);
    void (*add_weighted_u8)(const std::uint8_t* in, std::uint32_t weight, std::uint32_t* totals,
                            std::size_t n);
    void (*add_weighted_f32)(const float* in, float weight, float* totals, std::size_t n);
    // distance.hpp
    CompareRows dots, squared_l2s, l1s, intersections, chi2s;
    std::uint64_t (*hamming)(const std::uint8_t* a, const std::uint8_t* b, std::size_t n);
    float (*sum_f32)(const float* a, std::size_t n);
    // linear.hpp
    LinearKernels<float> linear_f32;
    LinearKernels<double> linear_f64;
    LinearKernels<std::uint8_t> linear_u8;
};

/// The active table: the best one this machine can run, unless IMGMINE_CPU or set_cpu_level() chose
/// another.
const Kernels& kernels();

/// Names of the levels this machine can run, slowest first: of "v2", "v3", "v4", or "neon".
std::vector<std::string> cpu_levels();
void set_cpu_level(const std::string& name);
std::string cpu_level();

}  // namespace imgmine
