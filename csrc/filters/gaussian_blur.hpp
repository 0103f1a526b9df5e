#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/border.hpp"
#include "base/error.hpp"
#include "base/image.hpp"

namespace imgmine {

/// A Gaussian kernel, given by its standard deviation in pixels, its number of taps, or both. What
/// is missing follows OpenCV's rule:
/// taps = round(6 sigma + 1) (uint8) or round(8 sigma + 1) (float), made odd;
/// sigma = 0.3 ((taps - 1) / 2 - 1) + 0.8, where 3 and 5 taps are the binomial ones.
struct Gaussian {
    std::optional<double> sigma;
    std::optional<int> ksize;
};

/// The kernel's taps, normalised. Throws std::invalid_argument unless sigma is finite and positive,
/// ksize odd and positive, one of them given, and the kernel below 65536 taps.
std::vector<double> gaussian_taps(const Gaussian& gaussian, bool is_float);

/// The same in 8-bit fixed point: whole numbers that sum to 256, each tap's rounding error carried
/// on to the next one inwards, as OpenCV's bit-exact blur has it.
std::vector<std::uint16_t> fixed_point_taps(const std::vector<double>& taps);

/// How a Gaussian is computed.
enum class BlurMethod {
    automatic,  ///< fast where it is and a sigma alone is given, else exact
    exact,      ///< with every tap
    fast,       ///< from sigma = 10 on, on a coarser grid
};

inline BlurMethod blur_method_from_name(std::string_view name) {
    if (name == "auto") return BlurMethod::automatic;
    if (name == "exact") return BlurMethod::exact;
    if (name == "fast") return BlurMethod::fast;
    throw std::invalid_argument("method must be 'auto', 'exact' or 'fast', got '" +
                                std::string(name) + "'");
}

/// Convolves every channel of `src` with a Gaussian.
///
/// `dst` must have the shape of `src` and must not overlap it. Exactly: uint8 works in fixed point,
/// both passes are exact and the result is rounded half up once; float32 is one fused multiply-add
/// a tap; the cost is 2 * taps multiplications a value. Fast: see CoarseGaussian; the cost falls
/// with sigma. One pass over memory, and no memory but rows. Throws std::invalid_argument as
/// gaussian_taps() does, and where the fast method is asked for with a ksize.
template <class T>
void gaussian_blur(ImageView<const T> src, ImageView<T> dst, const Gaussian& gaussian,
                   Border border, BlurMethod method = BlurMethod::automatic);

extern template void gaussian_blur(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                                   const Gaussian&, Border, BlurMethod);
extern template void gaussian_blur(ImageView<const float>, ImageView<float>, const Gaussian&,
                                   Border, BlurMethod);

}  // namespace imgmine
