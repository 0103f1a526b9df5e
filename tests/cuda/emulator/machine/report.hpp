#pragma once

#include <string>

namespace emulator {

/// Keeps an error for whoever asks for it (emulator_take_errors): the first few in words.
void add_error(const std::string& text);

}  // namespace emulator
