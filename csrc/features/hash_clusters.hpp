#pragma once

#include <cstdint>
#include <vector>

#include "features/near_duplicates.hpp"

namespace imgmine {

/// For each of n items with `n_forms` hashes of 64 bits each, hashes[n][n_forms], the least item of
/// its cluster. Two items are linked where the first hash of either differs in at most `radius`
/// bits from any of the other's, clusters are what links connect.
///
/// Takes some 70 bytes an item, and a copy of the hashes, whatever there is to link.
std::vector<std::int64_t> hash_clusters(const std::uint64_t* hashes, std::size_t n,
                                        std::size_t n_forms, int radius);

/// The same where, of two pictures whose hashes are that near, the thumbnails must match, too: see
/// same_picture. Pictures that are not `used` are alone.
std::vector<std::int64_t> fingerprint_clusters(const FingerprintsView& prints, const bool* used,
                                               int radius, float threshold);

/// All pairs of items that hash_clusters links, in rising order, flat.
std::vector<std::int64_t> hash_pairs(const std::uint64_t* hashes, std::size_t n,
                                     std::size_t n_forms, int radius);

}  // namespace imgmine
