// Keypoints, descriptors, matches and homographies; see bits.hpp.
#include "bits.hpp"
#include "features/fast.hpp"
#include "features/homography.hpp"
#include "features/match.hpp"
#include "features/orb.hpp"
#include "features/sift.hpp"

using namespace imgmine;

namespace {

/// Blobs of several sizes: squares, each lighter or darker, on slopes with noise.
Image<std::uint8_t> blobs() {
    Image<std::uint8_t> image = picture<std::uint8_t>(1);
    Random random(5);
    for (int i = 0; i < 900; ++i) {
        const auto size = static_cast<std::ptrdiff_t>(2 + random.below(14));
        const auto x = static_cast<std::ptrdiff_t>(random.below(641 - 16));
        const auto y = static_cast<std::ptrdiff_t>(random.below(517 - 16));
        const auto light = static_cast<std::uint8_t>(random.below(256));
        for (std::ptrdiff_t j = y; j < y + size; ++j)
            for (std::ptrdiff_t k = x; k < x + size; ++k) image.view().row(j)[k] = light;
    }
    return image;
}

std::vector<float> numbers(const std::vector<Keypoint>& points) {
    std::vector<float> values;
    for (const Keypoint& p : points)
        values.insert(values.end(),
                      {p.x, p.y, p.size, p.angle, p.response, static_cast<float>(p.octave)});
    return values;
}

std::uint32_t corners(bool nonmax) {
    return checksum(numbers(fast(blobs().read(), 12, nonmax)));
}

const OrbFeatures& orb_features() {
    static OrbFeatures found;
    return found = orb(blobs().read(), {700, 1.2, 8, 20});
}

std::uint32_t sift_checksum(bool root, bool of_points) {
    SiftOptions options;
    options.root = root;
    options.n = 400;
    const Image<std::uint8_t> image = blobs();
    const SiftFeatures found = sift({image.values.data(), 258, 320, 1, width}, options);
    return of_points ? checksum(numbers(found.keypoints)) : checksum(found.descriptors);
}

template <class T>
RowsView<T> rows_of(const std::vector<T>& values, std::ptrdiff_t size) {
    return {values.data(), static_cast<std::ptrdiff_t>(values.size()) / size, size, size};
}

std::uint32_t matches(int kind) {
    Random random(1);
    std::vector<std::uint8_t> bytes(300 * 128);
    for (std::uint8_t& value : bytes) value = static_cast<std::uint8_t>(random.below(256));
    const std::vector<float> floats(bytes.begin(), bytes.end());
    std::vector<Match> found;
    const MatchOptions options{0.97, kind == 1};
    if (kind == 0) found = match_hamming(rows_of(bytes, 32), rows_of(bytes, 32), options);
    const RowsView<std::uint8_t> left{bytes.data(), 100, 128, 128};
    const RowsView<std::uint8_t> right{bytes.data() + 100 * 128, 200, 128, 128};
    if (kind == 1) found = match_euclidean(left, right, options);
    if (kind == 2)
        found = match_euclidean(RowsView<float>{floats.data(), 100, 127, 128},
                                RowsView<float>{floats.data() + 100 * 128, 200, 127, 128}, options);
    std::vector<float> values;
    for (const Match& m : found)
        values.insert(values.end(),
                      {static_cast<float>(m.first), static_cast<float>(m.second), m.distance});
    return checksum(values);
}

std::uint32_t homography() {
    Random random(7);
    std::vector<double> src, dst;
    for (int i = 0; i < 300; ++i) {
        const double x = random.below(640), y = random.below(480);
        const double w = 1 + 1e-4 * x - 2e-4 * y, noise = 0.001 * random.below(1000);
        const bool is_wrong = random.below(3) == 0;
        src.insert(src.end(), {x, y});
        dst.push_back(is_wrong ? random.below(640) : (0.9 * x - 0.3 * y + 40) / w + noise);
        dst.push_back(is_wrong ? random.below(480) : (0.2 * x + 0.8 * y + 10) / w - noise);
    }
    std::vector<std::uint8_t> inliers;
    const auto found =
        find_homography(rows_of(src, 2), rows_of(dst, 2), {3, 0.995, 2000, 0}, inliers);
    return checksum(std::vector<double>(found->begin(), found->end()));
}

const std::vector<BitsCase> cases = {
    {"fast", [] { return corners(true); }, 0x0519d6e1u},
    {"fast, all", [] { return corners(false); }, 0xbb49c363u},
    {"orb keypoints", [] { return checksum(numbers(orb_features().keypoints)); }, 0x2c340385u},
    {"orb", [] { return checksum(orb_features().descriptors); }, 0x4de8f01bu},
    {"sift keypoints", [] { return sift_checksum(false, true); }, 0xd752099cu},
    {"sift", [] { return sift_checksum(false, false); }, 0x226a7b7bu},
    {"sift, root", [] { return sift_checksum(true, false); }, 0x58bba857u},
    {"match, bits", [] { return matches(0); }, 0x6bd974a9u},
    {"match, bytes", [] { return matches(1); }, 0x6beb20a1u},
    {"match, floats", [] { return matches(2); }, 0x70ebc301u},
    {"homography", [] { return homography(); }, 0xac0f651fu},
};

}  // namespace

int main() {
    return check_bits(cases);
}
