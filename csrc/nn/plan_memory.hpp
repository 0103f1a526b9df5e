#pragma once

#include <algorithm>

#include "nn/plan.hpp"

namespace imgmine {

/// Gives slots places in one piece of memory, those of results that nobody looks at any more being
/// used again. The targets' slots get none: they lie in the caller's memory.
class SlotPlacer {
  public:
    explicit SlotPlacer(Plan& plan) : plan_(plan), last_use_(plan.slot_sizes.size(), 0) {}

    void place() {
        plan_.places.assign(plan_.slot_sizes.size(), -1);
        for (std::size_t l = 0; l < plan_.layers.size(); ++l)
            for (const std::size_t slot : plan_.layers[l]->inputs) last_use_[slot] = l;
        for (const PlanInput& input : plan_.inputs)
            if (input.needed) give(input.slot);
        for (std::size_t l = 0; l < plan_.layers.size(); ++l) {
            last_use_[plan_.layers[l]->output] = std::max(last_use_[plan_.layers[l]->output], l);
            give(plan_.layers[l]->output);
            std::erase_if(taken_, [&](const Taken& t) { return last_use_[t.slot] <= l; });
        }
    }

  private:
    struct Taken {
        std::ptrdiff_t first, last;
        std::size_t slot;
    };

    void give(std::size_t slot) {
        const auto& targets = plan_.targets;
        if (plan_.places[slot] >= 0 ||
            std::find(targets.begin(), targets.end(), slot) != targets.end())
            return;
        const std::ptrdiff_t size = (plan_.slot_sizes[slot] + 15) / 16 * 16;
        std::ptrdiff_t place = 0;
        auto at = taken_.begin();
        for (; at != taken_.end() && at->first - place < size; ++at) place = at->last;
        taken_.insert(at, {place, place + size, slot});
        plan_.places[slot] = place;
        plan_.places_end = std::max(plan_.places_end, place + size);
    }

    Plan& plan_;
    std::vector<std::size_t> last_use_;  ///< a layer
    std::vector<Taken> taken_;           ///< in the order of memory
};

inline void place_slots(Plan& plan) {
    SlotPlacer(plan).place();
}

}  // namespace imgmine
