// Compiled once per CPU level (see CMakeLists.txt). IMGMINE_TABLE names the table it defines, which
// must be the only symbol it exports: the kernel_symbols tests hold that.
#include "kernels/color.hpp"
#include "kernels/convolve.hpp"
#include "kernels/distance.hpp"
#include "kernels/histogram.hpp"
#include "kernels/linear.hpp"
#include "kernels/resize.hpp"
#include "kernels/table.hpp"

namespace imgmine {

extern const Kernels IMGMINE_TABLE;
const Kernels IMGMINE_TABLE = {
    .rgb_to_gray_u8 = rgb_to_gray_u8,
    .rgb_to_gray_f32 = rgb_to_gray_f32,
    .rgb_to_hsv_u8 = rgb_to_hsv_u8,
    .rgb_to_lab_u8 = rgb_to_lab_u8,
    .symmetric_sum_u8 = symmetric_sum_u8,
    .symmetric_sum_narrow_u16 = symmetric_sum_narrow_u16,
    .binomial_row_u8 = binomial_row_u8,
    .binomial_column_u8 = binomial_column_u8,
    .weighted_sum_u16 = weighted_sum_u16,
    .weighted_sum_f32 = weighted_sum_f32,
    .count_bytes = count_bytes,
    .count_not_below = count_not_below,
    .count_joint = count_joint,
    .lerp_columns_u8 = lerp_columns_u8,
    .lerp_rows_u8 = lerp_rows_u8,
    .lerp_columns_f32 = lerp_columns_f32,
    .lerp_rows_f32 = lerp_rows_f32,
    .add_weighted_u8 = add_weighted_u8,
    .add_weighted_f32 = add_weighted_f32,
    .dots = dots,
    .squared_l2s = squared_l2s,
    .l1s = l1s,
    .intersections = intersections,
    .chi2s = chi2s,
    .hamming = hamming,
    .sum_f32 = sum_f32,
    .linear_f32 = {dot_weights<float>, add_row<float>},
    .linear_f64 = {dot_weights<double>, add_row<double>},
    .linear_u8 = {dot_weights<std::uint8_t>, add_row<std::uint8_t>},
};

}  // namespace imgmine
