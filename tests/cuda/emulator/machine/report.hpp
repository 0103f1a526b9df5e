#pragma once

#include <string>

namespace emulator {

/// Keeps an error for whoever asks for it (emulator_take_errors): of each kind the first in words,
/// since thousands of threads make the same mistake.
void add_error(const std::string& kind, const std::string& where);

}  // namespace emulator
