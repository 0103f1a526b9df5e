// What the thresholds of the package segment and its distances give; see bits.hpp.
#include "bits.hpp"
#include "segment/distance_transform.hpp"

using namespace imgmine;

namespace {

std::uint32_t distances(int above) {
    auto src = picture<std::uint8_t>(1);
    for (auto& value : src.values) value = value > above;
    Image<float> out{height, width, 1};
    distance_transform(src.read(), out.view());
    return checksum(out.values);
}

}  // namespace

int main() {
    return check_bits({
        {"distance_transform, near", [] { return distances(100); }, 0},
        {"distance_transform, far", [] { return distances(1); }, 0},
    });
}
