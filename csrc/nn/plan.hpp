#pragma once

#include "base/parallel.hpp"
#include "nn/layer.hpp"

namespace imgmine {

/// How an input of the network gets into its slot: scale * x + offset where `rescaled`.
struct PlanInput {
    std::size_t node;
    std::size_t slot;
    std::ptrdiff_t size;
    bool needed;
    bool rescaled;
    float scale, offset;
};

/// What is done, in which order and where, to get from the inputs to some nodes' results.
struct Plan {
    std::vector<std::unique_ptr<Layer>> layers;
    std::vector<PlanInput> inputs;
    std::vector<std::size_t> targets;        ///< slots of the results
    std::vector<std::ptrdiff_t> slot_sizes;  ///< values an image
    std::vector<std::ptrdiff_t> places;      ///< inference: where a slot begins, times the images
    std::ptrdiff_t places_end = 0;
    double multiply_adds = 0;  ///< an image
    /// Which state of the parameters, of those that are frozen by themselves; 0: none.
    std::uint64_t packed = 0, packed_frozen = 0;

    /// Has layers take the parameters over, unless they are in this state already.
    void pack(const float* parameters, std::ptrdiff_t n_parameters, std::uint64_t state,
              std::uint64_t frozen_state, bool for_backward, Precision precision) {
        if (packed == state) return;
        const bool all = packed_frozen != frozen_state;
        const auto n = static_cast<std::ptrdiff_t>(layers.size());
        // Work is shared where it is worth a thread: some 100,000 parameters.
        const std::ptrdiff_t grain = n_parameters < 50000 ? n : 1;
        parallel_for(n, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (std::ptrdiff_t i = first; i < last; ++i)
                if (Layer& layer = *layers[static_cast<std::size_t>(i)]; all || layer.learns)
                    layer.pack(parameters, for_backward, precision);
        });
        packed = state;
        packed_frozen = frozen_state;
    }
};

}  // namespace imgmine
