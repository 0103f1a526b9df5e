// What the thresholds of the package segment and its distances give; see bits.hpp.
#include "bits.hpp"
#include "segment/distance_transform.hpp"
#include "segment/threshold_hysteresis.hpp"
#include "segment/threshold_li.hpp"
#include "segment/threshold_local.hpp"
#include "segment/threshold_multiotsu.hpp"
#include "segment/threshold_niblack.hpp"
#include "segment/threshold_sauvola.hpp"
#include "segment/threshold_triangle.hpp"

using namespace imgmine;

namespace {

/// The checksum of the plane of R that operation(src, dst) makes of a picture.
template <class R, class T = std::uint8_t, class Operation>
std::uint32_t made(const Operation& operation) {
    auto src = picture<T>(1);
    Image<R> out{height, width, 1};
    operation(src.read(), out.view());
    return checksum(out.values);
}

std::uint32_t distances(int above) {
    return made<float>([&](auto src, auto dst) {
        Image<std::uint8_t> mask{height, width, 1};
        for (std::size_t i = 0; i < mask.values.size(); ++i) mask.values[i] = src.data[i] > above;
        distance_transform(mask.read(), dst);
    });
}

std::uint32_t local(LocalMethod method, WindowSize size) {
    return made<float>([&](auto src, auto dst) {
        threshold_local(src, dst, size, method, 2.5, Border::reflect101);
    });
}

std::uint32_t niblack() {
    return made<float>(
        [](auto src, auto dst) { threshold_niblack(src, dst, {31, 15}, 0.2, Border::replicate); });
}

std::uint32_t sauvola() {
    return made<float>([](auto src, auto dst) {
        threshold_sauvola(src, dst, {255, 63}, 0.34, 128, Border::wrap);
    });
}

template <class T>
std::uint32_t hysteresis(int connectivity) {
    return made<std::uint8_t, T>(
        [&](auto src, auto dst) { threshold_hysteresis(src, 100.5, 181, connectivity, dst); });
}

/// Thresholds of the whole image, thousandths of Li's.
std::uint32_t of_histogram() {
    const auto image = picture<std::uint8_t>(1);
    std::vector<std::int32_t> found = {
        threshold_triangle(image.read()),
        static_cast<std::int32_t>(1000 * threshold_li(image.read())),
    };
    for (const int classes : {2, 3, 5, 40})
        for (const int t : threshold_multiotsu(image.read(), classes)) found.push_back(t);
    return checksum(found);
}

}  // namespace

int main() {
    return check_bits({
        {"thresholds of the histogram", of_histogram, 0x14341d9du},
        {"threshold_local, mean", [] { return local(LocalMethod::mean, {31, 7}); }, 0x431dbb25u},
        {"threshold_local, gaussian", [] { return local(LocalMethod::gaussian, {15, 15}); },
         0x0d0a7fa2u},
        {"threshold_niblack", niblack, 0x095204e3u},
        {"threshold_sauvola", sauvola, 0xdd6dd51cu},
        {"threshold_hysteresis, bytes", [] { return hysteresis<std::uint8_t>(4); }, 0xfc5a0e1eu},
        {"threshold_hysteresis, floats", [] { return hysteresis<float>(8); }, 0x718bba6du},
        {"distance_transform, near", [] { return distances(100); }, 0x48ca4b0fu},
        {"distance_transform, far", [] { return distances(1); }, 0x7db171d3u},
    });
}
