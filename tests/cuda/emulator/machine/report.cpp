#include "machine/report.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace emulator {
namespace {

std::mutex mutex;
std::map<std::string, std::string> told;  // kind and where
std::size_t n_errors = 0;

}  // namespace

void add_error(const std::string& kind, const std::string& where) {
    const std::lock_guard lock(mutex);
    ++n_errors;
    told.try_emplace(kind, where);
}

}  // namespace emulator

/// The number of errors since the last call; one of each kind is written to `text`, one a line.
extern "C" std::size_t emulator_take_errors(char* text, std::size_t size) {
    using namespace emulator;
    const std::lock_guard lock(mutex);
    std::string lines;
    for (const auto& [kind, where] : told) lines += kind + where + "\n";
    if (size) {
        const std::size_t n = std::min(size - 1, lines.size());
        std::memcpy(text, lines.data(), n);
        text[n] = 0;
    }
    told.clear();
    return std::exchange(n_errors, 0);
}
