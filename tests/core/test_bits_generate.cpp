// Random codes and their gradients; see bits.hpp.
#include "bits.hpp"
#include "generate/vae.hpp"

using namespace imgmine;

namespace {

constexpr std::ptrdiff_t n = 2500, size = 7;

std::vector<float> normal(std::ptrdiff_t count, std::uint64_t seed) {
    std::vector<float> numbers(static_cast<std::size_t>(count));
    standard_normal(seed, count, numbers.data());
    return numbers;
}

std::uint32_t codes() {
    const std::vector<float> statistics = normal(n * 2 * size, 2), noise = normal(n * size, 3);
    std::vector<float> drawn(noise.size());
    draw_codes({statistics.data(), n, size}, noise.data(), drawn.data());
    return checksum(drawn);
}

std::uint32_t gradients() {
    std::vector<float> statistics = normal(n * 2 * size, 4), gradient(statistics.size());
    for (float& x : statistics) x *= 9;  // some logarithms beyond their limits
    const std::vector<float> noise = normal(n * size, 5), of_codes = normal(n * size, 6);
    const double divergence = code_gradients({statistics.data(), n, size}, noise.data(),
                                             of_codes.data(), 0.3, gradient.data());
    return checksum(gradient) ^ checksum(std::vector<double>{divergence});
}

}  // namespace

int main() {
    return check_bits({
        {"standard_normal", [] { return checksum(normal(100001, 1)); }, 0x3e05fde9u},
        {"draw_codes", codes, 0x3d0b3a33u},
        {"code_gradients", gradients, 0x95a3242bu},
    });
}
