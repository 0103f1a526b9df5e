#include "machine/cost.hpp"

#include <utility>

namespace emulator {

Cost cost{};

}  // namespace emulator

/// Returns what has been counted since the last call.
extern "C" void emulator_take_cost(emulator::Cost* taken) {
    *taken = std::exchange(emulator::cost, emulator::Cost{});
}
