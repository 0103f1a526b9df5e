#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernels/runs.hpp"
#include "kernels/slic.hpp"
#include "segment/lab_planes.hpp"

namespace imgmine {

/// Neighbors in a row that have one label, and what they sum to.
struct LabRun {
    std::ptrdiff_t from, past;
    std::int64_t l, a, b;
};

/// Calls body(run) for the runs of equal labels in row y, from left to right; those that cross a
/// multiple of 1024 come in parts.
template <class Body>
void for_each_lab_run(const LabPlanes& planes, std::ptrdiff_t y, const std::int32_t* labels,
                      const Body& body) {
    constexpr std::ptrdiff_t piece = 1024;  // so that sums stay in 32 bits and tables in the cache
    std::int32_t ends[piece], sums[4 * (piece + 1)];
    for (std::ptrdiff_t x = 0; x < planes.width; x += piece) {
        const auto n = static_cast<std::size_t>(std::min(piece, planes.width - x));
        slic_kernels().running_sums(planes.la(y) + 2 * x, planes.b0(y) + 2 * x, sums, n);
        const std::size_t n_runs = run_kernels().changes_i32(labels + x, n, ends) + 1;
        ends[n_runs - 1] = static_cast<std::int32_t>(n);
        std::ptrdiff_t from = 0;
        for (std::size_t k = 0; k < n_runs; ++k) {
            const std::ptrdiff_t past = ends[k];
            const std::int32_t *before = sums + 4 * from, *after = sums + 4 * past;
            body(LabRun{x + from, x + past, after[0] - before[0], after[1] - before[1],
                        after[2] - before[2]});
            from = past;
        }
    }
}

}  // namespace imgmine
