// Fingerprints of pictures; see bits.hpp.
#include "bits.hpp"
#include "features/hash.hpp"
#include "features/near_duplicates.hpp"
#include "features/pdq.hpp"

using namespace imgmine;

namespace {

using Bytes = std::uint8_t;

std::uint32_t hashed(std::ptrdiff_t channels, const HashOptions& options) {
    const auto src = picture<Bytes>(channels);
    std::vector<Bytes> out(8 * hash_bytes(options));
    dihedral_hashes(src.read(), options, out.data());
    return checksum(out);
}

std::uint32_t pdq_of(std::ptrdiff_t channels) {
    const Pdq found = pdq(picture<Bytes>(channels).read());
    std::vector<Bytes> out{static_cast<Bytes>(found.quality)};
    for (const PdqHash& hash : found.hashes) out.insert(out.end(), hash.begin(), hash.end());
    return checksum(out);
}

/// Scores of a picture and of parts of it.
std::uint32_t matched() {
    constexpr std::ptrdiff_t n = 6;
    const auto src = picture<Bytes>(3);
    std::vector<Bytes> hashes(n * 64), thumbnails(n * FingerprintsView::pixels);
    for (std::ptrdiff_t i = 0; i < n; ++i) {
        auto part = src.read();
        part.data += i * (part.row_stride + part.channels) * 5;
        part.height -= 10 * i, part.width -= 7 * i;
        fingerprint(part, hashes.data() + 64 * i, thumbnails.data() + i * FingerprintsView::pixels);
    }
    const FingerprintsView view{hashes.data(), thumbnails.data(), n};
    std::vector<float> scores;
    for (const DuplicatePair& pair : near_duplicates(view, view, true, 64, -2))
        scores.push_back(pair.score);
    return checksum(scores);
}

}  // namespace

int main() {
    return check_bits({
        {"ahash", [] { return hashed(3, {HashMethod::average}); }, 0x46367278u},
        {"ahash 128", [] { return hashed(4, {HashMethod::average, 128}); }, 0x90f20bd2u},
        {"dhash", [] { return hashed(1, {HashMethod::difference, 16}); }, 0xde94459bu},
        {"dhash_vertical", [] { return hashed(3, {HashMethod::difference_vertical}); },
         0x0f699526u},
        {"phash", [] { return hashed(3, {HashMethod::perceptual}); }, 0x54cceebeu},
        {"phash 12", [] { return hashed(4, {HashMethod::perceptual, 12}); }, 0xafd9e3cbu},
        {"whash", [] { return hashed(3, {HashMethod::wavelet}); }, 0x46367278u},
        {"whash, larger", [] { return hashed(1, {HashMethod::wavelet, 16, 4, 1024}); },
         0x4b34557eu},
        {"pdq", [] { return pdq_of(3); }, 0xb8f66605u},
        {"pdq, gray", [] { return pdq_of(1); }, 0xcc98138cu},
        {"near-duplicates", [] { return matched(); }, 0xceb4a116u},
    });
}
