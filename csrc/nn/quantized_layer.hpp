#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace imgmine {

/// How bytes stand for numbers: byte q for (q - zero) * scale.
struct Quantization {
    float scale = 1;
    int zero = 0;

    bool operator==(const Quantization&) const = default;
};

/// The 256 numbers from `low` to `high`, 0 being one of them.
inline Quantization quantization_of(float low, float high) {
    const double bottom = std::min(low, 0.0f), top = std::max(high, 0.0f);
    if (bottom == top) return {};
    constexpr double smallest = 1e-30;  // leaves room for quotients of two scales
    const auto scale = static_cast<float>(std::max((top - bottom) / 255, smallest));
    return {scale, static_cast<int>(std::clamp(std::nearbyint(-bottom / scale), 0.0, 255.0))};
}

/// What a byte becomes: number / scale + zero, rounded to nearest, ties to even, and saturated.
inline std::uint8_t quantized(double number, const Quantization& to) {
    const double byte = std::nearbyint(number / to.scale + to.zero);
    return static_cast<std::uint8_t>(byte > 0 ? std::min(byte, 255.0) : 0.0);
}

inline double dequantized(int byte, const Quantization& from) {
    return static_cast<double>(byte - from.zero) * from.scale;
}

/// The images of a group that a layer works on. Values of one image follow those of another.
struct LayerImages {
    const std::uint8_t* const* in;
    std::uint8_t* out;
    std::uint8_t* scratch;  ///< as much as the layer asked for
    std::ptrdiff_t n;
};

/// A step of a quantized network. Inputs may be read a few bytes past their ends.
class QuantizedLayer {
  public:
    virtual ~QuantizedLayer() = default;
    virtual void run(const LayerImages& images) const = 0;
    /// Bytes of scratch memory that n images take.
    virtual std::size_t scratch_size(std::ptrdiff_t) const { return 0; }
};

}  // namespace imgmine
