#include "bits.hpp"
#include "classify/naive_bayes.hpp"

namespace {

using namespace imgmine;

constexpr std::ptrdiff_t n = 3001, size = 333, n_classes = 5;
constexpr double threshold = 100;

/// The picture's values as rows, the class of each, and its weight.
template <class T>
struct Samples {
    std::vector<T> values;
    std::vector<std::int32_t> codes;
    std::vector<double> weights;

    Samples() {
        Random random(5);
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            codes.push_back(static_cast<std::int32_t>(random.below(n_classes)));
            weights.push_back(static_cast<double>(random.below(9)) / 4);
            for (std::ptrdiff_t j = 0; j < size; ++j)
                values.push_back(static_cast<T>(static_cast<std::uint8_t>(
                    codes.back() * 20 + j / 4 + static_cast<std::ptrdiff_t>(random.below(40)))));
        }
    }
    RowsView<T> rows() const { return {values.data(), n, size, size}; }
    ClassRows classes(bool weighted) const {
        return {codes.data(), weighted ? weights.data() : nullptr, n_classes};
    }
};

template <class T>
std::uint32_t moments(bool weighted) {
    const Samples<T> samples;
    std::vector<double> both(2 * n_classes * size);
    class_moments(samples.rows(), samples.classes(weighted), both.data(),
                  both.data() + n_classes * size);
    return checksum(both);
}

template <class T>
std::uint32_t scores(bool of_threshold) {
    const Samples<T> samples;
    std::vector<double> sums(n_classes * size), out(n * n_classes);
    const std::vector<double> scales(sums.size(), 1e-4), offsets(n_classes, 0.1);
    class_sums(samples.rows(), samples.classes(true), of_threshold ? &threshold : nullptr,
               sums.data());
    for (double& sum : sums) sum /= 700;
    if (of_threshold)
        threshold_scores(samples.rows(), threshold, sums.data(), offsets.data(), n_classes,
                         out.data());
    else
        gaussian_scores(samples.rows(), sums.data(), scales.data(), offsets.data(), n_classes,
                        out.data());
    normalize_logs(out.data(), n, n_classes);
    take_exps(out.data(), n * n_classes);
    return checksum(out);
}

}  // namespace

int main() {
    return check_bits({
        {"class_moments u8", [] { return moments<std::uint8_t>(false); }, 0xdf989d15u},
        {"class_moments f32", [] { return moments<float>(false); }, 0xdf989d15u},
        {"class_moments f64, weighted", [] { return moments<double>(true); }, 0x8c9305b4u},
        {"gaussian_scores u8", [] { return scores<std::uint8_t>(false); }, 0x3279b1c5u},
        {"gaussian_scores f32", [] { return scores<float>(false); }, 0x3279b1c5u},
        {"threshold_scores f64", [] { return scores<double>(true); }, 0x9b97a99fu},
    });
}
