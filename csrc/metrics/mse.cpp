#include "metrics/mse.hpp"

#include <type_traits>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/image_error.hpp"

namespace imgmine {

template <class T>
double mse(ImageView<const T> a, ImageView<const T> b) {
    if (a.empty()) return 0;
    using Sum = std::conditional_t<std::is_same_v<T, float>, double, std::uint64_t>;
    std::vector<Sum> by_row(static_cast<std::size_t>(a.height));  // one order, however they are cut
    const auto n = static_cast<std::size_t>(a.row_size());
    parallel_for(a.height, row_grain(a.row_size(), 0.05 * sizeof(T)),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         Sum& sum = by_row[static_cast<std::size_t>(y)];
                         if constexpr (std::is_same_v<T, float>)
                             sum = image_error_kernels().squared_error_f32(a.row(y), b.row(y), n);
                         else
                             sum = image_error_kernels().squared_error_u8(a.row(y), b.row(y), n);
                     }
                 });
    Sum total = 0;
    for (const Sum sum : by_row) total += sum;
    return static_cast<double>(total) / static_cast<double>(a.height * a.row_size());
}

template double mse(ImageView<const std::uint8_t>, ImageView<const std::uint8_t>);
template double mse(ImageView<const float>, ImageView<const float>);

}  // namespace imgmine
