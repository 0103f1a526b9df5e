#include "features/near_duplicates.hpp"

#include <algorithm>
#include <mutex>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "features/alignment.hpp"
#include "features/dihedral.hpp"
#include "features/hash.hpp"
#include "features/lanczos_luma.hpp"
#include "kernels/distance.hpp"

namespace imgmine {
namespace {

constexpr auto side = static_cast<std::size_t>(FingerprintsView::side);
using Small = Alignment<side>;

Small::Picture picture_of(const std::uint8_t* thumbnail, const Dihedral& way) {
    Grid<std::uint8_t> grid{side, side};
    std::copy_n(thumbnail, grid.values.size(), grid.values.begin());
    const Grid<std::uint8_t> turned = laid(grid, way);
    Small::Picture picture;
    std::copy(turned.values.begin(), turned.values.end(), picture.begin());
    return picture;
}

std::uint64_t bits_apart(const std::uint8_t* a, const std::uint8_t* b) {
    return distance_kernels().hamming(a, b, FingerprintsView::hash_bytes);
}

}  // namespace

void fingerprint(ImageView<const std::uint8_t> image, std::uint8_t* hashes,
                 std::uint8_t* thumbnail) {
    dihedral_hashes(image, {HashMethod::perceptual}, hashes);
    lanczos_luma(image, FingerprintsView::side, FingerprintsView::side, thumbnail);
}

float same_picture(const FingerprintsView& a, std::ptrdiff_t i, const FingerprintsView& b,
                   std::ptrdiff_t j, int radius) {
    constexpr float hopeless = 0.5f;
    float best = -1;
    for (std::size_t form = 0; form < dihedral.size(); ++form) {
        const auto* hash = b.hash(j, static_cast<std::ptrdiff_t>(form));
        if (bits_apart(a.hash(i, 0), hash) > static_cast<std::uint64_t>(radius)) continue;
        const Small::Picture left = picture_of(a.thumbnail(i), dihedral[0]);
        const Small::Picture right = picture_of(b.thumbnail(j), dihedral[form]);
        best = std::max(best, Small(left, right).score(hopeless));
    }
    return best;
}

std::vector<DuplicatePair> near_duplicates(const FingerprintsView& a, const FingerprintsView& b,
                                           bool within, int radius, float threshold) {
    std::vector<DuplicatePair> pairs;
    std::mutex mutex;
    parallel_for(a.n, std::max<std::ptrdiff_t>(1, 20000 / std::max<std::ptrdiff_t>(b.n, 1)),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<DuplicatePair> mine;
                     for (std::ptrdiff_t i = first; i < last; ++i)
                         for (std::ptrdiff_t j = within ? i + 1 : 0; j < b.n; ++j) {
                             const float score = same_picture(a, i, b, j, radius);
                             if (score >= threshold) mine.push_back({i, j, score});
                         }
                     const std::lock_guard lock(mutex);
                     pairs.insert(pairs.end(), mine.begin(), mine.end());
                 });
    std::sort(pairs.begin(), pairs.end(), [](const DuplicatePair& x, const DuplicatePair& y) {
        return x.first != y.first ? x.first < y.first : x.second < y.second;
    });
    return pairs;
}

}  // namespace imgmine
