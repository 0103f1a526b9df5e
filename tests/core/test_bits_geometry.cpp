// What the operations of geometry give; see bits.hpp. Sizes and channels go through every way that
// the kernels have: near and far taps, few and many rows, any number of channels.
#include "bits.hpp"
#include "geometry/flip.hpp"
#include "geometry/pad.hpp"
#include "geometry/resize.hpp"

using namespace imgmine;

namespace {

template <class T>
std::uint32_t resized(ResizeMethod method) {
    std::uint32_t sum = 0;
    for (const std::ptrdiff_t channels : {1, 2, 3, 4, 5})
        for (const auto& [to_height, to_width] : {std::pair<std::ptrdiff_t, std::ptrdiff_t>{9, 50},
                                                  {400, 500},
                                                  {600, 31},
                                                  {517, 801}}) {
            Image<T> out{to_height, to_width, channels};
            resize(picture<T>(channels).read(), out.view(), method);
            sum = sum * 31 + checksum(out.values);
        }
    return sum;
}

template <class T>
std::uint32_t mirrored() {
    std::uint32_t sum = 0;
    for (const std::ptrdiff_t channels : {1, 2, 3, 4, 5}) {
        Image<T> out{height, width, channels};
        flip(picture<T>(channels).read(), out.view(), channels % 2 == 0, true);
        sum = sum * 31 + checksum(out.values);
    }
    return sum;
}

std::uint32_t padded() {
    Image<std::uint8_t> out{height + 40, width + 90, 3};
    pad(picture<std::uint8_t>(3).read(), out.view(), 13, 80, Border::reflect101, std::uint8_t{0});
    return checksum(out.values);
}

const std::vector<BitsCase> cases = {
    {"area u8", [] { return resized<std::uint8_t>(ResizeMethod::area); }, 0x7269c33eu},
    {"area f32", [] { return resized<float>(ResizeMethod::area); }, 0x8e3dc717u},
    {"linear u8", [] { return resized<std::uint8_t>(ResizeMethod::linear); }, 0x85a5f74fu},
    {"linear f32", [] { return resized<float>(ResizeMethod::linear); }, 0x7cf6ccf5u},
    {"cubic u8", [] { return resized<std::uint8_t>(ResizeMethod::cubic); }, 0xf4e94987u},
    {"cubic f32", [] { return resized<float>(ResizeMethod::cubic); }, 0x02e07ffeu},
    {"lanczos u8", [] { return resized<std::uint8_t>(ResizeMethod::lanczos); }, 0x2e917d37u},
    {"lanczos f32", [] { return resized<float>(ResizeMethod::lanczos); }, 0x88ef76cau},
    {"nearest u8", [] { return resized<std::uint8_t>(ResizeMethod::nearest); }, 0xdab80e22u},
    {"nearest f32", [] { return resized<float>(ResizeMethod::nearest); }, 0x2b241a84u},
    {"flip u8", mirrored<std::uint8_t>, 0x1bb82689u},
    {"flip f32", mirrored<float>, 0x8a24e44du},
    {"pad u8", padded, 0xe538c5efu},
};

}  // namespace

int main() {
    return check_bits(cases);
}
