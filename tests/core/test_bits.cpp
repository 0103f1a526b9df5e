// What each operation of the first packages gives; see bits.hpp.
#include <vector>

#include "base/random.hpp"
#include "bits.hpp"
#include "classify/linear_svc.hpp"
#include "color/rgb2gray.hpp"
#include "features/cell_counts.hpp"
#include "features/color_histogram.hpp"
#include "features/histogram.hpp"
#include "features/recipe.hpp"
#include "filters/gaussian_blur.hpp"
#include "geometry/resize.hpp"
#include "similarity/pairwise.hpp"
#include "similarity/top_k.hpp"

using namespace imgmine;

namespace {

std::vector<float> vectors(std::size_t n, std::size_t size) {
    Random random(5);
    std::vector<float> v(n * size);
    for (float& x : v) x = static_cast<float>(random.below(1 << 20)) / 999.0f;
    return v;
}

template <class T>
std::uint32_t gray() {
    Image<T> out{height, width, 1};
    rgb2gray(picture<T>(3).read(), out.view());
    return checksum(out.values);
}

template <class T>
std::uint32_t blur(const Gaussian& gaussian, Border border) {
    Image<T> out{height, width, 3};
    gaussian_blur(picture<T>(3).read(), out.view(), gaussian, border);
    return checksum(out.values);
}

template <class T>
std::uint32_t resized(std::ptrdiff_t to_height, std::ptrdiff_t to_width, ResizeMethod method) {
    Image<T> out{to_height, to_width, 3};
    resize(picture<T>(3).read(), out.view(), method);
    return checksum(out.values);
}

std::uint32_t colors(ColorSpace space, bool joint) {
    return checksum(color_histogram(picture<std::uint8_t>(3).read(), {space, {8, 5, 3}, joint}));
}

std::uint32_t recipe() {
    RecipePlan plan;
    plan.gray = true;
    plan.blur = {{std::nullopt, 5}, Border::reflect101};
    const auto counts = [](const Bins& bins, Normalize normalize) {
        return std::make_shared<CellCounts>(bins, normalize, Areas{}, 1);
    };
    plan.descriptors = {counts(Bins{8, 0, 256}, Normalize::l2),
                        counts(Bins{64, 10, 200}, Normalize::hellinger)};
    std::vector<float> out(plan.size(3));
    describe(picture<std::uint8_t>(3).read(), plan, out.data());
    return checksum(out);
}

std::uint32_t nearest(Metric metric) {
    const auto base = vectors(5000, 67);
    std::vector<std::int64_t> ids(20 * 10);
    std::vector<float> scores(20 * 10);
    top_k<float>({base.data(), 20, 67, 67}, {base.data(), 5000, 67, 67}, 10, metric, ids.data(),
                 scores.data());
    return checksum(ids) ^ checksum(scores);
}

std::uint32_t machine(HingeLoss loss, LinearSvcSolver solver) {
    const auto x = vectors(600, 33);
    std::vector<std::int32_t> classes;
    for (std::size_t i = 0; i < 600; ++i)
        classes.push_back((x[33 * i] > 500) + (x[33 * i + 1] > 700));
    std::vector<float> scaled(x);
    for (float& value : scaled) value /= 1000;
    LinearSvcOptions options;
    options.loss = loss;
    options.max_iter = 50;
    options.solver = solver;
    const LinearSvcProblems problems{classes.data(), {0, 1, 2}, {1, 1, 1}, {1, 1, 1}};
    std::vector<double> weights(3 * 34);
    fit_linear_svc(DenseRows<float>({scaled.data(), 600, 33, 33}, 1), problems, options,
                   weights.data());
    return checksum(weights);
}

/// Twelve lines: ten that are taken at once, and two.
std::uint32_t decisions() {
    const auto lines = vectors(12, 33), x = vectors(100, 33);
    std::vector<std::uint8_t> bytes;
    for (const float value : x) bytes.push_back(static_cast<std::uint8_t>(value / 4));
    const std::vector<double> weights(lines.begin(), lines.end()), intercepts(12, 0.5);
    std::vector<double> out(100 * 12);
    linear_decision<float>(DenseRows<std::uint8_t>({bytes.data(), 100, 33, 33}, 0), weights.data(),
                           intercepts.data(), 12, out.data());
    return checksum(out);
}

const std::vector<BitsCase> cases = {
    {"rgb2gray u8", gray<std::uint8_t>, 0x4f7ead97u},
    {"rgb2gray f32", gray<float>, 0xc97be3d1u},
    {"blur u8 5", [] { return blur<std::uint8_t>({{}, 5}, Border::reflect101); }, 0xa4e04332u},
    {"blur u8 sigma 3", [] { return blur<std::uint8_t>({3.0, {}}, Border::wrap); }, 0xa87cc447u},
    {"blur f32 sigma 2", [] { return blur<float>({2.0, {}}, Border::replicate); }, 0x9b6a3ca3u},
    {"area u8", [] { return resized<std::uint8_t>(100, 77, ResizeMethod::area); }, 0xdb3ab612u},
    {"area f32", [] { return resized<float>(100, 77, ResizeMethod::area); }, 0x9739189fu},
    {"linear u8", [] { return resized<std::uint8_t>(700, 300, ResizeMethod::linear); },
     0x8c485562u},
    {"linear f32", [] { return resized<float>(700, 300, ResizeMethod::linear); }, 0xe1de3536u},
    {"histogram u8",
     [] { return checksum(histogram(picture<std::uint8_t>(3).read(), {9, 0, 256})); }, 0x197e61b0u},
    {"histogram f32", [] { return checksum(histogram(picture<float>(3).read(), {50, 3, 99})); },
     0x254b3423u},
    {"colors rgb", [] { return colors(ColorSpace::rgb, true); }, 0x8c365c6bu},
    {"colors hsv", [] { return colors(ColorSpace::hsv, true); }, 0x6415980eu},
    {"colors lab", [] { return colors(ColorSpace::lab, false); }, 0xcae7642bu},
    {"recipe", recipe, 0xc9eff3eau},
    {"euclidean", [] { return nearest(Metric::euclidean); }, 0xd6a1dd32u},
    {"inner product", [] { return nearest(Metric::inner_product); }, 0x195d6193u},
    {"cosine", [] { return nearest(Metric::cosine); }, 0xc525bcd3u},
    {"pearson", [] { return nearest(Metric::pearson); }, 0x3bd9c18du},
    {"l1", [] { return nearest(Metric::l1); }, 0x5451ffd3u},
    {"chi2", [] { return nearest(Metric::chi2); }, 0x0e1ba445u},
    {"intersection", [] { return nearest(Metric::intersection); }, 0x5e8ecb3fu},
    {"svm hinge", [] { return machine(HingeLoss::hinge, LinearSvcSolver::dual); }, 0x5a6847fcu},
    {"svm squared hinge", [] { return machine(HingeLoss::squared_hinge, LinearSvcSolver::dual); },
     0x7daf05e3u},
    {"svm decision", decisions, 0x00bcdbbbu},
    {"svm primal", [] { return machine(HingeLoss::squared_hinge, LinearSvcSolver::primal); },
     0x09d42190u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
