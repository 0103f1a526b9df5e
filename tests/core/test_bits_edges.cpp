// What the edge filters give; see bits.hpp. And that a stack of any size floods alike.
#include <type_traits>
#include <vector>

#include "bits.hpp"
#include "filters/canny.hpp"
#include "filters/flood.hpp"
#include "filters/gradient.hpp"
#include "filters/laplacian.hpp"

using namespace imgmine;

namespace {

/// Floats that are no whole numbers, so that sums are rounded.
template <class T>
Image<T> fractions() {
    auto image = picture<T>(3);
    if constexpr (std::is_same_v<T, float>)
        for (float& x : image.values) x *= 0.37f;
    return image;
}

template <class T, class Out>
std::uint32_t derived(const Gradient& what, Border border) {
    Image<Out> out{height, width, 3};
    gradient(fractions<T>().read(), out.view(), what, border);
    return checksum(out.values);
}

template <class T, class Out>
std::uint32_t curved(int ksize, Border border) {
    Image<Out> out{height, width, 3};
    laplacian(fractions<T>().read(), out.view(), ksize, border);
    return checksum(out.values);
}

std::uint32_t edges(const CannyOptions& options, std::ptrdiff_t channels) {
    Image<std::uint8_t> out{height, width, 1};
    canny(picture<std::uint8_t>(channels).read(), out.view(), options);
    return checksum(out.values);
}

/// Weak pixels at random, so dense that most of them hang together, and a few edges.
std::uint32_t flooded(std::size_t capacity, bool swept = false) {
    Image<std::uint8_t> map{height, width, 1};
    Random random(7);
    for (std::uint8_t& state : map.values) {
        const std::uint32_t x = random.below(10000);
        state = x == 0 ? strong_edge : x < 4500 ? weak_edge : no_edge;
    }
    Flood flood(map.view(), 0, height, capacity);
    if (swept) flood.all();
    for (std::ptrdiff_t y = 0; y < height; ++y) flood.row(y);
    return checksum(map.values);
}

using U8 = std::uint8_t;
using I16 = std::int16_t;
constexpr std::uint32_t all_flooded = 0xf381c105u;

const std::vector<BitsCase> cases = {
    {"sobel x u8", [] { return derived<U8, I16>({Operator::sobel, 1, 3}, Border::wrap); },
     0xf68ba9c9u},
    {"scharr y u8", [] { return derived<U8, float>({Operator::scharr, 0, 3}, Border::constant); },
     0xa3aa6fd8u},
    {"sobel u8", [] { return derived<U8, float>({Operator::sobel, {}, 3}, Border::reflect101); },
     0x827c75e2u},
    {"scharr u8", [] { return derived<U8, float>({Operator::scharr, {}, 3}, Border::reflect); },
     0x0f8b1655u},
    {"prewitt u8 u8", [] { return derived<U8, U8>({Operator::prewitt, {}, 3}, Border::replicate); },
     0x338a5347u},
    {"sobel 5 u8", [] { return derived<U8, I16>({Operator::sobel, 0, 5}, Border::reflect101); },
     0xce08b8ecu},
    {"sobel 7 u8", [] { return derived<U8, float>({Operator::sobel, {}, 7}, Border::wrap); },
     0xde3337edu},
    {"sobel f32", [] { return derived<float, float>({Operator::sobel, {}, 3}, Border::wrap); },
     0x24182588u},
    {"scharr f32", [] { return derived<float, float>({Operator::scharr, 1, 3}, Border::reflect); },
     0x64bde55fu},
    {"sobel 5 f32", [] { return derived<float, float>({Operator::sobel, {}, 5}, Border::wrap); },
     0xb38b7ea8u},
    {"laplacian u8", [] { return curved<U8, I16>(1, Border::reflect101); }, 0x48a28206u},
    {"laplacian 3 f32", [] { return curved<float, float>(3, Border::wrap); }, 0x3ef24713u},
    {"laplacian 7 u8", [] { return curved<U8, I16>(7, Border::constant); }, 0x257e6123u},
    {"laplacian 5 f32", [] { return curved<float, float>(5, Border::replicate); }, 0xeeaa6457u},
    {"canny", [] { return edges({60, 160}, 1); }, 0x1a3edfc7u},
    {"canny rgb l2", [] { return edges({60, 130, 3, true}, 3); }, 0x032961acu},
    {"canny 5", [] { return edges({700, 1700, 5}, 1); }, 0x5554a855u},
    {"canny 7 l2", [] { return edges({500, 1200, 7, true}, 1); }, 0x1446f1a9u},
    {"flood", [] { return flooded(16384); }, all_flooded},
    {"flood without a stack", [] { return flooded(0); }, all_flooded},
    {"flood with a stack of 1", [] { return flooded(1); }, all_flooded},
    {"flood after sweeps", [] { return flooded(2, true); }, all_flooded},
    {"flood with a stack of 3", [] { return flooded(3); }, all_flooded},
};

}  // namespace

int main() {
    return check_bits(cases);
}
