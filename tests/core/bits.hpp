#pragma once

// The same bits on every CPU level, with any number of threads, on every machine: checksums of
// results, written down once. Whoever changes a result on purpose changes them there.
#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

#include "base/crc32.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "kernels/level.hpp"

namespace imgmine {

inline constexpr std::ptrdiff_t height = 517,
                                width = 641;  // large enough to be shared among threads

template <class T>
struct Image {
    std::ptrdiff_t height, width, channels;
    std::vector<T> values = std::vector<T>(static_cast<std::size_t>(height * width * channels));
    ImageView<T> view() { return {values.data(), height, width, channels, width * channels}; }
    ImageView<const T> read() const {
        return {values.data(), height, width, channels, width * channels};
    }
};

/// Slopes with noise on them, so that bins, ties and borders are all met.
template <class T>
Image<T> picture(std::ptrdiff_t channels) {
    Image<T> image{height, width, channels};
    Random random(3);
    std::size_t i = 0;
    for (std::ptrdiff_t y = 0; y < height; ++y)
        for (std::ptrdiff_t x = 0; x < width; ++x)
            for (std::ptrdiff_t c = 0; c < channels; ++c)
                image.values[i++] = static_cast<T>(
                    static_cast<std::uint8_t>((x * (c + 1) + y) / 4 + random.below(40)));
    return image;
}

template <class T>
std::uint32_t checksum(const std::vector<T>& v) {
    return crc32(reinterpret_cast<const std::uint8_t*>(v.data()), v.size() * sizeof(T));
}

struct BitsCase {
    const char* name;
    std::function<std::uint32_t()> run;
    std::uint32_t expected;
};

/// Runs every case on every level with 1, 2 and 3 threads; returns 0 where all are as expected.
inline int check_bits(const std::vector<BitsCase>& cases) {
    bool all_right = true;
    for (const std::string& level : cpu_levels())
        for (const int threads : {1, 2, 3}) {
            set_cpu_level(level);
            set_num_threads(threads);
            for (const auto& c : cases) {
                const std::uint32_t found = c.run();
                if (found == c.expected) continue;
                all_right = false;
                std::printf("%s, %d threads: %s: 0x%08xu, expected 0x%08xu\n", level.c_str(),
                            threads, c.name, found, c.expected);
            }
        }
    return all_right ? 0 : 1;
}

}  // namespace imgmine
