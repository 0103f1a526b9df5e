#pragma once

// Directions in turns, the same bits for one value as for sixteen. Of internal linkage, as all that
// kernels include.
namespace imgmine {
namespace {

/// Coefficients of atan(t) / (2 pi t) as a polynomial in t^2, 0 <= t <= 1: Chebyshev's fit, which
/// makes angles right to 5e-6 degrees.
constexpr float atan_turns[] = {0x1.45f304p-3f, -0x1.b294c8p-5f, 0x1.045bbcp-5f, -0x1.6d7ee8p-6f,
                                0x1.024f94p-6f, -0x1.359c54p-7f, 0x1.f8200p-9f,  -0x1.85939ap-11f};

/// The direction of (x, y) in turns, [0, 1), the same bits on every machine; 0 for (0, 0).
[[maybe_unused]] inline float atan2_turns(float y, float x) {
    const float width = x < 0 ? -x : x, height = y < 0 ? -y : y;
    const bool steep = height > width;
    const float larger = steep ? height : width, smaller = steep ? width : height;
    const float t = larger > 0 ? smaller / larger : 0.0f;
    const float square = t * t;
    float turns = atan_turns[7];
    for (int k = 6; k >= 0; --k) turns = turns * square + atan_turns[k];
    turns *= t;
    if (steep) turns = 0.25f - turns;
    if (x < 0) turns = 0.5f - turns;
    if (y < 0) turns = 1.0f - turns;
    return turns < 1.0f ? turns : 0.0f;
}

}  // namespace
}  // namespace imgmine
